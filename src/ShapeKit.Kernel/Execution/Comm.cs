using System.Text.Json;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>A channel between a notebook's cells and a script in its front end.</summary>
/// <remarks>Jupyter messaging specification 5.4, section "Custom Messages". Either side opens it and sends JSON.</remarks>
public sealed class Comm
{
    private static readonly JsonSerializerOptions Json = new() { MaxDepth = MimeBundle.MostLevels };
    private readonly CellEngine _engine;

    internal Comm(CellEngine engine, string id, string target)
    {
        _engine = engine;
        Id = id;
        Target = target;
    }

    /// <summary>The id that both sides know it by.</summary>
    public string Id { get; }

    /// <summary>The name under which the other side registered it.</summary>
    public string Target { get; }

    /// <summary>What happens with each message from the front end.</summary>
    public Action<JsonElement>? OnMessage { get; set; }

    /// <summary>What happens when the front end closes the channel.</summary>
    public Action<JsonElement>? OnClose { get; set; }

    /// <summary>Sends a value, as JSON, to the front end.</summary>
    public void Send(object? data) => _engine.Send(new CommOutput("comm_msg", Id, null, Serialize(data)));

    /// <summary>Closes the channel on both sides.</summary>
    public void Close(object? data = null)
    {
        if (_engine.Comms.Forget(Id))
        {
            _engine.Send(new CommOutput("comm_close", Id, null, data is null ? "{}" : Serialize(data)));
        }
    }

    internal static string Serialize(object? data) => JsonSerializer.Serialize(data, Json);
}

/// <summary>The open channels of an engine.</summary>
public sealed class CommRegistry
{
    private readonly CellEngine _engine;
    private readonly Dictionary<string, Action<Comm, JsonElement>> _targets = [];
    private readonly Dictionary<string, Comm> _open = [];

    internal CommRegistry(CellEngine engine) => _engine = engine;

    /// <summary>The channels that are open now.</summary>
    public IReadOnlyList<Comm> Open
    {
        get
        {
            lock (_open)
            {
                return [.. _open.Values];
            }
        }
    }

    /// <summary>Says what happens when a front end opens a channel to a name.</summary>
    public void Register(string target, Action<Comm, JsonElement> onOpen)
    {
        lock (_open)
        {
            _targets[target] = onOpen;
        }
    }

    /// <summary>Opens a channel to a name that the front end knows.</summary>
    public Comm Start(string target, object? data = null)
    {
        var comm = new Comm(_engine, Guid.NewGuid().ToString("N"), target);
        lock (_open)
        {
            _open[comm.Id] = comm;
        }

        _engine.Send(new CommOutput("comm_open", comm.Id, target, data is null ? "{}" : Comm.Serialize(data)));
        return comm;
    }

    /// <summary>A front end opens a channel; runs what was registered for it.</summary>
    /// <returns>Whether somebody registered its name.</returns>
    public async Task<bool> OpenAsync(
        string id,
        string target,
        JsonElement data,
        Action<CellOutput> output,
        CancellationToken cancellationToken = default
    )
    {
        Action<Comm, JsonElement>? onOpen;
        var comm = new Comm(_engine, id, target);
        lock (_open)
        {
            if (!_targets.TryGetValue(target, out onOpen))
            {
                return false;
            }

            _open[id] = comm;
        }

        await _engine.RunAsync(() => onOpen(comm, data), output, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>A front end sends a message; false when the channel is not open.</summary>
    public Task<bool> MessageAsync(string id, JsonElement data, Action<CellOutput> output, CancellationToken cancellationToken = default) =>
        TellAsync(id, comm => comm.OnMessage, data, output, cancellationToken);

    /// <summary>A front end closes a channel; false when it is not open.</summary>
    public async Task<bool> CloseAsync(
        string id,
        JsonElement data,
        Action<CellOutput> output,
        CancellationToken cancellationToken = default
    )
    {
        bool told = await TellAsync(id, comm => comm.OnClose, data, output, cancellationToken).ConfigureAwait(false);
        Forget(id);
        return told;
    }

    internal bool Forget(string id)
    {
        lock (_open)
        {
            return _open.Remove(id);
        }
    }

    private async Task<bool> TellAsync(
        string id,
        Func<Comm, Action<JsonElement>?> part,
        JsonElement data,
        Action<CellOutput> output,
        CancellationToken cancellationToken = default
    )
    {
        Comm? comm;
        lock (_open)
        {
            _open.TryGetValue(id, out comm);
        }

        if (comm is not null && part(comm) is { } action)
        {
            await _engine.RunAsync(() => action(data), output, cancellationToken).ConfigureAwait(false);
        }

        return comm is not null;
    }
}
