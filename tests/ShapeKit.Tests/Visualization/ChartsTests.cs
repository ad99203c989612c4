using System.Text.Json;
using ShapeKit.Evaluation;
using ShapeKit.Training;
using ShapeKit.Visualization;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

public sealed class ChartsTests
{
    private static readonly float[,] Kernel =
    {
        { -1, 0, 1 },
        { -2, 0, 2 },
        { -1, 0, 1.25f },
    };

    [Fact]
    public void A_heat_map_writes_its_numbers_into_the_cells_with_row_0_on_top()
    {
        JsonElement plot = Plot(Charts.HeatMap(Kernel, "Sobel"));
        JsonElement trace = plot.GetProperty("data")[0];

        Assert.Equal("heatmap", trace.GetProperty("type").GetString());
        Assert.Equal("%{text}", trace.GetProperty("texttemplate").GetString());
        Assert.Equal(["−1", "0", "1.25"], trace.GetProperty("text")[2].EnumerateArray().Select(text => text.GetString()!));
        Assert.Equal("reversed", plot.GetProperty("layout").GetProperty("yaxis").GetProperty("autorange").GetString());
        Assert.Equal("column", AxisName(plot, "xaxis"));
        Assert.Equal("row", AxisName(plot, "yaxis"));
    }

    [Fact]
    public void Negative_values_get_a_scale_that_is_neutral_at_zero_and_images_get_grey()
    {
        JsonElement diverging = Plot(Charts.HeatMap(Kernel, "kernel")).GetProperty("data")[0];
        JsonElement grey = Plot(
                Charts.HeatMap(
                    new float[,]
                    {
                        { 0.2f, 0.4f },
                    },
                    "image"
                )
            )
            .GetProperty("data")[0];

        Assert.Equal((-2, 2), (diverging.GetProperty("zmin").GetSingle(), diverging.GetProperty("zmax").GetSingle()));
        Assert.Equal(5, diverging.GetProperty("colorscale").GetArrayLength());
        Assert.Equal((0, 1), (grey.GetProperty("zmin").GetSingle(), grey.GetProperty("zmax").GetSingle()));
        Assert.Equal("rgb(0,0,0)", grey.GetProperty("colorscale")[0][1].GetString());
    }

    [Theory]
    [InlineData(2, 5, 0, 5)]
    [InlineData(-1, 5, -1, 5)]
    [InlineData(20, 200, 0, 255)]
    public void Grey_is_black_at_zero_or_at_the_lowest_negative_value(float lowest, float highest, float black, float white)
    {
        JsonElement grey = Plot(
                Charts.HeatMap(
                    new float[,]
                    {
                        { lowest, highest },
                    },
                    "map",
                    scale: ColorScale.Grey
                )
            )
            .GetProperty("data")[0];

        Assert.Equal((black, white), (grey.GetProperty("zmin").GetSingle(), grey.GetProperty("zmax").GetSingle()));
    }

