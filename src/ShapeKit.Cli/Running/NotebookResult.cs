using System.Globalization;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

internal enum NotebookStatus
{
    /// <summary>Its turn did not come.</summary>
    NotRun,

    /// <summary>Every cell ran.</summary>
    Passed,

    /// <summary>A cell failed.</summary>
    Failed,

    /// <summary>The run was stopped before the notebook's end.</summary>
    Stopped,
}

/// <summary>What became of one notebook.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Cells">How many code cells it has.</param>
/// <param name="Executed">How many of them were started.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="Seconds">How long it took, the start of its process included.</param>
/// <param name="Results">What it measured before any cell failed, by name, in the order of recording.</param>
/// <param name="ResultsAfterFailure">What cells after a failed one recorded.</param>
/// <param name="Convolutions">How its libtorch computed convolutions; null when it did not load libtorch.</param>
/// <param name="Claims">What its texts claim, where that was asked for.</param>
/// <param name="ExecutedCopy">The executed copy's path; null when the notebook did not run.</param>
/// <param name="Page">The page's path; null when the notebook did not run.</param>
/// <param name="Error">The first failing cell's error.</param>
internal sealed record NotebookResult(
    string Notebook,
    NotebookStatus Status,
    int Cells,
    int Executed,
    int Failures,
    double Seconds,
    IReadOnlyDictionary<string, double> Results,
    IReadOnlyDictionary<string, double> ResultsAfterFailure,
    ConvolutionWay? Convolutions,
    IReadOnlyList<Claim> Claims,
    string? ExecutedCopy,
    string? Page,
    CellError? Error
)
{
    public static IReadOnlyDictionary<string, double> Nothing { get; } = new Dictionary<string, double>();

    /// <summary>What it recorded, and a remark where that could not be taken for its result.</summary>
    public IEnumerable<(string Name, string Value, string Remark)> Measured =>
        Values(Results, Failures == 0 ? "" : "before the failure").Concat(Values(ResultsAfterFailure, "after the failure"));

    public static NotebookResult NotRun(PlannedNotebook notebook) =>
        new(
            notebook.Source,
            NotebookStatus.NotRun,
            NotebookRunner.CodeCells(notebook.Document).Count(),
            0,
            0,
            0,
            Nothing,
            Nothing,
            null,
            [],
            null,
            null,
            null
        );

    private static IEnumerable<(string Name, string Value, string Remark)> Values(
        IReadOnlyDictionary<string, double> values,
        string remark
    ) => values.Select(value => (value.Key, value.Value.ToString("0.####", CultureInfo.InvariantCulture), remark));
}

/// <summary>Why a cell failed.</summary>
/// <param name="Cell">The cell's execution count, which front ends show beside it.</param>
/// <param name="Line">The line in the cell, counted from 1, where the error tells one.</param>
/// <param name="Name">The kind of error.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Details">Further lines, such as where the error came from.</param>
/// <param name="Source">The cell's code.</param>
internal sealed record CellError(int Cell, int? Line, string Name, string Message, IReadOnlyList<string> Details, string Source);
