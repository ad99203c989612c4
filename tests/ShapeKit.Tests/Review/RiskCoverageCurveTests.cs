using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

public sealed class RiskCoverageCurveTests
{
    private static readonly RiskCoverageCurve Curve = RiskCoverageCurve.From([true, false, true, false, true], [0.9, 0.5, 0.8, 0.7, 0.7]);

    [Fact]
    public void Its_points_are_those_of_a_count_by_hand_and_equal_confidences_move_together()
    {
        Assert.Equal(
            [
                new RiskCoveragePoint(double.PositiveInfinity, 0, 0, 0, 0),
                new RiskCoveragePoint(0.9, 0.2, 0, 1, 0),
                new RiskCoveragePoint(0.8, 0.4, 0, 2, 0),
                new RiskCoveragePoint(0.7, 0.8, 0.25, 4, 1),
                new RiskCoveragePoint(0.5, 1, 0.4, 5, 2),
            ],
            Curve.Points
        );
        Assert.Equal((0.4 * 0.25) + (0.2 * 0.4), Curve.AreaUnderCurve, 12);
        Assert.Equal("risk-coverage curve: 5 drafts, 0.4000 wrong, area under the curve 0.1800", Curve.ToString());
    }

    [Theory]
    [InlineData(0, 5, 2)]
    [InlineData(0.5, 5, 2)]
    [InlineData(0.50001, 4, 1)]
    [InlineData(0.7, 4, 1)]
    [InlineData(0.75, 2, 0)]
    [InlineData(0.95, 0, 0)]
    public void A_threshold_shows_what_has_at_least_that_confidence(double threshold, int shown, int wrong)
    {
        RiskCoveragePoint point = Curve.At(threshold);

        Assert.Equal((threshold, shown, wrong), (point.Threshold, point.Shown, point.Wrong));
    }

    [Fact]
    public void For_a_risk_it_shows_as_many_drafts_as_it_can()
    {
        Assert.Equal(0.8, Curve.ForRisk(0).Threshold);
        Assert.Equal(0.7, Curve.ForRisk(0.25).Threshold);
        Assert.Equal(0.5, Curve.ForRisk(0.4).Threshold);
        Assert.Equal(0, RiskCoverageCurve.From([false, true], [0.9, 0.8]).ForRisk(0.1).Shown);
    }

    [Fact]
    public void Every_point_counts_what_a_loop_counts()
    {
        var random = new Random(3);
        bool[] correct = [.. Enumerable.Range(0, 200).Select(_ => random.Next(3) > 0)];
        double[] confidences = [.. correct.Select(_ => random.Next(20) / 20.0)];

        Assert.All(RiskCoverageCurve.From(correct, confidences).Points.Skip(1), point =>
        {
            bool[] shown = [.. correct.Where((_, i) => confidences[i] >= point.Threshold)];
            Assert.Equal((shown.Length, shown.Count(right => !right)), (point.Shown, point.Wrong));
            Assert.Equal((shown.Length / 200.0, (double)point.Wrong / point.Shown), (point.Coverage, point.Risk));
        });
    }

    [Fact]
    public void Wrong_input_is_named()
    {
        Assert.Contains(
            "There are 0 verdicts",
            Assert.Throws<ArgumentException>(() => RiskCoverageCurve.From([], [])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 verdicts and 2 confidences",
            Assert.Throws<ArgumentException>(() => RiskCoverageCurve.From([true], [1, 1])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Confidence 1 is NaN",
            Assert.Throws<ArgumentException>(() => RiskCoverageCurve.From([true, true], [1, double.NaN])).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => Curve.At(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Curve.ForRisk(1.5));
    }
}
