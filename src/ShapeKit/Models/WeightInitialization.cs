namespace ShapeKit.Models;

/// <summary>How the weights of a network are drawn before training.</summary>
public enum WeightInitialization
{
    /// <summary>
    /// Keras's default: weights uniform in ±√(6 / (fanIn + fanOut)), biases zero. Glorot and Bengio, <em>Understanding the
    /// difficulty of training deep feedforward neural networks</em> (2010), formula 16.
    /// </summary>
    GlorotUniform,

    /// <summary>PyTorch's default for convolution and dense layers: weights and biases uniform in ±1 / √fanIn, which starts smaller.</summary>
    PyTorchDefault,
}
