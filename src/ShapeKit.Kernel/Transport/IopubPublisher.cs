using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Transport;

/// <summary>Publishes what cells show, in order, without flooding the front end.</summary>
/// <remarks>
/// Text of one stream that comes in a rush is joined, and of several updates of one display only the newest is sent; both wait at
/// most <see cref="Pause"/>. Everything else goes out at once, after what waited.
/// </remarks>
internal sealed class IopubPublisher : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Text is joined up to this many characters, a size that front ends handle well.</summary>
    private const int LongestText = 1024 * 1024;

    private readonly object _gate = new();
    private readonly Action<string, Message?, JsonObject> _send;
    private readonly Dictionary<string, Waiting> _updates = [];
    private readonly Thread _thread;
    private List<Waiting> _waiting = [];
    private long _added;
    private long _sent;
    private bool _urgent;
    private bool _ended;

    /// <param name="send">Sends a message: its type, the request that it belongs to, and its content.</param>
    public IopubPublisher(Action<string, Message?, JsonObject> send)
    {
        _send = send;
        _thread = new Thread(Work) { IsBackground = true, Name = "ShapeKit iopub" };
        _thread.Start();
    }

    /// <summary>Shows what a request's code made.</summary>
    public void Show(CellOutput output, Message parent)
    {
        lock (_gate)
        {
            switch (output)
            {
                case StreamOutput stream:
                    Join(stream, parent);
                    break;
                case UpdateDisplayOutput update when _updates.TryGetValue(update.DisplayId, out Waiting? earlier):
                    earlier.Output = update;
                    return;
                case UpdateDisplayOutput update:
                    _updates[update.DisplayId] = Add(new Waiting(parent) { Output = update });
                    break;
                default:
                    Add(new Waiting(parent) { Output = output });
                    Hurry();
                    break;
            }
        }
    }

    /// <summary>Publishes a message at once, after everything that waits.</summary>
    public void Publish(string type, Message? parent, JsonObject content)
    {
        lock (_gate)
        {
            Add(new Waiting(parent) { Message = (type, content) });
            Hurry();
        }
    }

    /// <summary>Returns when everything shown so far is on its way.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            long shown = _added;
            while (!_ended && _sent < shown)
            {
                Hurry();
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Publishes what waits and ends.</summary>
    public void Dispose()
    {
        Flush();
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Join(StreamOutput stream, Message parent)
    {
        if (
            _waiting is [.., { Text: { } text } last]
            && last.Stream == stream.Name
            && ReferenceEquals(last.Parent, parent)
            && text.Length + stream.Text.Length <= LongestText
        )
        {
            text.Append(stream.Text);
        }
        else
        {
            Add(new Waiting(parent) { Stream = stream.Name, Text = new StringBuilder(stream.Text) });
        }
    }

    private Waiting Add(Waiting waiting)
    {
        _waiting.Add(waiting);
        _added++;
        if (_waiting.Count == 1)
        {
            Monitor.PulseAll(_gate);
        }

        return waiting;
    }

    private void Hurry()
    {
        // A later update must not overtake what stands before it.
        _updates.Clear();
        _urgent = true;
        Monitor.PulseAll(_gate);
    }

    private void Work()
    {
        var sinceLast = Stopwatch.StartNew();
        while (Take(sinceLast) is { } batch)
        {
            foreach (Waiting waiting in batch)
            {
                Send(waiting);
            }

            sinceLast.Restart();
            lock (_gate)
            {
                _sent += batch.Count;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Sends a message; in the place of one that can't be sent, a sentence that says so.</summary>
    private void Send(Waiting waiting)
    {
        try
        {
            (string type, JsonObject content) = waiting.Make();
            _send(type, waiting.Parent, content);
        }
        catch (Exception e)
        {
            (string type, JsonObject content) = OutputMessages.Of(
                new StreamOutput("stderr", $"{waiting.Name} could not be sent: {WholeText.Of(e.Message)}\n")
            );
            _send(type, waiting.Parent, content);
        }
    }

    /// <summary>Waits for something to send, and for its time; null at the end.</summary>
    private List<Waiting>? Take(Stopwatch sinceLast)
    {
        lock (_gate)
        {
            while (!_urgent && (_waiting.Count == 0 || sinceLast.Elapsed < Pause))
            {
                if (_ended)
                {
                    return null;
                }

                TimeSpan rest = Pause - sinceLast.Elapsed;
                Monitor.Wait(
                    _gate,
                    _waiting.Count == 0 ? Timeout.InfiniteTimeSpan
                        : rest > TimeSpan.FromMilliseconds(1) ? rest
                        : TimeSpan.FromMilliseconds(1)
                );
            }

            List<Waiting> batch = _waiting;
            _waiting = [];
            _updates.Clear();
            _urgent = false;
            return batch;
        }
    }

    private sealed class Waiting(Message? parent)
    {
        public Message? Parent => parent;

        public CellOutput? Output { get; set; }

        public string? Stream { get; init; }

        public StringBuilder? Text { get; init; }

        public (string Type, JsonObject Content) Message { get; init; }

        public string Name =>
            Text is not null
                ? "Text"
                : Output switch
                {
                    ResultOutput => "The value",
                    ErrorOutput => "The error",
                    null => $"A message ({Message.Type})",
                    _ => "A display",
                };

        public (string Type, JsonObject Content) Make() =>
            Text is not null ? OutputMessages.Of(new StreamOutput(Stream!, Text.ToString()))
            : Output is not null ? OutputMessages.Of(Output)
            : Message;
    }
}
