using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>How a network does on images it is not learning from.</summary>
/// <param name="Loss">The mean binary cross-entropy over the images, in nats.</param>
/// <param name="Accuracy">The share of images classified correctly at the threshold 0.5, in 0..1.</param>
public sealed record EvaluationResult(double Loss, double Accuracy)
{
    /// <summary>The result as a line such as <c>loss 0.0312, accuracy 0.9875</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:0.0000}, accuracy {Accuracy:0.0000}");
}
