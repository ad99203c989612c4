using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class McNemarTests
{
    // Of the binomial distribution, by hand: 2 · (1 + 12 + 66 + 220) / 2¹², and 2 / 2⁶.
    [Theory]
    [InlineData(9, 3, 2 * (1 + 12 + 66 + 220) / 4096.0)]
    [InlineData(3, 9, 2 * (1 + 12 + 66 + 220) / 4096.0)]
    [InlineData(6, 0, 2 / 64.0)]
    [InlineData(1, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 0, 1)]
    public void The_p_value_is_that_of_the_two_sided_binomial_test(int onlyFirst, int onlySecond, double p)
    {
        McNemar test = Compared(onlyFirst, onlySecond, both: 20, neither: 4);

        Assert.Equal((onlyFirst, onlySecond), (test.OnlyFirst, test.OnlySecond));
        Assert.Equal(p, test.PValue, 12);
    }

    [Fact]
    public void Thousands_of_cases_have_a_p_value_too()
    {
        // The normal distribution with the correction for whole numbers: |4900 - 5100| - 1 over the root of 10,000 is 1.99.
        Assert.Equal(0.0466, Compared(4900, 5100, both: 0, neither: 0).PValue, 4);
        Assert.InRange(Compared(1000, 5000, both: 0, neither: 0).PValue, 0, 1e-300);
    }

    [Fact]
    public void The_words_name_the_cases_that_tell_and_give_no_p_value_of_zero()
    {
        Assert.Equal("right alone: the first in 9 cases, the second in 3; p = 0.146", Compared(9, 3, both: 100, neither: 0).ToString());
        Assert.EndsWith("p < 0.001", Compared(40, 2, both: 0, neither: 0).ToString(), StringComparison.Ordinal);
    }

    private static McNemar Compared(int onlyFirst, int onlySecond, int both, int neither) =>
        McNemar.From(
            [.. Repeat(true, onlyFirst), .. Repeat(false, onlySecond), .. Repeat(true, both), .. Repeat(false, neither)],
            [.. Repeat(false, onlyFirst), .. Repeat(true, onlySecond), .. Repeat(true, both), .. Repeat(false, neither)]
        );

    private static IEnumerable<bool> Repeat(bool isRight, int times) => Enumerable.Repeat(isRight, times);
}
