using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class DoublingTimeTests
{
    [Theory]
    [InlineData(10, 12.59921, 100, 100)] // twice the volume
    [InlineData(10, 20, 90, 30)] // twice the diameter is three doublings
    [InlineData(16, 25, 180, 93.19)]
    public void A_volume_doubles_as_Schwartz_computes_it(double before, double after, double days, double doubling) =>
        Assert.Equal(doubling, DoublingTime.Between(before, after, days).Days, 0.01);

    [Fact]
    public void An_error_of_both_diameters_makes_the_fastest_and_the_slowest_growth()
    {
        var time = DoublingTime.Between(16, 25, 180, error: 2);

        Assert.Equal(DoublingTime.Between(14, 27, 180).Days, time.Shortest);
        Assert.Equal(DoublingTime.Between(18, 23, 180).Days, time.Longest);
        Assert.True(time.HasSurelyGrown);
        Assert.Equal("93 days (63 to 170)", time.ToString());
    }

    [Fact]
    public void Growth_within_the_errors_may_be_none_at_all()
    {
        var time = DoublingTime.Between(16, 20, 90, error: 2);

        Assert.False(time.HasSurelyGrown);
        Assert.Equal("93 days (46 or no growth at all)", time.ToString());
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(20, 16)]
    [InlineData(16, 0)]
    [InlineData(0, 0)]
    public void What_does_not_grow_never_doubles(double before, double after)
    {
        var time = DoublingTime.Between(before, after, 90);

        Assert.Equal(double.PositiveInfinity, time.Days);
        Assert.False(time.HasSurelyGrown);
        Assert.Equal("no growth", time.ToString());
    }
}
