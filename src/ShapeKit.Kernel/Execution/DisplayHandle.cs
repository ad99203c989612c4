namespace ShapeKit.Kernel.Execution;

/// <summary>A value that is shown and can be replaced.</summary>
public sealed class DisplayHandle
{
    private readonly CellEngine _engine;

    internal DisplayHandle(CellEngine engine, string id)
    {
        _engine = engine;
        Id = id;
    }

    /// <summary>The id under which front ends know what is shown.</summary>
    public string Id { get; }

    /// <summary>Shows a newer value in the same place.</summary>
    public void Update(object? value) => _engine.Update(Id, value);
}
