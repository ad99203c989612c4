using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>Between which ends a share lies: an interval that, over many repetitions, holds the true value 95 times in 100.</summary>
/// <param name="Low">The lower end, in 0..1.</param>
/// <param name="High">The upper end, in 0..1.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>How many standard deviations to either side hold 95% of a normal distribution.</summary>
    internal const double Z = 1.959963984540054;

    /// <summary>The interval of a share that was counted.</summary>
    /// <remarks>
    /// Wilson, <em>Probable inference, the law of succession, and statistical inference</em>, JASA 22 (1927); usable where few or all
    /// cases count, too.
    /// </remarks>
    /// <param name="successes">How many cases count, such as the pneumonias that were found.</param>
    /// <param name="cases">How many cases there are, at least 1.</param>
    /// <returns>The 95% interval.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no case, or fewer cases than successes.</exception>
    public static ConfidenceInterval Wilson(int successes, int cases)
    {
        if (cases < 1 || successes < 0 || successes > cases)
        {
            throw new ArgumentOutOfRangeException(
                nameof(successes),
                $"{successes} of {cases} is no share: of at least one case, none to all can count."
            );
        }

        double share = (double)successes / cases,
            n = cases;
        double center = share + (Z * Z / (2 * n));
        double reach = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        double all = 1 + (Z * Z / n);
        return new ConfidenceInterval(Math.Max(0, (center - reach) / all), Math.Min(1, (center + reach) / all));
    }

    /// <summary>The interval as words, such as <c>0.894 to 0.951</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low:0.000} to {High:0.000}");
}
