namespace ShapeKit.Kernel.Handlers;

/// <summary>Answers one type of request.</summary>
internal abstract class RequestHandler
{
    /// <summary>The type of the messages that come here, such as <c>complete_request</c>.</summary>
    public abstract string RequestType { get; }

    public abstract Task HandleAsync(Request request);
}
