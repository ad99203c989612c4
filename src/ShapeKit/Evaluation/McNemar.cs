using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>
/// McNemar's exact test: whether of two readers of the same cases one is right more often than chance explains. Only the cases in which
/// one of them alone is right can tell.
/// </summary>
/// <remarks>
/// McNemar, <em>Note on the sampling error of the difference between correlated proportions or percentages</em>, Psychometrika 12
/// (1947); exact, with the binomial distribution, so that few cases suffice.
/// </remarks>
public sealed class McNemar
{
    private McNemar(int onlyFirst, int onlySecond)
    {
        (OnlyFirst, OnlySecond) = (onlyFirst, onlySecond);
        PValue = Math.Min(1, 2 * AtMost(Math.Min(onlyFirst, onlySecond), onlyFirst + onlySecond));
    }

    /// <summary>In how many cases the first alone is right.</summary>
    public int OnlyFirst { get; }

    /// <summary>In how many cases the second alone is right.</summary>
    public int OnlySecond { get; }

    /// <summary>
    /// How often, in 0..1, chance alone would part the cases in which one is right as unevenly as here, or more so, if both were equally
    /// good; 1 where there is no such case.
    /// </summary>
    public double PValue { get; }

    /// <summary>Compares two readers, or one before and after.</summary>
    /// <param name="first">Whether the first is right, case by case; at least one.</param>
    /// <param name="second">Whether the second is right, in the same order.</param>
    /// <returns>The comparison, on both sides: either may be the better one.</returns>
    /// <exception cref="ArgumentException">There are no cases, or the numbers of cases differ.</exception>
    public static McNemar From(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0 || first.Count != second.Count)
        {
            throw new ArgumentException(
                $"The first has {first.Count} cases and the second {second.Count}; pass both for the same cases, at least one.",
                nameof(second)
            );
        }

        return new McNemar(
            Enumerable.Range(0, first.Count).Count(i => first[i] && !second[i]),
            Enumerable.Range(0, first.Count).Count(i => second[i] && !first[i])
        );
    }

    /// <summary>The comparison as words, such as <c>right alone: the first in 9 cases, the second in 3; p = 0.146</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() =>
        $"right alone: the first in {OnlyFirst} cases, the second in {OnlySecond}; "
        + (PValue < 0.001 ? "p < 0.001" : string.Create(CultureInfo.InvariantCulture, $"p = {PValue:0.000}"));

    /// <summary>The probability of at most so many heads in n throws of a coin; by logarithms, since 2⁻ⁿ soon is no number.</summary>
    private static double AtMost(int heads, int n)
    {
        double sum = 0,
            logarithm = -n * Math.Log(2);
        for (int k = 0; k <= heads; k++)
        {
            sum += Math.Exp(logarithm);
            logarithm += Math.Log((n - k) / (k + 1.0));
        }

        return sum;
    }
}
