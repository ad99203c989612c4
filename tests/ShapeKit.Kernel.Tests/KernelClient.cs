using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Tests;

/// <summary>A front end that starts a kernel and talks to it over real sockets.</summary>
internal sealed class KernelClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string Key = "front end and kernel know this";

    private readonly string _connectionFile = Path.GetTempFileName();
    private readonly WireFormat _wire = new(Encoding.UTF8.GetBytes(Key));
    private readonly DealerSocket _shell = new();
    private readonly DealerSocket _control = new();
    private readonly DealerSocket _stdin = new();
    private readonly SubscriberSocket _iopub = new();
    private readonly IDisposable _kernel;
    private readonly Task _running;

    /// <summary>Starts a kernel in this process.</summary>
    public KernelClient(string? logPath = null)
        : this(connectionFile =>
        {
            var kernel = new JupyterKernel(
                ConnectionInfo.Load(connectionFile),
                new KernelOptions
                {
                    Implementation = "tested",
                    Version = "1.2.3",
                    Banner = "A kernel",
                    LogPath = logPath,
                }
            );
            return (kernel, Task.Run(kernel.Run));
        }) { }

    /// <param name="start">Starts a kernel with a connection file; the task ends when the kernel does.</param>
    public KernelClient(Func<string, (IDisposable Kernel, Task Running)> start)
    {
        int[] ports = FreePorts(5);
        File.WriteAllText(
            _connectionFile,
            $$"""
            {"ip": "127.0.0.1", "transport": "tcp", "shell_port": {{ports[0]}}, "control_port": {{ports[1]}}, "stdin_port": {{ports[2]}},
             "iopub_port": {{ports[3]}}, "hb_port": {{ports[4]}}, "key": "{{Key}}", "signature_scheme": "hmac-sha256"}
            """
        );
        (_kernel, _running) = start(_connectionFile);
        foreach ((DealerSocket socket, int port) in ((DealerSocket, int)[])[(_shell, ports[0]), (_control, ports[1]), (_stdin, ports[2])])
        {
            socket.Options.Identity = "front end"u8.ToArray();
            socket.Options.SendHighWatermark = 0;
            socket.Connect($"tcp://127.0.0.1:{port}");
        }

        _iopub.Options.ReceiveHighWatermark = 0;
        _iopub.Connect($"tcp://127.0.0.1:{ports[3]}");
        _iopub.SubscribeToAnyTopic();
        Welcome = Published();
    }

    /// <summary>The first message that the listener heard.</summary>
    public JupyterMessage Welcome { get; }

    /// <summary>Whether the kernel has ended.</summary>
    public Task Ended => _running;

    /// <summary>Sends a request on shell, or on control.</summary>
    /// <returns>Its id.</returns>
    public string Send(string type, JsonObject? content = null, bool control = false)
    {
        List<byte[]> frames = _wire.Write([], type, JsonFields.Empty, content ?? []);
        SendRaw(frames, control);
        return JsonDocument.Parse(frames[2]).RootElement.Text("msg_id");
    }

    /// <summary>Sends a request whose content is this text, signed, whatever it holds.</summary>
    public string SendText(string type, string content)
    {
        List<byte[]> frames = _wire.Write([], type, JsonFields.Empty, []);
        frames[^1] = Encoding.UTF8.GetBytes(content);
        frames[1] = Encoding.ASCII.GetBytes(
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), frames.Skip(2).SelectMany(f => f).ToArray()))
        );
        SendRaw(frames);
        return JsonDocument.Parse(frames[2]).RootElement.Text("msg_id");
    }

    public void SendRaw(List<byte[]> frames, bool control = false) => (control ? _control : _shell).SendMultipartBytes(frames);

    public JupyterMessage Reply(bool control = false) => Take(control ? _control : _shell);

    public JupyterMessage Published() => Take(_iopub);

    public JupyterMessage Question() => Take(_stdin);

    public void Answer(string value) =>
        _stdin.SendMultipartBytes(_wire.Write([], "input_reply", JsonFields.Empty, new JsonObject { ["value"] = value }));

    /// <summary>Sends a request and waits until the kernel is done with it.</summary>
    /// <returns>The reply and what was published between busy and idle.</returns>
    public (JupyterMessage Reply, List<JupyterMessage> Published) Ask(string type, JsonObject? content = null, bool control = false)
    {
        string id = Send(type, content, control);
        List<JupyterMessage> published = UntilIdle(id);
        JupyterMessage reply = Reply(control);
        Assert.Equal(id, reply.ParentId);
        return (reply, published);
    }

    /// <summary>Runs a cell.</summary>
    public (JupyterMessage Reply, List<JupyterMessage> Published) Run(string code, JsonObject? more = null)
    {
        JsonObject content = more ?? [];
        content["code"] = code;
        return Ask("execute_request", content);
    }

    /// <summary>What was published for a request between its busy and its idle.</summary>
    public List<JupyterMessage> UntilIdle(string id)
    {
        var published = new List<JupyterMessage>();
        bool busy = false;
        while (true)
        {
            JupyterMessage message = Published();
            if (message.ParentId != id)
            {
                continue;
            }

            switch (message.Type == "status" ? (string)message.Content["execution_state"]! : "")
            {
                case "busy":
                    // Again when another request ends meanwhile.
                    busy = true;
                    break;
                case "idle":
                    Assert.True(busy, "idle came before busy");
                    return published;
                default:
                    Assert.True(busy, $"{message.Type} came before busy");
                    published.Add(message);
                    break;
            }
        }
    }

    public void Dispose()
    {
        if (!_running.IsCompleted)
        {
            Send("shutdown_request", control: true);
            Assert.True(_running.Wait(Patience));
        }

        _kernel.Dispose();
        foreach (NetMQSocket socket in (NetMQSocket[])[_shell, _control, _stdin, _iopub])
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Dispose();
        }

        File.Delete(_connectionFile);
    }

    private JupyterMessage Take(NetMQSocket socket)
    {
        List<byte[]>? frames = null;
        var waited = Stopwatch.StartNew();
        while (!socket.TryReceiveMultipartBytes(TimeSpan.FromSeconds(1), ref frames!))
        {
            Assert.False(_running.IsCompleted, "The kernel has ended.");
            Assert.True(waited.Elapsed < Patience, $"The kernel did not answer for {Patience.TotalSeconds} s.");
        }

        Assert.Null(_wire.Read(frames!, out Message? message));
        return new JupyterMessage(
            message!.Type,
            message.ParentHeader.Text("msg_id"),
            JsonNode.Parse(message.Content.GetRawText(), documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!.AsObject()
        );
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}

/// <summary>What a front end sees of a message.</summary>
internal sealed record JupyterMessage(string Type, string ParentId, JsonObject Content);
