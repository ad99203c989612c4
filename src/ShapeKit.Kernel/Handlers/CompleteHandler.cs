using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Tells what could be written where the cursor stands.</summary>
internal sealed class CompleteHandler(Task<CellEngine> engine) : RequestHandler
{
    public override string RequestType => "complete_request";

    public override async Task HandleAsync(Request request)
    {
        string code = request.Content.Text("code");
        CellEngine cells = await engine.ConfigureAwait(false);
        CompletionList found = await cells
            .CompleteAsync(code, CodePosition.ToUtf16(code, request.Content.Number("cursor_pos") ?? int.MaxValue), request.Interrupted)
            .ConfigureAwait(false);
        int start = CodePosition.ToCharacters(code, found.Start);
        int end = CodePosition.ToCharacters(code, found.End);
        request.Reply(
            new JsonObject
            {
                ["matches"] = new JsonArray([.. found.Items.Select(item => (JsonNode)item.Text)]),
                ["cursor_start"] = start,
                ["cursor_end"] = end,
                ["metadata"] = new JsonObject
                {
                    // What IPython sends too: front ends take the icons from it.
                    ["_jupyter_types_experimental"] = new JsonArray([
                        .. found.Items.Select(item => new JsonObject
                        {
                            ["text"] = item.Text,
                            ["type"] = item.Kind,
                            ["start"] = start,
                            ["end"] = end,
                        }),
                    ]),
                },
            }
        );
    }
}
