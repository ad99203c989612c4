using System.Globalization;
using Plotly.NET;
using ShapeKit.Evaluation;
using ShapeKit.Training;
using static TorchSharp.torch;
using Layout = Plotly.NET.Layout;

namespace ShapeKit.Visualization;

/// <summary>The charts of the course, on Plotly.NET.</summary>
/// <remarks>Properties carry the names of the plotly.js reference, https://plotly.com/javascript/reference/.</remarks>
public static partial class Charts
{
    private const string DotSymbols = "circle,diamond,square,cross,x,triangle-up";

    /// <summary>Shows how loss and accuracy moved from epoch to epoch, on the training and on the validation images.</summary>
    /// <param name="history">The training run.</param>
    /// <param name="title">What the figure shows.</param>
    /// <returns>The figure: the loss on the left, the accuracy on the right.</returns>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    public static Figure TrainingCurves(TrainingHistory history, string title = "Training")
    {
        ArgumentNullException.ThrowIfNull(history);
        return TrainingCurves(history.Epochs, title);
    }

    /// <summary>Shows how loss and accuracy moved from epoch to epoch, also while training still runs.</summary>
    /// <param name="epochs">The epochs so far, in order, of any trainer.</param>
    /// <param name="title">What the figure shows.</param>
    /// <returns>The figure: the loss on the left, the accuracy on the right; the loss alone where no accuracy was measured.</returns>
    /// <exception cref="ArgumentException">There is no epoch yet, one is null, or the title is empty.</exception>
    public static Figure TrainingCurves(IReadOnlyList<IEpoch> epochs, string title = "Training")
    {
        ArgumentNullException.ThrowIfNull(epochs);
        if (epochs.Count == 0)
        {
            throw new ArgumentException("There is no epoch to draw yet; train for at least one.", nameof(epochs));
        }

        if (epochs.Contains(null!))
        {
            throw new ArgumentException("An epoch is null; pass those that a trainer gives.", nameof(epochs));
        }

        (string Name, string Axis)[] curves =
        [
            .. epochs.SelectMany(epoch => epoch.Measures).Select(measure => (measure.Curve, measure.Axis)).Distinct(),
        ];
        string[] names = [.. curves.Select(curve => curve.Name).Distinct()];
        int most = epochs.Max(epoch => epoch.Epochs);
        bool judged = curves.Any(curve => curve.Axis == Measure.Accuracy);
        List<(string Name, object Value)> layout =
        [
            ("xaxis", EpochAxis(most, [0, judged ? 0.42 : 1])),
            ("yaxis", Axis("loss").With("rangemode", "tozero")),
        ];
        if (judged)
        {
            layout.Add(("xaxis2", EpochAxis(most, [0.6, 1]).With("anchor", "y2")));
            layout.Add(("yaxis2", Axis("accuracy").With("anchor", "x2").With("range", AccuracyRange(epochs))));
        }

        GenericChart chart = Chart(
            curves.Select(curve => LearningCurve(epochs, curve, first: curve.Name == names[0])),
            new(Left: 58, Right: 16, Top: 34, Bottom: 52),
            [.. layout, ("legend", LegendAbove), ("showlegend", true)]
        );
        return new Figure(
            chart,
            title,
            $"{title}: loss{(judged ? " and accuracy" : "")} over the epochs. {Reached(epochs[^1])}",
            height: 320
        );
    }

    /// <summary>A curve on the axis of the loss or on that of the accuracy; the first looks other than the rest, also without
    /// colours.</summary>
    private static Trace LearningCurve(IReadOnlyList<IEpoch> epochs, (string Name, string Axis) curve, bool first)
    {
        string axis = curve.Axis == Measure.Accuracy ? "2" : "";
        return Trace(
            "scatter",
            ("mode", "lines+markers"),
            ("name", curve.Name),
            ("legendgroup", curve.Name),
            ("showlegend", axis.Length == 0),
            ("x", epochs.Select(epoch => epoch.Epoch)),
            ("y", epochs.Select(Value)),
            ("xaxis", "x" + axis),
            ("yaxis", "y" + axis),
            (
                "line",
                new
                {
                    color = first ? Palette.Blue : Palette.Orange,
                    width = 2.5,
                    dash = first ? "solid" : "dot",
                }
            ),
            ("marker", new { size = 7, symbol = first ? "circle" : "diamond" }),
            ("hovertemplate", $"epoch %{{x}}: %{{y:.4f}}<extra>{curve.Name}</extra>")
        );

        double? Value(IEpoch epoch) => epoch.Measures.FirstOrDefault(measure => (measure.Curve, measure.Axis) == curve).Value;
    }

