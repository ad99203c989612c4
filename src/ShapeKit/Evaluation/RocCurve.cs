using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>One point of a <see cref="RocCurve"/>: what a threshold would give.</summary>
/// <param name="FalsePositiveRate">The share of class 0 that is predicted as class 1 (1 − specificity), in 0..1.</param>
/// <param name="TruePositiveRate">The share of class 1 that is predicted as class 1 (sensitivity), in 0..1.</param>
/// <param name="Threshold">Images whose score is at least this are predicted as class 1; positive infinity at the first point, where none
/// are.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate, double Threshold);

/// <summary>The receiver operating characteristic: sensitivity against 1 − specificity for every threshold.</summary>
/// <remarks>Fawcett, <em>An introduction to ROC analysis</em>, Pattern Recognition Letters 27 (2006), algorithms 1 and 2.</remarks>
public sealed class RocCurve
{
    private RocCurve(IReadOnlyList<RocPoint> points, int positives, int negatives)
    {
        Points = points;
        AreaUnderCurve = points
            .Zip(points.Skip(1), (a, b) => (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2)
            .Sum();
        AreaInterval = DeLong(points, AreaUnderCurve, positives, negatives);
    }

    /// <summary>The points from (0, 0) to (1, 1), one for each different score; images of equal score move together.</summary>
    public IReadOnlyList<RocPoint> Points { get; }

    /// <summary>
    /// The area under the curve by the trapezoid rule, in 0..1: the chance that an image of class 1 scores higher than one of
    /// class 0, a tie counting half (the Mann-Whitney statistic). 0.5 is guessing, 1 is perfect order.
    /// </summary>
    public double AreaUnderCurve { get; }

    /// <summary>
    /// The 95% interval of the area, cut to 0..1. DeLong, DeLong and Clarke-Pearson, <em>Comparing the areas under two or more correlated
    /// receiver operating characteristic curves</em>, Biometrics 44 (1988), formulas 4 to 6, for one curve.
    /// </summary>
    public ConfidenceInterval AreaInterval { get; }

    /// <summary>Draws the curve from true classes and scores.</summary>
    /// <param name="labels">The true classes, 0 or 1; both must occur.</param>
    /// <param name="scores">The probability of class 1, or any number that grows with it, in the same order.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">There are no labels, only one class occurs, the numbers of labels and scores differ, a label
    /// is neither 0 nor 1, or a score is not a number.</exception>
    public static RocCurve From(IReadOnlyList<int> labels, IReadOnlyList<float> scores)
    {
        BinaryInput.Require(labels, scores, nameof(scores));
        int positives = labels.Sum();
        int negatives = labels.Count - positives;
        if (positives == 0 || negatives == 0)
        {
            throw new ArgumentException(
                $"All {labels.Count} labels are {labels[0]}; sensitivity, specificity and the ROC curve need images of both classes.",
                nameof(labels)
            );
        }

        int[] order = new int[labels.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = float.IsNaN(scores[i])
                ? throw new ArgumentException(
                    $"Score {i} is not a number; did the training diverge? Try a smaller learning rate.",
                    nameof(scores)
                )
                : i;
        }

        Array.Sort(order, (a, b) => scores[b].CompareTo(scores[a]));
        var points = new List<RocPoint> { new(0, 0, double.PositiveInfinity) };
        int truePositives = 0;
        int falsePositives = 0;
        for (int i = 0; i < order.Length; i++)
        {
            float score = scores[order[i]];
            if (labels[order[i]] == 1)
            {
                truePositives++;
            }
            else
            {
                falsePositives++;
            }

            if (i + 1 == order.Length || scores[order[i + 1]] != score)
            {
                points.Add(new RocPoint((double)falsePositives / negatives, (double)truePositives / positives, score));
            }
        }

        return new RocCurve(points, positives, negatives);
    }

    /// <summary>The curve as a line such as <c>ROC curve: 41 points, area under the curve 0.9875</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"ROC curve: {Points.Count} points, area under the curve {AreaUnderCurve:0.0000}");

    /// <summary>
    /// An image of class 1 with the score of a point beats the share 1 − FPR of class 0, half of the ties with it included; one of class
    /// 0 is beaten by the share TPR of class 1. The variance of the area is that of these placements, each over its number of images.
    /// </summary>
    private static ConfidenceInterval DeLong(IReadOnlyList<RocPoint> points, double area, int positives, int negatives)
    {
        double ofPositives = 0;
        double ofNegatives = 0;
        for (int i = 1; i < points.Count; i++)
        {
            (RocPoint before, RocPoint here) = (points[i - 1], points[i]);
            double beats = 1 - ((before.FalsePositiveRate + here.FalsePositiveRate) / 2);
            double beaten = (before.TruePositiveRate + here.TruePositiveRate) / 2;
            ofPositives += (here.TruePositiveRate - before.TruePositiveRate) * Math.Pow(beats - area, 2);
            ofNegatives += (here.FalsePositiveRate - before.FalsePositiveRate) * Math.Pow(beaten - area, 2);
        }

        // Each sum is a mean over the images of a class; n / (n − 1) makes it the unbiased variance, divided by n that of the mean.
        double reach =
            ConfidenceInterval.Z * Math.Sqrt((ofPositives / Math.Max(1, positives - 1)) + (ofNegatives / Math.Max(1, negatives - 1)));
        return new ConfidenceInterval(Math.Max(0, area - reach), Math.Min(1, area + reach));
    }
}
