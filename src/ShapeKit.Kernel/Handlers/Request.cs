using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Protocol;
using ShapeKit.Kernel.Transport;

namespace ShapeKit.Kernel.Handlers;

/// <summary>A message that asks for something, and the ways to answer it.</summary>
internal sealed class Request(
    Message message,
    Channel channel,
    IopubPublisher iopub,
    Action<Channel, Message, string, JsonObject> send,
    CancellationTokenSource interrupted
)
{
    public Message Message => message;

    public JsonElement Content => message.Content;

    /// <summary>Cancelled when the reader interrupts it.</summary>
    public CancellationToken Interrupted => interrupted.Token;

    public bool HasReplied { get; private set; }

    public void Interrupt() => interrupted.Cancel();

    /// <summary>Answers whoever asked, after everything that the request has shown.</summary>
    public void Reply(JsonObject content)
    {
        iopub.Flush();
        content.TryAdd("status", "ok");
        send(channel, message, message.Type.Replace("_request", "_reply", StringComparison.Ordinal), content);
        HasReplied = true;
    }

    /// <summary>Answers that it failed.</summary>
    public void ReplyError(string name, string reason) =>
        Reply(
            new JsonObject
            {
                ["status"] = "error",
                ["ename"] = name,
                ["evalue"] = reason,
                ["traceback"] = new JsonArray(),
            }
        );

    /// <summary>Shows something to everybody who listens.</summary>
    public void Show(CellOutput output) => iopub.Show(output, message);

    /// <summary>Returns when everything shown so far is on its way.</summary>
    public void FlushShown() => iopub.Flush();

    /// <summary>Publishes a message to everybody who listens.</summary>
    public void Publish(string type, JsonObject content) => iopub.Publish(type, message, content);
}
