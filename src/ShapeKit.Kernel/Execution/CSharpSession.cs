using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Runs the cells of one notebook, one after the other; each sees what the cells before it declared.</summary>
public sealed class CSharpSession : IDisposable
{
    private static readonly AsyncLocal<CSharpSession?> CurrentSession = new();

    private readonly SessionOptions _options;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly object _outputGate = new();
    private readonly List<CellOutput> _early = [];
    private readonly CellLoadContext _loadContext = new();
    private readonly CellCompiler _compiler;
    private readonly CellThread _thread;
    private Action<CellOutput>? _output;
    private CancellationTokenSource? _running;
    private int _executionCount;

    public CSharpSession(SessionOptions? options = null)
    {
        _options = options ?? new SessionOptions();
        _compiler = new CellCompiler(_loadContext);
        _thread = new CellThread(e => Send(new StreamOutput("stderr", string.Join('\n', CellErrors.Exception(e, _loadContext.IsCell).Traceback) + "\n")));
        CellConsole.Route();
        Ready = _thread.Run(WarmUp);
    }

    /// <summary>The session whose cell runs the calling code, directly or on another thread that it started.</summary>
    internal static CSharpSession? Current => CurrentSession.Value;

    /// <summary>Ends when the session is warm; a cell that comes earlier waits for it.</summary>
    public Task Ready { get; }

    /// <summary>Runs a cell.</summary>
    /// <param name="code">The cell's code and directives.</param>
    /// <param name="output">Told of each output, one at a time, in the order in which the cell made them; the value or the error comes last.</param>
    /// <param name="cancellationToken">Interrupts the cell.</param>
    /// <returns>How the cell ended; a failing cell is a result, not an exception.</returns>
    public async Task<CellResult> ExecuteAsync(string code, Action<CellOutput> output, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await _thread.Run(() => RunCell(code, output, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops the running cell; variables keep their values. Does nothing when no cell runs.</summary>
    public void Interrupt() => Volatile.Read(ref _running)?.CancelAsync();

    /// <summary>Shows a value in the running cell, as its <c>display(value)</c> does.</summary>
    public DisplayHandle Display(object? value)
    {
        string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        Send(new DisplayOutput(ValueFormatter.Format(value), id));
        return new DisplayHandle(this, id);
    }

    public void Dispose()
    {
        Interrupt();
        _thread.Dispose();
    }

    internal void Update(string displayId, object? value) => Send(new UpdateDisplayOutput(ValueFormatter.Format(value), displayId));

    /// <summary>Passes an output on; what comes while no cell runs waits for the next one.</summary>
    internal void Send(CellOutput output) => Interruption.Shield(() =>
    {
        lock (_outputGate)
        {
            if (_output is { } send)
            {
                send(output);
            }
            else
            {
                _early.Add(output);
            }
        }
    });

    internal string? Ask(InputRequest request)
    {
        CancellationToken token = Volatile.Read(ref _running)?.Token ?? CancellationToken.None;
        return _options.Input is { } input
            ? input(request, token)
            : throw new InvalidOperationException("The cell asks for input, but nobody can answer here; run the notebook in an editor, or put the value into the cell.");
    }

    internal Task<string?> AskAsync(InputRequest request) => Task.Run(() => Ask(request));

    private CellResult RunCell(string code, Action<CellOutput> output, CancellationToken cancellationToken)
    {
        int count = ++_executionCount;
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CurrentSession.Value = this;
        lock (_outputGate)
        {
            _early.ForEach(output);
            _early.Clear();
            _output = output;
        }

        Volatile.Write(ref _running, running);
        ErrorOutput? error = null;
        try
        {
            if (Evaluate(code, $"Cell {count}", running.Token) is { } value)
            {
                Send(new ResultOutput(value, count));
            }
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            error = CellErrors.Interrupted;
        }
        catch (CellException e)
        {
            error = e.Error;
        }
        catch (Exception e)
        {
            error = CellErrors.Exception(e, _loadContext.IsCell);
        }

        Volatile.Write(ref _running, null);
        if (error is not null)
        {
            Send(error);
        }

        lock (_outputGate)
        {
            _output = null;
        }

        return new CellResult(error is null, count, error == CellErrors.Interrupted);
    }

    /// <summary>Compiles and runs code, and gives its value as it is shown; null when it has none.</summary>
    private MimeBundle? Evaluate(string code, string path, CancellationToken cancellationToken)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code, CellCompiler.ParseOptions, path, System.Text.Encoding.UTF8, cancellationToken);
        CompiledCell cell = _compiler.Compile(tree, cancellationToken);
        MimeBundle? shown = null;
        Exception? failure = null;
        Interruption.Run(() =>
        {
            try
            {
                Task<object?> task = _compiler.Start(cell);
                _thread.RunUntil(task, cancellationToken);
                object? value = task.GetAwaiter().GetResult();
                shown = cell.ShowsValue ? ValueFormatter.Format(value) : null;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failure = e;
            }
        }, cancellationToken);
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        return shown;
    }

    /// <summary>Compiles and runs a trivial cell before the first one comes, so that the reader does not wait for that.</summary>
    private static bool WarmUp()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText("1 + 1", CellCompiler.ParseOptions, "Start", System.Text.Encoding.UTF8);
        CompiledCell cell = new CellCompiler(new CellLoadContext()).Compile(tree, CancellationToken.None);
        ValueFormatter.Format(cell.Factory(new object?[2]).Result);
        return true;
    }
}
