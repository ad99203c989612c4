using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Handlers;
using ShapeKit.Kernel.Protocol;
using ShapeKit.Kernel.Transport;

namespace ShapeKit.Kernel;

/// <summary>A Jupyter kernel for C#: answers a front end's messages until it is shut down or nobody is left.</summary>
/// <remarks>Jupyter messaging specification 5.4. Each request type has a class in <c>Handlers</c>.</remarks>
public sealed class JupyterKernel : IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly KernelOptions _options;
    private readonly WireFormat _wire;
    private readonly KernelLog _log;
    private readonly KernelSockets _sockets;
    private readonly IopubPublisher _iopub;
    private readonly InputChannel _input;
    private readonly TaskCompletionSource<CellEngine> _engine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BlockingCollection<Message> _cells = [];
    private readonly BlockingCollection<Message> _questions = [];
    private readonly BlockingCollection<Message> _control = [];
    private readonly Dictionary<string, RequestHandler> _handlers;
    private readonly object _stateGate = new();

    /// <summary>The request of the cells' queue that is being handled.</summary>
    private Request? _running;
    private bool _welcomed;
    private volatile bool _aborting;
    private volatile bool _leaving;

    /// <summary>Binds the kernel's sockets.</summary>
    /// <param name="connection">What the front end's connection file says.</param>
    /// <param name="options">What the program decides.</param>
    /// <exception cref="KernelStartException">The sockets can't be bound.</exception>
    public JupyterKernel(ConnectionInfo connection, KernelOptions options)
    {
        _options = options;
        _log = new KernelLog(options.LogPath);
        _wire = new WireFormat(connection.Key);
        _sockets = new KernelSockets(connection);
        _iopub = new IopubPublisher((type, parent, content) => Send(Channel.Iopub, [Encoding.UTF8.GetBytes(type)], parent, type, content));
        _input = new InputChannel((parent, content) => Send(Channel.Stdin, parent.Identities, parent, "input_request", content));
        var history = new History();
        RequestHandler[] handlers =
        [
            new KernelInfoHandler(options.Implementation, options.Version, options.Banner, options.HelpLinks),
            new ExecuteHandler(_engine.Task, history, _input, () => _aborting = true, _log),
            new CompleteHandler(_engine.Task),
            new InspectHandler(_engine.Task),
            new IsCompleteHandler(),
            new HistoryHandler(history),
            new CommInfoHandler(_engine.Task),
            new CommOpenHandler(_engine.Task),
            new CommMessageHandler(_engine.Task, _log),
            new CommCloseHandler(_engine.Task, _log),
            new InterruptHandler(Interrupt),
            new ShutdownHandler(() => _leaving = true),
        ];
        _handlers = handlers.ToDictionary(handler => handler.RequestType);
        _sockets.Received += Receive;
        _sockets.Subscribed += Welcome;
    }

    /// <summary>Answers messages until the kernel is shut down or nobody is left who could use it.</summary>
    /// <returns>Whether no cell runs any more.</returns>
    public bool Run()
    {
        _sockets.Start();
        _log.Note("The kernel listens.");
        new Thread(() => Serve(_cells, Channel.Shell)) { IsBackground = true, Name = "ShapeKit shell" }.Start();
        new Thread(() => Serve(_questions, Channel.Shell)) { IsBackground = true, Name = "ShapeKit questions" }.Start();
        new Thread(() => Serve(_control, Channel.Control)) { IsBackground = true, Name = "ShapeKit control" }.Start();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            Interrupt();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            _ended.TrySetResult();
        });
        using var watch = new ParentWatch(
            () => _sockets.Listeners,
            ParentWatch.ParentOfThisProcess(),
            Silence,
            Grace,
            () =>
            {
                _log.Note("Nobody uses the kernel any more; it ends.");
                _ended.TrySetResult();
            }
        );
        AppDomain.CurrentDomain.ProcessExit += EndedFromInside;
        StartEngine();
        // Blocks, because cells may keep the whole thread pool busy.
        _ended.Task.Wait();
        AppDomain.CurrentDomain.ProcessExit -= EndedFromInside;
        _cells.CompleteAdding();
        _questions.CompleteAdding();
        _control.CompleteAdding();
        Interrupt();
        return Volatile.Read(ref _running) is null;
    }

    /// <summary>Sends what still waits, and closes the sockets.</summary>
    public void Dispose()
    {
        _iopub.Dispose();
        _sockets.Dispose();
        _log.Dispose();
        // The queues are not disposed: a cell that does not end may still come back to them.
    }

    /// <summary>The compiler takes a moment to load; meanwhile the kernel answers who it is.</summary>
    private void StartEngine() =>
        Task.Run(() =>
        {
            try
            {
                var engine = new CellEngine(new CellEngineOptions { WorkingDirectory = _options.WorkingDirectory, Input = _input.Ask });
                _options.OnEngine?.Invoke(engine);
                _engine.SetResult(engine);
                // The first cell comes first.
                _ = engine
                    .Ready.ContinueWith(_ => Task.Delay(Settling), TaskScheduler.Default)
                    .Unwrap()
                    .ContinueWith(_ => engine.WarmUpLanguageAsync(), TaskScheduler.Default);
                _log.Note("The engine exists.");
                _ = engine.Ready.ContinueWith(_ => _log.Note("The compiler is warm."), TaskScheduler.Default);
            }
            catch (Exception e)
            {
                _engine.SetException(e);
            }
        });

    /// <summary>
    /// Tells a listener that from now on it misses nothing (JEP 65), and the state, whose last change it may have missed; the first one,
    /// that the kernel started.
    /// </summary>
    private void Welcome(string topic)
    {
        _iopub.Publish("iopub_welcome", null, new JsonObject { ["subscription"] = topic });
        lock (_stateGate)
        {
            if (!_welcomed)
            {
                _welcomed = true;
                _iopub.Publish("status", null, new JsonObject { ["execution_state"] = "starting" });
            }

            _iopub.Publish("status", null, new JsonObject { ["execution_state"] = _running is null ? "idle" : "busy" });
        }
    }

    /// <summary>A library that a cell called has ended the process, which can't be undone: whoever listens learns it.</summary>
    private void EndedFromInside(object? sender, EventArgs e)
    {
        _log.Note("Code of a cell ended the process.");
        if (_engine.Task.IsCompletedSuccessfully)
        {
            _engine.Task.Result.TellEnd();
        }

        _iopub.Publish("shutdown_reply", null, new JsonObject { ["status"] = "ok", ["restart"] = false });
        _iopub.Dispose();
        _sockets.Dispose();
    }

    private void Interrupt() => Volatile.Read(ref _running)?.Interrupt();

    /// <summary>On the sockets' thread: checks a message and passes it on.</summary>
    private void Receive(Channel channel, IReadOnlyList<byte[]> frames)
    {
        string? wrong = _wire.Read(frames, out Message? message);
        if (wrong is null && channel == Channel.Stdin)
        {
            if (message!.Type == "input_reply")
            {
                _input.Answer(message);
                return;
            }

            wrong = "only input_reply belongs there";
        }

        if (wrong is null && !_handlers.ContainsKey(message!.Type))
        {
            wrong = "its type is not known here";
        }

        if (wrong is not null)
        {
            _log.Ignored(Name(channel), wrong);
            return;
        }

        try
        {
            (
                channel == Channel.Control ? _control
                : _handlers[message!.Type].WaitsForCells ? _cells
                : _questions
            ).Add(message!);
        }
        catch (InvalidOperationException)
        {
            // The kernel ends.
        }
    }

    private void Serve(BlockingCollection<Message> queue, Channel channel)
    {
        foreach (Message message in queue.GetConsumingEnumerable())
        {
            // The source is not disposed: an interrupt may come while the request ends.
            var request = new Request(
                message,
                channel,
                _iopub,
                (to, parent, type, content) => Send(to, parent.Identities, parent, type, content),
                new CancellationTokenSource()
            );
            lock (_stateGate)
            {
                _running = queue == _cells ? request : _running;
                Publish(request, "busy");
            }

            try
            {
                Handle(request);
            }
            catch (Exception e)
            {
                _log.Warn($"A {message.Type} failed: {e.Message} ({e.GetType().Name})");
                if (!request.HasReplied && message.Type.EndsWith("_request", StringComparison.Ordinal))
                {
                    request.ReplyError(e.GetType().Name, e.Message);
                }
            }

            lock (_stateGate)
            {
                if (queue == _cells)
                {
                    _running = null;
                    // A failed cell takes along the cells that were sent before anybody knew of it.
                    _aborting = _aborting && queue.Any(waiting => waiting.Type == "execute_request");
                }

                Publish(request, "idle");
                if (_running is { } running)
                {
                    // Front ends take the newest state for the kernel's.
                    Publish(running, "busy");
                }
            }

            if (_leaving)
            {
                _ended.TrySetResult();
            }
        }
    }

    private void Handle(Request request)
    {
        if (_aborting && request.Message.Type == "execute_request")
        {
            request.Reply(new JsonObject { ["status"] = "aborted", ["execution_count"] = _engine.Task.Result.ExecutionCount });
        }
        else
        {
            _handlers[request.Message.Type].HandleAsync(request).GetAwaiter().GetResult();
        }
    }

    private static void Publish(Request request, string state) => request.Publish("status", new JsonObject { ["execution_state"] = state });

    private void Send(Channel channel, IEnumerable<byte[]> identities, Message? parent, string type, JsonObject content) =>
        _sockets.Send(channel, _wire.Write(identities, type, parent?.Header ?? JsonFields.Empty, content));

    private static string Name(Channel channel) =>
        channel switch
        {
            Channel.Shell => "shell",
            Channel.Control => "control",
            _ => "stdin",
        };
}