    [Fact]
    public void A_control_chart_has_its_limits_and_marks_what_lies_beyond()
    {
        Figure figure = Charts.Control(ControlChart.From([0.5, 0.9, 0.5, 0.1], 0.5, 0.1), "Watch", "share", "day");
        JsonElement data = Plot(figure).GetProperty("data");

        Assert.Equal([0.8, 0.8], Numbers(data[0].GetProperty("y")));
        Assert.Equal([0.2, 0.2], Numbers(data[1].GetProperty("y")));
        Assert.Equal([2.0, 4.0], Numbers(data[3].GetProperty("x")));
        Assert.Contains("Beyond them lie 2, the first in day 2.", figure.AlternativeText, StringComparison.Ordinal);
        Assert.Equal(3, Plot(Charts.Control(ControlChart.From([0.5], 0.5, 0.1), "Watch", "share")).GetProperty("data").GetArrayLength());

        static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => Math.Round(number.GetDouble(), 6))];
    }

    [Fact]
    public void A_calibration_curve_has_a_dot_and_an_interval_a_bin_beside_the_diagonal()
    {
        Figure figure = Charts.Calibration(CalibrationCurve.From([1, 0, 1, 1, 0, 0], [0.9f, 0.9f, 0.95f, 0.95f, 0.1f, 0.15f], bins: 5));
        JsonElement network = Plot(figure).GetProperty("data")[1];

        Assert.Equal([0.0, 0.75], network.GetProperty("y").EnumerateArray().Select(share => share.GetDouble()));
        Assert.Equal(2, network.GetProperty("error_y").GetProperty("array").GetArrayLength());
        Assert.Equal(["2", "4"], network.GetProperty("text").EnumerateArray().Select(count => count.GetString()));
        Assert.Contains("4 images with a mean probability of 0.92: 0.75 observed", figure.AlternativeText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_of_a_calibration_curve_leaves_out_bins_of_fewer_than_ten_images()
    {
        int[] labels = [.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 9), .. Enumerable.Repeat(1, 12)];
        float[] probabilities = [.. Enumerable.Repeat(0.1f, 10), .. Enumerable.Repeat(0.5f, 9), .. Enumerable.Repeat(0.9f, 12)];

        JsonElement line = Plot(Charts.Calibration(CalibrationCurve.From(labels, probabilities))).GetProperty("data")[2];

        Assert.Equal("lines", line.GetProperty("mode").GetString());
        Assert.Equal(
            [JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.Number],
            line.GetProperty("y").EnumerateArray().Select(share => share.ValueKind)
        );
    }

    [Fact]
    public void The_alternative_text_of_a_small_heat_map_reads_its_rows_and_of_a_large_one_its_range()
    {
        Assert.Equal(
            "Sobel: heat map of 3 rows and 3 columns. Row by row: −1, 0, 1; −2, 0, 2; −1, 0, 1.25.",
            Charts.HeatMap(Kernel, "Sobel").AlternativeText
        );

        float[,] large = new float[10, 12];
        large[3, 4] = 7;
        Assert.Equal(
            "Map: heat map of 10 rows and 12 columns. Values from 0 to 7, the largest first at row 3, column 4.",
            Charts.HeatMap(large, "Map").AlternativeText
        );
    }

    [Fact]
    public void A_heat_map_names_its_rows_and_columns_where_they_stand_for_something()
    {
        float[,] similarities =
        {
            { 1, 0.25f },
            { 0.25f, 1 },
        };
        Figure figure = Charts.HeatMap(similarities, "Similarity", rowNames: ["no effusion", "large effusion"], columnNames: ["a", "b"]);
        JsonElement layout = Plot(figure).GetProperty("layout");

        Assert.Equal(
            ["no effusion", "large effusion"],
            layout.GetProperty("yaxis").GetProperty("ticktext").EnumerateArray().Select(text => text.GetString()!)
        );
        Assert.Equal([0, 1], layout.GetProperty("xaxis").GetProperty("tickvals").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal("", AxisName(Plot(figure), "xaxis"));
        Assert.Contains("no effusion: 1, 0.25; large effusion: 0.25, 1.", figure.AlternativeText, StringComparison.Ordinal);
        Assert.Contains(
            "3 row names",
            Assert.Throws<ArgumentException>(() => Charts.HeatMap(similarities, "Similarity", rowNames: ["a", "b", "c"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_heat_map_takes_a_tensor_of_one_table_and_refuses_several()
    {
        using Tensor values = tensor(new float[] { 1, 2, 3, 4, 5, 6 }).reshape(1, 1, 2, 3);

        Assert.Contains(
            "2 rows and 3 columns. Row by row: 1, 2, 3; 4, 5, 6.",
            Charts.HeatMap(values, "Map").AlternativeText,
            StringComparison.Ordinal
        );
        using Tensor several = zeros(4, 1, 2, 2);
        Assert.Contains(
            "4 tables",
            Assert.Throws<ArgumentException>(() => Charts.HeatMap(several, "Maps")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_strip_shows_every_run_and_its_mean_and_says_so_in_words()
    {
        Figure figure = Charts.Strip(
            [new("article", [0.75, 0.95, 1]), new("batch 8", [1, 1, 1]), new("published", [0.8])],
            "Accuracy over seeds",
            "test accuracy"
        );
        JsonElement plot = Plot(figure);

        Assert.Equal([0.75, 0.95, 1], Numbers(plot, 0, "x"));
        Assert.Equal([0.9, 0.9], Numbers(plot, 1, "x"));
        Assert.Equal(3, Numbers(plot, 2, "y").Distinct().Count()); // equal runs don't hide each other
        Assert.All(Numbers(plot, 0, "y"), y => Assert.InRange(y, -0.5, 0.5));
        Assert.All(Numbers(plot, 2, "y"), y => Assert.InRange(y, 0.5, 1.5));
        Assert.Contains(
            "article: mean 0.9, from 0.75 to 1 over 3 values; batch 8: mean 1, from 1 to 1 over 3 values; published: 0.8.",
            figure.AlternativeText,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ">0.800",
            plot.GetProperty("layout").GetProperty("yaxis").GetProperty("ticktext")[2].GetString(),
            StringComparison.Ordinal
        ); // one value is no mean
        Assert.Equal("test accuracy", AxisName(plot, "xaxis"));
    }

    [Fact]
    public void A_line_may_have_positions_of_its_own_so_that_a_path_can_go_back_and_forth()
    {
        Series[] lines = [new("valley", [4, 1, 0, 1, 4], [-2, -1, 0, 1, 2]), new("steps", [4, 1, 0], [2, -1, 0])];
        Figure figure = Charts.Lines(lines, "Down the slope", "weight", "loss");
        Assert.Equal([-2, -1, 0, 1, 2], Numbers(Plot(figure), 0, "x"));
        Assert.Equal([2, -1, 0], Numbers(Plot(figure), 1, "x"));
        Assert.Contains(
            "line short has 2 values",
            Assert.Throws<ArgumentException>(() => Charts.Lines([new("short", [1, 2], [1])], "none", "x", "y")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Lines_count_from_one_unless_positions_are_given()
    {
        Series[] lines = [new("circle", [1, 0.5]), new("square", [1, 0.7])];

        Assert.Equal([1, 2], Numbers(Plot(Charts.Lines(lines, "Shift", "pixels", "similarity")), 0, "x"));
        Figure figure = Charts.Lines(lines, "Shift", "pixels", "similarity", [0, 4]);
        Assert.Equal([0, 4], Numbers(Plot(figure), 1, "x"));
        Assert.Contains("square goes from 1 to 0.7", figure.AlternativeText, StringComparison.Ordinal);
        Assert.Equal(("pixels", "similarity"), (AxisName(Plot(figure), "xaxis"), AxisName(Plot(figure), "yaxis")));
        Assert.Contains(
            "2 values",
            Assert.Throws<ArgumentException>(() => Charts.Lines(lines, "Shift", "pixels", "similarity", [0])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Lines_over_a_few_whole_steps_label_each_step_and_nothing_between()
    {
        static JsonElement Axis(double[] x) =>
            Plot(Charts.Lines([new("circle", [1, 0.5, 0.2])], "Shift", "pixels", "similarity", x))
                .GetProperty("layout")
                .GetProperty("xaxis");

        Assert.Equal(1, Axis([0, 1, 4]).GetProperty("dtick").GetInt32());
        Assert.False(Axis([0, 0.5, 1]).TryGetProperty("dtick", out _));
        Assert.False(Axis([0, 180, 360]).TryGetProperty("dtick", out _));
    }

    [Fact]
    public void Bars_set_thousands_apart() =>
        Assert.Contains(
            "dense1 102,464",
            Charts.Bars([("conv1", 320), ("dense1", 102_464)], "Parameters", "count").AlternativeText,
            StringComparison.Ordinal
        );

    [Fact]
    public void Bars_show_their_numbers()
    {
        Figure figure = Charts.Bars([("circle", 100), ("<square>", 37.5)], "Images", "count");

        Assert.Equal("37.5", Plot(figure).GetProperty("data")[0].GetProperty("text")[1].GetString());
        Assert.Equal("&lt;square>", Plot(figure).GetProperty("data")[0].GetProperty("y")[1].GetString());
        Assert.Equal("Images. count: circle 100, <square> 37.5.", figure.AlternativeText);
    }

    [Fact]
    public void Training_curves_show_training_and_validation_side_by_side_on_a_fixed_epoch_axis()
    {
        EpochResult[] epochs = [new(1, 10, 0.7, 0.5, 0.8, 0.4, TimeSpan.Zero), new(2, 10, 0.3, 0.9, 0.35, 0.85, TimeSpan.Zero)];

        Figure figure = Charts.TrainingCurves(new TrainingHistory(epochs), "Recipe A");
        JsonElement plot = Plot(figure);

        Assert.Equal(
            [("training", "y"), ("training", "y2"), ("validation", "y"), ("validation", "y2")],
            plot.GetProperty("data")
                .EnumerateArray()
                .Select(trace => (trace.GetProperty("name").GetString(), trace.GetProperty("yaxis").GetString()))
        );
        Assert.Equal([0.7, 0.3], Numbers(plot, 0, "y"));
        Assert.Equal([0.4, 0.85], Numbers(plot, 3, "y"));
        Assert.Equal(("loss", "accuracy", "epoch"), (AxisName(plot, "yaxis"), AxisName(plot, "yaxis2"), AxisName(plot, "xaxis2")));
        Assert.Equal(10.4, plot.GetProperty("layout").GetProperty("xaxis").GetProperty("range")[1].GetDouble());
        Assert.Contains(
            "After epoch 2 of 10: on the training images loss 0.3 and accuracy 0.9, on the validation images loss 0.35 and accuracy 0.85.",
            figure.AlternativeText,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Training_without_validation_has_two_curves() =>
        Assert.Equal(
            2,
            Plot(Charts.TrainingCurves([new EpochResult(1, 5, 0.7, 0.5, null, null, TimeSpan.Zero)])).GetProperty("data").GetArrayLength()
        );

    [Fact]
    public void A_confusion_matrix_shows_counts_and_shares_with_right_and_wrong_on_opposite_sides_of_the_scale()
    {
        ConfusionMatrix matrix = ConfusionMatrix.From([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0], ["circle", "square"]);

        Figure figure = Charts.Confusion(matrix);
        JsonElement trace = Plot(figure).GetProperty("data")[0];

        Assert.Equal("<b>3</b><br>75 %<br>true negatives", trace.GetProperty("text")[0][0].GetString());
        Assert.Equal("<b>1</b><br>50 %<br>false negatives", trace.GetProperty("text")[1][0].GetString());
        Assert.Equal((0.75, -0.25), (trace.GetProperty("z")[0][0].GetDouble(), trace.GetProperty("z")[0][1].GetDouble()));
        Assert.Equal(("prediction", "truth"), (AxisName(Plot(figure), "xaxis"), AxisName(Plot(figure), "yaxis")));
        Assert.Contains("1 false positives (circle predicted as square)", figure.AlternativeText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_roc_curve_runs_from_corner_to_corner_and_names_its_area()
    {
        Figure figure = Charts.Roc(RocCurve.From([0, 1, 0, 1], [0.1f, 0.4f, 0.6f, 0.9f]));
        JsonElement plot = Plot(figure);

        Assert.Equal([0, 0, 0.5, 0.5, 1], Numbers(plot, 1, "x"));
        Assert.Equal([0, 0.5, 0.5, 1, 1], Numbers(plot, 1, "y"));
        Assert.Contains(
            "0.750",
            plot.GetProperty("layout").GetProperty("annotations")[0].GetProperty("text").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains("area under the curve is 0.750", figure.AlternativeText, StringComparison.Ordinal);
        Assert.Contains("sensitivity", AxisName(plot, "yaxis"), StringComparison.Ordinal);
        Assert.Contains("specificity", AxisName(plot, "xaxis"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_draw_is_said_in_a_sentence()
    {
        Assert.Contains(
            "at least one of each",
            Assert.Throws<ArgumentException>(() => Charts.HeatMap(new float[0, 3], "none")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no series",
            Assert.Throws<ArgumentException>(() => Charts.Strip([], "none", "x")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "series empty has no values",
            Assert.Throws<ArgumentException>(() => Charts.Lines([new("empty", [])], "none", "x", "y")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("no bar", Assert.Throws<ArgumentException>(() => Charts.Bars([], "none", "x")).Message, StringComparison.Ordinal);
    }

    private static JsonElement Plot(Figure figure) =>
        JsonDocument.Parse(figure.ToMimeBundle()["application/vnd.plotly.v1+json"]).RootElement;

    private static string? AxisName(JsonElement plot, string axis) =>
        plot.GetProperty("layout").GetProperty(axis).GetProperty("title").GetProperty("text").GetString();

    private static double[] Numbers(JsonElement plot, int trace, string name) =>
        [.. plot.GetProperty("data")[trace].GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    [Fact]
    public void Values_that_are_no_numbers_are_counted_and_are_neither_the_smallest_nor_the_largest()
    {
        var values = new float[7, 7];
        (values[0, 0], values[2, 3], values[6, 6]) = (float.NaN, 5, -1);

        Assert.EndsWith(
            "Values from −1 to 5, the largest first at row 2, column 3. 1 are not numbers.",
            Charts.HeatMap(values, "table").AlternativeText,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_line_that_begins_and_ends_with_a_gap_is_told_by_the_numbers_between() =>
        Assert.Contains(
            "a goes from 2 to 3.",
            Charts.Lines([new Series("a", [double.NaN, 2, 3, double.NaN])], "lines", "x", "y").AlternativeText,
            StringComparison.Ordinal
        );
}
