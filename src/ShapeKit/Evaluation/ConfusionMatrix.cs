using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>Counts how often each of two classes was recognised and how often it was taken for the other.</summary>
/// <remarks>Class 0 is the negative class, class 1 the positive one: in a test for a disease, class 1 is <em>diseased</em>.</remarks>
public sealed class ConfusionMatrix : IShown
{
    private readonly PlainTable _table;

    private ConfusionMatrix(int[,] counts, IReadOnlyList<string> classNames)
    {
        Counts = counts;
        ClassNames = classNames;
        _table = new PlainTable(
            "Confusion matrix",
            ["truth", .. classNames.Select(name => $"predicted {name}")],
            [.. classNames.Select((name, row) => (string[])[name, Number(row, 0), Number(row, 1)])]
        );
    }

    /// <summary>The counts <c>[2, 2]</c>: the row is the true class, the column the predicted one.</summary>
    public int[,] Counts { get; }

    /// <summary>The two class names: negative, positive.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many images of class 0 were predicted as class 0.</summary>
    public int TrueNegatives => Counts[0, 0];

    /// <summary>How many images of class 0 were predicted as class 1.</summary>
    public int FalsePositives => Counts[0, 1];

    /// <summary>How many images of class 1 were predicted as class 0.</summary>
    public int FalseNegatives => Counts[1, 0];

    /// <summary>How many images of class 1 were predicted as class 1.</summary>
    public int TruePositives => Counts[1, 1];

    /// <summary>How many images were counted.</summary>
    public int Total => TrueNegatives + FalsePositives + FalseNegatives + TruePositives;

    /// <summary>Counts predictions against the truth.</summary>
    /// <param name="labels">The true classes, 0 or 1.</param>
    /// <param name="predictions">The predicted classes, 0 or 1, in the same order.</param>
    /// <param name="classNames">The names of class 0 and class 1.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">There are no labels, the numbers of labels and predictions differ, a class is neither 0 nor 1,
    /// or there are not two names.</exception>
    public static ConfusionMatrix From(IReadOnlyList<int> labels, IReadOnlyList<int> predictions, IReadOnlyList<string> classNames)
    {
        BinaryInput.Require(labels, predictions, nameof(predictions), classNames);
        int[,] counts = new int[2, 2];
        for (int i = 0; i < labels.Count; i++)
        {
            if (predictions[i] is not (0 or 1))
            {
                throw new ArgumentException(
                    $"Prediction {i} is {predictions[i]}; a predicted class is 0 ({classNames[0]}) or 1 ({classNames[1]}).",
                    nameof(predictions)
                );
            }

            counts[labels[i], predictions[i]]++;
        }

        return new ConfusionMatrix(counts, [.. classNames]);
    }

    /// <summary>The matrix as an HTML table.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => _table.ToHtml();

    /// <summary>The matrix as a text table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => _table.ToString();

    private string Number(int row, int column) => Counts[row, column].ToString(CultureInfo.InvariantCulture);
}
