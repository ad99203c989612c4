using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>One run of a cell: where its outputs go, also those that come after its end, and whether it is to stop.</summary>
/// <param name="engine">The engine that runs it.</param>
/// <param name="number">The cell's number.</param>
/// <param name="output">Told of each output.</param>
/// <param name="stopping">Cancelled when the cell is to stop.</param>
internal sealed class CellRun(CellEngine engine, int number, Action<CellOutput> output, CancellationToken stopping)
{
    private static readonly AsyncLocal<CellRun?> Running = new();
    private readonly WritableOutputs _writable = new();

    /// <summary>The run that the calling code belongs to, directly or on another thread that it started.</summary>
    public static CellRun? Current
    {
        get => Running.Value;
        set => Running.Value = value;
    }

    public CellEngine Engine => engine;

    public int Number => number;

    public CancellationToken Stopping => stopping;

    /// <summary>Passes an output on, one at a time of an engine.</summary>
    public void Show(CellOutput shown) => Pass(() => _writable.Next(shown));

    /// <summary>Passes on what waited for the cell's end.</summary>
    public void End() => Pass(_writable.End);

    private void Pass(Func<IReadOnlyList<CellOutput>> next)
    {
        using IDisposable quiet = CellThread.WithoutPosts();
        lock (engine)
        {
            foreach (CellOutput writable in next())
            {
                output(writable);
            }
        }
    }
}
