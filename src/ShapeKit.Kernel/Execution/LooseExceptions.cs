using System.Runtime.ExceptionServices;

namespace ShapeKit.Kernel.Execution;

/// <summary>Tells of an exception that nobody caught on a thread which a cell started; it ends that thread and nothing else.</summary>
internal static class LooseExceptions
{
    private static readonly Lazy<bool> Routed = new(() =>
    {
        ExceptionHandling.SetUnhandledExceptionHandler(Take);
        AppDomain.CurrentDomain.FirstChanceException += (_, _) => CellGuard.Hear();
        return true;
    });

    public static void Route() => _ = Routed.Value;

    /// <returns>Whether the exception is a cell's; any other ends the process, as it should.</returns>
    private static bool Take(Exception exception)
    {
        // A finalizer runs on a thread that no cell started, but its frames are a cell's.
        if ((CellRun.Current ?? CellLoadContext.RunOf(exception)) is not { } run)
        {
            return false;
        }

        // A thread that ends because its cell is being stopped has nothing to tell.
        if (!run.Stopping.IsCancellationRequested || !Interruption.IsStopped(exception))
        {
            run.Engine.Tell(run, exception);
        }

        return true;
    }
}
