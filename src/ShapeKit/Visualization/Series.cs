namespace ShapeKit.Visualization;

/// <summary>Numbers that belong together in a chart, such as one recipe's accuracies.</summary>
/// <param name="Name">What the reader sees in the legend or on the axis.</param>
/// <param name="Values">The numbers; NaN leaves a gap.</param>
/// <param name="X">The horizontal position of each number in <see cref="Charts.Lines"/>, in the order in which to connect them; null
/// takes the chart's own.</param>
public sealed record Series(string Name, IReadOnlyList<double> Values, IReadOnlyList<double>? X = null);
