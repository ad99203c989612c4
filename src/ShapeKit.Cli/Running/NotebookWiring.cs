using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>
/// Lets the library show values in an engine's cells, stop when a cell is stopped, and look at what would end the process.
/// </summary>
internal static class NotebookWiring
{
    /// <summary>
    /// What a process that runs cells gets: collections as rare everywhere as with a large cache. .NET otherwise goes by the processor's,
    /// and virtual machines may hide it; each collection is a chance to free a number of a cell's while libtorch reads it.
    /// </summary>
    public static (string Name, string Value) FirstGeneration { get; } = ("DOTNET_GCgen0size", "0x1000000");

    public static void Connect(CellEngine engine)
    {
        Notebook.Display = value => engine.Display(value).Update;
        Notebook.ThrowIfStopped = engine.ThrowIfStopping;
        CellEngine.Preconditions["TorchSharp.torch.matmul"] = MatrixProduct.ThrowIfUndefined;
        CellEngine.Preconditions["TorchSharp.torch.Tensor.matmul"] = MatrixProduct.ThrowIfUndefined;
    }
}
