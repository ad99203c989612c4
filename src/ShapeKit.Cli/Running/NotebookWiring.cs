using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>Lets the library show values in an engine's cells, and stop when a cell is stopped.</summary>
internal static class NotebookWiring
{
    public static void Connect(CellEngine engine)
    {
        Notebook.Display = value => engine.Display(value).Update;
        Notebook.ThrowIfStopped = engine.ThrowIfStopping;
    }
}
