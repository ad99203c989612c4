using System.Runtime;
using System.Runtime.CompilerServices;

namespace ShapeKit.Kernel.Execution;

/// <summary>Runs code that can be stopped from outside, whatever it is doing: computing, sleeping or waiting.</summary>
internal static class Interruption
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the action on the current thread; when the token is cancelled, it is stopped where it is.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the action had ended.</exception>
    public static void Run(Action action, CancellationToken cancellationToken)
    {
        Thread thread = Thread.CurrentThread;
        object gate = new();
        bool running = true;
        using Timer waker = new(_ =>
        {
            // The abort reaches a thread that computes; one that sleeps or waits has to be woken.
            lock (gate)
            {
                if (running && cancellationToken.IsCancellationRequested && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0)
                {
                    thread.Interrupt();
                }
            }
        }, null, Patience, Patience);
        try
        {
#pragma warning disable SYSLIB0046 // The one supported way to stop a computation that does not co-operate.
            ControlledExecution.Run(action, cancellationToken);
#pragma warning restore SYSLIB0046
        }
        catch (ThreadInterruptedException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                running = false;
            }

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
