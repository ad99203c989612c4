using System.Globalization;
using ShapeKit.Cli.Pages;
using Spectre.Console;
using ConvolutionWay = ShapeKit.Runtime.ConvolutionWay;

namespace ShapeKit.Cli.Running;

/// <summary>What stands on the console when a run has ended: the first error of each notebook, the table, the outcome.</summary>
internal static class RunReport
{
    private const int Context = 2;

    public static void Write(
        IAnsiConsole console,
        RunPlan plan,
        IReadOnlyList<NotebookResult> results,
        TimeSpan elapsed,
        string output,
        bool interrupted
    )
    {
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i] is { Error: { } error, Status: not NotebookStatus.Stopped })
            {
                WriteError(console, plan.Notebooks[i].Name, error);
            }
        }

        WriteClaims(console, plan, results);
        console.WriteLine();
        console.Write(Table(plan, results));
        if (
            results.Select(result => result.Convolutions).FirstOrDefault(way => way is not null and not { Name: ConvolutionWay.Fast }) is
            { } way
        )
        {
            console.MarkupLineInterpolated($"Convolutions: [bold]{way.Name}[/]. {way.Reason}");
        }

        string seconds = elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        int passed = results.Count(result => result.Status == NotebookStatus.Passed);
        string notebooks = NotebookRun.Count(results.Count, "notebook");
        string pages = Path.Combine(output, Site.Contents);
        if (interrupted)
        {
            int kept = results.Count(result => result.ExecutedCopy is not null);
            console.MarkupLineInterpolated(
                $"[yellow]Stopped after {seconds} s.[/] {passed} of {notebooks} finished. Pages of {NotebookRun.Count(kept, "notebook")}: {pages}"
            );
        }
        else if (passed == results.Count)
        {
            console.MarkupLineInterpolated($"[green]Every cell ran[/], {notebooks}, {seconds} s. Pages: {pages}");
        }
        else
        {
            console.MarkupLineInterpolated($"[red]{results.Count - passed} of {notebooks} did not pass[/], {seconds} s. Pages: {pages}");
        }
    }

    private static void WriteClaims(IAnsiConsole console, RunPlan plan, IReadOnlyList<NotebookResult> results)
    {
        for (int i = 0; i < results.Count; i++)
        {
            // After a failure no further claim could be checked; the first one tells it for all. A stopped run needs no reason.
            IEnumerable<Claim> notChecked = results[i]
                .Claims.Where(claim => claim.Holds is null && results[i].Status != NotebookStatus.Stopped)
                .Take(1);
            foreach (Claim claim in results[i].Claims.Where(claim => claim.Holds == false).Concat(notChecked))
            {
                console.WriteLine();
                console.MarkupLineInterpolated(
                    $"[red]{plan.Notebooks[i].Name}, text {claim.Cell}: the claim {(claim.Holds == false ? "does not hold" : "could not be checked")}[/]"
                );
                console.WriteLine($"  {claim.Expression}");
            }
        }

        int all = results.Sum(result => result.Claims.Count);
        if (all > 0)
        {
            console.WriteLine();
            console.WriteLine(
                $"{results.Sum(result => result.Claims.Count(claim => claim.Holds == true))} of {NotebookRun.Count(all, "claim")} of "
                    + "the texts hold."
            );
        }
    }

    private static Table Table(RunPlan plan, IReadOnlyList<NotebookResult> results)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumn("Notebook");
        table.AddColumn("Cells", column => column.RightAligned());
        table.AddColumn("Failures", column => column.RightAligned());
        table.AddColumn("Seconds", column => column.RightAligned());
        table.AddColumn("Measured");
        for (int i = 0; i < results.Count; i++)
        {
            NotebookResult result = results[i];
            string color = result.Status switch
            {
                NotebookStatus.Passed => "green",
                NotebookStatus.Failed => "red",
                _ => "yellow",
            };
            string cells = result.Executed == result.Cells ? $"{result.Cells}" : $"{result.Executed} of {result.Cells}";
            table.AddRow(
                new Markup($"[{color}]{Markup.Escape(plan.Notebooks[i].Name)}[/]"),
                new Text(cells),
                new Markup(result.Failures == 0 ? "0" : $"[red]{result.Failures}[/]"),
                new Text(result.Status == NotebookStatus.NotRun ? "not run" : result.Seconds.ToString("0.0", CultureInfo.InvariantCulture)),
                Measured(result)
            );
        }

        return table;
    }

    private static Markup Measured(NotebookResult result) =>
        new(
            string.Join(
                '\n',
                result.Measured.Select(each =>
                    Markup.Escape($"{each.Name} {each.Value}")
                    + (
                        each.Remark.Length == 0
                            ? ""
                            : $" [{(each.Remark.StartsWith("after", StringComparison.Ordinal) ? "red" : "yellow")}]({each.Remark})[/]"
                    )
                )
            )
        );

    private static void WriteError(IAnsiConsole console, string notebook, CellError error)
    {
        string place = $"{notebook}, cell {error.Cell}{(error.Line is { } number ? $", line {number}" : "")}";
        console.WriteLine();
        console.MarkupLineInterpolated($"[red]{place}: {error.Name}[/]");
        string[] lines = error.Source.Split('\n');
        if (error.Line is { } line && line <= lines.Length && error.Name != "CompilationError")
        {
            for (int i = Math.Max(0, line - 1 - Context); i < Math.Min(lines.Length, line + Context); i++)
            {
                console.MarkupLineInterpolated($"  [grey]{(i == line - 1 ? ">" : " ")} {i + 1, 3} |[/] {lines[i].TrimEnd()}");
            }
        }

        console.WriteLine($"  {error.Message}");
        foreach (string detail in error.Details)
        {
            console.WriteLine($"  {detail}");
        }
    }
}
