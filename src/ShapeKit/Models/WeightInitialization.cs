using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>How the weights of a network are drawn before training.</summary>
public enum WeightInitialization
{
    /// <summary>
    /// Keras's default: weights uniform in ±√(6 / (fanIn + fanOut)), biases zero. Glorot and Bengio, <em>Understanding the
    /// difficulty of training deep feedforward neural networks</em> (2010), formula 16.
    /// </summary>
    GlorotUniform,

    /// <summary>
    /// PyTorch's default for convolution and dense layers: weights and biases uniform in ±1 / √fanIn, which starts smaller.
    /// </summary>
    PyTorchDefault,

    /// <summary>
    /// For deep networks with ReLU: weights normal with standard deviation √(2 / fanIn), biases zero. He, Zhang, Ren and Sun,
    /// <em>Delving deep into rectifiers</em> (2015), formula 10; the U-Net's paper uses it.
    /// </summary>
    HeNormal,
}

/// <summary>Draws the weights of a layer.</summary>
internal static class InitialWeights
{
    /// <summary>Fills the weights of a convolution <c>[out, in, k, k]</c> or dense layer <c>[out, in]</c>.</summary>
    public static void Draw(Tensor weight, Tensor bias, WeightInitialization initialization, Generator? generator)
    {
        // Each output sees fanIn inputs, each input reaches fanOut outputs.
        long kernel = weight.dim() == 4 ? weight.shape[2] * weight.shape[3] : 1;
        Draw(weight, bias, initialization, generator, weight.shape[1] * kernel, weight.shape[0] * kernel);
    }

    /// <summary>
    /// Fills weights of which each output sees <paramref name="fanIn"/> inputs and each input reaches <paramref name="fanOut"/> outputs.
    /// </summary>
    public static void Draw(
        Tensor weight,
        Tensor bias,
        WeightInitialization initialization,
        Generator? generator,
        double fanIn,
        double fanOut
    )
    {
        using IDisposable withoutGradients = no_grad();
        switch (initialization)
        {
            case WeightInitialization.GlorotUniform:
                double limit = Math.Sqrt(6 / (fanIn + fanOut));
                weight.uniform_(-limit, limit, generator);
                bias.zero_();
                break;
            case WeightInitialization.PyTorchDefault:
                limit = 1 / Math.Sqrt(fanIn);
                weight.uniform_(-limit, limit, generator);
                bias.uniform_(-limit, limit, generator);
                break;
            case WeightInitialization.HeNormal:
                weight.normal_(0, Math.Sqrt(2 / fanIn), generator);
                bias.zero_();
                break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(initialization),
                    initialization,
                    "Choose GlorotUniform, PyTorchDefault or HeNormal."
                );
        }
    }
}
