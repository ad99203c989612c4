using CsCheck;
using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class RocCurveTests
{
    [Fact]
    public void The_curve_has_one_point_for_each_different_score()
    {
        RocCurve roc = RocCurve.From([0, 1, 0, 1], [0.1f, 0.4f, 0.4f, 0.8f]);

        Assert.Equal(
            [new RocPoint(0, 0, double.PositiveInfinity), new RocPoint(0, 0.5, 0.8f), new RocPoint(0.5, 1, 0.4f), new RocPoint(1, 1, 0.1f)],
            roc.Points
        );
        Assert.Equal(0.875, roc.AreaUnderCurve);
    }

    [Theory]
    [InlineData(0.9f, 1.0)]
    [InlineData(0.1f, 0.0)]
    [InlineData(0.5f, 0.5)]
    public void The_area_is_one_in_perfect_order_zero_in_reverse_and_a_half_without_any(float scoreOfPositive, double area) =>
        Assert.Equal(area, RocCurve.From([0, 0, 1], [0.5f, 0.5f, scoreOfPositive]).AreaUnderCurve);

    [Fact]
    public void The_area_equals_the_Mann_Whitney_statistic_ties_included() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 8])
            .Array[2, 60]
            .Where(cases => cases.Any(c => c.Item1 == 0) && cases.Any(c => c.Item1 == 1))
            .Sample(cases =>
            {
                int[] labels = [.. cases.Select(c => c.Item1)];
                float[] scores = [.. cases.Select(c => c.Item2 / 8f)];
                double[] pairs =
                [
                    .. from positive in cases
                    where positive.Item1 == 1
                    from negative in cases
                    where negative.Item1 == 0
                    select positive.Item2 > negative.Item2 ? 1
                    : positive.Item2 == negative.Item2 ? 0.5
                    : 0,
                ];

                Assert.Equal(pairs.Average(), RocCurve.From(labels, scores).AreaUnderCurve, 12);
            });

    [Fact]
    public void The_curve_rises_from_nothing_to_everything() =>
        Gen.Float[0, 1]
            .Array[4, 50]
            .Sample(scores =>
            {
                int[] labels = [.. scores.Select((_, i) => i % 2)];
                IReadOnlyList<RocPoint> points = RocCurve.From(labels, scores).Points;

                Assert.Equal((0.0, 0.0), (points[0].FalsePositiveRate, points[0].TruePositiveRate));
                Assert.Equal((1.0, 1.0), (points[^1].FalsePositiveRate, points[^1].TruePositiveRate));
                Assert.All(points.Zip(points.Skip(1)), pair =>
                    Assert.True(
                        pair.First.FalsePositiveRate <= pair.Second.FalsePositiveRate
                            && pair.First.TruePositiveRate <= pair.Second.TruePositiveRate
                            && pair.First.Threshold > pair.Second.Threshold
                    )
                );
            });

    [Theory]
    [InlineData(new int[0], new float[0], "no labels")]
    [InlineData(new[] { 1, 1 }, new[] { 0.1f, 0.2f }, "both classes")]
    [InlineData(new[] { 0, 1 }, new[] { 0.1f }, "2 labels but 1 scores")]
    [InlineData(new[] { 0, 3 }, new[] { 0.1f, 0.2f }, "Label 1 is 3")]
    [InlineData(new[] { 0, 1 }, new[] { 0.1f, float.NaN }, "Score 1 is not a number")]
    public void Bad_input_is_named(int[] labels, float[] scores, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => RocCurve.From(labels, scores)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_interval_of_the_area_is_DeLongs()
    {
        // Computed pair by pair from the paper's placements: the standard error is 0.12247.
        RocCurve roc = RocCurve.From([1, 1, 1, 1, 0, 0, 0, 0, 0], [0.9f, 0.8f, 0.6f, 0.55f, 0.7f, 0.55f, 0.3f, 0.2f, 0.1f]);

        Assert.Equal(0.875, roc.AreaUnderCurve, 12);
        Assert.Equal(0.6349544, roc.AreaInterval.Low, 6);
        Assert.Equal(1, roc.AreaInterval.High);
    }
}
