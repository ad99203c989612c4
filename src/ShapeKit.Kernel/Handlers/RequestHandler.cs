namespace ShapeKit.Kernel.Handlers;

/// <summary>Answers one type of request.</summary>
internal abstract class RequestHandler
{
    /// <summary>The type of the messages that come here, such as <c>complete_request</c>.</summary>
    public abstract string RequestType { get; }

    /// <summary>
    /// Whether it comes after the cells that were sent before it, because it runs code or ends the kernel; everything else is answered
    /// while a cell runs.
    /// </summary>
    public virtual bool WaitsForCells => false;

    public abstract Task HandleAsync(Request request);
}
