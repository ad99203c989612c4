namespace ShapeKit.Kernel.Execution;

/// <summary>What the program around an engine decides for it.</summary>
public sealed record CellEngineOptions
{
    /// <summary>
    /// Where relative paths of <c>#r</c>, <c>#load</c> and <c>#!import</c> start, and where NuGet.config is looked for, upwards.
    /// </summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>Asks the reader for a line; null when nobody can answer. Runs while the cell waits; the token ends the wait.</summary>
    public Func<InputRequest, CancellationToken, string?>? Input { get; init; }
}

/// <summary>A question from a running cell; the answer to a password is not shown while it is typed.</summary>
public sealed record InputRequest(string Prompt, bool IsPassword);

/// <summary>How a cell ended. Its outputs, the value or the error included, have gone to the caller's callback by then.</summary>
public sealed record CellResult(bool Succeeded, int ExecutionCount, bool Interrupted = false);
