using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>Lets the library show values in a session's cells, and stop when a cell is stopped.</summary>
internal static class NotebookWiring
{
    public static void Connect(CSharpSession session)
    {
        Notebook.Display = value => session.Display(value).Update;
        Notebook.ThrowIfStopped = session.ThrowIfStopping;
    }
}
