namespace ShapeKit.Cli.Running;

/// <summary>What <c>shapekit run</c> was asked to do.</summary>
/// <param name="Paths">Notebooks or folders; none means all English chapters.</param>
/// <param name="Output">The output folder, or null for the default.</param>
/// <param name="Parallel">How many notebooks run at the same time.</param>
/// <param name="Timeout">The longest a cell may run, or null for any time.</param>
/// <param name="StopOnError">Whether no other notebook begins after the first failing cell.</param>
/// <param name="KeepGoing">Whether a notebook goes on after a cell that failed.</param>
/// <param name="Parameters">Values for variables as <c>name=value</c>.</param>
/// <param name="Quick">Whether notebooks that declare a parameter <c>quick</c> get true for it.</param>
internal sealed record RunRequest(
    IReadOnlyList<string> Paths, string? Output, int Parallel, TimeSpan? Timeout, bool StopOnError, bool KeepGoing, IReadOnlyList<string> Parameters, bool Quick);
