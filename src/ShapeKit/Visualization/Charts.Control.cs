using Plotly.NET;
using ShapeKit.Evaluation;

namespace ShapeKit.Visualization;

public static partial class Charts
{
    /// <summary>Shows numbers that come one after the other, the limits that chance keeps, and those beyond them.</summary>
    /// <param name="chart">The numbers and limits.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="valueName">What the numbers are.</param>
    /// <param name="xName">What they are counted by, from 1.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    public static Figure Control(ControlChart chart, string title, string valueName, string xName = "week")
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentNullException.ThrowIfNull(valueName);
        ArgumentNullException.ThrowIfNull(xName);
        double[] ends = [0.5, chart.Values.Count + 0.5];
        List<Trace> traces =
        [
            Dashed("limits", [chart.UpperLimit, chart.UpperLimit]).At(ends),
            Dashed("", [chart.LowerLimit, chart.LowerLimit]).At(ends),
            Trace(
                "scatter",
                ("mode", LineMode(chart.Values.Count)),
                ("name", Plain(valueName)),
                ("x", Enumerable.Range(1, chart.Values.Count)),
                ("y", chart.Values),
                ("line", new { color = Palette.Blue, width = 2.5 }),
                ("marker", new { size = 6 })
            ),
        ];
        traces[1].SetProperty("showlegend", false);
        if (chart.Alarms.Count > 0)
        {
            traces.Add(Alarms(chart));
        }

        GenericChart drawn = Chart(
            traces,
            new(Left: 64, Right: 20, Top: 34, Bottom: 52),
            ("xaxis", Axis(xName).With("range", new[] { 0.3, chart.Values.Count + 0.7 })),
            ("yaxis", Axis(valueName)),
            ("legend", LegendAbove)
        );
        string alarms =
            chart.Alarms.Count == 0
                ? "None lies beyond them."
                : $"Beyond them lie {chart.Alarms.Count}, the first in {xName} {chart.Alarms[0]}.";
        string text =
            $"{title}: {valueName}, {chart.Values.Count} times, from {Html.Number(chart.Values[0], 3)} to {Html.Number(chart.Values[^1], 3)}; "
            + $"the limits are {Html.Number(chart.LowerLimit, 3)} and {Html.Number(chart.UpperLimit, 3)}. {alarms}";
        return new Figure(drawn, title, text);
    }

    private static Trace Alarms(ControlChart chart) =>
        Trace(
            "scatter",
            ("mode", "markers"),
            ("name", "beyond"),
            ("x", chart.Alarms),
            ("y", chart.Alarms.Select(number => chart.Values[number - 1])),
            (
                "marker",
                new
                {
                    size = 12,
                    color = Palette.Orange,
                    symbol = "diamond",
                }
            ),
            ("hoverinfo", "skip")
        );

    private static Trace At(this Trace trace, double[] x)
    {
        trace.SetProperty("x", x);
        return trace;
    }
}
