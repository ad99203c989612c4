using System.Globalization;
using Plotly.NET;
using static TorchSharp.torch;
using Layout = Plotly.NET.Layout;

namespace ShapeKit.Visualization;

/// <summary>The charts of the course, on Plotly.NET.</summary>
/// <remarks>Properties carry the names of the plotly.js reference, https://plotly.com/javascript/reference/.</remarks>
public static class Charts
{
    private const string DotSymbols = "circle,diamond,square,cross,x,triangle-up";

    /// <summary>Shows a table of numbers as colours with the numbers in the cells: a small image, a kernel, a feature map.</summary>
    /// <param name="values">The numbers, indexed [row, column]; row 0 is at the top.</param>
    /// <param name="title">What the table is.</param>
    /// <param name="scale">How values become colours; null chooses grey, or diverging where a value is negative.</param>
    /// <param name="decimals">At most so many decimals in a cell.</param>
    /// <param name="alternativeText">What a reader sees in it; null describes size, range and the place of the largest value.</param>
    /// <param name="rowNames">What each row stands for; null numbers the rows from 0.</param>
    /// <param name="columnNames">What each column stands for; null numbers the columns from 0.</param>
    /// <returns>The figure. Tables of more than 30 columns or rows show their numbers on hovering only.</returns>
    /// <exception cref="ArgumentException">The table is empty, or the names are not as many as the rows or columns.</exception>
    public static Figure HeatMap(
        float[,] values, string title, ColorScale? scale = null, int decimals = 2, string? alternativeText = null,
        IReadOnlyList<string>? rowNames = null, IReadOnlyList<string>? columnNames = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
        {
            throw new ArgumentException($"The table has {values.GetLength(0)} rows and {values.GetLength(1)} columns; a heat map needs at least one of each.", nameof(values));
        }

        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        if ((rowNames?.Count ?? rows) != rows || (columnNames?.Count ?? columns) != columns)
        {
            throw new ArgumentException(
                $"There are {rowNames?.Count ?? rows} row names and {columnNames?.Count ?? columns} column names for {rows} rows and {columns} columns; pass one name a row and one a column.", nameof(rowNames));
        }

        ColorScale colors = scale ?? ColorScales.For(values);
        (float low, float high) = ColorScales.Range(colors, values.Cast<float>());
        string[][] texts = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, columns).Select(column => Html.Number(values[row, column], decimals)).ToArray())];

        int longest = texts.Max(row => row.Max(text => text.Length));
        int widestRowName = rowNames?.Max(TextWidth) ?? 0;
        int widestColumnName = columnNames?.Max(TextWidth) ?? 0;
        int cell = Math.Clamp(Math.Min(660 / Math.Max(rows, columns), (668 - widestRowName) / columns), 12, 52);
        bool slanted = widestColumnName > cell - 4;
        int fontSize = Math.Min(14, (int)((cell - 2) / (0.58 * Math.Max(longest, 1.5))));
        Trace trace = Trace(
            "heatmap",
            ("z", values), ("zmin", low), ("zmax", high), ("colorscale", ColorScales.ForPlotly(colors)),
            ("text", texts), ("hovertemplate", $"{(rowNames is null ? "row " : "")}%{{y}}, {(columnNames is null ? "column " : "")}%{{x}}: %{{text}}<extra></extra>"),
            ("xgap", 1), ("ygap", 1),
            ("colorbar", new { thickness = 10, outlinewidth = 0, len = 1, lenmode = "fraction", ypad = 0, nticks = 5, tickfont = new { size = 11 } }));
        if (fontSize >= 7 && Math.Max(rows, columns) <= 30)
        {
            trace.SetProperty("texttemplate", "%{text}");
            trace.SetProperty("textfont", new { size = fontSize });
        }

        Margin margin = new(
            Left: rowNames is null ? 58 : widestRowName + 18,
            Right: slanted ? Math.Max(92, widestColumnName) : 92,
            Top: 8,
            Bottom: columnNames is null ? 50 : slanted ? (int)(0.71 * widestColumnName) + 28 : 32);
        GenericChart chart = Chart(
            [trace],
            margin,
            ("xaxis", Named(Axis(columnNames is null ? "column" : "", grid: false, integers: columns), columnNames, slanted ? 45 : 0)),
            ("yaxis", Named(Axis(rowNames is null ? "row" : "", grid: false, integers: rows, reversed: true), rowNames, 0)),
            ("plot_bgcolor", Palette.Axis)); // shows in the gaps as lines, so that white cells stand out from a white page
        return new Figure(
            chart, title, alternativeText ?? DescribeTable(title, values, texts, rowNames, columnNames),
            height: (cell * rows) + margin.Top + margin.Bottom, width: (cell * columns) + margin.Left + margin.Right);
    }

    /// <summary>Shows a tensor as colours with its numbers in the cells.</summary>
    /// <param name="values">A tensor of shape [H, W], leading dimensions of 1 allowed, of any numeric dtype.</param>
    /// <param name="title">What the table is.</param>
    /// <param name="scale">How values become colours; null chooses grey, or diverging where a value is negative.</param>
    /// <param name="decimals">At most so many decimals in a cell.</param>
    /// <param name="alternativeText">What a reader sees in it; null describes size, range and the place of the largest value.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The tensor holds none or several tables.</exception>
    public static Figure HeatMap(Tensor values, string title, ColorScale? scale = null, int decimals = 2, string? alternativeText = null)
    {
        IReadOnlyList<float[,]> tables = Pixels.Read(values);
        return tables.Count == 1
            ? HeatMap(tables[0], title, scale, decimals, alternativeText)
            : throw new ArgumentException($"The tensor holds {tables.Count} tables; pass one, for example values[0, 0].", nameof(values));
    }

    /// <summary>Shows a dot a value and a line at the mean for each series: how results scatter over seeds.</summary>
    /// <param name="series">One series a recipe, from top to bottom.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="valueName">What the numbers are, with their unit.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no series, or one is empty.</exception>
    public static Figure Strip(IEnumerable<Series> series, string title, string valueName)
    {
        Series[] groups = Checked(series);
        List<Trace> traces = [];
        for (int i = 0; i < groups.Length; i++)
        {
            // Equal values stand one above the other, so that each run can be counted.
            double[] values = [.. groups[i].Values.Where(double.IsFinite).Order()];
            double[] heights = [.. Spread(values).Select(offset => i + offset)];
            string color = Palette.Series[i % Palette.Series.Length];
            traces.Add(Trace(
                "scatter", ("mode", "markers"), ("name", groups[i].Name), ("x", values), ("y", heights),
                ("marker", new { color, size = 9, opacity = 0.7, line = new { width = 0 } }),
                ("hovertemplate", Plain(groups[i].Name) + ": %{x:.4f}<extra></extra>")));
            double mean = values.Average();
            traces.Add(Trace(
                "scatter", ("mode", "lines"), ("x", new[] { mean, mean }), ("y", new[] { i - 0.38, i + 0.38 }),
                ("line", new { color, width = 3 }), ("hovertemplate", $"mean {Html.Number(mean, 4)}<extra></extra>")));
        }

        Dictionary<string, object> names = Axis("", grid: false, reversed: true);
        names["tickmode"] = "array";
        names["tickvals"] = Enumerable.Range(0, groups.Length);
        names["ticktext"] = groups.Select(group => $"{Plain(group.Name)}<br>mean {Html.Fixed(group.Values.Where(double.IsFinite).Average(), 3)}");
        names["range"] = new[] { groups.Length - 0.5, -0.5 };
        names["automargin"] = true;
        GenericChart chart = Chart(traces, new(Left: 90, Right: 20, Top: 8, Bottom: 52), ("xaxis", Axis(valueName)), ("yaxis", names), ("showlegend", false));
        string text = $"{title}. {valueName}, by recipe: " + string.Join("; ", groups.Select(group =>
            $"{group.Name}: mean {Html.Number(group.Values.Where(double.IsFinite).Average(), 3)}, from {Html.Number(group.Values.Where(double.IsFinite).Min(), 3)} to {Html.Number(group.Values.Where(double.IsFinite).Max(), 3)} over {group.Values.Count(double.IsFinite)} values")) + ".";
        return new Figure(chart, title, text, height: 60 + (groups.Length * 84));
    }

    /// <summary>Shows series as lines over a common horizontal axis.</summary>
    /// <param name="series">The lines.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="xName">What the horizontal axis counts, with its unit.</param>
    /// <param name="yName">What the numbers are, with their unit.</param>
    /// <param name="x">The horizontal positions of series that have none of their own, as many as the longest has values; null counts from 1.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no series, one is empty, or it has more values than positions.</exception>
    public static Figure Lines(IEnumerable<Series> series, string title, string xName, string yName, IReadOnlyList<double>? x = null)
    {
        Series[] lines = Checked(series);
        x ??= [.. Enumerable.Range(1, lines.Max(line => line.Values.Count)).Select(i => (double)i)];
        if (Array.Find(lines, line => (line.X ?? x).Count < line.Values.Count) is { } longer)
        {
            throw new ArgumentException($"The line {longer.Name} has {longer.Values.Count} values but there are only {(longer.X ?? x).Count} positions; pass one position a value.", nameof(x));
        }

        string[] symbols = DotSymbols.Split(',');
        GenericChart chart = Chart(
            lines.Select((line, i) => Trace(
                "scatter", ("mode", line.Values.Count > 60 ? "lines" : "lines+markers"), ("name", Plain(line.Name)), ("x", (line.X ?? x).Take(line.Values.Count)), ("y", line.Values),
                ("line", new { color = Palette.Series[i % Palette.Series.Length], width = 2.5 }),
                ("marker", new { size = 7, symbol = symbols[i % symbols.Length] }))),
            new(Left: 64, Right: 20, Top: lines.Length > 1 ? 34 : 8, Bottom: 52),
            ("xaxis", Axis(xName)), ("yaxis", Axis(yName)),
            ("showlegend", lines.Length > 1), ("legend", LegendAbove));
        string text = $"{title}. {yName} over {xName}: " + string.Join("; ", lines.Select(line =>
            $"{line.Name} goes from {Html.Number(line.Values[0], 3)} to {Html.Number(line.Values[^1], 3)}")) + ".";
        return new Figure(chart, title, text);
    }

    /// <summary>Shows a bar a number, with the number beside it.</summary>
    /// <param name="bars">Names and numbers, from top to bottom.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="valueName">What the numbers are, with their unit.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no bar.</exception>
    public static Figure Bars(IEnumerable<(string Name, double Value)> bars, string title, string valueName)
    {
        (string Name, double Value)[] all = [.. bars];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no bar to draw; pass at least one name and number.", nameof(bars));
        }

        Dictionary<string, object> names = Axis("", grid: false, reversed: true);
        names["automargin"] = true;
        names["type"] = "category";
        GenericChart chart = Chart(
            [Trace(
                "bar", ("orientation", "h"), ("x", all.Select(bar => bar.Value)), ("y", all.Select(bar => Plain(bar.Name))),
                ("text", all.Select(bar => Html.Number(bar.Value, 3))), ("textposition", "outside"), ("cliponaxis", false), ("textangle", 0),
                ("marker", new { color = Palette.Blue }), ("hovertemplate", "%{y}: %{text}<extra></extra>"))],
            new(Left: 90, Right: 56, Top: 8, Bottom: 52),
            ("xaxis", Axis(valueName)), ("yaxis", names), ("bargap", 0.35));
        string text = $"{title}. {valueName}: " + string.Join(", ", all.Select(bar => $"{bar.Name} {Html.Number(bar.Value, 3)}")) + ".";
        return new Figure(chart, title, text, height: 64 + (all.Length * 40));
    }

    private static readonly object LegendAbove = new { orientation = "h", x = 0, y = 1.02, xanchor = "left", yanchor = "bottom" };

    private static Trace Trace(string type, params (string Name, object Value)[] properties)
    {
        Trace trace = new(type);
        foreach ((string name, object value) in properties)
        {
            trace.SetProperty(name, value);
        }

        return trace;
    }

    private static GenericChart Chart(IEnumerable<Trace> traces, Margin margin, params (string Name, object Value)[] properties)
    {
        Layout layout = new();
        layout.SetProperty("margin", new { l = margin.Left, r = margin.Right, t = margin.Top, b = margin.Bottom });
        foreach ((string name, object value) in properties)
        {
            layout.SetProperty(name, value);
        }

        return GenericChart.setLayout(layout, GenericChart.ofTraceObjects(false, Microsoft.FSharp.Collections.ListModule.OfSeq(traces)));
    }

    private static Dictionary<string, object> Axis(string name, bool grid = true, int? integers = null, bool reversed = false)
    {
        Dictionary<string, object> axis = new()
        {
            ["title"] = new { text = Plain(name), standoff = 10 },
            ["showgrid"] = grid,
            ["gridcolor"] = Palette.Grid,
            ["linecolor"] = Palette.Axis,
            ["showline"] = grid,
            ["zeroline"] = false,
            ["ticks"] = "outside", // invisible: they only keep the labels off the plot
            ["ticklen"] = 5,
            ["tickcolor"] = Palette.Transparent,
            ["fixedrange"] = true,
        };
        if (integers is { } count)
        {
            axis["dtick"] = count <= 14 ? 1 : 5;
            axis["tick0"] = 0;
        }

        if (reversed)
        {
            axis["autorange"] = "reversed";
        }

        return axis;
    }

    /// <summary>Writes names instead of numbers along an axis.</summary>
    private static Dictionary<string, object> Named(Dictionary<string, object> axis, IReadOnlyList<string>? names, int angle)
    {
        if (names is not null)
        {
            axis["tickmode"] = "array";
            axis["tickvals"] = Enumerable.Range(0, names.Count);
            axis["ticktext"] = names.Select(Plain);
            axis["tickangle"] = angle;
        }

        return axis;
    }

    /// <summary>About how many pixels a name takes at the size of axis labels; Chinese and Japanese characters take the most.</summary>
    private static int TextWidth(string text) => text.Sum(character => character >= '\u2e80' ? 14 : 7);

    private static Series[] Checked(IEnumerable<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        Series[] all = [.. series];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no series to draw; pass at least one.", nameof(series));
        }

        return Array.Find(all, one => !one.Values.Any(double.IsFinite)) is { } empty
            ? throw new ArgumentException($"The series {empty.Name} has no values; every series needs at least one number.", nameof(series))
            : all;
    }

    /// <summary>Offsets in −0.3..0.3 that set values apart which fall on the same spot of the axis.</summary>
    private static double[] Spread(double[] sorted)
    {
        double[] offsets = new double[sorted.Length];
        double reach = Math.Max(sorted[^1] - sorted[0], 1e-9) / 100;
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            while (end < sorted.Length && sorted[end] - sorted[start] <= reach)
            {
                end++;
            }

            double step = Math.Min(0.09, 0.6 / (end - start));
            for (int i = start; i < end; i++)
            {
                offsets[i] = (i - start - ((end - start - 1) / 2.0)) * step;
            }

            start = end;
        }

        return offsets;
    }

    private static string DescribeTable(string title, float[,] values, string[][] texts, IReadOnlyList<string>? rowNames, IReadOnlyList<string>? columnNames)
    {
        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        string size = string.Create(CultureInfo.InvariantCulture, $"{title}: heat map of {rows} {(rows == 1 ? "row" : "rows")} and {columns} {(columns == 1 ? "column" : "columns")}");
        if (values.Length <= 36)
        {
            return $"{size}. Row by row: {string.Join("; ", texts.Select((row, i) => (rowNames is null ? "" : rowNames[i] + ": ") + string.Join(", ", row)))}.";
        }

        float[] all = [.. values.Cast<float>()];
        int largest = Array.IndexOf(all, all.Max());
        (int largestRow, int largestColumn) = (largest / columns, largest % columns);
        string place = $"{(rowNames is null ? $"row {largestRow}" : rowNames[largestRow])}, {(columnNames is null ? $"column {largestColumn}" : columnNames[largestColumn])}";
        return $"{size}. Values from {Html.Number(all.Min())} to {Html.Number(all.Max())}, the largest first at {place}.";
    }

    /// <summary>plotly.js reads a few HTML tags in names; a name is plain text.</summary>
    private static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    private readonly record struct Margin(int Left, int Right, int Top, int Bottom);
}
