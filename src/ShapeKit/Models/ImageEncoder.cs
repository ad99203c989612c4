using ShapeKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>Turns a grey image into a grid of feature vectors: it keeps where things are, in squares of 4x4 pixels.</summary>
/// <remarks>
/// The image is first standardised (<see cref="Standardization"/>). Five convolutions follow, each with batch normalisation (Ioffe and
/// Szegedy, <em>Batch normalization</em>, 2015) and ReLU; the first and the third have stride 2 and halve the grid. What the last two
/// give is added to what came in (He et al., <em>Deep residual learning</em>, 2016, figure 2); the last one has a dilation of 2, so that
/// each cell sees more of its surroundings.
/// </remarks>
public sealed class ImageEncoder : nn.Module<Tensor, Tensor>
{
    /// <summary>The side of the square of pixels that one cell of the grid stands for.</summary>
    public const int Stride = 4;

    private readonly Standardization standardization = new();
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d conv3;
    private readonly BatchNorm2d norm3;
    private readonly Conv2d conv4;
    private readonly BatchNorm2d norm4;
    private readonly Conv2d conv5;
    private readonly BatchNorm2d norm5;

    /// <summary>Makes an encoder with fresh weights.</summary>
    /// <param name="width">The length of a feature vector, D; a multiple of 4, at least 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not a positive multiple of 4.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the weights.</exception>
    public ImageEncoder(int width)
        : base(nameof(ImageEncoder))
    {
        if (width < 4 || width % 4 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "The width is a positive multiple of 4.");
        }

        AvailableMemory.RequireWeights(Weights(width), $"an image encoder of width {width}");
        (int quarter, int half) = (width / 4, width / 2);
        conv1 = nn.Conv2d(1, quarter, 5, stride: 2, padding: 2);
        norm1 = nn.BatchNorm2d(quarter);
        conv2 = nn.Conv2d(quarter, half, 3, padding: 1);
        norm2 = nn.BatchNorm2d(half);
        conv3 = nn.Conv2d(half, width, 3, stride: 2, padding: 1);
        norm3 = nn.BatchNorm2d(width);
        conv4 = nn.Conv2d(width, width, 3, padding: 1);
        norm4 = nn.BatchNorm2d(width);
        conv5 = nn.Conv2d(width, width, 3, padding: 2, dilation: 2);
        norm5 = nn.BatchNorm2d(width);
        RegisterComponents();
    }

    /// <summary>About how many weights an encoder has: those of the convolutions between its own channels.</summary>
    internal static double Weights(double width) => 23 * width * width;

    /// <summary>Computes the grid.</summary>
    /// <param name="input">Images <c>[N, 1, H, W]</c>, float32, at least one; H and W are multiples of <see cref="Stride"/>.</param>
    /// <returns>Feature maps <c>[N, D, H / 4, W / 4]</c>, float32.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or there is none.</exception>
    public override Tensor forward(Tensor input)
    {
        GivenTensor.Require(input);
        if (input.shape is not [> 0, 1, > 0 and var height, > 0 and var width] || height % Stride != 0 || width % Stride != 0)
        {
            throw new ArgumentException(
                $"The encoder takes grey images [N, 1, H, W] with H and W multiples of {Stride}; these have "
                    + $"[{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }

        GivenTensor.RequireTypeOf(input, conv1.weight);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Layer(standardization.call(input), conv1, norm1);
        x = Layer(x, conv2, norm2);
        x = Layer(x, conv3, norm3);
        x = x.Plus(Layer(x, conv4, norm4));
        x = x.Plus(Layer(x, conv5, norm5));
        return x.MoveToOuterDisposeScope();
    }

    private static Tensor Layer(Tensor x, Conv2d convolution, BatchNorm2d norm) => nn.functional.relu(norm.call(convolution.call(x)));
}
