using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Runtime;

/// <summary>Compares what libtorch computes in float32, and the gradients, with the same in float64, which other code computes.</summary>
internal static class Arithmetic
{
    /// <summary>Float32 keeps 7 digits; sums of some hundred products of either sign lose one or two of them.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>
    /// Every operation that the course's networks rest on, with sizes that are no multiples of what processors take at a time.
    /// </summary>
    public static IReadOnlyList<Operation> Operations { get; } =
    [
        .. Convolutions(),
        Transposed(3, 12, 24, side: 7, kernel: 2, stride: 2, padding: 0),
        Transposed(2, 5, 7, side: 6, kernel: 3, stride: 2, padding: 1),
        Transposed(2, 33, 17, side: 5, kernel: 2, stride: 2, padding: 0),
        new(
            "pooling",
            "largest of 2x2, 13 channels",
            [
                [3, 13, 9, 11],
            ],
            t => nn.functional.max_pool2d(t[0], 2)
        ),
        new(
            "pooling",
            "mean of 3x3, 5 channels",
            [
                [2, 5, 10, 7],
            ],
            t => nn.functional.avg_pool2d(t[0], 3, 2)
        ),
        new(
            "matrix product",
            "7x33 by 33x5",
            [
                [7, 33],
                [33, 5],
            ],
            t => t[0].matmul(t[1])
        ),
        new(
            "matrix product",
            "65x48 by 48x19",
            [
                [65, 48],
                [48, 19],
            ],
            t => t[0].matmul(t[1])
        ),
        new(
            "matrix product",
            "three of 9x21 by 21x13",
            [
                [3, 9, 21],
                [3, 21, 13],
            ],
            t => t[0].matmul(t[1])
        ),
        new(
            "batch norm",
            "33 channels",
            [
                [5, 33, 7, 5],
                [33],
                [33],
            ],
            Normalize
        ),
        new(
            "batch norm",
            "12 channels",
            [
                [3, 12, 9, 9],
                [12],
                [12],
            ],
            Normalize
        ),
        new(
            "softmax",
            "5 rows of 37",
            [
                [5, 37],
            ],
            t => t[0].softmax(1)
        ),
        new(
            "softmax",
            "3 rows of 1001",
            [
                [3, 1001],
            ],
            t => t[0].softmax(1)
        ),
    ];

    /// <summary>Compares every operation in memory that held no numbers just before.</summary>
    /// <returns>How each came out, in the order of <see cref="Operations"/>.</returns>
    public static IReadOnlyList<Comparison> Compare() => [.. Operations.Select(operation => Compare(operation, operation.Compute))];

    /// <summary>Compares one way to compute an operation in float32 with the operation in float64.</summary>
    internal static Comparison Compare(Operation operation, Func<Tensor[], Tensor> compute)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable withGradients = enable_grad();
        using var generator = new Generator(42);
        Tensor[] inputs = [.. operation.Inputs.Select(shape => randn(shape, generator: generator))];
        Tensor[] expected = Results(inputs, ScalarType.Float64, operation.Compute, generator);
        Tensor[] computed = Results(inputs, ScalarType.Float32, compute, generator);
        double error = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference =
                (computed[i].to(ScalarType.Float64) - expected[i]).abs().max().item<double>()
                / Math.Max(expected[i].abs().max().item<double>(), 1e-12);
            error = Math.Max(error, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }

        return new Comparison(operation.Name, operation.Case, expected.Length, error, error <= Tolerance);
    }

    private static Tensor[] Results(Tensor[] inputs, ScalarType type, Func<Tensor[], Tensor> compute, Generator generator)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.to(type, copy: true).detach().requires_grad_(true))];
        UsedMemory.LeaveNaN();
        Tensor output = compute(leaves);
        generator.manual_seed(43);
        Tensor gradient = randn(output.shape, generator: generator).to(type);
        UsedMemory.LeaveNaN();
        output.backward([gradient]);
        return [output.detach(), .. leaves.Select(leaf => leaf.grad!)];
    }

    /// <summary>
    /// Channels around the multiples of 8 and 16, with the kernels, strides, paddings and dilations of the course's networks.
    /// </summary>
    private static IEnumerable<Operation> Convolutions()
    {
        (int In, int Out)[] channels =
        [
            (1, 8),
            (1, 12),
            (1, 16),
            (3, 5),
            (8, 8),
            (8, 16),
            (12, 24),
            (24, 48),
            (24, 40),
            (33, 17),
            (48, 48),
            (65, 31),
        ];
        (int Kernel, int Stride, int Padding, int Dilation)[] ways = [(3, 1, 1, 1), (3, 2, 1, 1), (5, 2, 2, 1), (3, 1, 2, 2), (1, 1, 0, 1)];
        for (int i = 0; i < channels.Length; i++)
        {
            // Two of the five ways for each pair; every way meets several pairs.
            foreach ((int kernel, int stride, int padding, int dilation) in new[] { ways[i % ways.Length], ways[(i + 2) % ways.Length] })
            {
                (int channelsIn, int channelsOut) = channels[i];
                yield return new(
                    "convolution",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{channelsIn} to {channelsOut} channels, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}"
                    ),
                    [
                        [3, channelsIn, 11, 9],
                        [channelsOut, channelsIn, kernel, kernel],
                        [channelsOut],
                    ],
                    t =>
                        nn.functional.conv2d(
                            t[0],
                            t[1],
                            t[2],
                            strides: [stride, stride],
                            padding: [padding, padding],
                            dilation: [dilation, dilation]
                        )
                );
            }
        }
    }

    private static Operation Transposed(int images, int channelsIn, int channelsOut, int side, int kernel, int stride, int padding) =>
        new(
            "transposed convolution",
            string.Create(CultureInfo.InvariantCulture, $"{channelsIn} to {channelsOut} channels, kernel {kernel}, stride {stride}"),
            [
                [images, channelsIn, side, side],
                [channelsIn, channelsOut, kernel, kernel],
                [channelsOut],
            ],
            t => nn.functional.conv_transpose2d(t[0], t[1], t[2], strides: [stride, stride], padding: [padding, padding])
        );

    private static Tensor Normalize(Tensor[] t)
    {
        Tensor mean = zeros(t[1].shape[0], t[0].dtype),
            variance = ones(t[1].shape[0], t[0].dtype);
        return nn.functional.batch_norm(t[0], mean, variance, t[1], t[2], training: true);
    }

    /// <summary>An operation on tensors of given shapes.</summary>
    internal sealed record Operation(string Name, string Case, long[][] Inputs, Func<Tensor[], Tensor> Compute);

    /// <summary>How an operation came out.</summary>
    /// <param name="Name">The operation.</param>
    /// <param name="Case">With which sizes.</param>
    /// <param name="Count">How many tensors were compared: the output, and the gradient of each input.</param>
    /// <param name="Error">The largest difference as a share of the largest value; infinite where something was not a number.</param>
    /// <param name="IsRight">Whether float32 explains the difference.</param>
    internal readonly record struct Comparison(string Name, string Case, int Count, double Error, bool IsRight);
}
