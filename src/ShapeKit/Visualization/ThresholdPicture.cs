using System.Globalization;
using System.Text;
using ShapeKit.Evaluation;

namespace ShapeKit.Visualization;

/// <summary>
/// The probabilities of both classes with a line between the two answers, and beside them what this line gives: the point on the ROC curve,
/// sensitivity and specificity, and the predictive values where the positive class is rarer or more frequent.
/// </summary>
internal sealed class ThresholdPicture(IReadOnlyList<int> labels, IReadOnlyList<float> probabilities, IReadOnlyList<string> classNames)
{
    private const int Bins = 20,
        Width = 400,
        Height = 92,
        RocSize = 200;
    private const double Start = 0.5;

    /// <summary>How rare the positive class may be: one in so many.</summary>
    private static readonly int[] Rarities = [1000, 500, 200, 100, 50, 20, 10, 5, 2];
    private const int StartRarity = 3;

    private readonly RocCurve _roc = RocCurve.From(labels, probabilities);
    private readonly ConfusionMatrix _counts = ClassificationReport.From(labels, probabilities, classNames, Start).ConfusionMatrix;
    private readonly string _negative = Html.Escape(classNames[0]),
        _positive = Html.Escape(classNames[1]);

    public Explorer ToExplorer(string title) => new("threshold", title, $"{title}: {Found(classNames[0], classNames[1])}", Texts());

    private Dictionary<string, string> Texts()
    {
        int positives = _counts.TruePositives + _counts.FalseNegatives,
            negatives = _counts.TrueNegatives + _counts.FalsePositives;
        double sensitivity = (double)_counts.TruePositives / positives,
            specificity = (double)_counts.TrueNegatives / negatives;
        (double right, double clear) = Values(sensitivity, specificity, 1.0 / Rarities[StartRarity]);
        return new()
        {
            ["negative"] = _negative,
            ["positive"] = _positive,
            ["bars"] = Bars(1) + Bars(0),
            ["line"] = Html.Css(Start * Width),
            ["curve"] = string.Join(
                ' ',
                _roc.Points.Select(point =>
                    $"{Html.Css(point.FalsePositiveRate * RocSize)},{Html.Css((1 - point.TruePositiveRate) * RocSize)}"
                )
            ),
            ["pointX"] = Html.Css((1 - specificity) * RocSize),
            ["pointY"] = Html.Css((1 - sensitivity) * RocSize),
            ["found"] = Share(_counts.TruePositives, positives),
            ["spared"] = Share(_counts.TrueNegatives, negatives),
            ["sensitivity"] = Html.Fixed(sensitivity, 3),
            ["specificity"] = Html.Fixed(specificity, 3),
            ["rarity"] = Rarities[StartRarity].ToString(CultureInfo.InvariantCulture),
            ["right"] = Percent(right),
            ["clear"] = Percent(clear),
            ["words"] = Found(_negative, _positive),
            ["last"] = (Rarities.Length - 1).ToString(CultureInfo.InvariantCulture),
            ["first"] = StartRarity.ToString(CultureInfo.InvariantCulture),
            ["data"] = Html.Data(
                new
                {
                    width = Width,
                    roc = RocSize,
                    rarities = Rarities,
                    names = classNames,
                    scores = new[] { ScoresOf(0), ScoresOf(1) },
                }
            ),
        };
    }

    private float[] ScoresOf(int label) => [.. probabilities.Where((_, i) => labels[i] == label)];

    /// <summary>How many of a class have which probability: of the positive class upwards, of the other downwards.</summary>
    private string Bars(int label)
    {
        int[] counts = Counts(ScoresOf(label));
        double unit = (double)Height / Math.Max(Counts(ScoresOf(0)).Max(), Counts(ScoresOf(1)).Max());
        StringBuilder bars = new();
        for (int bin = 0; bin < Bins; bin++)
        {
            double height = counts[bin] * unit;
            bars.Append(
                $"<rect x=\"{Html.Css((bin * Width / (double)Bins) + 1)}\" y=\"{Html.Css(label == 1 ? -height : 0)}\" "
                    + $"width=\"{Html.Css((Width / (double)Bins) - 2)}\" height=\"{Html.Css(height)}\" "
                    + $"fill=\"{(label == 1 ? Palette.Orange : Palette.Blue)}\"/>"
            );
        }

        return bars.ToString();
    }

    private static int[] Counts(float[] scores)
    {
        int[] counts = new int[Bins];
        foreach (float score in scores)
        {
            counts[Math.Min(Bins - 1, (int)(score * Bins))]++;
        }

        return counts;
    }

    /// <summary>Bayes' theorem: how often each answer is right where the positive class has this prevalence.</summary>
    private static (double Positive, double Negative) Values(double sensitivity, double specificity, double prevalence) =>
        (
            sensitivity * prevalence / ((sensitivity * prevalence) + ((1 - specificity) * (1 - prevalence))),
            specificity * (1 - prevalence) / ((specificity * (1 - prevalence)) + ((1 - sensitivity) * prevalence))
        );

    private string Found(string negative, string positive) =>
        $"With the line at {Html.Fixed(Start, 2)}, {Share(_counts.FalseNegatives, _counts.TruePositives + _counts.FalseNegatives)} are missed "
        + $"(“{positive}”), and {Share(_counts.FalsePositives, _counts.TrueNegatives + _counts.FalsePositives)} are false alarms (“{negative}”).";

    private static string Share(int some, int all) => $"{Html.Number(some)} of {Html.Number(all)}";

    private static string Percent(double share) => double.IsNaN(share) ? "never given" : $"{Html.Fixed(100 * share, 1)}%";
}
