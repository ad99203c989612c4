using System.Collections.Concurrent;
using System.Diagnostics;

namespace ShapeKit.Kernel.Execution;

/// <summary>The one thread on which all cells of an engine run; what follows an <c>await</c> returns to it.</summary>
/// <remarks>
/// Libraries such as TorchSharp keep state a thread. While the thread waits for a task, it runs what is posted to it, which may be just
/// what the task waits for.
/// </remarks>
internal sealed class CellThread : SynchronizationContext, IDisposable
{
    /// <summary>
    /// Room for a recursion of tens of thousands of calls. An endless one fills it, and unwinding a much larger stack would take too
    /// long.
    /// </summary>
    private const int StackSize = 4 * 1024 * 1024;

    /// <summary>Waits shorter than this are somebody's locks, in which no other code may run.</summary>
    private const int ShortWait = 10;

    /// <summary>So many handles can be waited for at once.</summary>
    private const int MostHandles = 64;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly AutoResetEvent _posted = new(false);

    private readonly Action<CellRun?, Exception> _onLooseException;

    /// <summary>Whether the thread itself looks after its queue.</summary>
    private bool _taking;

    /// <summary>While posted code may be a stopped cell's, what makes it ask.</summary>
    private IDisposable? _asking;

    /// <param name="onLooseException">Told of exceptions that nobody awaits, such as those of <c>async void</c> methods, and of the run
    /// that they belong to, if that is known.</param>
    public CellThread(Action<CellRun?, Exception> onLooseException)
    {
        _onLooseException = onLooseException;
        SetWaitNotificationRequired();
        Thread = new Thread(Work, StackSize) { IsBackground = true, Name = "ShapeKit cells" };
        Thread.Start();
    }

    public Thread Thread { get; }

    /// <summary>Whether a cell was stopped; it may have left awaits behind, after which its code would go on.</summary>
    public bool WasStopped { get; set; }

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
            task.ContinueWith(
                _ => Enqueue(() => { }),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }

        while (!task.IsCompleted)
        {
            Take(cancellationToken)();
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        // An `async void` posts what it throws.
        CellRun? poster = CellRun.Current;
        Enqueue(() =>
        {
            IDisposable? outer = _asking;
            using IDisposable? asking = WasStopped ? CellGuard.Stopping() : null;
            _asking = asking;
            try
            {
                d(state);
            }
            catch (Exception e) when (CellRun.Current is not { Stopping.IsCancellationRequested: true })
            {
                if (poster is not { Stopping.IsCancellationRequested: true } || !Interruption.IsStopped(e))
                {
                    _onLooseException(poster, e);
                }
            }
            finally
            {
                _asking = outer;
            }
        });
    }

    /// <summary>Called by posted code that is no stopped cell's: until the next post it need not ask again.</summary>
    public void AskNoMore()
    {
        if (Thread.CurrentThread == Thread)
        {
            _asking?.Dispose();
        }
    }

    /// <summary>Until the result is disposed, the calling thread waits without running what is posted to it.</summary>
    public static IDisposable WithoutPosts() => new Posts(Current);

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
            })
            .GetAwaiter()
            .GetResult();
    }

    /// <summary>A wait of the cells' code.</summary>
    public override int Wait(nint[] waitHandles, bool waitAll, int millisecondsTimeout)
    {
        bool isShort = (uint)millisecondsTimeout <= ShortWait;
        int result =
            _taking || isShort || Thread.CurrentThread != Thread
                ? WaitHelper(waitHandles, waitAll, millisecondsTimeout)
                : WaitHelper(waitHandles, waitAll, ShortWait);
        if (_taking || isShort || Thread.CurrentThread != Thread || result != WaitHandle.WaitTimeout)
        {
            return result;
        }

        bool wakes = !waitAll && waitHandles.Length < MostHandles;
        nint[] handles = wakes ? [.. waitHandles, _posted.SafeWaitHandle.DangerousGetHandle()] : waitHandles;
        var waited = Stopwatch.StartNew();
        while (true)
        {
            RunPosted();
            int rest =
                millisecondsTimeout < 0 ? Timeout.Infinite : (int)Math.Max(0, millisecondsTimeout - ShortWait - waited.ElapsedMilliseconds);
            result = WaitHelper(handles, waitAll, wakes ? rest : (int)Math.Min((uint)rest, ShortWait));
            bool isPost = wakes && result == waitHandles.Length;
            if (!isPost && (result != WaitHandle.WaitTimeout || rest is >= 0 and <= ShortWait))
            {
                return result;
            }
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Dispose() => _queue.CompleteAdding();

    private void Enqueue(Action action)
    {
        try
        {
            _queue.Add(action);
            _posted.Set();
        }
        catch (InvalidOperationException) when (_queue.IsAddingCompleted)
        {
            // The engine is over, and with it whatever a cell left running.
        }
    }

    private void Work()
    {
        SetSynchronizationContext(this);
        try
        {
            while (true)
            {
                RunLoose(Take(CancellationToken.None));
            }
        }
        catch (InvalidOperationException) when (_queue.IsCompleted)
        {
            // The engine is over.
        }
    }

    private Action Take(CancellationToken cancellationToken)
    {
        _taking = true;
        try
        {
            return _queue.Take(cancellationToken);
        }
        finally
        {
            _taking = false;
        }
    }

    private void RunPosted()
    {
        while (TryTake() is { } action)
        {
            RunLoose(action);
        }
    }

    private Action? TryTake()
    {
        _taking = true;
        try
        {
            return _queue.TryTake(out Action? action) ? action : null;
        }
        finally
        {
            _taking = false;
        }
    }

    /// <summary>Runs what nobody waits for here; the thread goes on whatever happens.</summary>
    private void RunLoose(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (Interruption.IsStopped(e))
        {
            // It was part of a cell that is being stopped.
        }
        catch (Exception e)
        {
            _onLooseException(CellRun.Current, e);
        }
    }

    private sealed class Posts : IDisposable
    {
        private readonly SynchronizationContext? _context;

        public Posts(SynchronizationContext? context)
        {
            _context = context;
            SetSynchronizationContext(null);
        }

        public void Dispose() => SetSynchronizationContext(_context);
    }
}
