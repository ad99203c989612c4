using ShapeKit.Runtime;
using ShapeKit.Training;
using ShapeKit.Visualization;

namespace ShapeKit.Tests.Visualization;

[Collection(nameof(NotebookState))]
public sealed class LiveTrainingCurvesTests
{
    [Fact]
    public void In_a_notebook_one_figure_grows_epoch_by_epoch()
    {
        List<object> shown = [];
        List<object> updates = [];
        Notebook.Display = value =>
        {
            shown.Add(value);
            return updates.Add;
        };
        try
        {
            LiveTrainingCurves live = new("Recipe A");
            live.Report(Epoch(1));
            live.Report(Epoch(2));
            live.Report(Epoch(3));
        }
        finally
        {
            Notebook.Display = null;
        }

        Assert.Contains("Recipe A", Assert.IsType<Figure>(Assert.Single(shown)).AlternativeText, StringComparison.Ordinal);
        Assert.Equal(
            ["epoch 2 of 3", "epoch 3 of 3"],
            updates.Cast<Figure>().Select(figure => figure.AlternativeText.Split("After ")[1][..12])
        );
    }

    [Fact]
    public void Without_a_notebook_each_epoch_is_a_line()
    {
        TextWriter console = Console.Out;
        using StringWriter written = new();
        Console.SetOut(written);
        try
        {
            LiveTrainingCurves live = new();
            live.Report(Epoch(1));
            live.Report(Epoch(2));
        }
        finally
        {
            Console.SetOut(console);
        }

        string[] lines = written.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("epoch 2/3: loss 0.5000, accuracy 0.7500", lines[1], StringComparison.Ordinal);
    }

    private static EpochResult Epoch(int epoch) => new(epoch, 3, 1.0 / epoch, 0.75, 0.5, 0.8, TimeSpan.FromSeconds(1));
}

/// <summary>Tests that set the notebook or the console of the whole process run alone.</summary>
[CollectionDefinition(nameof(NotebookState), DisableParallelization = true)]
public sealed class NotebookState;
