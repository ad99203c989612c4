using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>A cell that cannot run, with what the reader is told.</summary>
internal sealed class CellException(ErrorOutput error) : Exception(error.Message)
{
    public CellException(string name, string message)
        : this(new ErrorOutput(name, message, [$"{name}: {message}"])) { }

    public ErrorOutput Error { get; } = error;
}

/// <summary>A cell asked for the end of the process.</summary>
internal sealed class ExitException(int exitCode)
    : Exception(
        $"The cell ended here. Environment.Exit({exitCode}) is not carried out, because it would end the notebook's process and all "
            + "variables with it; to start anew, restart the kernel."
    );