    /// <summary>An axis of all epochs, also of those to come.</summary>
    private static Dictionary<string, object> EpochAxis(int epochs, double[] domain) =>
        Axis("epoch")
            .With("domain", domain)
            .With("range", new[] { 0.6, epochs + 0.4 })
            .With("tick0", epochs > 10 ? 0 : 1)
            .With("dtick", epochs <= 10 ? 1 : Math.Max(2, (int)Math.Ceiling(epochs / 50.0) * 5));

    private static double[] AccuracyRange(IEnumerable<IEpoch> epochs)
    {
        double lowest = epochs
            .SelectMany(epoch => epoch.Measures)
            .Where(measure => measure.Axis == Measure.Accuracy)
            .Select(measure => measure.Value ?? 1)
            .Where(double.IsFinite)
            .DefaultIfEmpty(0)
            .Min();
        return [Math.Min(0.5, Math.Floor(lowest * 10) / 10) - 0.02, 1.02];
    }

    /// <summary>A sentence about what an epoch reached.</summary>
    private static string Reached(IEpoch epoch)
    {
        IEnumerable<string> reached = epoch
            .Measures.GroupBy(measure => measure.Curve)
            .Select(curve => $"{Words(curve.Key)} {string.Join(" and ", curve.Select(Value))}");
        return $"After epoch {epoch.Epoch} of {epoch.Epochs}: {string.Join(", ", reached)}.";

        static string Words(string curve) => curve is "training" or "validation" ? $"on the {curve} images" : curve;

        static string Value(Measure measure) => $"{measure.Axis} {Html.Number(measure.Value ?? double.NaN, 4)}";
    }

    /// <summary>Shows how often each class was recognised, in blue, and how often it was taken for the other, in red.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="title">What the figure shows.</param>
    /// <returns>The figure: a row a true class, a column a predicted class, in each cell the count and its share of the row.</returns>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    public static Figure Confusion(ConfusionMatrix matrix, string title = "Confusion matrix")
    {
        ArgumentNullException.ThrowIfNull(matrix);
        string[] classes = [.. matrix.ClassNames.Select(Plain)];
        string[,] names =
        {
            { "true negatives", "false positives" },
            { "false negatives", "true positives" },
        };
        double[][] colors = new double[2][];
        string[][] texts = new string[2][];
        List<string> words = [];
        for (int truth = 0; truth < 2; truth++)
        {
            (colors[truth], texts[truth]) = (new double[2], new string[2]);
            int total = matrix.Counts[truth, 0] + matrix.Counts[truth, 1];
            for (int prediction = 0; prediction < 2; prediction++)
            {
                int count = matrix.Counts[truth, prediction];
                double share = total == 0 ? 0 : (double)count / total;
                colors[truth][prediction] = truth == prediction ? share : -share;
                texts[truth][prediction] = $"<b>{count}</b><br>{Html.Number(share * 100, 1)} %<br>{names[truth, prediction]}";
                words.Add($"{count} {names[truth, prediction]} ({matrix.ClassNames[truth]} predicted as {matrix.ClassNames[prediction]})");
            }
        }

        object[][] scale =
        [
            [0, "rgb(226,112,130)"],
            [0.5, "rgb(247,247,245)"],
            [1, "rgb(110,168,216)"],
        ];
        GenericChart chart = Chart(
            [
                Trace(
                    "heatmap",
                    ("z", colors),
                    ("zmin", -1),
                    ("zmax", 1),
                    ("showscale", false),
                    ("xgap", 2),
                    ("ygap", 2),
                    ("colorscale", scale),
                    ("x", classes),
                    ("y", classes),
                    ("text", texts),
                    ("texttemplate", "%{text}"),
                    ("textfont", new { size = 14 }),
                    ("hovertemplate", "truth %{y}, prediction %{x}<br>%{text}<extra></extra>")
                ),
            ],
            new(Left: 90, Right: 16, Top: 8, Bottom: 52),
            ("xaxis", Axis("prediction", grid: false).With("type", "category")),
            ("yaxis", Axis("truth", grid: false, reversed: true).With("type", "category").With("automargin", true)),
            ("plot_bgcolor", Palette.Axis)
        );
        return new Figure(chart, title, $"{title}: {string.Join("; ", words)}.", height: 280, width: 420);
    }

