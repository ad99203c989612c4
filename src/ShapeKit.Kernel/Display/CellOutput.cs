namespace ShapeKit.Kernel.Display;

/// <summary>Something a running cell shows, in the order in which the cell made it.</summary>
public abstract record CellOutput;

/// <summary>Text written to the console; <paramref name="Name"/> is <c>stdout</c> or <c>stderr</c>.</summary>
public sealed record StreamOutput(string Name, string Text) : CellOutput;

/// <summary>A value shown in the middle of a cell; with <paramref name="DisplayId"/> it can be updated later.</summary>
public sealed record DisplayOutput(MimeBundle Data, string? DisplayId) : CellOutput;

/// <summary>A new value for everything shown under <paramref name="DisplayId"/>.</summary>
public sealed record UpdateDisplayOutput(MimeBundle Data, string DisplayId) : CellOutput;

/// <summary>The value of the cell's last expression.</summary>
public sealed record ResultOutput(MimeBundle Data, int ExecutionCount) : CellOutput;

/// <summary>Why the cell failed: a name such as <c>CompilationError</c> or an exception's type, one message, and readable lines.</summary>
public sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : CellOutput
{
    /// <summary>The lines below the message, which engines repeat as the first line.</summary>
    public IReadOnlyList<string> Below() =>
        Traceback is [var first, ..] && first.Contains(Message, StringComparison.Ordinal) ? [.. Traceback.Skip(1)] : Traceback;
}

/// <summary>Clears what the cell has shown, at once or when the next output arrives.</summary>
public sealed record ClearOutput(bool Wait) : CellOutput;

/// <summary>
/// A message of a channel between a cell and scripts in the front end: <c>comm_open</c>, <c>comm_msg</c> or <c>comm_close</c>, with JSON
/// text.
/// </summary>
public sealed record CommOutput(string Type, string CommId, string? Target, string Data) : CellOutput;
