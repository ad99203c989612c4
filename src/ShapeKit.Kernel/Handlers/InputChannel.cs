using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Asks the reader, through the front end that runs the cell.</summary>
/// <param name="ask">Sends an <c>input_request</c> to the front end behind a request.</param>
internal sealed class InputChannel(Action<Message, JsonObject> ask)
{
    private readonly object _turn = new();
    private BlockingCollection<string> _answers = [];
    private Request? _running;

    /// <summary>From now on, until the result is disposed, questions go to the front end behind a request.</summary>
    public IDisposable Open(Request request)
    {
        Volatile.Write(ref _running, request);
        return new Opened(this);
    }

    /// <summary>What a cell calls: shows the prompt and waits for the answer.</summary>
    /// <exception cref="InvalidOperationException">No cell runs, or its front end can't ask.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted.</exception>
    public string? Ask(InputRequest question, CancellationToken cancellationToken)
    {
        // Code that ran meanwhile could ask, too, and take this answer.
        using IDisposable quiet = CellThread.WithoutPosts();
        lock (_turn)
        {
            if (Volatile.Read(ref _running) is not { } request || !request.Content.Flag("allow_stdin", otherwise: true))
            {
                throw new InvalidOperationException(
                    "The cell asks for input, but the front end that runs it can't ask; put the value into the cell."
                );
            }

            request.FlushShown();
            // An answer to a question that was given up is nobody's.
            Volatile.Write(ref _answers, []);
            ask(request.Message, new JsonObject { ["prompt"] = question.Prompt, ["password"] = question.IsPassword });
            return Volatile.Read(ref _answers).Take(cancellationToken);
        }
    }

    /// <summary>The front end's answer.</summary>
    public void Answer(Message reply) => Volatile.Read(ref _answers).Add(reply.Content.Text("value"));

    private sealed class Opened(InputChannel channel) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref channel._running, null);
    }
}
