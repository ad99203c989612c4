using System.Globalization;
using ShapeKit.Data;

namespace ShapeKit.Evaluation;

/// <summary>How well a classifier with two classes did, in the measures that medicine uses for a test.</summary>
/// <remarks>Class 1 is the positive class. Altman and Bland, <em>Diagnostic tests 1</em> and <em>2</em>, BMJ 308 and 309 (1994).</remarks>
public sealed class ClassificationReport : IShown
{
    private readonly PlainTable _table;

    private ClassificationReport(ConfusionMatrix confusionMatrix, RocCurve rocCurve, double threshold)
    {
        ConfusionMatrix = confusionMatrix;
        RocCurve = rocCurve;
        Threshold = threshold;
        (int tp, int fp, int tn, int fn) = (
            confusionMatrix.TruePositives,
            confusionMatrix.FalsePositives,
            confusionMatrix.TrueNegatives,
            confusionMatrix.FalseNegatives
        );
        string[] names = [.. confusionMatrix.ClassNames];
        _table = new PlainTable(
            string.Create(CultureInfo.InvariantCulture, $"Classification of {confusionMatrix.Total} images, threshold {threshold:0.##}"),
            ["measure", "value", "meaning"],
            [
                ["accuracy", Four(Accuracy), $"{tp + tn} of {confusionMatrix.Total} images are right"],
                ["sensitivity", Four(Sensitivity), $"{tp} of {tp + fn} {names[1]} images found"],
                ["specificity", Four(Specificity), $"{tn} of {tn + fp} {names[0]} images recognised"],
                ["precision", Four(Precision), $"{tp} of {tp + fp} predictions of {names[1]} are right"],
                ["F1", Four(F1), "harmonic mean of precision and sensitivity"],
                ["AUC", Four(rocCurve.AreaUnderCurve), "area under the ROC curve"],
            ]
        );
    }

    /// <summary>The four counts that the other measures are made of.</summary>
    public ConfusionMatrix ConfusionMatrix { get; }

    /// <summary>Sensitivity against 1 − specificity for every threshold.</summary>
    public RocCurve RocCurve { get; }

    /// <summary>Images with at least this probability were predicted as class 1.</summary>
    public double Threshold { get; }

    /// <summary>(TP + TN) / all, in 0..1.</summary>
    public double Accuracy => (double)(ConfusionMatrix.TruePositives + ConfusionMatrix.TrueNegatives) / ConfusionMatrix.Total;

    /// <summary>The 95% interval of the accuracy (Wilson).</summary>
    public ConfidenceInterval AccuracyInterval =>
        ConfidenceInterval.Wilson(ConfusionMatrix.TruePositives + ConfusionMatrix.TrueNegatives, ConfusionMatrix.Total);

    /// <summary>TP / (TP + FN), in 0..1: the share of class 1 that was found; also called recall.</summary>
    public double Sensitivity => (double)ConfusionMatrix.TruePositives / (ConfusionMatrix.TruePositives + ConfusionMatrix.FalseNegatives);

    /// <summary>The 95% interval of the sensitivity (Wilson).</summary>
    public ConfidenceInterval SensitivityInterval =>
        ConfidenceInterval.Wilson(ConfusionMatrix.TruePositives, ConfusionMatrix.TruePositives + ConfusionMatrix.FalseNegatives);

    /// <summary>TN / (TN + FP), in 0..1: the share of class 0 that was recognised.</summary>
    public double Specificity => (double)ConfusionMatrix.TrueNegatives / (ConfusionMatrix.TrueNegatives + ConfusionMatrix.FalsePositives);

    /// <summary>The 95% interval of the specificity (Wilson).</summary>
    public ConfidenceInterval SpecificityInterval =>
        ConfidenceInterval.Wilson(ConfusionMatrix.TrueNegatives, ConfusionMatrix.TrueNegatives + ConfusionMatrix.FalsePositives);

    /// <summary>
    /// TP / (TP + FP), in 0..1: how often a prediction of class 1 is right (positive predictive value); not a number when class 1 was
    /// never predicted.
    /// </summary>
    public double Precision => (double)ConfusionMatrix.TruePositives / (ConfusionMatrix.TruePositives + ConfusionMatrix.FalsePositives);

    /// <summary>2 TP / (2 TP + FP + FN), in 0..1: the harmonic mean of precision and sensitivity (the Dice coefficient).</summary>
    public double F1 =>
        2.0
        * ConfusionMatrix.TruePositives
        / ((2 * ConfusionMatrix.TruePositives) + ConfusionMatrix.FalsePositives + ConfusionMatrix.FalseNegatives);

    /// <summary>Measures predicted probabilities against the truth.</summary>
    /// <param name="labels">The true classes, 0 or 1; both must occur.</param>
    /// <param name="probabilities">The predicted probability of class 1, in 0..1, in the same order.</param>
    /// <param name="classNames">The names of class 0 and class 1.</param>
    /// <param name="threshold">Images with at least this probability count as class 1; in 0..1.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">There are no labels, only one class occurs, the numbers of labels and probabilities differ, a
    /// value is out of range, or there are not two names.</exception>
    public static ClassificationReport From(
        IReadOnlyList<int> labels,
        IReadOnlyList<float> probabilities,
        IReadOnlyList<string> classNames,
        double threshold = 0.5
    )
    {
        BinaryInput.Require(labels, probabilities, nameof(probabilities), classNames);
        if (threshold is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold is a probability, 0 to 1.");
        }

        RocCurve roc = RocCurve.From(labels, probabilities);
        BinaryInput.RequireProbabilities(probabilities);
        // As float32: a reader takes a probability of 0.7f for the threshold 0.7, which is the larger one as a double.
        int[] predictions = [.. probabilities.Select(probability => probability >= (float)threshold ? 1 : 0)];
        return new ClassificationReport(ConfusionMatrix.From(labels, predictions, classNames), roc, threshold);
    }

    /// <summary>
    /// Measures predicted probabilities, such as those of <see cref="Training.Trainer.Predict"/>, against the labels of a data set.
    /// </summary>
    /// <param name="data">The images that were classified, of two classes that both occur.</param>
    /// <param name="probabilities">The predicted probability of class 1, in 0..1, in the order of the images.</param>
    /// <param name="threshold">Images with at least this probability count as class 1; in 0..1.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">The data set is empty or does not hold two classes, the numbers of images and probabilities
    /// differ, or a value is out of range.</exception>
    public static ClassificationReport From(ImageDataset data, IReadOnlyList<float> probabilities, double threshold = 0.5)
    {
        ArgumentNullException.ThrowIfNull(data);
        return From([.. data.Labels.data<long>().Select(label => (int)label)], probabilities, data.ClassNames, threshold);
    }

    /// <summary>The measures and the confusion matrix as HTML tables.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => _table.ToHtml() + ConfusionMatrix.ToHtml();

    /// <summary>The measures and the confusion matrix as text tables.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => $"{_table}\n\n{ConfusionMatrix}";

    private static string Four(double value) => double.IsNaN(value) ? "undefined" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
