using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Runs the cells of one notebook, one after the other; each sees what the cells before it declared.</summary>
public sealed class CSharpSession : IDisposable
{
    private static readonly AsyncLocal<CSharpSession?> CurrentSession = new();

    /// <summary>How many outputs of threads that outlive their cell are kept until the next one; the oldest go first.</summary>
    private const int MostEarly = 1000;

    /// <summary>The compiler's first work, which takes a hundred times as long as any other: it is done before a reader waits for it.</summary>
    private static readonly Lazy<Task> Preparation = new(() => Task.WhenAll(Task.Run(CellCompiler.WarmUp), Task.Run(CellCompiler.WarmUpWriter)));

    private readonly SessionOptions _options;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly object _outputGate = new();
    private readonly Queue<CellOutput> _early = new();
    private readonly CellLoadContext _loadContext = new();
    private readonly CellCompiler _compiler;
    private readonly Packages _packages;
    private readonly Stack<string> _importing = new();
    private readonly LanguageService _language = new();
    private readonly CellThread _thread;
    private Action<CellOutput>? _output;
    private CancellationTokenSource? _running;

    public CSharpSession(SessionOptions? options = null)
    {
        _options = options ?? new SessionOptions();
        _compiler = new CellCompiler(_loadContext);
        _packages = new Packages(_options, _compiler, _loadContext);
        _thread = new CellThread(e => Send(new StreamOutput("stderr", string.Join('\n', CellErrors.Exception(e, _loadContext.IsCell).Traceback) + "\n")));
        Comms = new SessionComms(this);
        CellConsole.Route();
        Prepare();
        Ready = _thread.Run(() =>
        {
            Preparation.Value.Wait();
            return true;
        });
    }

    /// <summary>The session whose cell runs the calling code, directly or on another thread that it started.</summary>
    internal static CSharpSession? Current => CurrentSession.Value;

    /// <summary>Starts to load the compiler, once a process; called early, it is ready when the first session is.</summary>
    public static void Prepare() => _ = Preparation.Value;

    /// <summary>Ends when the session is warm; a cell that comes earlier waits for it.</summary>
    public Task Ready { get; }

    /// <summary>How many cells were counted so far.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>The channels between cells and scripts in the front end.</summary>
    public SessionComms Comms { get; }

    /// <summary>Runs a cell.</summary>
    /// <param name="code">The cell's code and directives.</param>
    /// <param name="output">Told of each output, one at a time, in the order in which the cell made them; the value or the error comes last.</param>
    /// <param name="counted">Whether the cell has the next number; otherwise it has that of the one before.</param>
    /// <param name="cancellationToken">Interrupts the cell.</param>
    /// <returns>How the cell ended; a failing cell is a result, not an exception.</returns>
    public Task<CellResult> ExecuteAsync(string code, Action<CellOutput> output, bool counted = true, CancellationToken cancellationToken = default) => RunAsync(
        token =>
        {
            ExecutionCount += counted ? 1 : 0;
            return Evaluate(code, $"Cell {ExecutionCount}", _options.WorkingDirectory, token);
        },
        output,
        cancellationToken);

    /// <summary>Runs an action as if a cell did, uncounted.</summary>
    internal Task<CellResult> RunAsync(Action action, Action<CellOutput> output) => RunAsync(
        token =>
        {
            Interruption.Run(action, token);
            return null;
        },
        output,
        CancellationToken.None);

    /// <summary>Stops the running cell; variables keep their values. Does nothing when no cell runs.</summary>
    public void Interrupt() => Volatile.Read(ref _running)?.CancelAsync();

    /// <summary>Shows a value in the running cell, as its <c>display(value)</c> does.</summary>
    public DisplayHandle Display(object? value)
    {
        string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        Send(new DisplayOutput(ValueFormatter.Format(value), id));
        return new DisplayHandle(this, id);
    }

    /// <summary>What could be written at a place in a cell.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="position">The place, counted in UTF-16 units from the start.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<CompletionList> CompleteAsync(string code, int position, CancellationToken cancellationToken = default) =>
        _language.CompleteAsync(code, position, ReferencesOf(code), cancellationToken);

    /// <summary>What the name at a place in a cell means; null where nothing has a meaning.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="position">The place, counted in UTF-16 units from the start.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<Inspection?> InspectAsync(string code, int position, CancellationToken cancellationToken = default) =>
        _language.InspectAsync(code, position, ReferencesOf(code), cancellationToken);

    /// <summary>Loads what completion and documentation need, so that the first request is as quick as the others.</summary>
    public Task WarmUpLanguageAsync() => Task.Run(() => _language.WarmUpAsync(_compiler.References));

    /// <summary>Whether code could run as it is, goes on, or is wrong.</summary>
    public static Completeness IsComplete(string code) => LanguageService.IsComplete(code);

    public void Dispose()
    {
        Interrupt();
        _thread.Dispose();
        _packages.Dispose();
    }

    internal void Update(string displayId, object? value) => Send(new UpdateDisplayOutput(ValueFormatter.Format(value), displayId));

    /// <summary>Passes an output on; what comes while no cell runs waits for the next one.</summary>
    /// <exception cref="OperationCanceledException">The cell is being stopped: a good place to end, because nothing is half done.</exception>
    internal void Send(CellOutput output)
    {
        ThrowIfStopping();
        Interruption.Shield(() =>
        {
            lock (_outputGate)
            {
                if (_output is { } send)
                {
                    send(output);
                }
                else
                {
                    if (_early.Count == MostEarly)
                    {
                        _early.Dequeue();
                    }

                    _early.Enqueue(output);
                }
            }
        });
    }

