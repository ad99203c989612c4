namespace ShapeKit.Kernel.Execution;

/// <summary>A value that is shown and can be replaced.</summary>
public sealed class DisplayHandle
{
    private readonly CSharpSession _session;

    internal DisplayHandle(CSharpSession session, string id)
    {
        _session = session;
        Id = id;
    }

    /// <summary>The id under which front ends know what is shown.</summary>
    public string Id { get; }

    /// <summary>Shows a newer value in the same place.</summary>
    public void Update(object? value) => _session.Update(Id, value);
}
