using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Runs the cells of one notebook, one after the other; each sees what the cells before it declared.</summary>
public sealed class CellEngine : IDisposable
{
    /// <summary>
    /// The compiler's first work, which takes a hundred times as long as any other: it is done before a reader waits for it.
    /// </summary>
    private static readonly Lazy<Task> Preparation = new(() =>
        Task.WhenAll(Task.Run(CellCompiler.WarmUp), Task.Run(CellCompiler.WarmUpWriter))
    );

    private readonly CellEngineOptions _options;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CellLoadContext _loadContext = new();
    private readonly CellCompiler _compiler;
    private readonly Packages _packages;
    private readonly Stack<string> _importing = new();
    private readonly LanguageService _language = new();
    private readonly SharedValues _shared;
    private readonly Magics _magics;
    private readonly CellThread _thread;
    private CancellationTokenSource? _running;

    static CellEngine()
    {
        ValueFormatter.ThrowIfStopping = () => Current?.ThrowIfStopping();
        RegisteredFormatters.Show = (shown, id, again) =>
            Current?.Send(again ? new UpdateDisplayOutput(shown, id) : new DisplayOutput(shown, id));
    }

    public CellEngine(CellEngineOptions? options = null)
    {
        _options = options ?? new CellEngineOptions();
        _compiler = new CellCompiler(_loadContext);
        _packages = new Packages(_options, _compiler, _loadContext);
        _shared = new SharedValues(_compiler, Ask);
        _magics = new Magics(_compiler);
        _thread = new CellThread((run, e) => Tell((run ?? CellLoadContext.RunOf(e) ?? _loadContext.LatestRun)!, e));
        Comms = new CommRegistry(this);
        CellConsole.Route();
        LooseExceptions.Route();
    }

    /// <summary>
    /// Methods that end the process when they can't work, by their full names, and what a cell calls before: with the object or first
    /// argument, and the argument after it. It throws what the cell shall see.
    /// </summary>
    public static ConcurrentDictionary<string, Action<object?, object?>> Preconditions { get; } = new();

    /// <summary>The engine whose cell runs the calling code, directly or on another thread that it started.</summary>
    internal static CellEngine? Current => CellRun.Current?.Engine;

    /// <summary>Starts to load the compiler, once a process; called early, it is ready when the first engine is.</summary>
    public static void Prepare() => _ = Preparation.Value;

    /// <summary>Ends when the engine is warm; a cell that comes earlier waits for it.</summary>
    public Task Ready { get; } = Preparation.Value;

    /// <summary>How many cells were counted so far.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>The channels between cells and scripts in the front end.</summary>
    public CommRegistry Comms { get; }

    /// <summary>Runs a cell.</summary>
    /// <param name="code">The cell's code and directives.</param>
    /// <param name="output">Told of each output, one at a time, in the order in which the cell made them; the value or the error comes
    /// last, but for what the cell left running.</param>
    /// <param name="counted">Whether the cell has the next number; otherwise it has that of the one before.</param>
    /// <param name="cancellationToken">Interrupts the cell.</param>
    /// <returns>How the cell ended; a failing cell is a result, not an exception.</returns>
    public Task<CellResult> ExecuteAsync(
        string code,
        Action<CellOutput> output,
        bool counted = true,
        CancellationToken cancellationToken = default
    ) => InTurnAsync(() => Start(code, output, counted, cancellationToken));

