using System.Globalization;

namespace ShapeKit.Benchmarks;

/// <summary>One quantity, measured several times.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">In what.</param>
/// <param name="Target">What the median is to stay under; null when there is no target.</param>
/// <param name="Samples">The values.</param>
internal sealed record Measurement(string Name, string Unit, double? Target, IReadOnlyList<double> Samples)
{
    public double Median => Samples.Order().ElementAt(Samples.Count / 2);

    public static string TableHead => "| what | median | lowest | highest | runs | target |\n|---|---:|---:|---:|---:|---:|";

    public string TableRow =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {Text(Median)}{(Unit.Length > 0 ? " " : "")}{Unit} | {Text(Samples.Min())} | {Text(Samples.Max())} | "
                + $"{Samples.Count} | {(Target is { } target ? $"< {Text(target)} {Unit}".TrimEnd() + (Median < target ? "" : ", missed") : "")} |"
        );

    private string Text(double value) =>
        value.ToString(
            value >= 100 || Unit.Length == 0 ? "N0"
                : value >= 10 ? "0.0"
                : value >= 0.1 || value == 0 ? "0.00"
                : value >= 0.001 ? "0.000"
                : "0.0#####",
            CultureInfo.InvariantCulture
        );
}
