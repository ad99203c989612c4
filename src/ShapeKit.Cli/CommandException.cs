namespace ShapeKit.Cli;

/// <summary>Why a command can't do what was asked: one sentence for its user, with what to do.</summary>
internal sealed class CommandException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    public const int ExitCode = 2;
}
