using System.Text;
using NetMQ;
using NetMQ.Sockets;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Transport;

/// <summary>The five sockets of a kernel, bound to the addresses of the connection file and nothing else.</summary>
/// <remarks>One thread owns them all: what comes in goes to the callbacks at once, what goes out waits in one queue.</remarks>
internal sealed class KernelSockets : IDisposable
{
    /// <summary>The longest frame that is taken in; whoever sends a longer one is disconnected.</summary>
    private const int LongestFrame = 256 * 1024 * 1024;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly RouterSocket _shell = new();
    private readonly RouterSocket _control = new();
    private readonly RouterSocket _stdin = new();
    private readonly XPublisherSocket _iopub = new();
    private readonly RouterSocket _heartbeat = new();
    private readonly NetMQQueue<(Channel Channel, List<byte[]> Frames)> _outgoing = new();
    private readonly NetMQPoller _poller;
    private readonly HashSet<string> _subscriptions = [];
    private bool _everListened;

    /// <exception cref="KernelStartException">A port is taken or the address is not one of this machine.</exception>
    public KernelSockets(ConnectionInfo connection)
    {
        (NetMQSocket Socket, int Port)[] sockets =
        [
            (_shell, connection.ShellPort),
            (_control, connection.ControlPort),
            (_stdin, connection.StdinPort),
            (_iopub, connection.IopubPort),
            (_heartbeat, connection.HeartbeatPort),
        ];
        _iopub.Options.XPubVerbose = true;
        foreach ((NetMQSocket socket, int port) in sockets)
        {
            socket.Options.SendHighWatermark = 0;
            socket.Options.ReceiveHighWatermark = 0;
            socket.Options.MaxMsgSize = LongestFrame;
            socket.Options.Linger = Farewell;
            string address = connection.Ip.Contains(':') ? $"tcp://[{connection.Ip}]:{port}" : $"tcp://{connection.Ip}:{port}";
            socket.Options.IPv4Only = !connection.Ip.Contains(':');
            try
            {
                socket.Bind(address);
            }
            catch (Exception e) when (e is NetMQException or System.Net.Sockets.SocketException or ArgumentException)
            {
                Dispose(sockets.Select(s => s.Socket));
                throw new KernelStartException(
                    $"The kernel can't listen at {address}: {e.Message} Restart it, so that the front end chooses other ports.",
                    e
                );
            }
        }

        _shell.ReceiveReady += (_, _) => Take(_shell, frames => Received?.Invoke(Channel.Shell, frames));
        _control.ReceiveReady += (_, _) => Take(_control, frames => Received?.Invoke(Channel.Control, frames));
        _stdin.ReceiveReady += (_, _) => Take(_stdin, frames => Received?.Invoke(Channel.Stdin, frames));
        _heartbeat.ReceiveReady += (_, _) => Take(_heartbeat, frames => Put(_heartbeat, frames));
        _iopub.ReceiveReady += (_, _) => Take(_iopub, Subscribe);
        _outgoing.ReceiveReady += (_, _) => SendAll();
        _poller = [_shell, _control, _stdin, _iopub, _heartbeat, _outgoing];
    }

    /// <summary>Told of each message on shell, control and stdin, on the sockets' own thread.</summary>
    public event Action<Channel, IReadOnlyList<byte[]>>? Received;

    /// <summary>Told of each new subscription to iopub, with its topic, on the sockets' own thread.</summary>
    public event Action<string>? Subscribed;

    /// <summary>Whether somebody listens to iopub now, or did once.</summary>
    public (bool Now, bool Ever) Listeners
    {
        get
        {
            lock (_subscriptions)
            {
                return (_subscriptions.Count > 0, _everListened);
            }
        }
    }

    public void Start() => _poller.RunAsync("ShapeKit sockets");

    /// <summary>Sends a message; after the end, nothing.</summary>
    public void Send(Channel channel, List<byte[]> frames)
    {
        lock (_outgoing)
        {
            if (!_poller.IsDisposed)
            {
                _outgoing.Enqueue((channel, frames));
            }
        }
    }

    /// <summary>Sends what still waits and closes the sockets.</summary>
    public void Dispose()
    {
        if (_poller.IsRunning)
        {
            _poller.Stop();
            SendAll();
        }

        lock (_outgoing)
        {
            _poller.Dispose();
            _outgoing.Dispose();
        }

        Dispose([_shell, _control, _stdin, _iopub, _heartbeat]);
    }

    private static void Dispose(IEnumerable<NetMQSocket> sockets)
    {
        foreach (NetMQSocket socket in sockets)
        {
            socket.Dispose();
        }
    }

    private static void Take(NetMQSocket socket, Action<List<byte[]>> then)
    {
        var frames = new List<byte[]>();
        for (int taken = 0; taken < 100 && socket.TryReceiveMultipartBytes(ref frames!); taken++)
        {
            then([.. frames]);
        }
    }

    /// <summary>Sends the frames as they are; NetMQ's own method for that copies each.</summary>
    private static void Put(NetMQSocket socket, List<byte[]> frames)
    {
        foreach ((int i, byte[] frame) in frames.Index())
        {
            var message = default(Msg);
            message.InitGC(frame, frame.Length);
            socket.Send(ref message, more: i < frames.Count - 1);
            message.Close();
        }
    }

    private void Subscribe(List<byte[]> frames)
    {
        if (frames[0] is not [var kind and (0 or 1), .. var rest])
        {
            return;
        }

        string topic = Encoding.UTF8.GetString(rest);
        lock (_subscriptions)
        {
            _everListened = true;
            _ = kind == 1 ? _subscriptions.Add(topic) : _subscriptions.Remove(topic);
        }

        if (kind == 1)
        {
            Subscribed?.Invoke(topic);
        }
    }

    private void SendAll()
    {
        while (_outgoing.TryDequeue(out (Channel Channel, List<byte[]> Frames) message, TimeSpan.Zero))
        {
            NetMQSocket socket = message.Channel switch
            {
                Channel.Shell => _shell,
                Channel.Control => _control,
                Channel.Stdin => _stdin,
                _ => _iopub,
            };
            Put(socket, message.Frames);
        }
    }
}

/// <summary>The channels of a kernel that carry messages.</summary>
internal enum Channel
{
    Shell,
    Control,
    Stdin,
    Iopub,
}
