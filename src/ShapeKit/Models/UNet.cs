using ShapeKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>A U-Net: gives every pixel of an image a class.</summary>
/// <remarks>
/// Ronneberger, Fischer and Brox, <em>U-Net: convolutional networks for biomedical image segmentation</em> (2015), figure 1. Each level
/// of the encoder is two 3x3 convolutions with ReLU, then max-pooling 2x2, with twice as many channels as the level above; each level
/// of the decoder is a 2x2 up-convolution (transposed convolution with stride 2) that halves the channels, the encoder's feature maps of
/// the same level beside it (the skip connection), and two 3x3 convolutions with ReLU; a 1x1 convolution gives the logits. The paper's
/// network is <c>new UNet(2, depth: 4, width: 64, padded: false)</c>, 572 pixels in and 388 out; it trained with dropout as well. Grey
/// values of 0..1 are first spread to −2..2, because weights drawn this way expect values around zero.
/// </remarks>
public sealed class UNet : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<DoubleConvolution> encoder = [];
    private readonly ModuleList<MaxPool2d> pools = [];
    private readonly DoubleConvolution bottom;
    private readonly ModuleList<ConvTranspose2d> ups = [];
    private readonly ModuleList<DoubleConvolution> decoder = [];
    private readonly Conv2d output;

    /// <summary>Makes a network with fresh weights.</summary>
    /// <param name="classes">The number of classes, C, at least 2.</param>
    /// <param name="depth">How often the image is halved, 1 to 6; the paper's is 4.</param>
    /// <param name="width">The number of channels of the first level, at least 1, doubled at each level below; the paper's is 64.</param>
    /// <param name="padded">Whether convolutions keep the size by a border of zeros. Without it, as in the paper, the output is smaller
    /// than the input and the skip connections are cut to their centre.</param>
    /// <param name="skipConnections">Whether the decoder sees the encoder's feature maps; false is for measuring what they do.</param>
    /// <param name="initialization">How the weights are drawn; the paper's is <see cref="WeightInitialization.HeNormal"/>.</param>
    /// <param name="seed">Draws the same weights each time; null draws from torch's own generator, which
    /// <see cref="Runtime.Session.Start"/> seeds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or there is no such initialization.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the weights.</exception>
    public UNet(
        int classes = 2,
        int depth = 3,
        int width = 16,
        bool padded = true,
        bool skipConnections = true,
        WeightInitialization initialization = WeightInitialization.HeNormal,
        int? seed = null
    )
        : base(nameof(UNet))
    {
        Require(classes >= 2, nameof(classes), classes, "Pixels need at least two classes to choose from.");
        Require(depth is >= 1 and <= 6, nameof(depth), depth, "The image is halved 1 to 6 times.");
        Require(width >= 1, nameof(width), width, "The first level needs at least one channel.");
        double deepest = (double)width * (1 << depth);
        AvailableMemory.RequireWeights(
            (30 * deepest * deepest) + ((double)classes * width),
            $"a U-Net of {classes} classes, depth {depth} and width {width}"
        );
        (Depth, Padded, SkipConnections) = (depth, padded, skipConnections);
        int channels = 1;
        for (int level = 0; level < depth; level++)
        {
            encoder.Add(new DoubleConvolution(channels, width << level, padded));
            pools.Add(nn.MaxPool2d(2));
            channels = width << level;
        }

        bottom = new DoubleConvolution(channels, width << depth, padded);
        for (int level = depth - 1; level >= 0; level--)
        {
            ups.Add(nn.ConvTranspose2d(width << (level + 1), width << level, 2, stride: 2));
            decoder.Add(new DoubleConvolution(skipConnections ? width << (level + 1) : width << level, width << level, padded));
        }

        output = nn.Conv2d(width, classes, 1);
        RegisterComponents();
        using Generator? generator = seed is { } number ? new Generator((ulong)number) : null;
        foreach (Conv2d convolution in modules().OfType<Conv2d>())
        {
            InitialWeights.Draw(convolution.weight, convolution.bias!, initialization, generator);
        }

        foreach (ConvTranspose2d up in ups)
        {
            // [in, out, 2, 2], and with stride 2 each output pixel comes from one input pixel, which reaches four.
            InitialWeights.Draw(up.weight, up.bias!, initialization, generator, fanIn: up.weight.shape[0], fanOut: up.weight.shape[1] * 4);
        }
    }

    /// <summary>How often the image is halved.</summary>
    public int Depth { get; }

    /// <summary>Whether the output has the size of the input.</summary>
    public bool Padded { get; }

    /// <summary>Whether the decoder sees the encoder's feature maps.</summary>
    public bool SkipConnections { get; }

    /// <summary>Computes the logit of each class for each pixel.</summary>
    /// <param name="input">Images <c>[N, 1, H, W]</c>, float32 in 0..1. Padded, H and W are multiples of 2^depth; unpadded, every level's
    /// must be even before it is halved.</param>
    /// <returns>Logits <c>[N, C, H, W]</c>, float32; unpadded, H and W are smaller (<see cref="OutputSize"/>). The softmax over C makes
    /// probabilities of them.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a size that cannot be halved so often.</exception>
    public override Tensor forward(Tensor input)
    {
        GivenTensor.Require(input);
        if (input.shape is not [_, 1, var height, var width])
        {
            throw new ArgumentException(
                $"UNet takes grey images of shape [N, 1, H, W]; these have [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }

        GivenTensor.RequireTypeOf(input, parameters().First());
        OutputSize(height);
        OutputSize(width);
        using DisposeScope scope = NewDisposeScope();
        var skipped = new Stack<Tensor>();
        Tensor x = input.Minus(0.5).Times(4); // greys of 0..1 around zero: training starts faster
        for (int level = 0; level < Depth; level++)
        {
            x = encoder[level].call(x);
            skipped.Push(x);
            x = pools[level].call(x);
        }

        x = bottom.call(x);
        for (int level = 0; level < Depth; level++)
        {
            x = ups[level].call(x);
            x = decoder[level].call(SkipConnections ? cat([Centre(skipped.Pop(), x), x], 1) : x);
        }

        return output.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the most probable class of each pixel, without keeping what training would need.</summary>
    /// <param name="images">Images <c>[N, 1, H, W]</c>, float32 in 0..1.</param>
    /// <returns>Classes <c>[N, H, W]</c>, int64 in 0..C - 1; unpadded, H and W are smaller.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a size that cannot be halved so often.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public Tensor Predict(Tensor images)
    {
        GivenTensor.Require(images);
        using IDisposable withoutGradients = no_grad();
        using Tensor logits = call(images);
        return NetworkOutput.Require(logits).argmax(1);
    }

    /// <summary>The height or width of the logits for an image of a height or width.</summary>
    /// <param name="inputSize">The height or width of the image in pixels.</param>
    /// <returns>The same for a padded network; less for an unpadded one, such as 388 for 572 at depth 4.</returns>
    /// <exception cref="ArgumentException">The size cannot be halved as often as the depth says; the message names the next size that
    /// can.</exception>
    public long OutputSize(long inputSize)
    {
        if (OutputOf(inputSize) is { } size)
        {
            return size;
        }

        string advice = "take a smaller size";
        if (inputSize <= int.MaxValue)
        {
            long next = Math.Max(inputSize, 1);
            while (OutputOf(next) is null)
            {
                next++;
            }

            advice = $"the next size that can is {next}";
        }

        throw new ArgumentException(
            $"{inputSize} pixels cannot be halved {Depth} times without a rest by this U-Net; {advice}.",
            nameof(inputSize)
        );
    }

    private static void Require(bool met, string name, int value, string message)
    {
        if (!met)
        {
            throw new ArgumentOutOfRangeException(name, value, message);
        }
    }

    /// <summary>The middle of feature maps, as large as others.</summary>
    private static Tensor Centre(Tensor maps, Tensor like)
    {
        long top = (maps.shape[2] - like.shape[2]) / 2,
            left = (maps.shape[3] - like.shape[3]) / 2;
        return maps.narrow(2, top, like.shape[2]).narrow(3, left, like.shape[3]);
    }

    private long? OutputOf(long size)
    {
        long lost = Padded ? 0 : 4; // by two 3x3 convolutions
        for (int level = 0; level < Depth; level++)
        {
            size -= lost;
            if (size < 2 || size % 2 != 0)
            {
                return null;
            }

            size /= 2;
        }

        size -= lost;
        for (int level = 0; level < Depth && size > 0; level++)
        {
            size = (2 * size) - lost;
        }

        return size > 0 ? size : null;
    }

    /// <summary>Two 3x3 convolutions, each followed by ReLU.</summary>
    private sealed class DoubleConvolution : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1;
        private readonly Conv2d conv2;

        public DoubleConvolution(int channelsIn, int channelsOut, bool padded)
            : base(nameof(DoubleConvolution))
        {
            int padding = padded ? 1 : 0;
            conv1 = nn.Conv2d(channelsIn, channelsOut, 3, padding: padding);
            conv2 = nn.Conv2d(channelsOut, channelsOut, 3, padding: padding);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            return nn
                .functional.relu(conv2.call(nn.functional.relu(conv1.call(input), inplace: true)), inplace: true)
                .MoveToOuterDisposeScope();
        }
    }
}
