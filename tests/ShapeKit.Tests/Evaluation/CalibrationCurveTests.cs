using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class CalibrationCurveTests
{
    [Fact]
    public void Bins_hold_what_was_given_and_what_was_observed()
    {
        // Four images called 0.85, of which two are of class 1; two called 0.1, of which none is; one called 1.0, which is.
        CalibrationCurve curve = CalibrationCurve.From([1, 1, 0, 0, 0, 0, 1], [0.85f, 0.85f, 0.85f, 0.85f, 0.1f, 0.1f, 1f], bins: 5);

        Assert.Equal([2, 5], curve.Bins.Select(bin => bin.Count));
        Assert.Equal([0.1, 0.88], curve.Bins.Select(bin => Math.Round(bin.MeanProbability, 6)));
        Assert.Equal([0, 0.6], curve.Bins.Select(bin => bin.ObservedShare));
        Assert.Equal(((2 * 0.1) + (5 * 0.28)) / 7, curve.ExpectedCalibrationError, 6);
        Assert.Equal(ConfidenceInterval.Wilson(3, 5), curve.Bins[1].Interval);
    }

    [Fact]
    public void Probabilities_outside_0_to_1_are_refused() =>
        Assert.Contains(
            "outside 0 to 1",
            Assert.Throws<ArgumentException>(() => CalibrationCurve.From([0, 1], [0.5f, 3f])).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(100)]
    public void A_probability_at_the_border_of_two_bins_is_in_the_upper_one(int bins)
    {
        for (int bin = 0; bin < bins; bin++)
        {
            float border = (float)((double)bin / bins);
            CalibrationCurve curve = CalibrationCurve.From([0, 1], [border, Math.Min(1, border + (0.5f / bins))], bins);

            Assert.True(curve.Bins.Count == 1, $"{border} is not in bin {bin} of {bins}");
        }
    }
}
