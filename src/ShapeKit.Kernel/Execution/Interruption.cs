using System.Runtime;
using System.Runtime.CompilerServices;

namespace ShapeKit.Kernel.Execution;

/// <summary>Runs code that can be stopped from outside, whatever it is doing: computing, sleeping or waiting.</summary>
internal static class Interruption
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    /// <summary>How many beats code has to end by itself before its thread is aborted.</summary>
    private const int Patience = 10;

    /// <summary>Runs the action on the current thread; when the token is cancelled, it is stopped where it is.</summary>
    /// <remarks>
    /// Cells look at the token themselves, in loops and functions (<see cref="CellGuard"/>). A thread that sleeps or waits is woken.
    /// What has not ended after half a second is busy in a library and is aborted: the last resort, because on some systems an
    /// abort in the middle of many calls ends the whole process.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled before the action had ended.</exception>
    public static void Run(Action action, CancellationToken cancellationToken)
    {
        Thread thread = Thread.CurrentThread;
        object gate = new();
        bool running = true;
        int beats = 0;
        using var abort = new CancellationTokenSource();
        IDisposable? stopping = null;
        using CancellationTokenRegistration registration = cancellationToken.Register(() => stopping = CellGuard.Stopping());
        using var watch = new Timer(_ =>
        {
            lock (gate)
            {
                if (!running || !cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                beats++;
                if ((thread.ThreadState & ThreadState.WaitSleepJoin) != 0)
                {
                    thread.Interrupt();
                }
                else if (beats == Patience)
                {
                    _ = abort.CancelAsync();
                }
            }
        }, null, Beat, Beat);
        try
        {
#pragma warning disable SYSLIB0046 // The one supported way to stop a computation that does not co-operate.
            ControlledExecution.Run(action, abort.Token);
#pragma warning restore SYSLIB0046
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is ThreadInterruptedException or OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                running = false;
            }

            registration.Dispose();
            stopping?.Dispose();

            ForgetWaking();
        }
    }

    /// <summary>Runs an action to its end even when the thread is being stopped: for what must stay whole.</summary>
    /// <remarks>A thread is not stopped inside <c>finally</c>; without optimisation the compiler keeps the block as it is written.</remarks>
    [MethodImpl(MethodImplOptions.NoOptimization | MethodImplOptions.NoInlining)]
    public static void Shield(Action action)
    {
        try
        {
            GC.KeepAlive(action);
        }
        finally
        {
            action();
        }
    }

    /// <summary>Takes back a waking that came too late, so that the next wait is not disturbed.</summary>
    private static void ForgetWaking()
    {
        try
        {
            Thread.Sleep(0);
        }
        catch (ThreadInterruptedException)
        {
        }
    }
}
