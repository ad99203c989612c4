using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>
/// Lets the library show values in an engine's cells, stop when a cell is stopped, and look at what would end the process.
/// </summary>
internal static class NotebookWiring
{
    public static void Connect(CellEngine engine)
    {
        Notebook.Display = value => engine.Display(value).Update;
        Notebook.ThrowIfStopped = engine.ThrowIfStopping;
        CellEngine.Preconditions["TorchSharp.torch.matmul"] = MatrixProduct.ThrowIfUndefined;
        CellEngine.Preconditions["TorchSharp.torch.Tensor.matmul"] = MatrixProduct.ThrowIfUndefined;
    }
}
