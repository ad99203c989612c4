using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace ShapeKit.Benchmarks.Jupyter;

/// <summary>A small front end: starts a kernel, sends it requests and waits for their answers.</summary>
internal sealed class KernelClient : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    /// <summary>Waiting for the kernel to listen must not add much to its start; ZeroMQ's own pause is 100 ms.</summary>
    private static readonly TimeSpan BetweenConnects = TimeSpan.FromMilliseconds(2);

    private readonly byte[] _key = Encoding.UTF8.GetBytes(Guid.NewGuid().ToString());
    private readonly string _session = Guid.NewGuid().ToString();
    private readonly string _connectionFile = Path.GetTempFileName();
    private readonly DealerSocket _shell = new();
    private readonly DealerSocket _control = new();
    private readonly SubscriberSocket _iopub = new();
    private int _sent;

    public KernelClient(Kernelspec spec)
    {
        int[] ports = FreePorts(5);
        File.WriteAllText(
            _connectionFile,
            new JsonObject
            {
                ["ip"] = "127.0.0.1",
                ["transport"] = "tcp",
                ["signature_scheme"] = "hmac-sha256",
                ["key"] = Encoding.UTF8.GetString(_key),
                ["shell_port"] = ports[0],
                ["iopub_port"] = ports[1],
                ["control_port"] = ports[2],
                ["stdin_port"] = ports[3],
                ["hb_port"] = ports[4],
            }.ToJsonString()
        );
        var start = new ProcessStartInfo(
            spec.Arguments[0],
            spec.Arguments.Skip(1).Select(part => part == "{connection_file}" ? _connectionFile : part)
        );
        foreach ((string name, string value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        _iopub.Options.ReceiveHighWatermark = 0;
        _iopub.SubscribeToAnyTopic();
        foreach (
            (NetMQSocket socket, int port) in new (NetMQSocket, int)[] { (_shell, ports[0]), (_iopub, ports[1]), (_control, ports[2]) }
        )
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Options.ReconnectInterval = BetweenConnects;
            socket.Connect($"tcp://127.0.0.1:{port}");
        }

        Started = Stopwatch.StartNew();
        Process = Process.Start(start)!;
    }

    /// <summary>Runs since the process was started.</summary>
    public Stopwatch Started { get; }

    public Process Process { get; }

    /// <summary>What the process holds in memory, in MiB.</summary>
    public double Memory
    {
        get
        {
            Process.Refresh();
            return Process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>The most that the process has held in memory so far, in MiB.</summary>
    public double PeakMemory
    {
        get
        {
            Process.Refresh();
            return Process.PeakWorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>The processor time that the process has used, in seconds.</summary>
    public double Work
    {
        get
        {
            Process.Refresh();
            return Process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Waits until the kernel has nothing left to do: until it uses less than a tenth of a processor.</summary>
    public void Settle()
    {
        const double Quiet = 0.05;
        double before;
        do
        {
            before = Work;
            Thread.Sleep(TimeSpan.FromSeconds(10 * Quiet));
        } while (Work - before > Quiet);
    }

    /// <summary>Runs a cell to its end: until the reply and until everything was published.</summary>
    /// <exception cref="InvalidOperationException">The cell failed.</exception>
    public Answer Execute(string code)
    {
        Answer answer = Ask(
            "execute_request",
            new JsonObject
            {
                ["code"] = code,
                ["silent"] = false,
                ["store_history"] = true,
                ["allow_stdin"] = false,
                ["stop_on_error"] = false,
            }
        );
        return (string?)answer.Reply["status"] == "ok"
            ? answer
            : throw new InvalidOperationException($"{code} failed: {answer.Reply.ToJsonString()}");
    }

    /// <summary>Runs a cell that never ends, and interrupts it once it has printed something.</summary>
    /// <returns>The time from the interrupt to the cell's reply and <c>idle</c>.</returns>
    /// <exception cref="InvalidOperationException">The cell ended otherwise.</exception>
    public TimeSpan Interrupt(string code)
    {
        string id = Send("execute_request", new JsonObject { ["code"] = code, ["allow_stdin"] = false });
        while (Receive(_iopub).Type != "stream") { }

        var time = Stopwatch.StartNew();
        Send("interrupt_request", [], _control);
        Answer answer = Finish(id, time);
        return (string?)answer.Reply["ename"] == "Interrupted"
            ? answer.Time
            : throw new InvalidOperationException($"{code} was not interrupted: {answer.Reply.ToJsonString()}");
    }

    /// <summary>Sends a request and waits for its reply and for <c>idle</c>.</summary>
    public Answer Ask(string type, JsonObject content)
    {
        var time = Stopwatch.StartNew();
        return Finish(Send(type, content), time);
    }

    private Answer Finish(string id, Stopwatch time)
    {
        JsonObject reply = ReplyTo(id);
        var published = new List<(string Type, JsonObject Content)>();
        while (true)
        {
            (string kind, string parent, JsonObject said) = Receive(_iopub);
            if (parent != id)
            {
                continue;
            }

            if (kind == "status" && (string?)said["execution_state"] == "idle")
            {
                return new Answer(time.Elapsed, reply, published);
            }

            published.Add((kind, said));
        }
    }

    /// <summary>Sends a request and waits for nothing.</summary>
    public string Send(string type, JsonObject content) => Send(type, content, _shell);

    private string Send(string type, JsonObject content, DealerSocket socket)
    {
        string id = $"{_session}_{++_sent}";
        byte[][] parts =
        [
            Bytes(
                new JsonObject
                {
                    ["msg_id"] = id,
                    ["session"] = _session,
                    ["username"] = "benchmark",
                    ["date"] = DateTime.UtcNow.ToString("O"),
                    ["msg_type"] = type,
                    ["version"] = "5.4",
                }
            ),
            Bytes([]),
            Bytes([]),
            Bytes(content),
        ];
        byte[] signature = HMACSHA256.HashData(_key, parts.SelectMany(part => part).ToArray());
        socket.SendMultipartBytes(["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(signature)), .. parts]);
        return id;
    }

    public JsonObject ReplyTo(string id)
    {
        while (true)
        {
            (_, string parent, JsonObject content) = Receive(_shell);
            if (parent == id)
            {
                return content;
            }
        }
    }

    public void Dispose()
    {
        Send("shutdown_request", new JsonObject { ["restart"] = false });
        if (!Process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            Process.Kill();
        }

        Process.Dispose();
        _shell.Dispose();
        _control.Dispose();
        _iopub.Dispose();
        File.Delete(_connectionFile);
    }

    private static byte[] Bytes(JsonObject value) => JsonSerializer.SerializeToUtf8Bytes(value);

    private static (string Type, string Parent, JsonObject Content) Receive(NetMQSocket socket)
    {
        var frames = new List<byte[]>();
        if (!socket.TryReceiveMultipartBytes(Guard, ref frames!))
        {
            throw new TimeoutException("The kernel does not answer.");
        }

        int delimiter = frames.FindIndex(frame => frame.AsSpan().SequenceEqual("<IDS|MSG>"u8));
        JsonObject Part(int number) => JsonNode.Parse(frames[delimiter + 2 + number])!.AsObject();
        return ((string)Part(0)["msg_type"]!, (string?)Part(1)["msg_id"] ?? "", Part(3));
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}

/// <summary>What came back for one request.</summary>
/// <param name="Time">From sending it to its reply and <c>idle</c>, whichever came last.</param>
/// <param name="Reply">The reply's content.</param>
/// <param name="Published">What was published for it.</param>
internal sealed record Answer(TimeSpan Time, JsonObject Reply, IReadOnlyList<(string Type, JsonObject Content)> Published)
{
    public IEnumerable<JsonObject> Of(string type) => Published.Where(message => message.Type == type).Select(message => message.Content);

    public string Text => string.Concat(Of("stream").Select(message => (string)message["text"]!));
}
