using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Changes images in ways that leave their class as it is, so that a network sees more variety than it was given.</summary>
public static class Augmentation
{
    /// <summary>
    /// Mirrors each image left to right with probability one half and, independently, top to bottom with probability one half.
    /// </summary>
    /// <param name="images">Images <c>[N, C, H, W]</c>, or none; they stay as they are.</param>
    /// <param name="random">Where the choices come from; the same seed gives the same flips.</param>
    /// <returns>New images of the same shape and dtype.</returns>
    /// <exception cref="ArgumentException">The images do not have four dimensions.</exception>
    public static Tensor RandomFlips(Tensor images, Random random)
    {
        ThrowIfInvalid(images, random);
        if (images.numel() == 0)
        {
            return images.clone();
        }

        using var scope = NewDisposeScope();
        Tensor leftToRight = where(Choices(), images.flip(3), images);
        return where(Choices(), leftToRight.flip(2), leftToRight).MoveToOuterDisposeScope();

        Tensor Choices() =>
            tensor(Enumerable.Range(0, (int)images.shape[0]).Select(_ => random.Next(2) == 1).ToArray()).reshape(-1, 1, 1, 1);
    }

    /// <summary>Shifts, scales and rotates each image a little, as if the patient had stood differently.</summary>
    /// <remarks>
    /// One affine map for each image, about its centre (Jaderberg et al., <em>Spatial transformer networks</em>, 2015, section 3.2),
    /// sampled bilinearly. What comes in from outside repeats the pixels at the edge.
    /// </remarks>
    /// <param name="images">Images <c>[N, C, H, W]</c>, float32, or none; they stay as they are.</param>
    /// <param name="random">Where the choices come from; the same seed gives the same changes.</param>
    /// <param name="shift">How far an image moves at most, in each direction, as a share of its width or height, in 0..1.</param>
    /// <param name="scale">By what share it grows or shrinks at most, in 0..0.9.</param>
    /// <param name="degrees">How far it turns at most, to either side, 0 to 180.</param>
    /// <returns>New images of the same shape.</returns>
    /// <exception cref="ArgumentException">The images do not have four dimensions, or a limit is out of range.</exception>
    public static Tensor RandomAffine(Tensor images, Random random, double shift = 0.08, double scale = 0.1, double degrees = 8)
    {
        ThrowIfInvalid(images, random);
        CheckLimit(shift, 1, nameof(shift));
        CheckLimit(scale, 0.9, nameof(scale));
        CheckLimit(degrees, 180, nameof(degrees));
        if (images.numel() == 0)
        {
            return images.clone();
        }

        using var scope = NewDisposeScope();
        (int count, double aspect) = ((int)images.shape[0], (double)images.shape[2] / images.shape[3]);

        // Row by row, where an output pixel's colour comes from; both axes of an image run from -1 to 1, whatever its sides.
        var maps = new float[count * 6];
        for (int i = 0; i < count; i++)
        {
            double angle = Between(random, -degrees, degrees) * Math.PI / 180;
            double zoom = 1 + Between(random, -scale, scale);
            (double cos, double sin) = (Math.Cos(angle) / zoom, Math.Sin(angle) / zoom);
            double[] map =
            [
                cos,
                -sin * aspect,
                Between(random, -2 * shift, 2 * shift),
                sin / aspect,
                cos,
                Between(random, -2 * shift, 2 * shift),
            ];
            for (int k = 0; k < 6; k++)
            {
                maps[(i * 6) + k] = (float)map[k];
            }
        }

        Tensor grid = nn.functional.affine_grid(tensor(maps).reshape(count, 2, 3), images.shape, align_corners: false);
        return nn
            .functional.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Changes brightness and contrast of each image, as if another machine had made it.</summary>
    /// <remarks>
    /// Each pixel p becomes (p<sup>γ</sup> − ½) · c + ½, cut to 0..1; γ and c are drawn for each image, evenly on a logarithmic scale.
    /// </remarks>
    /// <param name="images">Images <c>[N, C, H, W]</c>, float32 in 0..1, or none; they stay as they are.</param>
    /// <param name="random">Where the choices come from; the same seed gives the same changes.</param>
    /// <param name="gamma">The largest γ; the smallest is its reciprocal. At least 1, which leaves the brightness as it is.</param>
    /// <param name="contrast">The largest c; the smallest is its reciprocal. At least 1, which leaves the contrast as it is.</param>
    /// <returns>New images of the same shape, in 0..1.</returns>
    /// <exception cref="ArgumentException">The images do not have four dimensions, or a limit is below 1.</exception>
    public static Tensor RandomExposure(Tensor images, Random random, double gamma = 1.4, double contrast = 1.3)
    {
        ThrowIfInvalid(images, random);
        CheckFactor(gamma, nameof(gamma));
        CheckFactor(contrast, nameof(contrast));
        if (images.numel() == 0)
        {
            return images.clone();
        }

        using var scope = NewDisposeScope();
        Tensor gammas = Factors(gamma),
            contrasts = Factors(contrast);
        Tensor exposed = (images.pow(gammas).Minus(0.5) * contrasts).Plus(0.5);
        return Held.Number(0, black => Held.Number(1, white => exposed.clamp(black, white))).MoveToOuterDisposeScope();

        Tensor Factors(double largest) =>
            tensor(Enumerable.Range(0, (int)images.shape[0]).Select(_ => (float)Math.Pow(largest, Between(random, -1, 1))).ToArray())
                .reshape(-1, 1, 1, 1);
    }

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());

    private static void ThrowIfInvalid(Tensor images, Random random)
    {
        GivenTensor.Require(images);
        ArgumentNullException.ThrowIfNull(random);
        if (images.dim() != 4)
        {
            throw new ArgumentException($"Images have {images.dim()} dimensions; augmentation needs [N, C, H, W].", nameof(images));
        }

        GivenTensor.RequireFloat32(images);
    }

    private static void CheckLimit(double limit, double largest, string name)
    {
        if (!(limit >= 0 && limit <= largest))
        {
            throw new ArgumentOutOfRangeException(
                name,
                limit,
                FormattableString.Invariant($"The limit lies between 0, which changes nothing, and {largest}.")
            );
        }
    }

    private static void CheckFactor(double factor, string name)
    {
        if (!(factor >= 1 && double.IsFinite(factor)))
        {
            throw new ArgumentOutOfRangeException(name, factor, "The largest factor is at least 1, which changes nothing.");
        }
    }
}
