namespace ShapeKit.Cli.Running;

/// <summary>What <c>shapekit run</c> was asked to do.</summary>
/// <param name="Paths">Notebooks or folders; none means all English chapters.</param>
/// <param name="Output">The output folder, or null for <see cref="Name"/> below <c>artifacts</c>.</param>
/// <param name="Parallel">How many notebooks run at the same time.</param>
internal sealed record RunRequest(IReadOnlyList<string> Paths, string? Output, int Parallel)
{
    /// <summary>What the output folder is called where none is named.</summary>
    public string Name { get; init; } = "run";

    /// <summary>The longest a cell may run, or null for any time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether no other notebook begins after the first failing cell.</summary>
    public bool StopOnError { get; init; }

    /// <summary>Whether a notebook goes on after a cell that failed.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Values for variables as <c>name=value</c>.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Whether notebooks that declare a parameter <c>quick</c> get true for it.</summary>
    public bool Quick { get; init; }

    /// <summary>Whether what the texts claim is checked, too.</summary>
    public bool Claims { get; init; }

    /// <summary>Variables of the environment that the cells get.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
