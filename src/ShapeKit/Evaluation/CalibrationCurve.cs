using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>One bin of a <see cref="CalibrationCurve"/>: images to which the network gave similar probabilities.</summary>
/// <param name="Count">How many images are in the bin; at least 1.</param>
/// <param name="MeanProbability">The mean probability of class 1 that the network gave them, in 0..1.</param>
/// <param name="ObservedShare">The share of them that is of class 1, in 0..1.</param>
/// <param name="Interval">The 95% interval of that share (Wilson).</param>
public sealed record CalibrationBin(int Count, double MeanProbability, double ObservedShare, ConfidenceInterval Interval);

/// <summary>Whether probabilities mean what they say: of the images called 80% pneumonia, are 80% pneumonia?</summary>
/// <remarks>
/// The reliability diagram of Niculescu-Mizil and Caruana, <em>Predicting good probabilities with supervised learning</em> (2005),
/// section 4.
/// </remarks>
public sealed class CalibrationCurve
{
    private CalibrationCurve(IReadOnlyList<CalibrationBin> bins)
    {
        Bins = bins;
        ExpectedCalibrationError =
            bins.Sum(bin => bin.Count * Math.Abs(bin.ObservedShare - bin.MeanProbability)) / bins.Sum(bin => bin.Count);
    }

    /// <summary>The bins that hold images, from low to high probability.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>
    /// How far, on average over the images, the observed share lies from the mean probability of their bin, in 0..1; 0 is perfect. Guo et
    /// al., <em>On calibration of modern neural networks</em> (2017), formula 3, on the probability of class 1.
    /// </summary>
    public double ExpectedCalibrationError { get; }

    /// <summary>Sorts predictions into bins of equal width.</summary>
    /// <param name="labels">The true classes, 0 or 1.</param>
    /// <param name="probabilities">The predicted probability of class 1, in 0..1, in the same order.</param>
    /// <param name="bins">How many bins 0..1 is cut into; at least 1.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">There are no labels, the numbers of labels and probabilities differ, or a value is out of
    /// range.</exception>
    public static CalibrationCurve From(IReadOnlyList<int> labels, IReadOnlyList<float> probabilities, int bins = 10)
    {
        BinaryInput.Require(labels, probabilities, nameof(probabilities));
        BinaryInput.RequireProbabilities(probabilities);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        return new CalibrationCurve([
            .. Enumerable
                .Range(0, labels.Count)
                .GroupBy(i => BinOf(probabilities[i], bins))
                .OrderBy(bin => bin.Key)
                .Select(bin => Bin([.. bin.Select(i => labels[i])], bin.Average(i => (double)probabilities[i]))),
        ]);
    }

    /// <summary>The curve as a line such as <c>calibration curve: 10 bins, expected calibration error 0.0412</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"calibration curve: {Bins.Count} bins, expected calibration error {ExpectedCalibrationError:0.0000}"
        );

    /// <summary>
    /// The bin of a probability, from 0. As float32: a reader takes a probability of 0.58f for 0.58, where a bin begins, which is the
    /// larger one as a double.
    /// </summary>
    private static int BinOf(float probability, int bins)
    {
        int bin = Math.Min((int)((double)probability * bins), bins - 1);
        return bin + 1 < bins && probability >= (float)((bin + 1.0) / bins) ? bin + 1 : bin;
    }

    private static CalibrationBin Bin(int[] labels, double meanProbability) =>
        new(labels.Length, meanProbability, labels.Average(), ConfidenceInterval.Wilson(labels.Sum(), labels.Length));
}
