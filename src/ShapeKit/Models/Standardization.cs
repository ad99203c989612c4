using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>A first layer without parameters that brings images to mean 0 and deviation 1 before a network looks at them.</summary>
/// <remarks>
/// Put it in front of a network: <c>torch.nn.Sequential(new Standardization(), new ShapeCnn())</c>. Standardised by its own mean and
/// deviation, an image no longer tells how bright and how contrasty it was exposed: what torch calls instance normalisation
/// (Ulyanov et al., <em>Instance normalization</em>, 2016, formula 2).
/// </remarks>
public sealed class Standardization : nn.Module<Tensor, Tensor>
{
    private const double Smallest = 1e-5;

    private readonly (double Mean, double Deviation)? common;

    /// <summary>Standardises each image by its own mean and standard deviation.</summary>
    public Standardization()
        : base(nameof(Standardization)) { }

    /// <summary>Standardises all images by the same two numbers, usually those of the training images.</summary>
    /// <param name="mean">What is subtracted from every pixel; finite.</param>
    /// <param name="deviation">What every pixel is then divided by; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is not above 0, or a number is not finite.</exception>
    public Standardization(double mean, double deviation)
        : this()
    {
        if (!(deviation > 0 && double.IsFinite(deviation) && double.IsFinite(mean)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(deviation),
                deviation,
                "Mean and deviation are finite numbers, and the deviation is above 0."
            );
        }

        common = (mean, deviation);
    }

    /// <summary>Subtracts the mean and divides by the deviation.</summary>
    /// <param name="input">Images <c>[N, C, H, W]</c>, float32.</param>
    /// <returns>Images of the same shape; an image of one grey alone becomes 0 everywhere.</returns>
    /// <exception cref="ArgumentException">The images do not have four dimensions.</exception>
    public override Tensor forward(Tensor input)
    {
        GivenTensor.Require(input);
        if (input.dim() != 4)
        {
            throw new ArgumentException(
                $"Standardization takes images [N, C, H, W]; these have [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }

        GivenTensor.RequireFractions(input);
        using DisposeScope scope = NewDisposeScope();
        if (common is { } values)
        {
            return input.Minus(values.Mean).DividedBy(values.Deviation).MoveToOuterDisposeScope();
        }

        long[] image = [1, 2, 3];
        Tensor centered = input - input.mean(image, keepdim: true);
        Tensor variance = Held.Number(2, centered.pow).mean(image, keepdim: true);
        return (centered / variance.Plus(Smallest).sqrt()).MoveToOuterDisposeScope();
    }
}
