using ShapeKit.Runtime;

namespace ShapeKit.Tests.Runtime;

public sealed class ConvolutionProbeTests
{
    public static TheoryData<int, int, double> Faults =>
        new MatrixTheoryData<int, int, double>(
            [.. Enumerable.Range(0, ConvolutionProbe.Cases.Count)],
            [0, 1, 2], // which of output, gradient of the images and gradient of the weights is wrong
            [double.NaN, double.PositiveInfinity, 0.5, 1e-3]
        );

    [Fact]
    public void What_this_machine_computes_agrees_with_plain_arithmetic() =>
        Assert.Null(ConvolutionProbe.Difference(ConvolutionProbe.Torch));

    [Fact]
    public void Plain_arithmetic_agrees_with_itself() => Assert.Null(ConvolutionProbe.Difference(ConvolutionProbe.Plain));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_single_wrong_number_is_caught_whatever_it_is_and_wherever(int @case, int part, double error)
    {
        string difference = Assert.IsType<string>(
            ConvolutionProbe.Difference(
                (given, images, weights, gradient) =>
                {
                    ConvolutionProbe.Numbers numbers = ConvolutionProbe.Plain(given, images, weights, gradient);
                    double[] values = new[] { numbers.Output, numbers.ImageGradient, numbers.WeightGradient }[part];
                    if (given == ConvolutionProbe.Cases[@case])
                    {
                        values[values.Length / 2] += error * values.Max(Math.Abs);
                    }

                    return numbers;
                }
            )
        );

        ConvolutionProbe.Case wrong = ConvolutionProbe.Cases[@case];
        Assert.StartsWith(
            $"{wrong.ChannelsIn} to {wrong.ChannelsOut} channels, "
                + $"{new[] { "output", "gradient of the images", "gradient of the weights" }[part]}: ",
            difference
        );
        Assert.EndsWith(double.IsNaN(error) ? ": not a number." : " of its largest value.", difference);
    }

    [Fact]
    public void What_float32_rounds_is_no_difference() =>
        Assert.Null(
            ConvolutionProbe.Difference(
                (given, images, weights, gradient) =>
                {
                    ConvolutionProbe.Numbers numbers = ConvolutionProbe.Plain(given, images, weights, gradient);
                    return new(
                        [.. numbers.Output.Select(x => x * (1 + 1e-6))],
                        [.. numbers.ImageGradient.Select(x => (double)(float)x)],
                        numbers.WeightGradient
                    );
                }
            )
        );

    [Fact]
    public void The_channels_are_those_that_are_known_to_go_wrong() =>
        Assert.Superset(
            new HashSet<int> { 1, 8, 12, 24 },
            ConvolutionProbe.Cases.SelectMany(each => new[] { each.ChannelsIn, each.ChannelsOut }).ToHashSet()
        );
}
