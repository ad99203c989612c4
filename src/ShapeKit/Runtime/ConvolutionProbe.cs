using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Runtime;

/// <summary>Compares libtorch's convolutions and their gradients with plain arithmetic on a few small images.</summary>
internal static class ConvolutionProbe
{
    /// <summary>
    /// Float32 sums of a few hundred products differ by less than a hundredth of it; a value that does not belong into a sum, by far
    /// more.
    /// </summary>
    private const double Tolerance = 1e-4;

    /// <summary>Computes a convolution and, for the sum of its output times <paramref name="outputGradient"/>, both gradients.</summary>
    public delegate Numbers Convolve(Case @case, float[] images, float[] weights, float[] outputGradient);

    /// <summary>
    /// Channels of every kind that code for vectors treats differently: one, fewer than a vector, a vector of 8, and no multiple of a
    /// vector of 8 or 16.
    /// </summary>
    public static IReadOnlyList<Case> Cases { get; } = [new(2, 1, 12, 5, 2, 2, 8), new(2, 12, 24, 3, 1, 1, 6), new(2, 24, 8, 3, 2, 1, 6)];

    /// <summary>A sentence about the first difference, or null when there is none.</summary>
    public static string? Difference(Convolve convolve)
    {
        foreach (Case @case in Cases)
        {
            float[] images = Values(@case.Images * @case.ChannelsIn * @case.Side * @case.Side, 1);
            float[] weights = Values(@case.ChannelsOut * @case.ChannelsIn * @case.Kernel * @case.Kernel, 2);
            float[] gradient = Values(@case.Images * @case.ChannelsOut * @case.OutputSide * @case.OutputSide, 3);
            Numbers expected = Plain(@case, images, weights, gradient);
            Numbers computed = convolve(@case, images, weights, gradient);
            string? difference = Difference("output", computed.Output, expected.Output)
                ?? Difference("gradient of the images", computed.ImageGradient, expected.ImageGradient)
                ?? Difference("gradient of the weights", computed.WeightGradient, expected.WeightGradient);
            if (difference is not null)
            {
                return $"{@case.ChannelsIn} to {@case.ChannelsOut} channels, {difference}.";
            }
        }

        return null;
    }

    /// <summary>As TorchSharp computes it, in memory that held no numbers just before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Numbers Torch(Case @case, float[] images, float[] weights, float[] outputGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable withGradients = enable_grad();
        using Tensor x = tensor(images, [@case.Images, @case.ChannelsIn, @case.Side, @case.Side], requires_grad: true);
        using Tensor w = tensor(weights, [@case.ChannelsOut, @case.ChannelsIn, @case.Kernel, @case.Kernel], requires_grad: true);
        using Tensor g = tensor(outputGradient, [@case.Images, @case.ChannelsOut, @case.OutputSide, @case.OutputSide]);
        UsedMemory.LeaveNaN();
        using Tensor y = nn.functional.conv2d(x, w, strides: [@case.Stride, @case.Stride], padding: [@case.Padding, @case.Padding]);
        UsedMemory.LeaveNaN();
        y.backward([g]);
        return new Numbers(Read(y.detach()), Read(x.grad!), Read(w.grad!));
    }

    /// <summary>
    /// As it is defined: Goodfellow, Bengio and Courville, <em>Deep learning</em> (2016), equation 9.7; in double precision.
    /// </summary>
    public static Numbers Plain(Case @case, float[] images, float[] weights, float[] outputGradient)
    {
        int side = @case.Side,
            kernel = @case.Kernel,
            outputSide = @case.OutputSide;
        double[] output = new double[outputGradient.Length],
            imageGradient = new double[images.Length],
            weightGradient = new double[weights.Length];
        int cell = 0;
        for (int image = 0; image < @case.Images; image++)
        {
            for (int map = 0; map < @case.ChannelsOut; map++)
            {
                for (int row = 0; row < outputSide; row++)
                {
                    for (int column = 0; column < outputSide; column++, cell++)
                    {
                        double sum = 0,
                            gradient = outputGradient[cell];
                        for (int channel = 0; channel < @case.ChannelsIn; channel++)
                        {
                            for (int i = 0; i < kernel; i++)
                            {
                                int y = (row * @case.Stride) + i - @case.Padding;
                                for (int j = 0; (uint)y < (uint)side && j < kernel; j++)
                                {
                                    int x = (column * @case.Stride) + j - @case.Padding;
                                    if ((uint)x < (uint)side)
                                    {
                                        int pixel = (((((image * @case.ChannelsIn) + channel) * side) + y) * side) + x;
                                        int weight = (((((map * @case.ChannelsIn) + channel) * kernel) + i) * kernel) + j;
                                        sum += (double)images[pixel] * weights[weight];
                                        imageGradient[pixel] += gradient * weights[weight];
                                        weightGradient[weight] += gradient * images[pixel];
                                    }
                                }
                            }
                        }

                        output[cell] = sum;
                    }
                }
            }
        }

        return new Numbers(output, imageGradient, weightGradient);
    }

    private static string? Difference(string name, double[] computed, double[] expected)
    {
        double largest = 0,
            error = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            error = Math.Max(error, Math.Abs(computed[i] - expected[i])); // NaN stays
        }

        return error <= Tolerance * largest ? null
            : double.IsNaN(error) ? $"{name}: not a number"
            : string.Create(CultureInfo.InvariantCulture, $"{name}: off by {error / largest:0.####} of its largest value");
    }

    /// <summary>
    /// The same values in −1..1 each time, by a linear congruence (Knuth, <em>Seminumerical algorithms</em>, 3.3.4, table 1, line 26);
    /// torch's generator is left alone.
    /// </summary>
    private static float[] Values(int count, uint seed)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            seed = unchecked((seed * 1664525) + 1013904223);
            values[i] = ((seed >> 8) / (float)(1 << 23)) - 1;
        }

        return values;
    }

    private static double[] Read(Tensor tensor)
    {
        using Tensor dense = tensor.contiguous();
        return Array.ConvertAll(dense.data<float>().ToArray(), number => (double)number);
    }

    /// <summary>
    /// A convolution: how many images of how many channels and which side, and how the kernels, of another number of channels, go over
    /// them.
    /// </summary>
    internal readonly record struct Case(int Images, int ChannelsIn, int ChannelsOut, int Kernel, int Stride, int Padding, int Side)
    {
        public int OutputSide => ((Side + (2 * Padding) - Kernel) / Stride) + 1;
    }

    /// <summary>A convolution's output and gradients, row after row.</summary>
    internal sealed record Numbers(double[] Output, double[] ImageGradient, double[] WeightGradient);
}
