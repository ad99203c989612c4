using System.Diagnostics;
using System.Runtime.CompilerServices;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Runs code that can be stopped from outside, computing, sleeping or waiting.</summary>
/// <remarks>
/// Cells look themselves whether they are to stop, in loops and functions (<see cref="CellGuard"/>), and a thread that sleeps or waits is
/// woken. A library that computes, or waits in the operating system, can't be stopped without harm to the process, and the reader is told
/// where the cell is.
/// </remarks>
internal static class Interruption
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    /// <summary>How many beats code has to end before the reader is told why it has not.</summary>
    private const int Patience = 40;

    /// <summary>Runs the action on the current thread; when the run is stopped, it ends where it is.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped before the action had ended.</exception>
    public static void Run(Action action, CellRun run)
    {
        StrongBox<string> place = CellGuard.Follow();
        using var ended = new ManualResetEventSlim();
        Thread thread = Thread.CurrentThread;
        Thread? watch = null;
        CancellationTokenRegistration registration = run.Stopping.Register(() =>
        {
            // Not a thread of the pool, which cells may keep busy.
            watch = new Thread(Watch) { IsBackground = true, Name = "ShapeKit stop" };
            watch.Start();
        });
        try
        {
            action();
            // What it waited for was stopped, or could not be.
            run.Stopping.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (run.Stopping.IsCancellationRequested && IsStopped(e))
        {
            throw new OperationCanceledException(run.Stopping);
        }
        finally
        {
            Undisturbed(registration.Dispose);
            Undisturbed(ended.Set);
            Undisturbed(() => watch?.Join());
            // A waking that came too late must not disturb the next wait.
            Undisturbed(() => Thread.Sleep(0));
        }

        void Watch()
        {
            for (int beats = 1; !ended.Wait(Beat); beats++)
            {
                if ((thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0)
                {
                    thread.Interrupt();
                }

                if (beats == Patience)
                {
                    run.Show(
                        new StreamOutput(
                            "stderr",
                            $"Not stopped yet: the cell is inside {place.Value}, in code that can't be interrupted. It stops when that "
                                + "ends; restart the kernel if you can't wait.\n"
                        )
                    );
                }
            }
        }
    }

    /// <summary>Whether an exception says that its code was stopped, also in the words of those who run code in parallel.</summary>
    public static bool IsStopped(Exception exception) =>
        exception switch
        {
            ThreadInterruptedException or OperationCanceledException => true,
            AggregateException many => many.InnerExceptions.All(IsStopped),
            _ => exception.InnerException is { } inner && IsStopped(inner),
        };

    /// <summary>
    /// Whether this thread is inside a handler of <see cref="AppDomain.FirstChanceException"/> or an exception filter, from which another
    /// exception would end the process.
    /// </summary>
    public static bool IsTellingOfAnException() =>
        new StackTrace().GetFrames().Any(frame => frame.GetMethod()?.DeclaringType?.FullName == "System.Runtime.EH");

    /// <summary>Does something although this thread is being woken.</summary>
    private static void Undisturbed(Action action)
    {
        while (true)
        {
            try
            {
                action();
                return;
            }
            catch (ThreadInterruptedException) { }
        }
    }
}
