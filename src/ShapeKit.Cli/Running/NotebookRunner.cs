using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Documents;
using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>Runs the code cells of one notebook in a process of their own and puts what they show into the document.</summary>
internal sealed class NotebookRunner(RunRequest request, int neighbours)
{
    private static readonly Regex Place = new(@"^\((?<line>\d+),\d+\): |Cell (?<cell>\d+), line (?<line>\d+)$", RegexOptions.Multiline);

    /// <summary>How long an interrupted cell may take to stop before its process is ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Jupyter's tag for a cell that is meant to fail.</summary>
    private const string MayFail = "raises-exception";

    private readonly OutputCollector _outputs = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private CellError? _firstError;
    private int _firstFailure = int.MaxValue;
    private int _executed;
    private int _failures;

    public static IEnumerable<NotebookCell> CodeCells(NotebookDocument document) =>
        document.Cells.Where(cell => cell.Kind == CellKind.Code);

    /// <summary>Runs the cells in order.</summary>
    /// <param name="notebook">The notebook; its document receives outputs and execution counts.</param>
    /// <param name="progress">Called with the number of cells and of failures so far.</param>
    /// <param name="stop">Ends the notebook's process at once.</param>
    public async Task<NotebookResult> RunAsync(PlannedNotebook notebook, Action<int, int> progress, CancellationToken stop)
    {
        NotebookCell[] cells = [.. CodeCells(notebook.Document)];
        foreach (NotebookCell cell in cells)
        {
            (cell.Outputs, cell.ExecutionCount) = ([], null);
        }

        bool stopped = false;
        ConvolutionWay? convolutions;
        using (var worker = WorkerProcess.Start(Path.GetDirectoryName(notebook.Source)!, neighbours, request.Environment))
        using (stop.Register(worker.Kill))
        {
            await worker.Ready;
            for (int i = 0; i < cells.Length && !stopped; i++)
            {
                if (!string.IsNullOrWhiteSpace(cells[i].Source))
                {
                    stopped = !await RunCellAsync(worker, cells, i, stop);
                }

                _executed++;
                progress(_executed, _failures);
            }

            convolutions = worker.Convolutions;
        }

        for (int i = 0; i < cells.Length; i++)
        {
            cells[i].Outputs = _outputs[i];
        }

        NotebookStatus status =
            stop.IsCancellationRequested && stopped ? NotebookStatus.Stopped
            : _failures > 0 ? NotebookStatus.Failed
            : NotebookStatus.Passed;
        return new NotebookResult(
            notebook.Source,
            status,
            cells.Length,
            _executed,
            _failures,
            Math.Round(_watch.Elapsed.TotalSeconds, 2),
            Results(cells.Take(_firstFailure).SelectMany(cell => cell.Outputs)),
            Results(cells.Skip(_firstFailure).SelectMany(cell => cell.Outputs)),
            convolutions,
            Claims.Read(notebook.Document),
            notebook.ExecutedCopy,
            notebook.Page,
            _firstError
        );
    }

    /// <returns>Whether the next cell may run.</returns>
    private async Task<bool> RunCellAsync(WorkerProcess worker, NotebookCell[] cells, int index, CancellationToken stop)
    {
        bool timedOut = false;
        try
        {
            Task<CellResult> running = worker.ExecuteAsync(cells[index].Code, output =>
            {
                // The interruption's own error would hide why the cell was interrupted.
                if (!(Volatile.Read(ref timedOut) && output is ErrorOutput))
                {
                    _outputs.Add(index, output);
                }
            });
            if (
                request.Timeout is { } limit
                && await Task.WhenAny(running, Task.Delay(limit, stop)) != running
                && !stop.IsCancellationRequested
            )
            {
                Volatile.Write(ref timedOut, true);
                worker.Interrupt();
                if (await Task.WhenAny(running, Task.Delay(Grace, stop)) != running)
                {
                    worker.Kill();
                }
            }

            CellResult result = await running;
            cells[index].ExecutionCount = result.ExecutionCount;
            if (timedOut)
            {
                Fail(index, cells[index], Timeout());
            }
            else if (!result.Succeeded && !cells[index].Tags.Contains(MayFail))
            {
                Fail(index, cells[index], null);
            }

            return request.KeepGoing || _failures == 0;
        }
        catch (WorkerEndedException e)
        {
            Fail(
                index,
                cells[index],
                stop.IsCancellationRequested ? new ErrorOutput("Stopped", "The run was stopped while this cell ran.", [])
                    : timedOut ? Timeout()
                    : new ErrorOutput("ProcessEnded", e.Message, [])
            );
            return false;
        }
    }

    private ErrorOutput Timeout() =>
        new(
            "Timeout",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The cell ran longer than {request.Timeout!.Value.TotalSeconds:0.###} s and was stopped."
            ),
            []
        );

    private void Fail(int index, NotebookCell cell, ErrorOutput? error)
    {
        if (error is not null)
        {
            _outputs.Add(index, error);
        }

        _failures++;
        if (_firstError is null)
        {
            // What the failing cell itself recorded, it recorded before it failed.
            _firstFailure = index + 1;
            error ??= _outputs[index].OfType<ErrorOutput>().LastOrDefault() ?? new ErrorOutput("Error", "The cell failed.", []);
            int number = cell.ExecutionCount ?? index + 1;
            _firstError = new CellError(number, LineOf(error, number), error.Name, error.Message, error.Below(), cell.Source);
        }
    }

    /// <summary>
    /// The line of the cell that an error names: compile errors start with (line,column), frames of exceptions end with the cell and its
    /// line.
    /// </summary>
    private static int? LineOf(ErrorOutput error, int cell)
    {
        Match match = Place
            .Matches(string.Join('\n', error.Traceback.Prepend(error.Message)))
            .FirstOrDefault(match =>
                !match.Groups["cell"].Success || match.Groups["cell"].Value == cell.ToString(CultureInfo.InvariantCulture)
            )
            ?? Match.Empty;
        return match.Success ? int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    private static Dictionary<string, double> Results(IEnumerable<CellOutput> outputs)
    {
        var results = new Dictionary<string, double>();
        foreach (MimeBundle? bundle in outputs.Select(output => (output as DisplayOutput)?.Data ?? (output as ResultOutput)?.Data))
        {
            if (bundle is null || !bundle.Data.TryGetValue(Result.MimeType, out string? json))
            {
                continue;
            }

            foreach ((string name, double value) in Record(json))
            {
                results[name] = value;
            }
        }

        return results;
    }

    /// <summary>The numbers of a record; a cell may have written one by itself, and wrongly.</summary>
    private static IEnumerable<(string Name, double Value)> Record(string json)
    {
        try
        {
            using var record = JsonDocument.Parse(json);
            return record.RootElement.ValueKind != JsonValueKind.Object
                ? []
                :
                [
                    .. record
                        .RootElement.EnumerateObject()
                        .Where(property => property.Value.ValueKind == JsonValueKind.Number && double.IsFinite(property.Value.GetDouble()))
                        .Select(property => (property.Name, property.Value.GetDouble())),
                ];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