    /// <summary>
    /// Shows sensitivity against 1 − specificity for every threshold, with the area under the curve and the line of guessing.
    /// </summary>
    /// <param name="roc">The curve.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="name">Whose curve it is, for the legend.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    public static Figure Roc(RocCurve roc, string title = "ROC curve", string name = "the network")
    {
        ArgumentNullException.ThrowIfNull(roc);
        ArgumentNullException.ThrowIfNull(name);
        string area = Html.Fixed(roc.AreaUnderCurve, 3);
        GenericChart chart = Chart(
            [
                Dashed("guessing", Unit),
                Trace(
                    "scatter",
                    ("mode", LineMode(roc.Points.Count)),
                    ("name", Plain(name)),
                    ("x", roc.Points.Select(point => point.FalsePositiveRate)),
                    ("y", roc.Points.Select(point => point.TruePositiveRate)),
                    (
                        "text",
                        roc.Points.Select(point =>
                            double.IsFinite(point.Threshold) ? Html.Number(point.Threshold, 4) : "above every probability"
                        )
                    ),
                    ("line", new { color = Palette.Blue, width = 2.5 }),
                    ("marker", new { size = 5 }),
                    ("fill", "tozeroy"),
                    ("fillcolor", "rgba(47,127,193,.12)"),
                    ("cliponaxis", false),
                    ("hovertemplate", "threshold %{text}<br>sensitivity %{y:.3f}<br>1 − specificity %{x:.3f}<extra></extra>")
                ),
            ],
            new(Left: 62, Right: 16, Top: 34, Bottom: 54),
            ("xaxis", ShareAxis("1 − specificity (false positive rate)")),
            ("yaxis", ShareAxis("sensitivity (true positive rate)")),
            ("legend", LegendAbove),
            Corner(0.08, $"area under the curve <b>{area}</b>")
        );
        string text =
            $"{title}: sensitivity against 1 − specificity for {roc.Points.Count} thresholds. The area under the curve is {area}; "
            + "guessing would give 0.5.";
        return new Figure(chart, title, text, height: 420, width: 440);
    }

    /// <summary>
    /// Shows whether probabilities mean what they say: the share of class 1 that was observed against the probability that was given.
    /// </summary>
    /// <param name="curve">The curve; on the diagonal, both agree.</param>
    /// <param name="title">What the figure shows.</param>
    /// <returns>The figure: a dot a bin, with its number of images and its 95% interval. A line joins neighbouring dots of at least ten
    /// images each; chance moves the others too far.</returns>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    public static Figure Calibration(CalibrationCurve curve, string title = "Calibration")
    {
        ArgumentNullException.ThrowIfNull(curve);
        string error = Html.Fixed(curve.ExpectedCalibrationError, 3);
        GenericChart chart = Chart(
            [Dashed("as it says", Unit), Observed(curve), Joined(curve)],
            new(Left: 62, Right: 16, Top: 34, Bottom: 54),
            ("xaxis", ShareAxis("probability given")),
            ("yaxis", ShareAxis("share observed")),
            ("legend", LegendAbove),
            Corner(0.06, $"calibration error <b>{error}</b>")
        );
        string text =
            $"{title}: share of class 1 observed over the probability given, in {curve.Bins.Count} bins. "
            + string.Join(
                "; ",
                curve.Bins.Select(bin =>
                    (
                        $"{bin.Count} images with a mean probability of {Html.Number(bin.MeanProbability)}: "
                        + $"{Html.Number(bin.ObservedShare, 3)} observed"
                    )
                )
            )
            + $". The expected calibration error is {error}.";
        return new Figure(chart, title, text, height: 420, width: 440);
    }

