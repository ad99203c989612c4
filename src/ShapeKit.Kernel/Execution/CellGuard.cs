using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// Called by compiled cells in every loop and function, so that they can be stopped, and too deep a recursion is an exception.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellGuard
{
    private static volatile int _stopping;

    /// <summary>Where the cell is, on a thread that can be stopped; null on any other.</summary>
    [ThreadStatic]
    private static StrongBox<string>? _place;

    /// <summary>
    /// Whether an exception was thrown where this thread has little stack left; handlers that are told of it have to do with the rest.
    /// </summary>
    [ThreadStatic]
    private static bool _isThrownDeep;

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

    /// <summary>Called in place of <see cref="GC.Collect()"/>, which stops all threads; in a pause of 1 ms the others go on.</summary>
    public static void Collect() => Pause(GC.Collect);

    /// <inheritdoc cref="Collect()"/>
    public static void Collect(int generation) => Pause(() => GC.Collect(generation));

    /// <inheritdoc cref="Collect()"/>
    public static void Collect(int generation, GCCollectionMode mode) => Pause(() => GC.Collect(generation, mode));

    /// <inheritdoc cref="Collect()"/>
    public static void Collect(int generation, GCCollectionMode mode, bool blocking) => Pause(() => GC.Collect(generation, mode, blocking));

    /// <inheritdoc cref="Collect()"/>
    public static void Collect(int generation, GCCollectionMode mode, bool blocking, bool compacting) =>
        Pause(() => GC.Collect(generation, mode, blocking, compacting));

    /// <summary>A method that has a <see cref="CellEngine.Preconditions">precondition</see>, as a delegate.</summary>
    public static Func<TLeft, TRight, TResult> Later<TLeft, TRight, TResult>(string method, Func<TLeft, TRight, TResult> call) =>
        (left, right) => left.Before(right, method, call);

    /// <summary>Such a method as a delegate of an object.</summary>
    public static Func<TRight, TResult> LaterOf<TLeft, TRight, TResult>(TLeft left, string method, Func<TLeft, TRight, TResult> call) =>
        right => left.Before(right, method, call);

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
        bool hasRoom = RuntimeHelpers.TryEnsureSufficientExecutionStack();
        if (!hasRoom && !_isThrownDeep)
        {
            throw new InsufficientExecutionStackException("Functions call each other too deeply; does one call itself without end?");
        }

        _isThrownDeep &= !hasRoom;
        Loop();
    }

    /// <summary>Called before the value of a field or property is made.</summary>
    /// <returns>True.</returns>
    public static bool Entered()
    {
        Enter();
        return true;
    }

    /// <summary>Called of each exception before any cell's handler is.</summary>
    internal static void Hear() => _isThrownDeep = !RuntimeHelpers.TryEnsureSufficientExecutionStack();

    /// <summary>From now on tells where the cells are that this thread runs.</summary>
    internal static StrongBox<string> Follow() => _place ??= new StrongBox<string>("its start");

    /// <summary>From now on, until the returned value is disposed, the cells ask whether they are the one to stop.</summary>
    internal static IDisposable Stopping() => new Request();

    private static void Pause(Action collect)
    {
        collect();
        Thread.Sleep(1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Stop() => CellEngine.Current?.ThrowIfStopping();

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
