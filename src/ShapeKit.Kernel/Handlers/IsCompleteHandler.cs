using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Tells a console whether the Enter key runs the code or begins another line.</summary>
internal sealed class IsCompleteHandler : RequestHandler
{
    public override string RequestType => "is_complete_request";

    public override Task HandleAsync(Request request)
    {
        Completeness code = CellEngine.IsComplete(request.Content.Text("code"));
        var content = new JsonObject
        {
            ["status"] = code.Status switch
            {
                CompletenessStatus.Complete => "complete",
                CompletenessStatus.Incomplete => "incomplete",
                _ => "invalid",
            },
        };
        if (code.Status == CompletenessStatus.Incomplete)
        {
            content["indent"] = code.Indent;
        }

        request.Reply(content);
        return Task.CompletedTask;
    }
}
