using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>A small convolutional network that tells two classes of grey 28x28 images apart: 121,345 parameters.</summary>
/// <remarks>
/// Convolution 32 3x3, ReLU, max-pooling 2x2, convolution 64 3x3, ReLU, max-pooling 2x2, flatten, dense 64, ReLU, dense 1; convolutions
/// without padding. The design is that of LeCun et al., <em>Gradient-based learning applied to document recognition</em> (1998), with
/// today's activations. <para>Two things differ from the textbook for speed alone, and change no result. Within the network the numbers
/// of a pixel's channels lie side by side in memory (channels-last), which libtorch's convolutions and pooling work through faster;
/// shapes stay <c>[N, C, H, W]</c>. And the first ReLU comes after its pooling: the largest of four numbers, cut at zero, is the largest
/// of the four cut at zero, and there are four times fewer to cut.</para>
/// </remarks>
public sealed class ShapeCnn : nn.Module<Tensor, Tensor>
{
    /// <summary>The height and width of its images.</summary>
    internal const int ImageSize = 28;

    // The names of these fields are the names in the state dict: conv1.weight, conv1.bias ...
    private readonly Conv2d conv1 = nn.Conv2d(1, 32, 3);
    private readonly MaxPool2d pool1 = nn.MaxPool2d(2);
    private readonly Conv2d conv2 = nn.Conv2d(32, 64, 3);
    private readonly MaxPool2d pool2 = nn.MaxPool2d(2);
    private readonly Flatten flatten = nn.Flatten();
    private readonly Linear dense1 = nn.Linear(64 * 5 * 5, 64);
    private readonly Linear dense2 = nn.Linear(64, 1);

    /// <summary>Makes a network with fresh weights.</summary>
    /// <param name="initialization">How the weights are drawn.</param>
    /// <param name="seed">Draws the same weights each time; null draws from torch's own generator, which
    /// <see cref="Runtime.Session.Start"/> seeds.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such initialization.</exception>
    public ShapeCnn(WeightInitialization initialization = WeightInitialization.GlorotUniform, int? seed = null)
        : base(nameof(ShapeCnn))
    {
        RegisterComponents();
        using Generator? generator = seed is { } number ? new Generator((ulong)number) : null;
        InitialWeights.Draw(conv1.weight, conv1.bias!, initialization, generator);
        InitialWeights.Draw(conv2.weight, conv2.bias!, initialization, generator);
        InitialWeights.Draw(dense1.weight, dense1.bias!, initialization, generator);
        InitialWeights.Draw(dense2.weight, dense2.bias!, initialization, generator);
    }

    /// <summary>The first convolution: weight <c>[32, 1, 3, 3]</c>, bias <c>[32]</c>; its kernels see the pixels.</summary>
    public Conv2d Conv1 => conv1;

    /// <summary>
    /// The second convolution: weight <c>[64, 32, 3, 3]</c>, bias <c>[64]</c>; its kernels see the 32 feature maps of the first.
    /// </summary>
    public Conv2d Conv2 => conv2;

    /// <summary>The second pooling: it takes the 64 feature maps of the second convolution after ReLU, <c>[N, 64, 11, 11]</c>.</summary>
    public MaxPool2d Pool2 => pool2;

    /// <summary>What each layer in its turn makes of images, after the ReLU where one follows it.</summary>
    /// <param name="images">Images <c>[N, 1, 28, 28]</c>, float32 in 0..1.</param>
    /// <returns>The layers and their outputs, which the caller disposes; the last are the logits.</returns>
    /// <exception cref="InvalidOperationException">The network gives values that are not numbers.</exception>
    internal IReadOnlyList<(nn.Module Layer, Tensor Output)> Stages(Tensor images)
    {
        using IDisposable withoutGradients = no_grad();
        List<(nn.Module, Tensor)> stages = [];
        Tensor x = images;
        foreach (nn.Module<Tensor, Tensor> layer in new nn.Module<Tensor, Tensor>[] { conv1, pool1, conv2, pool2, flatten, dense1, dense2 })
        {
            x = layer.call(x);
            if (layer is Conv2d || layer == dense1)
            {
                x.relu_();
            }

            stages.Add((layer, x));
        }

        NetworkOutput.Require(x);
        return stages;
    }

    /// <summary>Computes the logit of each image: above 0 means class 1, below 0 class 0.</summary>
    /// <param name="input">Images <c>[N, 1, 28, 28]</c>, float32 in 0..1.</param>
    /// <returns>Logits <c>[N, 1]</c>, float32; the sigmoid function makes a probability of a logit.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        GivenTensor.Require(input);
        if (input.shape is not [_, 1, ImageSize, ImageSize])
        {
            throw new ArgumentException(
                $"ShapeCnn takes images of shape [N, 1, 28, 28]; these have [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }

        GivenTensor.RequireTypeOf(input, conv1.weight);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input.reshape(input.shape[0], ImageSize, ImageSize, 1).permute(0, 3, 1, 2); // channels-last
        x = nn.functional.relu(pool1.call(conv1.call(x)));
        x = pool2.call(nn.functional.relu(conv2.call(x)));
        x = nn.functional.relu(dense1.call(flatten.call(x)));
        return dense2.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the probability of class 1 of each image, without keeping what training would need.</summary>
    /// <param name="images">Images <c>[N, 1, 28, 28]</c>, float32 in 0..1.</param>
    /// <returns>Probabilities <c>[N]</c>, float32 in 0..1.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or other numbers than the network's.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public Tensor Predict(Tensor images)
    {
        GivenTensor.Require(images);
        using IDisposable withoutGradients = no_grad();
        using Tensor logits = NetworkOutput.RequireFinite(call(images));
        using Tensor probabilities = logits.sigmoid();
        return probabilities.squeeze(1);
    }
}
