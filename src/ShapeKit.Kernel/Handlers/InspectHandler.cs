using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Tells what the name at the cursor means.</summary>
internal sealed class InspectHandler(Task<CellEngine> engine) : RequestHandler
{
    public override string RequestType => "inspect_request";

    public override async Task HandleAsync(Request request)
    {
        string code = request.Content.Text("code");
        CellEngine cells = await engine.ConfigureAwait(false);
        Inspection? found = await cells
            .InspectAsync(code, CodePosition.ToUtf16(code, request.Content.Number("cursor_pos") ?? int.MaxValue), request.Interrupted)
            .ConfigureAwait(false);
        var data = new JsonObject();
        if (found is not null)
        {
            data["text/plain"] = found.Documentation.Length > 0 ? $"{found.Signature}\n\n{found.Documentation}" : found.Signature;
            data["text/markdown"] = $"```csharp\n{found.Signature}\n```\n\n{found.Documentation}".TrimEnd();
        }

        request.Reply(
            new JsonObject
            {
                ["found"] = found is not null,
                ["data"] = data,
                ["metadata"] = new JsonObject(),
            }
        );
    }
}
