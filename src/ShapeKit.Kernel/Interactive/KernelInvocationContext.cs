using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace Microsoft.DotNet.Interactive;

/// <summary>The running cell, as notebooks written for .NET Interactive speak of it.</summary>
public sealed class KernelInvocationContext
{
    private readonly CellRun _run;

    private KernelInvocationContext(CellRun run) => _run = run;

    /// <summary>The cell that runs the calling code; null where none does.</summary>
    public static KernelInvocationContext? Current => CellRun.Current is { } run ? new KernelInvocationContext(run) : null;

    /// <summary>The kernel in whose language the cell is written.</summary>
    public Kernel HandlingKernel { get; } = Kernel.Current;

    /// <summary>Cancelled when the cell is to stop.</summary>
    public CancellationToken CancellationToken => _run.Stopping;

    /// <summary>Shows a value now, in the named forms alone where there are any.</summary>
    /// <returns>What was shown; its <see cref="DisplayHandle.Update"/> puts a newer value in its place.</returns>
    public DisplayHandle Display(object? value, params string[] mimeTypes) => _run.Engine.Display(value, mimeTypes);

    /// <summary>Shows a text now, as content of a form such as <c>text/html</c>.</summary>
    /// <returns>What was shown.</returns>
    public DisplayHandle DisplayAs(string value, string mimeType) => _run.Engine.Display(MimeBundle.Of(mimeType, value));
}
