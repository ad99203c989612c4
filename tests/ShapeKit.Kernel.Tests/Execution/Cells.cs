using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

/// <summary>A notebook to write cells into, and what they showed.</summary>
internal sealed class Cells(CellEngineOptions? options = null) : IDisposable
{
    public CellEngine Engine { get; } = new(options);

    public List<CellOutput> Outputs { get; } = [];

    public CellResult Last { get; private set; } = new(true, 0);

    public ErrorOutput Error => Assert.Single(Outputs.OfType<ErrorOutput>());

    public MimeBundle Value => Assert.Single(Outputs.OfType<ResultOutput>()).Data;

    public string Console => string.Concat(Outputs.OfType<StreamOutput>().Where(o => o.Name == "stdout").Select(o => o.Text));

    /// <summary>Runs a cell, whether it succeeds or fails.</summary>
    public async Task<Cells> Try(string code)
    {
        Outputs.Clear();
        Last = await Engine.ExecuteAsync(code, Outputs.Add, cancellationToken: TestContext.Current.CancellationToken);
        return this;
    }

    /// <summary>Runs a cell that has to succeed.</summary>
    public async Task<Cells> Run(string code)
    {
        await Try(code);
        Assert.True(Last.Succeeded, string.Join('\n', Outputs.OfType<ErrorOutput>().SelectMany(e => e.Traceback)));
        return this;
    }

    /// <summary>The text of a cell's value.</summary>
    public async Task<string> Text(string code) => (await Run(code)).Value.Data[MimeBundle.Plain];

    public void Dispose() => Engine.Dispose();
}