    /// <summary>Runs a cell as <see cref="ExecuteAsync"/> does, and needs no thread of the pool, which the cell may keep busy.</summary>
    public CellResult Execute(string code, Action<CellOutput> output, bool counted = true, CancellationToken cancellationToken = default)
    {
        _turn.Wait(CancellationToken.None);
        try
        {
            return Start(code, output, counted, cancellationToken).GetAwaiter().GetResult();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs an action as if a cell did, uncounted.</summary>
    internal Task<CellResult> RunAsync(Action action, Action<CellOutput> output, CancellationToken cancellationToken) =>
        InTurnAsync(() =>
            Start(
                run =>
                {
                    Interruption.Run(action, run);
                    return null;
                },
                output,
                counted: false,
                cancellationToken
            )
        );

    /// <summary>Stops the running cell; variables keep their values. Does nothing when no cell runs.</summary>
    public void Interrupt() => Volatile.Read(ref _running)?.Cancel();

    /// <summary>Shows a value in the running cell, as its <c>display(value)</c> does.</summary>
    public DisplayHandle Display(object? value) => Display(value, []);

    /// <summary>Shows a value in the running cell, in the named forms alone where there are any.</summary>
    internal DisplayHandle Display(object? value, params string[] mimeTypes)
    {
        string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        Send(new DisplayOutput(ValueFormatter.Format(value, mimeTypes), id));
        return new DisplayHandle(this, id, mimeTypes);
    }

    /// <summary>Shows what nobody will update.</summary>
    internal void Show(MimeBundle shown) => Send(new DisplayOutput(shown, DisplayId: null));

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
    }

    internal void Update(string displayId, object? value, string[] mimeTypes) =>
        Send(new UpdateDisplayOutput(ValueFormatter.Format(value, mimeTypes), displayId));

    /// <summary>Passes an output on to whoever ran the cell that made it.</summary>
    /// <exception cref="OperationCanceledException">The cell is being stopped: a good place to end, because nothing is half
    /// done.</exception>
    internal void Send(CellOutput output)
    {
        ThrowIfStopping();
        (Own ?? _loadContext.LatestRun)?.Show(output);
    }

    /// <summary>Tells of an exception that nobody caught.</summary>
    internal void Tell(CellRun run, Exception exception) =>
        run.Show(
            new StreamOutput(
                "stderr",
                $"Nobody caught this, outside of what Cell {run.Number} waited "
                    + $"for:\n{string.Join('\n', CellErrors.Exception(exception, _loadContext.IsCell).Traceback)}\n"
            )
        );

    /// <summary>Tells under the newest cell that the process ends.</summary>
    internal void TellEnd() =>
        _loadContext.LatestRun?.Show(
            CellErrors.Named(
                "ProcessEnded",
                "Code that the cell called has ended the notebook's process, and all variables with it. Restart the kernel, and leave "
                    + "out what does so."
            )
        );

    /// <summary>For libraries that work long on behalf of a cell: called often, it lets Stop end them where nothing is half done.</summary>
    /// <exception cref="OperationCanceledException">The calling cell is being stopped, or the one whose thread this is.</exception>
    public void ThrowIfStopping()
    {
        CancellationToken stopping = Own?.Stopping ?? CancellationToken.None;
        if (!stopping.IsCancellationRequested && Thread.CurrentThread == _thread.Thread)
        {
            stopping = Volatile.Read(ref _running)?.Token ?? CancellationToken.None;
        }

        if (!stopping.IsCancellationRequested)
        {
            _thread.AskNoMore();
        }
        else if (!Interruption.IsTellingOfAnException())
        {
            throw new OperationCanceledException(stopping);
        }
    }

    /// <summary>Runs code in the middle of the running cell, and shows its value.</summary>
    /// <exception cref="InvalidOperationException">Another thread than the cell's own asks for it.</exception>
    internal void Submit(string code)
    {
        if (Own is not { } run || Thread.CurrentThread != _thread.Thread)
        {
            throw new InvalidOperationException("Only a running cell itself can submit code, not a thread that it started.");
        }

        if (Evaluate(code, $"Code of cell {run.Number}", _options.WorkingDirectory, run) is { } value)
        {
            Show(value);
        }
    }

    internal string? Ask(InputRequest request)
    {
        CancellationToken token = Volatile.Read(ref _running)?.Token ?? CancellationToken.None;
        if (_options.Input is not { } input)
        {
            throw new InvalidOperationException(
                "The cell asks for input, but nobody can answer here; run the notebook in an editor, or put the value into the cell."
            );
        }

        string? answer = input(request, token);
        token.ThrowIfCancellationRequested();
        return answer;
    }

    internal Task<string?> AskAsync(InputRequest request) => Task.Run(() => Ask(request));

    /// <summary>The calling code's run, when it is one of this engine.</summary>
    private CellRun? Own => CellRun.Current is { } run && run.Engine == this ? run : null;

    private async Task<CellResult> InTurnAsync(Func<Task<CellResult>> start)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await start().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task<CellResult> Start(string code, Action<CellOutput> output, bool counted, CancellationToken cancellationToken) =>
        Start(run => Evaluate(code, $"Cell {run.Number}", _options.WorkingDirectory, run), output, counted, cancellationToken);

    private Task<CellResult> Start(
        Func<CellRun, MimeBundle?> evaluate,
        Action<CellOutput> output,
        bool counted,
        CancellationToken cancellationToken
    )
    {
        // Not disposed: a thread that the cell started may still look at it.
        var running = new CancellationTokenSource();
        IDisposable? asking = null;
        // Stop counts from now on, also while code that an earlier cell left is still on the cells' thread.
        Volatile.Write(ref _running, running);
        CancellationTokenRegistration caller = cancellationToken.Register(running.Cancel);
        CancellationTokenRegistration guards = running.Token.Register(() => asking = CellGuard.Stopping());
        return _thread.Run(() =>
        {
            Preparation.Value.Wait();
            ExecutionCount += counted ? 1 : 0;
            CellResult result = RunNow(evaluate, new CellRun(this, ExecutionCount, output, running.Token));
            caller.Dispose();
            guards.Dispose();
            asking?.Dispose();
            _thread.WasStopped |= running.IsCancellationRequested;
            return result;
        });
    }

    private CellResult RunNow(Func<CellRun, MimeBundle?> evaluate, CellRun run)
    {
        CellRun.Current = run;
        _loadContext.LatestRun = run;
        ErrorOutput? error = null;
        try
        {
            if (evaluate(run) is { } value)
            {
                Send(new ResultOutput(value, ExecutionCount));
            }
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
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
        CellRun.Current = null;
        if (error is not null)
        {
            run.Show(error);
        }

        run.End();
        return new CellResult(error is null, ExecutionCount, error == CellErrors.Interrupted);
    }

    /// <summary>Runs a piece of code and its directives, and gives its value as it is shown; null when it has none.</summary>
    /// <param name="code">The code, in one language or several.</param>
    /// <param name="name">How errors speak of it: <c>Cell 3</c>, or a file's name.</param>
    /// <param name="folder">Where its relative paths start.</param>
    /// <param name="run">The run that it belongs to.</param>
    private MimeBundle? Evaluate(string code, string name, string folder, CellRun run)
    {
        MimeBundle? value = null;
        foreach (CellPart part in CellPart.Split(code, name))
        {
            if (value is not null)
            {
                Show(value);
            }

            value = null;
            if (part.Language == CellPart.CSharp)
            {
                value = EvaluateCode(part.Code, name, folder, run);
            }
            else
            {
                ShowPart(part, folder, run);
            }
        }

        return value;
    }

    /// <summary>Shows a part of a cell that is not C#.</summary>
    private void ShowPart(CellPart part, string folder, CellRun run)
    {
        if (part.Language == CellPart.Value)
        {
            Show(_shared.Keep(part.Head!, part.Code.TrimEnd(), folder, run.Stopping));
            return;
        }

        string values = "";
        foreach (Directive directive in part.Directives)
        {
            if (directive.Name is not ("#!set" or "#!share"))
            {
                _magics.Follow(directive, this);
            }
            else if (part.Language is CellPart.Html or CellPart.JavaScript)
            {
                values += _shared.Script(directive);
            }
            else
            {
                throw directive.Error($"{part.Language} takes no values; javascript, html and csharp do.");
            }
        }

        if (!string.IsNullOrWhiteSpace(part.Code) || values.Length > 0)
        {
            Show(
                part.Language switch
                {
                    CellPart.Html => Markup.Html((values.Length > 0 ? $"<script>\n{values}</script>\n" : "") + part.Code),
                    CellPart.JavaScript => Markup.Script($"{values}(async () => {{\n{part.Code.TrimEnd()}\n}})();"),
                    CellPart.Mermaid => Markup.Mermaid(part.Code),
                    _ => Markup.Markdown(part.Code),
                }
            );
        }
    }

    private MimeBundle? EvaluateCode(string code, string name, string folder, CellRun run)
    {
        CancellationToken cancellationToken = run.Stopping;
        (string rest, IReadOnlyList<Directive> directives) = Directive.Split(code, name);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(rest, CellCompiler.ParseOptions, name, Encoding.UTF8, cancellationToken);
        bool isSourceFile = SourceFile.Is(tree);
        if (!isSourceFile && tree.GetDiagnostics(cancellationToken).Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            throw new CellException(CellErrors.Compilation(tree.GetDiagnostics(cancellationToken)));
        }

        bool timed = Follow(directives, folder, run);
        if (isSourceFile)
        {
            _compiler.AddLibrary(rest, name, cancellationToken);
            return null;
        }

        CompiledCell cell = _compiler.Compile(tree, cancellationToken);
        if (cell.Declares)
        {
            _language.Add(cell.Compilation);
        }

        var time = Stopwatch.StartNew();
        try
        {
            return Run(cell, run);
        }
        finally
        {
            if (timed)
            {
                Send(
                    new StreamOutput(
                        "stdout",
                        string.Create(CultureInfo.InvariantCulture, $"Wall time: {time.Elapsed.TotalMilliseconds:N1} ms\n")
                    )
                );
            }
        }
    }

    /// <summary>Does what the directives of a piece of code ask for.</summary>
    /// <returns>Whether its running time is to be shown.</returns>
    private bool Follow(IReadOnlyList<Directive> directives, string folder, CellRun run)
    {
        foreach (Directive source in directives.Where(d => d.Name == "#i"))
        {
            _packages.AddSource(
                source.Argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase)
                    ? source.Argument["nuget:".Length..].Trim()
                    : throw source.Error("#i names a package source; write #i \"nuget: https://... \" or a folder.")
            );
        }

        Directive[] packages =
        [
            .. directives.Where(d => d.Name == "#r" && d.Argument.StartsWith("nuget", StringComparison.OrdinalIgnoreCase)),
        ];
        _packages.Require(packages, this, run.Stopping);
        foreach (Directive directive in directives.Except(packages))
        {
            switch (directive.Name)
            {
                case "#r" when directive.Argument.StartsWith("sdk:", StringComparison.OrdinalIgnoreCase):
                    _packages.RequireSdk(directive);
                    break;
                case "#r":
                    ReferenceFile(directive, folder);
                    break;
                case "#load" or "#!import":
                    Import(directive, folder, run);
                    break;
                case "#i" or "#!time":
                    break;
                case "#!set" or "#!share":
                    Declare(_shared.Declaration(directive), directive, run);
                    break;
                default:
                    _magics.Follow(directive, this);
                    break;
            }
        }

        return directives.Any(d => d.Name == "#!time");
    }

    /// <summary>Declares a variable for the lines of a cell that follow.</summary>
    private void Declare(string declaration, Directive directive, CellRun run) =>
        Run(
            _compiler.Compile(
                CSharpSyntaxTree.ParseText(declaration, CellCompiler.ParseOptions, directive.Place, Encoding.UTF8, run.Stopping),
                run.Stopping
            ),
            run
        );

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

    private void Import(Directive directive, string folder, CellRun run)
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
                Evaluate(code, name, Path.GetDirectoryName(path)!, run);
            }
        }
        finally
        {
            _importing.Pop();
        }
    }

    /// <summary>
    /// What a cell could use if it ran now: also what its own directives bring, as long as the program carries it. No other file is
    /// looked at while somebody types.
    /// </summary>
    private ImmutableList<MetadataReference> ReferencesOf(string code) =>
        _compiler.ReferencesWith(
            Directive.Split(CellPart.CSharpOf(code)).Directives.Where(d => d.Name == "#r").SelectMany(Packages.CarriedAssemblies)
        );

    private MimeBundle? Run(CompiledCell cell, CellRun run)
    {
        MimeBundle? shown = null;
        Interruption.Run(
            () =>
            {
                Task<object?> task = _compiler.Start(cell);
                _thread.RunUntil(task, run.Stopping);
                object? value = task.GetAwaiter().GetResult();
                // Code may return a value anywhere.
                shown =
                    value is DisplayHandle || RegisteredFormatters.HasShown(value) || (!cell.ShowsValue && value is null)
                        ? null
                        : ValueFormatter.Format(value);
            },
            run
        );
        return shown;
    }
}
