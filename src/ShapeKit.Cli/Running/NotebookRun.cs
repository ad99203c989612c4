using System.Diagnostics;
using System.Globalization;
using ShapeKit.Cli.Pages;
using Spectre.Console;

namespace ShapeKit.Cli.Running;

/// <summary>One <c>shapekit run</c> from its plan to its closing table.</summary>
internal sealed class NotebookRun
{
    private const int Stopped = 130;

    private readonly RunRequest _request;
    private readonly RunPlan _plan;
    private readonly NotebookResult[] _results;
    private readonly Site _site;
    private readonly DateTimeOffset _started = DateTimeOffset.Now;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();

    private NotebookRun(RunRequest request, RunPlan plan)
    {
        _request = request;
        _plan = plan;
        _results = [.. plan.Notebooks.Select(NotebookResult.NotRun)];
        _site = new Site(
            plan.Output,
            $"ShapeKit {RunSummary.Version}",
            [.. plan.Notebooks.Select(notebook => Chapter.Of(notebook.Document, notebook.Source, Relative(notebook.Page)!))]
        );
    }

    private bool Succeeded =>
        _results.All(result => result.Status == NotebookStatus.Passed && result.Claims.All(claim => claim.Holds == true));

    /// <summary>Runs what was asked for.</summary>
    /// <returns>The exit code: 0 only when every cell ran.</returns>
    public static async Task<int> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        string folder = Environment.CurrentDirectory;
        var run = new NotebookRun(request, RunPlan.Create(request, folder));
        IAnsiConsole console = RunConsole.Create();
        string relative = Path.GetRelativePath(folder, run._plan.Output);
        string output = relative.StartsWith("..", StringComparison.Ordinal) ? run._plan.Output : relative;
        console.MarkupLineInterpolated($"Running {Count(run._plan.Notebooks.Count, "notebook")} into [bold]{output}[/]");

        run.SaveSummary(interrupted: false);
        run.Save(run._site.Begin);
        await RunProgress.ShowAsync(console, run._plan.Notebooks, progress => run.RunAllAsync(progress, cancellationToken));
        bool interrupted = cancellationToken.IsCancellationRequested;
        run.SaveSummary(interrupted);
        run.Save(() => run._site.End(run.Outcome(interrupted)));

        RunReport.Write(console, run._plan, run._results, run._watch.Elapsed, output, interrupted);
        return interrupted ? Stopped
            : run.Succeeded ? 0
            : 1;
    }

    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private async Task RunAllAsync(IRunProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The later chapters of a course take longer; begun last, one of them would run on alone. Who wants to stop at an error reads
        // from the start.
        int[] order = [.. Enumerable.Range(0, _plan.Notebooks.Count)];
        if (_request.Parallel > 1 && !_request.StopOnError)
        {
            Array.Reverse(order);
        }

        int next = -1;
        bool failed = false;
        async Task RunNextAsync()
        {
            while (
                !stop.IsCancellationRequested
                && !(failed && _request.StopOnError)
                && Interlocked.Increment(ref next) is int turn
                && turn < order.Length
            )
            {
                try
                {
                    failed |= !await RunOneAsync(order[turn], progress, stop.Token);
                }
                catch
                {
                    stop.Cancel();
                    throw;
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, _request.Parallel).Select(_ => Task.Run(RunNextAsync, CancellationToken.None)));
    }

    private async Task<bool> RunOneAsync(int index, IRunProgress progress, CancellationToken stop)
    {
        PlannedNotebook notebook = _plan.Notebooks[index];
        progress.Started(index);
        NotebookResult result = await new NotebookRunner(_request, Math.Min(_request.Parallel, _plan.Notebooks.Count) - 1).RunAsync(
            notebook,
            (cells, failures) => progress.Advanced(index, cells, failures),
            stop
        );
        Save(() =>
        {
            notebook.Document.Save(notebook.ExecutedCopy);
            _site.Add(index, notebook.Document, Outcome(result));
        });
        _results[index] = result;
        SaveSummary(interrupted: false);
        progress.Ended(index, result);
        return result.Status == NotebookStatus.Passed;
    }

    private static Outcome Outcome(NotebookResult result) =>
        new(
            result.Status switch
            {
                NotebookStatus.Passed => "every cell ran",
                NotebookStatus.Stopped => $"stopped after {result.Executed} of {Count(result.Cells, "cell")}",
                _ => $"{Count(result.Failures, "cell")} "
                    + $"failed{(result.Executed < result.Cells ? $", {result.Cells - result.Executed} did not run" : "")}",
            },
            result.Status == NotebookStatus.Passed,
            result.Seconds,
            [.. result.Measured]
        );

    /// <summary>How the run went, in a sentence.</summary>
    private string Outcome(bool interrupted)
    {
        string notebooks = Count(_results.Length, "notebook");
        int passed = _results.Count(result => result.Status == NotebookStatus.Passed);
        string ended =
            interrupted ? $"{passed} of {notebooks} finished before the run was stopped"
            : passed < _results.Length ? $"{_results.Length - passed} of {notebooks} did not pass"
            : $"{notebooks}, every cell ran";
        return string.Create(CultureInfo.InvariantCulture, $"{ended}: {_watch.Elapsed.TotalSeconds:0.0} s on {_started:d MMMM yyyy}.");
    }

    private void SaveSummary(bool interrupted)
    {
        lock (_gate)
        {
            Save(() =>
                new RunSummary(
                    RunSummary.Version,
                    _started,
                    Math.Round(_watch.Elapsed.TotalSeconds, 2),
                    Succeeded,
                    interrupted,
                    [
                        .. _results.Select(
                            (result, i) =>
                                new NotebookSummary(
                                    _plan.Notebooks[i].Name,
                                    result.Notebook,
                                    result.Status,
                                    result.Cells,
                                    result.Executed,
                                    result.Failures,
                                    result.Seconds,
                                    result.Failures == 0 ? result.Results : NotebookResult.Nothing,
                                    result.Failures == 0 ? null : result.Results,
                                    result.Failures == 0 ? null : result.ResultsAfterFailure,
                                    result.Convolutions,
                                    _request.Claims ? result.Claims : null,
                                    Relative(result.ExecutedCopy),
                                    Relative(result.Page),
                                    result.Error
                                )
                        ),
                    ]
                ).Save(_plan.Output)
            );
        }
    }

    private string? Relative(string? path) => path is null ? null : Path.GetRelativePath(_plan.Output, path).Replace('\\', '/');

    private void Save(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunPlan.CannotWrite(_plan.Output, e);
        }
    }
}