    /// <summary>What was observed in each bin, with its interval and its count; larger where there are more images.</summary>
    private static Trace Observed(CalibrationCurve curve)
    {
        int most = curve.Bins.Max(bin => bin.Count);
        return Trace(
            "scatter",
            ("mode", "markers+text"),
            ("name", "the network"),
            ("x", curve.Bins.Select(bin => bin.MeanProbability)),
            ("y", curve.Bins.Select(bin => bin.ObservedShare)),
            (
                "error_y",
                new
                {
                    type = "data",
                    symmetric = false,
                    thickness = 1.5,
                    width = 4,
                    array = curve.Bins.Select(bin => bin.Interval.High - bin.ObservedShare),
                    arrayminus = curve.Bins.Select(bin => bin.ObservedShare - bin.Interval.Low),
                }
            ),
            ("text", curve.Bins.Select(bin => $"{bin.Count}")),
            ("textposition", curve.Bins.Select(bin => bin.MeanProbability < 0.5 ? "middle right" : "middle left")),
            ("textfont", new { size = 11, color = Palette.Grey }),
            ("marker", new { color = Palette.Blue, size = curve.Bins.Select(bin => 6 + (12 * Math.Sqrt((double)bin.Count / most))) }),
            ("cliponaxis", false),
            ("hovertemplate", "%{text} images<br>probability given %{x:.3f}<br>share observed %{y:.3f}<extra></extra>")
        );
    }

    /// <summary>The line through the bins of ten images and more; a smaller bin interrupts it.</summary>
    private static Trace Joined(CalibrationCurve curve) =>
        Trace(
            "scatter",
            ("mode", "lines"),
            ("x", curve.Bins.Select(bin => bin.MeanProbability)),
            ("y", curve.Bins.Select(bin => bin.Count >= 10 ? bin.ObservedShare : (double?)null)),
            ("line", new { color = Palette.Blue, width = 2 }),
            ("cliponaxis", false),
            ("hoverinfo", "skip"),
            ("showlegend", false)
        );

    private static Trace Dashed(string name, IReadOnlyList<double> y) =>
        Trace(
            "scatter",
            ("mode", "lines"),
            ("name", name),
            ("x", Unit),
            ("y", y),
            (
                "line",
                new
                {
                    color = Palette.Grey,
                    width = 1.5,
                    dash = "dash",
                }
            ),
            ("hoverinfo", "skip")
        );

    /// <summary>A figure's one number, in its lower right corner.</summary>
    private static (string Name, object Value) Corner(double y, string text) =>
        (
            "annotations",
            new[]
            {
                new
                {
                    x = 0.96,
                    y,
                    xanchor = "right",
                    text,
                    showarrow = false,
                    font = new { size = 14 },
                },
            }
        );

    /// <summary>Shows a table of numbers as colours with the numbers in the cells: a small image, a kernel, a feature map.</summary>
    /// <param name="values">The numbers, indexed [row, column]; row 0 is at the top.</param>
    /// <param name="title">What the table is.</param>
    /// <param name="scale">How values become colours; null chooses grey, or diverging where a value is negative.</param>
    /// <param name="decimals">At most so many decimals in a cell, 0 to 15.</param>
    /// <param name="alternativeText">What a reader sees in it; null describes size, range and the place of the largest value.</param>
    /// <param name="rowNames">What each row stands for; null numbers the rows from 0.</param>
    /// <param name="columnNames">What each column stands for; null numbers the columns from 0.</param>
    /// <returns>The figure. Tables of more than 30 columns or rows show their numbers on hovering only.</returns>
    /// <exception cref="ArgumentException">The table is empty, the names are not as many as the rows or columns, one is null, the decimals
    /// are not 0 to 15, or the title is empty.</exception>
    public static Figure HeatMap(
        float[,] values,
        string title,
        ColorScale? scale = null,
        int decimals = 2,
        string? alternativeText = null,
        IReadOnlyList<string>? rowNames = null,
        IReadOnlyList<string>? columnNames = null
    )
    {
        ThrowIfInvalid(values, decimals, rowNames, columnNames);
        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        string[][] texts =
        [
            .. Enumerable
                .Range(0, rows)
                .Select(row => Enumerable.Range(0, columns).Select(column => Html.Number(values[row, column], decimals)).ToArray()),
        ];
        int widestRowName = rowNames?.Max(TextWidth) ?? 0;
        int widestColumnName = columnNames?.Max(TextWidth) ?? 0;
        int cell = Math.Clamp(Math.Min(607 / Math.Max(rows, columns), (625 - widestRowName) / columns), 12, 52);
        bool slanted = widestColumnName > cell - 4;
        string hover =
            $"{(rowNames is null ? "row " : "")}%{{y}}, {(columnNames is null ? "column " : "")}%{{x}}: %{{text}}<extra></extra>";
        Margin margin = new(
            Left: rowNames is null ? 58 : widestRowName + 18,
            Right: slanted ? Math.Max(92, widestColumnName) : 70,
            Top: 8,
            Bottom: columnNames is null ? 50
                : slanted ? (int)(0.71 * widestColumnName) + 28
                : 32
        );
        // The background shows in the gaps as lines, so that white cells stand out from a white page.
        GenericChart chart = Chart(
            [Cells(values, texts, scale ?? ColorScales.For(values), cell, hover)],
            margin,
            ("xaxis", Named(Axis(columnNames is null ? "column" : "", grid: false, integers: columns), columnNames, slanted ? 45 : 0)),
            ("yaxis", Named(Axis(rowNames is null ? "row" : "", grid: false, integers: rows, reversed: true), rowNames, 0)),
            ("plot_bgcolor", Palette.Axis)
        );
        return new Figure(
            chart,
            title,
            alternativeText ?? DescribeTable(title, values, texts, rowNames, columnNames),
            height: (cell * rows) + margin.Top + margin.Bottom,
            width: (cell * columns) + margin.Left + margin.Right
        );
    }

