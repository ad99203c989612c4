namespace ShapeKit.Kernel.Handlers;

/// <summary>Stops the cell that runs.</summary>
internal sealed class InterruptHandler(Action interrupt) : RequestHandler
{
    public override string RequestType => "interrupt_request";

    public override Task HandleAsync(Request request)
    {
        interrupt();
        request.Reply([]);
        return Task.CompletedTask;
    }
}
