using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class ConfidenceIntervalTests
{
    [Theory]
    [InlineData(30, 40, 0.5980604, 0.8581288)]
    [InlineData(81, 263, 0.2552885, 0.3662096)]
    [InlineData(0, 20, 0, 0.1611252)]
    public void Wilsons_interval_agrees_with_its_formula(int successes, int cases, double low, double high)
    {
        ConfidenceInterval interval = ConfidenceInterval.Wilson(successes, cases);

        Assert.Equal(low, interval.Low, tolerance: 1e-6);
        Assert.Equal(high, interval.High, tolerance: 1e-6);
    }

    [Fact]
    public void No_cases_and_more_successes_than_cases_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Wilson(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Wilson(3, 2));
    }
}
