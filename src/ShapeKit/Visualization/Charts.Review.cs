using Plotly.NET;
using ShapeKit.Review;

namespace ShapeKit.Visualization;

public static partial class Charts
{
    private static readonly double[] DescribedCoverages = [0.5, 0.7, 0.9];

    /// <summary>
    /// Shows what a confidence threshold buys: the share of wrong drafts among those that are shown, over the share that is shown.
    /// </summary>
    /// <param name="curve">The curve.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="threshold">A threshold to mark on the curve; null marks none.</param>
    /// <returns>The figure, with the line of holding back by chance.</returns>
    /// <exception cref="ArgumentException">The threshold is not a number, or the title is empty.</exception>
    public static Figure RiskCoverage(RiskCoverageCurve curve, string title = "Coverage against error", double? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(curve);
        RiskCoveragePoint all = curve.Points[^1];
        RiskCoveragePoint[] points = [.. curve.Points.Skip(1)];
        List<Trace> traces =
        [
            Dashed("held back by chance", [all.Risk, all.Risk]),
            Trace(
                "scatter",
                ("mode", LineMode(points.Length)),
                ("name", "least confident held back first"),
                ("x", points.Select(point => point.Coverage)),
                ("y", points.Select(point => point.Risk)),
                ("text", points.Select(point => Html.Fixed(point.Threshold, 3))),
                ("line", new { color = Palette.Blue, width = 2.5 }),
                ("marker", new { size = 5 }),
                ("cliponaxis", false),
                ("hovertemplate", "threshold %{text}<br>shown %{x:.3f}<br>wrong of these %{y:.3f}<extra></extra>")
            ),
        ];
        string marked = "";
        if (threshold is { } chosen)
        {
            RiskCoveragePoint point = curve.At(chosen);
            traces.Add(Marked(point, chosen));
            marked =
                $" The threshold {Html.Fixed(chosen, 2)} shows a share of {Html.Number(point.Coverage, 3)}, of which "
                + $"{Html.Number(point.Risk, 3)} are wrong.";
        }

        GenericChart chart = Chart(
            traces,
            new(Left: 64, Right: 20, Top: 34, Bottom: 52),
            ("xaxis", Axis("coverage (share shown)").With("range", new[] { -0.02, 1.02 })),
            ("yaxis", Axis("risk (share wrong)").With("rangemode", "tozero")),
            ("legend", LegendAbove)
        );
        string text =
            $"{title}. Of {all.Shown} drafts, a share of {Html.Number(all.Risk, 3)} is wrong. With the least confident held back first: "
            + string.Join(
                "; ",
                DescribedCoverages.Select(coverage =>
                {
                    RiskCoveragePoint point = points.First(point => point.Coverage >= coverage);
                    return $"{Html.Number(point.Coverage, 2)} shown, {Html.Number(point.Risk, 3)} of these wrong";
                })
            )
            + "."
            + marked;
        return new Figure(chart, title, text);
    }

    private static Trace Marked(RiskCoveragePoint point, double threshold) =>
        Trace(
            "scatter",
            ("mode", "markers"),
            ("name", $"threshold {Html.Fixed(threshold, 2)}"),
            ("x", new[] { point.Coverage }),
            ("y", new[] { point.Risk }),
            (
                "marker",
                new
                {
                    size = 12,
                    color = Palette.Orange,
                    symbol = "diamond",
                }
            ),
            ("cliponaxis", false),
            ("hovertemplate", "shown %{x:.3f}<br>wrong of these %{y:.3f}<extra></extra>")
        );

