using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>What the measures of a classifier with two classes need, so that each says the same about bad input.</summary>
internal static class BinaryInput
{
    public static void Require<T>(IReadOnlyList<int> labels, IReadOnlyList<T> values, string valuesName, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (classNames.Count != 2)
        {
            throw new ArgumentException(
                $"Two class names are needed, negative then positive; {classNames.Count} were given.",
                nameof(classNames)
            );
        }

        if (classNames.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A class name is empty; name both classes, negative then positive.", nameof(classNames));
        }

        Require(labels, values, valuesName);
    }

    public static void Require<T>(IReadOnlyList<int> labels, IReadOnlyList<T> values, string valuesName)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(values, valuesName);
        if (labels.Count == 0)
        {
            throw new ArgumentException("There are no labels, so nothing can be measured; give at least one image.", nameof(labels));
        }

        if (labels.Count != values.Count)
        {
            throw new ArgumentException(
                $"There are {labels.Count} labels but {values.Count} {valuesName}; each image needs one of both.",
                valuesName
            );
        }

        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] is not (0 or 1))
            {
                throw new ArgumentException($"Label {i} is {labels[i]}; with two classes a label is 0 or 1.", nameof(labels));
            }
        }
    }

    public static void RequireProbabilities(IReadOnlyList<float> probabilities)
    {
        for (int i = 0; i < probabilities.Count; i++)
        {
            if (probabilities[i] is not (>= 0 and <= 1))
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Probability {i} is {probabilities[i]}, outside 0 to 1; logits become probabilities through the sigmoid function."
                    ),
                    nameof(probabilities)
                );
            }
        }
    }
}
