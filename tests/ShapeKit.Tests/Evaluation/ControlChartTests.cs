using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class ControlChartTests
{
    [Fact]
    public void Numbers_beyond_three_standard_errors_are_alarms()
    {
        var chart = ControlChart.From([0.5, 0.6875, 0.688, 0.3125, 0.312, 0.5], 0.5, 0.0625);

        Assert.Equal((0.3125, 0.6875), (chart.LowerLimit, chart.UpperLimit));
        Assert.Equal([3, 5], chart.Alarms);
        Assert.Equal("6 values, limits 0.313 to 0.688, 2 beyond: 3, 5", chart.ToString());
    }

    [Fact]
    public void Without_a_change_hardly_any_number_is_an_alarm()
    {
        var random = new Random(1);
        const int Values = 100_000;
        double[] normal =
        [
            .. Enumerable
                .Range(0, Values)
                .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
        ];

        // 0.0027 of them: 270, give or take five standard deviations.
        Assert.InRange(ControlChart.From(normal, 0, 1).Alarms.Count, 190, 350);
    }

    [Fact]
    public void A_chart_without_alarms_says_so() =>
        Assert.Equal("1 values, limits 0.200 to 0.800, none beyond", ControlChart.From([0.5], 0.5, 0.1).ToString());
}
