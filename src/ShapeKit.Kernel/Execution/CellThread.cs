using System.Collections.Concurrent;

namespace ShapeKit.Kernel.Execution;

/// <summary>The one thread on which all cells of a session run; what follows an <c>await</c> returns to it.</summary>
/// <remarks>
/// Libraries such as TorchSharp keep state a thread.
/// </remarks>
internal sealed class CellThread : SynchronizationContext, IDisposable
{
    /// <summary>Room for a recursion of tens of thousands of calls. An endless one fills it, and unwinding a much larger stack would take too long.</summary>
    private const int StackSize = 4 * 1024 * 1024;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly Action<Exception> _onLooseException;

    /// <param name="onLooseException">Told of exceptions that nobody awaits, such as those of <c>async void</c> methods.</param>
    public CellThread(Action<Exception> onLooseException)
    {
        _onLooseException = onLooseException;
        Thread = new Thread(Work, StackSize) { IsBackground = true, Name = "ShapeKit cells" };
        Thread.Start();
    }

    public Thread Thread { get; }

    /// <summary>Runs a job on the thread.</summary>
    public Task<T> Run<T>(Func<T> job)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() =>
        {
            try
            {
                completion.SetResult(job());
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        });
        return completion.Task;
    }

    /// <summary>On the thread itself: runs what is posted to it until a task has ended.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public void RunUntil(Task task, CancellationToken cancellationToken)
    {
        if (!task.IsCompleted)
        {
            task.ContinueWith(_ => Enqueue(() => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        while (!task.IsCompleted)
        {
            Action? next = null;
            Interruption.Shield(() => next = _queue.Take(cancellationToken));
            next!();
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => Enqueue(() =>
    {
        try
        {
            d(state);
        }
        catch (Exception e) when (e is not (ThreadInterruptedException or OperationCanceledException))
        {
            _onLooseException(e);
        }
    });

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread == Thread)
        {
            d(state);
            return;
        }

        Run(() =>
        {
            d(state);
            return true;
        }).GetAwaiter().GetResult();
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Dispose() => _queue.CompleteAdding();

    private void Enqueue(Action action) => Interruption.Shield(() =>
    {
        try
        {
            _queue.Add(action);
        }
        catch (InvalidOperationException) when (_queue.IsAddingCompleted)
        {
            // The session is over, and with it whatever a cell left running.
        }
    });

    private void Work()
    {
        SetSynchronizationContext(this);
        foreach (Action action in _queue.GetConsumingEnumerable())
        {
            action();
        }
    }
}