    /// <summary>
    /// Shows how often readers accept drafts, as time goes by: the share accepted in a moving window, and every single decision below it.
    /// </summary>
    /// <param name="entries">The log's entries, the oldest first; at least one.</param>
    /// <param name="window">How many decisions are looked back at; at least 1. With fewer entries there are only the single
    /// decisions.</param>
    /// <param name="title">What the figure shows.</param>
    /// <returns>The figure; a line marks where another model began to write the drafts.</returns>
    /// <exception cref="ArgumentException">There is no entry, one is null, the window is shorter than 1, or the title is empty.</exception>
    public static Figure AgreementOverTime(IReadOnlyList<ReviewEntry> entries, int window = 20, string title = "Agreement over time")
    {
        double[] shares = Agreement.OverTime(entries, window);
        if (shares.Length == 0)
        {
            throw new ArgumentException("The log has no entry yet; review a draft first.", nameof(entries));
        }

        List<Trace> traces =
        [
            Trace(
                "scatter",
                ("mode", "lines"),
                ("name", $"accepted among the last {window}"),
                ("x", entries.Select(entry => entry.Number)),
                ("y", shares),
                ("line", new { color = Palette.Blue, width = 2.5 }),
                ("hovertemplate", "decision %{x}: %{y:.2f}<extra></extra>")
            ),
        ];
        foreach (
            (Decision decision, string color) in (ReadOnlySpan<(Decision, string)>)
                [(Decision.Accepted, Palette.Green), (Decision.Edited, Palette.Orange), (Decision.Rejected, Palette.Red)]
        )
        {
            ReviewEntry[] these = [.. entries.Where(entry => entry.Review.Decision == decision)];
            if (these.Length > 0)
            {
                traces.Add(Ticks(these, decision, color));
            }
        }

        ReviewEntry[] changes = [.. entries.Skip(1).Where((entry, i) => entry.Review.Model != entries[i].Review.Model)];
        GenericChart chart = Chart(
            traces,
            new(Left: 64, Right: 20, Top: 54, Bottom: 52),
            ("xaxis", Axis("decision")),
            ("yaxis", Axis("share accepted").With("range", new[] { -0.14, 1.04 }).With("dtick", 0.2).With("tick0", 0)),
            ("shapes", changes.Select(Border)),
            ("annotations", changes.Select(Writer)),
            ("legend", LegendAbove)
        );
        string counts = string.Join(
            ", ",
            Enum.GetValues<Decision>()
                .Select(decision => $"{entries.Count(entry => entry.Review.Decision == decision)} {decision.ToString().ToLowerInvariant()}")
        );
        double[] known = [.. shares.Where(double.IsFinite)];
        string course =
            known.Length > 0
                ? $" Among {window} decisions, the share accepted goes from {Html.Number(known[0])} to {Html.Number(known[^1])}."
                : "";
        string change = string.Concat(changes.Select(entry => $" From decision {entry.Number} on the drafts are by {entry.Review.Model}."));
        return new Figure(chart, title, $"{title}: {entries.Count} decisions, {counts}.{course}{change}");
    }

    /// <summary>A short stroke for each decision of a kind, below the curve.</summary>
    private static Trace Ticks(ReviewEntry[] entries, Decision decision, string color) =>
        Trace(
            "scatter",
            ("mode", "markers"),
            ("name", decision.ToString().ToLowerInvariant()),
            ("x", entries.Select(entry => entry.Number)),
            ("y", entries.Select(_ => -0.08)),
            ("text", entries.Select(entry => Plain(entry.Review.Image))),
            (
                "marker",
                new
                {
                    symbol = "line-ns",
                    size = 12,
                    color,
                    line = new { color, width = 2 },
                }
            ),
            ("hovertemplate", "decision %{x}, %{text}<extra></extra>")
        );

    /// <summary>The line before the first entry of another model.</summary>
    private static object Border(ReviewEntry first) =>
        new
        {
            type = "line",
            xref = "x",
            yref = "paper",
            x0 = first.Number - 0.5,
            x1 = first.Number - 0.5,
            y0 = 0,
            y1 = 1,
            line = new
            {
                color = Palette.Grey,
                width = 1.5,
                dash = "dot",
            },
        };

    /// <summary>The name of that model.</summary>
    private static object Writer(ReviewEntry first) =>
        new
        {
            x = first.Number - 0.5,
            y = 0.2,
            xref = "x",
            yref = "y",
            xanchor = "left",
            text = " " + Plain(first.Review.Model),
            showarrow = false,
        };
}
