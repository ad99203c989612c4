using System.Globalization;

namespace ShapeKit.Review;

/// <summary>What a confidence threshold buys.</summary>
/// <param name="Threshold">Drafts with at least this confidence are shown, the others held back; positive infinity where all are.</param>
/// <param name="Coverage">The share of all drafts that is shown, in 0..1.</param>
/// <param name="Risk">The share of the shown drafts that is wrong, in 0..1; 0 where none is shown.</param>
/// <param name="Shown">How many drafts are shown.</param>
/// <param name="Wrong">How many of them are wrong.</param>
public readonly record struct RiskCoveragePoint(double Threshold, double Coverage, double Risk, int Shown, int Wrong);

/// <summary>Coverage against error: what is left of the errors when the least confident drafts are held back.</summary>
/// <remarks>
/// El-Yaniv and Wiener, <em>On the foundations of noise-free selective classification</em>, JMLR 11 (2010), section 2; for networks,
/// Geifman and El-Yaniv, <em>Selective classification for deep neural networks</em>, NIPS 2017, formulas 1 and 2, with the empirical
/// risk.
/// </remarks>
public sealed class RiskCoverageCurve
{
    private readonly float[] _sorted;

    private RiskCoverageCurve(IReadOnlyList<RiskCoveragePoint> points, float[] sorted)
    {
        Points = points;
        _sorted = sorted;
        AreaUnderCurve = points.Skip(1).Zip(points, (point, before) => (point.Coverage - before.Coverage) * point.Risk).Sum();
    }

    /// <summary>
    /// The points from nothing shown to everything shown, one for each different confidence; drafts of equal confidence, as float32, move
    /// together.
    /// </summary>
    public IReadOnlyList<RiskCoveragePoint> Points { get; }

    /// <summary>
    /// The mean risk over all coverages, in 0..1: the smaller, the better the confidence tells wrong drafts from right ones. Holding back
    /// by chance gives the risk at full coverage.
    /// </summary>
    public double AreaUnderCurve { get; }

    /// <summary>Draws the curve.</summary>
    /// <param name="correct">Whether each draft is right; at least one.</param>
    /// <param name="confidences">The drafts' confidences, in 0..1, in the same order.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">There are no drafts, the numbers of values differ, or a confidence lies outside
    /// 0..1.</exception>
    public static RiskCoverageCurve From(IReadOnlyList<bool> correct, IReadOnlyList<double> confidences)
    {
        ArgumentNullException.ThrowIfNull(correct);
        ArgumentNullException.ThrowIfNull(confidences);
        if (correct.Count == 0 || correct.Count != confidences.Count)
        {
            throw new ArgumentException(
                $"There are {correct.Count} verdicts and {confidences.Count} confidences; pass one of each for every draft, and at "
                    + "least one draft.",
                nameof(confidences)
            );
        }

        for (int i = 0; i < confidences.Count; i++)
        {
            if (confidences[i] is not (>= 0 and <= 1))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Confidence {i} is {confidences[i]}; it must lie in 0 to 1."),
                    nameof(confidences)
                );
            }
        }

        int[] order = [.. Enumerable.Range(0, confidences.Count).OrderByDescending(i => confidences[i])];
        var points = new List<RiskCoveragePoint> { new(double.PositiveInfinity, 0, 0, 0, 0) };
        int wrong = 0;
        for (int i = 0; i < order.Length; i++)
        {
            wrong += correct[order[i]] ? 0 : 1;
            double confidence = confidences[order[i]];
            if (i + 1 == order.Length || (float)confidences[order[i + 1]] != (float)confidence)
            {
                points.Add(new RiskCoveragePoint(confidence, (i + 1.0) / order.Length, wrong / (i + 1.0), i + 1, wrong));
            }
        }

        return new RiskCoverageCurve(points, [.. points.Select(point => -(float)point.Threshold)]);
    }

    /// <summary>What a threshold gives.</summary>
    /// <param name="threshold">Drafts with at least this confidence are shown.</param>
    /// <returns>Coverage and risk at that threshold.</returns>
    /// <exception cref="ArgumentException">The threshold is not a number.</exception>
    public RiskCoveragePoint At(double threshold)
    {
        if (double.IsNaN(threshold))
        {
            throw new ArgumentException("The threshold is not a number; use 0 to 1.", nameof(threshold));
        }

        int found = Array.BinarySearch(_sorted, -(float)threshold);
        return Points[found >= 0 ? found : Math.Max(0, ~found - 1)] with { Threshold = threshold };
    }

    /// <summary>The point that shows most drafts at a risk of at most so much.</summary>
    /// <remarks>
    /// Choose it on drafts other than those by which you judge it: on the drafts that chose it, it looks better than it is.
    /// </remarks>
    /// <param name="risk">The largest share of wrong drafts among those that are shown, in 0..1.</param>
    /// <returns>The point; the one that shows nothing where no threshold does it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The risk lies outside 0..1.</exception>
    public RiskCoveragePoint ForRisk(double risk)
    {
        if (risk is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(risk),
                string.Create(CultureInfo.InvariantCulture, $"The risk is {risk}; it must lie in 0 to 1.")
            );
        }

        return Points.Last(point => point.Risk <= risk);
    }

    /// <summary>The curve as a line such as <c>risk-coverage curve: 300 drafts, 0.1200 wrong, area under the curve 0.0251</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"risk-coverage curve: {Points[^1].Shown} drafts, {Points[^1].Risk:0.0000} wrong, area under the curve {AreaUnderCurve:0.0000}"
        );
}