    /// <summary>For libraries that work long on behalf of a cell: called often, it lets Stop end them where nothing is half done.</summary>
    /// <exception cref="OperationCanceledException">The running cell is being stopped.</exception>
    public void ThrowIfStopping() => Volatile.Read(ref _running)?.Token.ThrowIfCancellationRequested();

    internal string? Ask(InputRequest request)
    {
        CancellationToken token = Volatile.Read(ref _running)?.Token ?? CancellationToken.None;
        if (_options.Input is not { } input)
        {
            throw new InvalidOperationException("The cell asks for input, but nobody can answer here; run the notebook in an editor, or put the value into the cell.");
        }

        string? answer = input(request, token);
        token.ThrowIfCancellationRequested();
        return answer;
    }

    internal Task<string?> AskAsync(InputRequest request) => Task.Run(() => Ask(request));

    private async Task<CellResult> RunAsync(Func<CancellationToken, MimeBundle?> evaluate, Action<CellOutput> output, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await _thread.Run(() => RunNow(evaluate, output, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private CellResult RunNow(Func<CancellationToken, MimeBundle?> evaluate, Action<CellOutput> output, CancellationToken cancellationToken)
    {
        // Not disposed: a thread that the cell started may still look at it.
        var running = new CancellationTokenSource();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => running.CancelAsync());
        CurrentSession.Value = this;
        lock (_outputGate)
        {
            while (_early.TryDequeue(out CellOutput? early))
            {
                output(early);
            }

            _output = output;
        }

        Volatile.Write(ref _running, running);
        ErrorOutput? error = null;
        try
        {
            if (evaluate(running.Token) is { } value)
            {
                Send(new ResultOutput(value, ExecutionCount));
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

        return new CellResult(error is null, ExecutionCount, error == CellErrors.Interrupted);
    }

    /// <summary>Runs a piece of code and its directives, and gives its value as it is shown; null when it has none.</summary>
    /// <param name="code">The code.</param>
    /// <param name="name">How errors speak of it: <c>Cell 3</c>, or a file's name.</param>
    /// <param name="folder">Where its relative paths start.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    private MimeBundle? Evaluate(string code, string name, string folder, CancellationToken cancellationToken)
    {
        (string rest, IReadOnlyList<Directive> directives) = Directive.Split(code, name);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(rest, CellCompiler.ParseOptions, name, Encoding.UTF8, cancellationToken);
        if (tree.GetDiagnostics(cancellationToken).Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            throw new CellException(CellErrors.Compilation(tree.GetDiagnostics(cancellationToken)));
        }

        bool timed = Follow(directives, folder, cancellationToken);
        CompiledCell cell = _compiler.Compile(tree, cancellationToken);
        if (cell.Declares)
        {
            _language.Add(cell.Compilation);
        }

        var time = Stopwatch.StartNew();
        try
        {
            return Run(cell, cancellationToken);
        }
        finally
        {
            if (timed)
            {
                Send(new StreamOutput("stdout", string.Create(CultureInfo.InvariantCulture, $"Wall time: {time.Elapsed.TotalMilliseconds:N1} ms\n")));
            }
        }
    }

    /// <summary>Does what the directives of a piece of code ask for.</summary>
    /// <returns>Whether its running time is to be shown.</returns>
    private bool Follow(IReadOnlyList<Directive> directives, string folder, CancellationToken cancellationToken)
    {
        foreach (Directive source in directives.Where(d => d.Name == "#i"))
        {
            _packages.AddSource(source.Argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase)
                ? source.Argument["nuget:".Length..].Trim()
                : throw source.Error("#i names a package source; write #i \"nuget: https://... \" or a folder."));
        }

        Directive[] packages = [.. directives.Where(d => d.Name == "#r" && d.Argument.StartsWith("nuget", StringComparison.OrdinalIgnoreCase))];
        _packages.Require(packages, this, cancellationToken);
        foreach (Directive directive in directives.Except(packages))
        {
            switch (directive.Name)
            {
                case "#r":
                    ReferenceFile(directive, folder);
                    break;
                case "#load" or "#!import":
                    Import(directive, folder, cancellationToken);
                    break;
                case "#i" or "#!time":
                    break;
                default:
                    throw directive.Error($"{directive.Name} is not known here; #!time and #!import are.");
            }
        }

        return directives.Any(d => d.Name == "#!time");
    }

    private void ReferenceFile(Directive directive, string folder)
    {
        string path = Path.GetFullPath(directive.Argument, folder);
        if (File.Exists(path))
        {
            _compiler.AddReference(path);
            _loadContext.AddLibrary(path);
        }
        else if (!FrameworkReferences.Contains(directive.Argument))
        {
            throw directive.Error($"The file {path} does not exist.");
        }
    }

    private void Import(Directive directive, string folder, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(directive.Argument, folder);
        if (_importing.Contains(path))
        {
            throw directive.Error($"{Path.GetFileName(path)} imports itself.");
        }

        _importing.Push(path);
        try
        {
            foreach ((string code, string name) in ImportedFile.Read(path, directive))
            {
                if (CellCompiler.IsLibrary(code, path))
                {
                    _compiler.AddLibrary(code, name, cancellationToken);
                }
                else
                {
                    Evaluate(code, name, Path.GetDirectoryName(path)!, cancellationToken);
                }
            }
        }
        finally
        {
            _importing.Pop();
        }
    }

    /// <summary>What a cell could use if it ran now: also what its own directives bring, as long as the program carries it. No other file is looked at while somebody types.</summary>
    private ImmutableList<MetadataReference> ReferencesOf(string code) => _compiler.ReferencesWith(
        Directive.Split(code).Directives.Where(d => d.Name == "#r").SelectMany(_packages.CarriedAssemblies));

    private MimeBundle? Run(CompiledCell cell, CancellationToken cancellationToken)
    {
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
            ExceptionDispatchInfo.Throw(failure);
        }

        return shown;
    }
}
