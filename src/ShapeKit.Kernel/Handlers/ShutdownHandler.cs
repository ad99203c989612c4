using System.Text.Json.Nodes;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Ends the kernel; a front end that wants a restart starts the next one itself.</summary>
internal sealed class ShutdownHandler(Action shutDown) : RequestHandler
{
    public override string RequestType => "shutdown_request";

    public override bool WaitsForCells => true;

    public override Task HandleAsync(Request request)
    {
        bool restart = request.Content.Flag("restart", otherwise: false);
        request.Publish("shutdown_reply", new JsonObject { ["status"] = "ok", ["restart"] = restart });
        request.Reply(new JsonObject { ["restart"] = restart });
        shutDown();
        return Task.CompletedTask;
    }
}
