using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ShapeKit.Cli.Running;

/// <summary>Hears how a run gets on; calls may come from several threads.</summary>
internal interface IRunProgress
{
    void Started(int notebook);

    void Advanced(int notebook, int cells, int failures);

    void Ended(int notebook, NotebookResult result);
}

/// <summary>Shows how a run gets on: live lines on a terminal, plain lines elsewhere.</summary>
internal static class RunProgress
{
    public static Task ShowAsync(IAnsiConsole console, IReadOnlyList<PlannedNotebook> notebooks, Func<IRunProgress, Task> run) =>
        console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi && !Console.IsOutputRedirected
            ? console
                .Progress()
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new CellsColumn(),
                    new ElapsedTimeColumn()
                )
                .StartAsync(context => run(new LiveProgress(context, notebooks)))
            : run(new PlainProgress(console, notebooks));

    private sealed class LiveProgress : IRunProgress
    {
        private readonly ProgressTask[] _notebooks;
        private readonly ProgressTask _run;
        private readonly string[] _names;

        public LiveProgress(ProgressContext context, IReadOnlyList<PlannedNotebook> notebooks)
        {
            int[] cells = [.. notebooks.Select(notebook => NotebookRunner.CodeCells(notebook.Document).Count())];
            _names = [.. notebooks.Select(notebook => Markup.Escape(notebook.Name))];
            _notebooks =
            [
                .. notebooks.Select((_, i) => context.AddTask($"[grey]{_names[i]}[/]", autoStart: false, maxValue: Math.Max(1, cells[i]))),
            ];
            _run = context.AddTask("[bold]all notebooks[/]", maxValue: Math.Max(1, cells.Sum()));
        }

        public void Started(int notebook)
        {
            _notebooks[notebook].Description = _names[notebook];
            _notebooks[notebook].StartTask();
        }

        public void Advanced(int notebook, int cells, int failures)
        {
            _run.Increment(cells - _notebooks[notebook].Value);
            _notebooks[notebook].Value = cells;
            if (failures > 0)
            {
                _notebooks[notebook].Description = $"[red]{_names[notebook]}[/]";
            }
        }

        public void Ended(int notebook, NotebookResult result)
        {
            if (result.Status == NotebookStatus.Passed)
            {
                _notebooks[notebook].Description = $"[green]{_names[notebook]}[/]";
                _notebooks[notebook].Value = _notebooks[notebook].MaxValue;
            }

            _notebooks[notebook].StopTask();
        }
    }

    private sealed class CellsColumn : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture, $"{task.Value:0}/{task.MaxValue:0} cells")).RightJustified();
    }

    private sealed class PlainProgress(IAnsiConsole console, IReadOnlyList<PlannedNotebook> notebooks) : IRunProgress
    {
        private readonly Lock _gate = new();

        public void Started(int notebook) { }

        public void Advanced(int notebook, int cells, int failures) { }

        public void Ended(int notebook, NotebookResult result)
        {
            lock (_gate)
            {
                string failures = result.Failures == 0 ? "" : $", {result.Failures} failed";
                string end = result.Status == NotebookStatus.Stopped ? ", stopped" : "";
                console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"[{notebook + 1}/{notebooks.Count}] {notebooks[notebook].Name}: {result.Executed} of "
                            + $"{NotebookRun.Count(result.Cells, "cell")}{failures}{end}, {result.Seconds:0.0} s"
                    )
                );
            }
        }
    }
}