    private static void ThrowIfInvalid(float[,] values, int decimals, IReadOnlyList<string>? rowNames, IReadOnlyList<string>? columnNames)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
        {
            throw new ArgumentException(
                $"The table has {values.GetLength(0)} rows and {values.GetLength(1)} columns; a heat map needs at least one of each.",
                nameof(values)
            );
        }

        if (decimals is < 0 or > 15)
        {
            throw new ArgumentOutOfRangeException(nameof(decimals), decimals, "A number is shown with 0 to 15 decimals.");
        }

        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        if ((rowNames?.Count ?? rows) != rows || (columnNames?.Count ?? columns) != columns)
        {
            throw new ArgumentException(
                $"There are {rowNames?.Count ?? rows} row names and {columnNames?.Count ?? columns} column names for {rows} rows and "
                    + $"{columns} columns; pass one name a row and one a column.",
                nameof(rowNames)
            );
        }

        if ((rowNames ?? []).Concat(columnNames ?? []).Contains(null!))
        {
            throw new ArgumentException("A row or a column has no name; pass an empty one where nothing shall stand.", nameof(rowNames));
        }
    }

    /// <summary>The coloured cells of a table, with their numbers where these can be read.</summary>
    private static Trace Cells(float[,] values, string[][] texts, ColorScale colors, int cell, string hover)
    {
        (float low, float high) = ColorScales.Range(colors, values.Cast<float>());
        Trace trace = Trace(
            "heatmap",
            ("z", values),
            ("zmin", low),
            ("zmax", high),
            ("colorscale", ColorScales.ForPlotly(colors)),
            ("text", texts),
            ("hovertemplate", hover),
            ("xgap", 1),
            ("ygap", 1),
            (
                "colorbar",
                new
                {
                    thickness = 10,
                    outlinewidth = 0,
                    len = 1,
                    lenmode = "fraction",
                    ypad = 0,
                    nticks = 5,
                    tickfont = new { size = 11 },
                }
            )
        );
        int longest = texts.Max(row => row.Max(text => text.Length));
        int fontSize = Math.Min(14, (int)((cell - 2) / (0.58 * Math.Max(longest, 1.5))));
        if (fontSize >= 7 && Math.Max(values.GetLength(0), values.GetLength(1)) <= 30)
        {
            trace.SetProperty("texttemplate", "%{text}");
            trace.SetProperty("textfont", new { size = fontSize });
        }

        return trace;
    }

    /// <summary>Shows a tensor as colours with its numbers in the cells.</summary>
    /// <param name="values">A tensor of shape [H, W], leading dimensions of 1 allowed, of any numeric dtype.</param>
    /// <param name="title">What the table is.</param>
    /// <param name="scale">How values become colours; null chooses grey, or diverging where a value is negative.</param>
    /// <param name="decimals">At most so many decimals in a cell, 0 to 15.</param>
    /// <param name="alternativeText">What a reader sees in it; null describes size, range and the place of the largest value.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The tensor holds none or several tables, the decimals are not 0 to 15, or the title is
    /// empty.</exception>
    public static Figure HeatMap(Tensor values, string title, ColorScale? scale = null, int decimals = 2, string? alternativeText = null)
    {
        IReadOnlyList<float[,]> tables = Pixels.Read(values);
        return tables.Count == 1
            ? HeatMap(tables[0], title, scale, decimals, alternativeText)
            : throw new ArgumentException($"The tensor holds {tables.Count} tables; pass one, for example values[0, 0].", nameof(values));
    }

    /// <summary>Shows a dot a value and a line at the mean for each series: how results scatter over seeds.</summary>
    /// <param name="series">One series a group of results, from top to bottom.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="valueName">What the numbers are, with their unit.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no series, one is empty or has no name, or the title is empty.</exception>
    public static Figure Strip(IEnumerable<Series> series, string title, string valueName)
    {
        ArgumentNullException.ThrowIfNull(valueName);
        Series[] groups = [.. Checked(series).Select(group => group with { Values = [.. group.Values.Where(double.IsFinite).Order()] })];

        // Equal values stand one above the other, so that each run can be counted.
        int tallest = groups.Max(group => Stacks(group.Values).Max());
        int rowHeight = Math.Clamp((tallest * 5) + 20, 62, 124);
        double step = Math.Min(9.0 / rowHeight, 0.8 / tallest);
        double size = Math.Clamp(1.3 * step * rowHeight, 5, 9);
        GenericChart chart = Chart(
            groups.SelectMany((group, row) => new[] { Dots(group, row, step, size), MeanLine(group, row, 24.0 / rowHeight) }),
            new(Left: 90, Right: 20, Top: 8, Bottom: 52),
            ("xaxis", Axis(valueName)),
            ("yaxis", GroupAxis(groups)),
            ("showlegend", false)
        );
        string text = $"{title}. {valueName}, by group: {string.Join("; ", groups.Select(Spread))}.";
        return new Figure(chart, title, text, height: 60 + (groups.Length * rowHeight));
    }

    /// <summary>A dot a value of a group, equal ones a step apart around the group's row.</summary>
    private static Trace Dots(Series group, int row, double step, double size)
    {
        double[] heights =
        [
            .. Stacks(group.Values).SelectMany(count => Enumerable.Range(0, count).Select(k => row + ((k - ((count - 1) / 2.0)) * step))),
        ];
        return Trace(
            "scatter",
            ("mode", "markers"),
            ("name", group.Name),
            ("x", group.Values),
            ("y", heights),
            (
                "marker",
                new
                {
                    color = ColorOf(row),
                    size,
                    opacity = 0.75,
                }
            ),
            ("hovertemplate", Plain(group.Name) + ": %{x:.4f}<extra></extra>")
        );
    }

    /// <summary>A line at a group's mean, so far above and below its row.</summary>
    private static Trace MeanLine(Series group, int row, double reach)
    {
        double mean = group.Values.Average();
        return Trace(
            "scatter",
            ("mode", "lines"),
            ("x", new[] { mean, mean }),
            ("y", new[] { row - reach, row + reach }),
            ("line", new { color = ColorOf(row), width = 3 }),
            ("hovertemplate", $"mean {Html.Number(mean, 4)}<extra></extra>")
        );
    }

    /// <summary>A row a group, with its name and mean beside it.</summary>
    private static Dictionary<string, object> GroupAxis(Series[] groups) =>
        Axis("", grid: false)
            .With("tickmode", "array")
            .With("tickvals", Enumerable.Range(0, groups.Length))
            .With(
                "ticktext",
                groups.Select(group =>
                    $"{Plain(group.Name)}<br>{(group.Values.Count == 1 ? "" : "mean ")}{Html.Fixed(group.Values.Average(), 3)}"
                )
            )
            .With("range", new[] { groups.Length - 0.5, -0.5 })
            .With("automargin", true);

    /// <summary>A group's mean and range as words.</summary>
    private static string Spread(Series group) =>
        group.Values.Count == 1
            ? $"{group.Name}: {Html.Number(group.Values[0], 3)}"
            : $"{group.Name}: mean {Html.Number(group.Values.Average(), 3)}, from {Html.Number(group.Values[0], 3)} to "
                + $"{Html.Number(group.Values[^1], 3)} over {group.Values.Count} values";

    /// <summary>Shows series as lines over a common horizontal axis.</summary>
    /// <param name="series">The lines.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="xName">What the horizontal axis counts, with its unit.</param>
    /// <param name="yName">What the numbers are, with their unit.</param>
    /// <param name="x">The horizontal positions of series that have none of their own, as many as the longest has values; null counts
    /// from 1.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no series, one is empty or has no name, it has more values than positions, or the title
    /// is empty.</exception>
    public static Figure Lines(IEnumerable<Series> series, string title, string xName, string yName, IReadOnlyList<double>? x = null)
    {
        ArgumentNullException.ThrowIfNull(xName);
        ArgumentNullException.ThrowIfNull(yName);
        Series[] lines = Checked(series);
        x ??= [.. Enumerable.Range(1, lines.Max(line => line.Values.Count)).Select(i => (double)i)];
        if (Array.Find(lines, line => (line.X ?? x).Count < line.Values.Count) is { } longer)
        {
            throw new ArgumentException(
                $"The line {longer.Name} has {longer.Values.Count} values but there are only {(longer.X ?? x).Count} positions; pass "
                    + "one position a value.",
                nameof(x)
            );
        }

        double[] positions = [.. lines.SelectMany(line => (line.X ?? x).Take(line.Values.Count))];
        double span = positions.Max() - positions.Min();
        int? steps = positions.All(double.IsInteger) && span is > 0 and <= 14 ? (int)span : null; // few whole steps: no labels at halves
        string[] symbols = DotSymbols.Split(',');
        GenericChart chart = Chart(
            lines.Select(
                (line, i) =>
                    Trace(
                        "scatter",
                        ("mode", LineMode(line.Values.Count)),
                        ("name", Plain(line.Name)),
                        ("x", (line.X ?? x).Take(line.Values.Count)),
                        ("y", line.Values),
                        ("line", new { color = ColorOf(i), width = 2.5 }),
                        ("marker", new { size = 7, symbol = symbols[i % symbols.Length] })
                    )
            ),
            new(Left: 64, Right: 20, Top: lines.Length > 1 ? 34 : 8, Bottom: 52),
            ("xaxis", Axis(xName, integers: steps)),
            ("yaxis", Axis(yName)),
            ("showlegend", lines.Length > 1),
            ("legend", LegendAbove)
        );
        string text =
            $"{title}. {yName} over {xName}: "
            + string.Join(
                "; ",
                lines.Select(line =>
                    $"{line.Name} goes from {Html.Number(line.Values.First(double.IsFinite), 3)} to "
                    + Html.Number(line.Values.Last(double.IsFinite), 3)
                )
            )
            + ".";
        return new Figure(chart, title, text);
    }

    /// <summary>Shows a bar a number, with the number beside it.</summary>
    /// <param name="bars">Names and numbers, from top to bottom.</param>
    /// <param name="title">What the figure shows.</param>
    /// <param name="valueName">What the numbers are, with their unit.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no bar, one has no name, or the title is empty.</exception>
    public static Figure Bars(IEnumerable<(string Name, double Value)> bars, string title, string valueName)
    {
        ArgumentNullException.ThrowIfNull(bars);
        ArgumentNullException.ThrowIfNull(valueName);
        (string Name, double Value)[] all = [.. bars];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no bar to draw; pass at least one name and number.", nameof(bars));
        }

        if (all.Any(bar => bar.Name is null))
        {
            throw new ArgumentException("A bar has no name; say what each number is.", nameof(bars));
        }

        Dictionary<string, object> names = Axis("", grid: false, reversed: true).With("automargin", true).With("type", "category");
        GenericChart chart = Chart(
            [
                Trace(
                    "bar",
                    ("orientation", "h"),
                    ("x", all.Select(bar => bar.Value)),
                    ("y", all.Select(bar => Plain(bar.Name))),
                    ("text", all.Select(bar => Html.Number(bar.Value, 3))),
                    ("textposition", "outside"),
                    ("cliponaxis", false),
                    ("textangle", 0),
                    ("marker", new { color = Palette.Blue }),
                    ("hovertemplate", "%{y}: %{text}<extra></extra>")
                ),
            ],
            new(Left: 90, Right: 56, Top: 8, Bottom: 52),
            ("xaxis", Axis(valueName)),
            ("yaxis", names),
            ("bargap", 0.35)
        );
        string text = $"{title}. {valueName}: " + string.Join(", ", all.Select(bar => $"{bar.Name} {Html.Number(bar.Value, 3)}")) + ".";
        return new Figure(chart, title, text, height: 64 + (all.Length * 40));
    }

    private static readonly double[] Unit = [0, 1];

    private static readonly object LegendAbove = new
    {
        orientation = "h",
        x = 0,
        y = 1.02,
        xanchor = "left",
        yanchor = "bottom",
    };

    /// <summary>A line has a dot a point where there are few enough to tell them apart.</summary>
    private static string LineMode(int points) => points > 60 ? "lines" : "lines+markers";

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
        layout.SetProperty(
            "margin",
            new
            {
                l = margin.Left,
                r = margin.Right,
                t = margin.Top,
                b = margin.Bottom,
            }
        );
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

    /// <summary>An axis from 0 to 1, with room for the dots at its ends.</summary>
    private static Dictionary<string, object> ShareAxis(string name) => Axis(name).With("range", new[] { -0.02, 1.02 }).With("dtick", 0.2);

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

    private static Dictionary<string, object> With(this Dictionary<string, object> axis, string name, object value)
    {
        axis[name] = value;
        return axis;
    }

    private static Series[] Checked(IEnumerable<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        Series[] all = [.. series];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no series to draw; pass at least one.", nameof(series));
        }

        if (all.Any(one => one is null or { Name: null } or { Values: null }))
        {
            throw new ArgumentException("A series is null, or has no name or no values; say what each line of numbers is.", nameof(series));
        }

        return Array.Find(all, one => !one.Values.Any(double.IsFinite)) is { } empty
            ? throw new ArgumentException($"The series {empty.Name} has no values; every series needs at least one number.", nameof(series))
            : all;
    }

    /// <summary>How many of the ordered values fall on one spot of the axis each: the heights of the stacks from left to right.</summary>
    private static List<int> Stacks(IReadOnlyList<double> ordered)
    {
        double spot = (ordered[^1] - ordered[0]) / 100;
        List<int> counts = [];
        double start = double.NaN;
        foreach (double value in ordered)
        {
            if (counts.Count > 0 && value - start <= spot)
            {
                counts[^1]++;
            }
            else
            {
                counts.Add(1);
                start = value;
            }
        }

        return counts;
    }

    private static string DescribeTable(
        string title,
        float[,] values,
        string[][] texts,
        IReadOnlyList<string>? rowNames,
        IReadOnlyList<string>? columnNames
    )
    {
        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        string size = string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: heat map of {rows} {(rows == 1 ? "row" : "rows")} and {columns} {(columns == 1 ? "column" : "columns")}"
        );
        if (values.Length <= 36)
        {
            return $"{size}. Row by row: "
                + $"{string.Join("; ", texts.Select((row, i) => (rowNames is null ? "" : rowNames[i] + ": ") + string.Join(", ", row)))}.";
        }

        float[] all = [.. values.Cast<float>()],
            known = [.. all.Where(value => !float.IsNaN(value))];
        if (known.Length == 0)
        {
            return $"{size}. No value is a number.";
        }

        int largest = Array.IndexOf(all, known.Max());
        (int largestRow, int largestColumn) = (largest / columns, largest % columns);
        string place =
            $"{(rowNames is null ? $"row {largestRow}" : rowNames[largestRow])}, "
            + $"{(columnNames is null ? $"column {largestColumn}" : columnNames[largestColumn])}";
        string broken = known.Length < all.Length ? $" {all.Length - known.Length} are not numbers." : "";
        return $"{size}. Values from {Html.Number(known.Min())} to {Html.Number(known.Max())}, the largest first at {place}.{broken}";
    }

    private static string ColorOf(int series) => Palette.Series[series % Palette.Series.Length];

    /// <summary>plotly.js reads a few HTML tags in names; a name is plain text.</summary>
    private static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    private readonly record struct Margin(int Left, int Right, int Top, int Bottom);
}
