using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace ShapeKit.Kernel.Execution;

/// <summary>Called by compiled cells in every loop and function, so that they can be stopped, and too deep a recursion is an exception.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellGuard
{
    private static volatile int _stopping;

    /// <summary>Where the cell is, on a thread that can be stopped; null on any other.</summary>
    [ThreadStatic]
    private static StrongBox<string>? _place;

    [ThreadStatic]
    private static bool _isTooDeep;

    /// <summary>Called before a statement that calls something.</summary>
    /// <param name="place">The statement and where it stands.</param>
    public static void At(string place)
    {
        if (_place is { } followed)
        {
            followed.Value = place;
        }
    }

    /// <summary>Called in place of <see cref="Environment.Exit"/>.</summary>
    /// <exception cref="ExitException">Always.</exception>
    public static void Exit(int exitCode) => throw new ExitException(exitCode);

    /// <summary>Called once a loop iteration.</summary>
    /// <exception cref="OperationCanceledException">The cell is being stopped.</exception>
    public static void Loop()
    {
        if (_stopping > 0)
        {
            Stop();
        }
    }

    /// <summary>Called at the start of a function.</summary>
    /// <exception cref="OperationCanceledException">The cell is being stopped.</exception>
    /// <exception cref="InsufficientExecutionStackException">Functions have called each other too deeply.</exception>
    public static void Enter()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() && !_isTooDeep)
        {
            // A handler that is told of this exception may need functions, too.
            _isTooDeep = true;
            try
            {
                throw new InsufficientExecutionStackException("Functions call each other too deeply; does one call itself without end?");
            }
            finally
            {
                _isTooDeep = false;
            }
        }

        Loop();
    }

    /// <summary>Called before the value of a field or property is made.</summary>
    /// <returns>True.</returns>
    public static bool Entered()
    {
        Enter();
        return true;
    }

    /// <summary>From now on tells where the cells are that this thread runs.</summary>
    internal static StrongBox<string> Follow() => _place ??= new StrongBox<string>("its start");

    /// <summary>From now on, until the returned value is disposed, the cells ask whether they are the one to stop.</summary>
    internal static IDisposable Stopping() => new Request();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Stop() => CSharpSession.Current?.ThrowIfStopping();

    private sealed class Request : IDisposable
    {
        private int _disposed;

        public Request() => Interlocked.Increment(ref _stopping);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref _stopping);
            }
        }
    }
}
