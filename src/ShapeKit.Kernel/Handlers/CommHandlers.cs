using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;
using ShapeKit.Kernel.Transport;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Tells which channels are open.</summary>
internal sealed class CommInfoHandler(Task<CellEngine> engine) : RequestHandler
{
    public override string RequestType => "comm_info_request";

    public override async Task HandleAsync(Request request)
    {
        string target = request.Content.Text("target_name");
        IEnumerable<Comm> open = (await engine.ConfigureAwait(false)).Comms.Open.Where(comm => target.Length == 0 || comm.Target == target);
        request.Reply(
            new JsonObject
            {
                ["comms"] = new JsonObject(
                    open.Select(comm => KeyValuePair.Create(comm.Id, (JsonNode?)new JsonObject { ["target_name"] = comm.Target }))
                ),
            }
        );
    }
}

/// <summary>Opens a channel that a front end asks for; one that nobody registered is closed at once.</summary>
internal sealed class CommOpenHandler(Task<CellEngine> engine) : RequestHandler
{
    public override string RequestType => "comm_open";

    public override bool WaitsForCells => true;

    public override async Task HandleAsync(Request request)
    {
        CommRegistry comms = (await engine.ConfigureAwait(false)).Comms;
        string id = request.Content.Text("comm_id");
        if (
            !await comms
                .OpenAsync(id, request.Content.Text("target_name"), request.Content.Fields("data"), request.Show, request.Interrupted)
                .ConfigureAwait(false)
        )
        {
            request.Publish("comm_close", new JsonObject { ["comm_id"] = id, ["data"] = new JsonObject() });
        }
    }
}

/// <summary>Passes on what a front end says on a channel.</summary>
internal sealed class CommMessageHandler(Task<CellEngine> engine, KernelLog log) : RequestHandler
{
    public override string RequestType => "comm_msg";

    public override bool WaitsForCells => true;

    public override async Task HandleAsync(Request request)
    {
        CommRegistry comms = (await engine.ConfigureAwait(false)).Comms;
        if (
            !await comms
                .MessageAsync(request.Content.Text("comm_id"), request.Content.Fields("data"), request.Show, request.Interrupted)
                .ConfigureAwait(false)
        )
        {
            log.Ignored("shell", "its comm is not open");
        }
    }
}

/// <summary>Closes a channel that a front end gives up.</summary>
internal sealed class CommCloseHandler(Task<CellEngine> engine, KernelLog log) : RequestHandler
{
    public override string RequestType => "comm_close";

    public override bool WaitsForCells => true;

    public override async Task HandleAsync(Request request)
    {
        CommRegistry comms = (await engine.ConfigureAwait(false)).Comms;
        if (
            !await comms
                .CloseAsync(request.Content.Text("comm_id"), request.Content.Fields("data"), request.Show, request.Interrupted)
                .ConfigureAwait(false)
        )
        {
            log.Ignored("shell", "its comm is not open");
        }
    }
}
