using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Protocol;

/// <summary>What cells show, as the content of messages.</summary>
internal static class OutputMessages
{
    /// <summary>The type and the content of the message that carries an output.</summary>
    public static (string Type, JsonObject Content) Of(CellOutput output) =>
        output switch
        {
            StreamOutput stream => ("stream", new() { ["name"] = stream.Name, ["text"] = stream.Text }),
            DisplayOutput display => ("display_data", Shown(display.Data, display.DisplayId)),
            UpdateDisplayOutput update => ("update_display_data", Shown(update.Data, update.DisplayId)),
            ResultOutput result => (
                "execute_result",
                new()
                {
                    ["execution_count"] = result.ExecutionCount,
                    ["data"] = Bundle(result.Data),
                    ["metadata"] = new JsonObject(),
                }
            ),
            ErrorOutput error => ("error", Error(error)),
            ClearOutput clear => ("clear_output", new() { ["wait"] = clear.Wait }),
            CommOutput comm => (comm.Type, Comm(comm)),
            _ => throw new ArgumentException($"No message carries a {output.GetType().Name}.", nameof(output)),
        };

    public static JsonObject Bundle(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach ((string mimeType, string content) in bundle.Data)
        {
            data[mimeType] = MimeBundle.IsJson(mimeType) ? Json(content) : LongText.Value(content);
        }

        return data;
    }

    public static JsonObject Error(ErrorOutput error) =>
        new()
        {
            ["ename"] = error.Name,
            ["evalue"] = error.Message,
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
        };

    private static JsonObject Shown(MimeBundle bundle, string? displayId) =>
        new()
        {
            ["data"] = Bundle(bundle),
            ["metadata"] = new JsonObject(),
            ["transient"] = displayId is null ? [] : new JsonObject { ["display_id"] = displayId },
        };

    private static JsonObject Comm(CommOutput comm)
    {
        var content = new JsonObject { ["comm_id"] = comm.CommId, ["data"] = Json(comm.Data) };
        if (comm.Target is { } target)
        {
            content["target_name"] = target;
        }

        return content;
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = MimeBundle.MostLevels });
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
