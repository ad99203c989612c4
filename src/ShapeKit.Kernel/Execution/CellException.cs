namespace ShapeKit.Kernel.Execution;

/// <summary>A cell that cannot run, with what the reader is told.</summary>
internal sealed class CellException(ErrorOutput error) : Exception(error.Message)
{
    public CellException(string name, string message) : this(new ErrorOutput(name, message, [$"{name}: {message}"]))
    {
    }

    public ErrorOutput Error { get; } = error;
}
