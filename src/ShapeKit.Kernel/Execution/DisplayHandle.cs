namespace ShapeKit.Kernel.Execution;

/// <summary>A value that is shown and can be replaced.</summary>
public sealed class DisplayHandle
{
    private readonly CellEngine _engine;
    private readonly string[] _mimeTypes;

    internal DisplayHandle(CellEngine engine, string id, string[] mimeTypes)
    {
        _engine = engine;
        _mimeTypes = mimeTypes;
        Id = id;
    }

    /// <summary>The id under which front ends know what is shown.</summary>
    public string Id { get; }

    /// <summary>Shows a newer value in the same place and the same forms.</summary>
    public void Update(object? value) => _engine.Update(Id, value, _mimeTypes);
}
