namespace ShapeKit.Training;

/// <summary>A point of a training curve.</summary>
/// <param name="Curve">What was measured, such as <c>validation</c>: the curve's name.</param>
/// <param name="Axis"><see cref="Loss"/> or <see cref="Accuracy"/>.</param>
/// <param name="Value">How much it was.</param>
internal readonly record struct Measure(string Curve, string Axis, double? Value)
{
    public const string Loss = "loss";
    public const string Accuracy = "accuracy";
}
