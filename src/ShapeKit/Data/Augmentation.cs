using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Changes images in ways that leave their class as it is, so that a network sees more variety than it was given.</summary>
public static class Augmentation
{
    /// <summary>Mirrors each image left to right with probability one half and, independently, top to bottom with probability one half.</summary>
    /// <param name="images">Images <c>[N, C, H, W]</c>; they stay as they are.</param>
    /// <param name="random">Where the choices come from; the same seed gives the same flips.</param>
    /// <returns>New images of the same shape and dtype.</returns>
    /// <exception cref="ArgumentException">The images do not have four dimensions.</exception>
    public static Tensor RandomFlips(Tensor images, Random random)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(random);
        if (images.dim() != 4)
        {
            throw new ArgumentException($"Images have {images.dim()} dimensions; flips need [N, C, H, W].", nameof(images));
        }

        using var scope = NewDisposeScope();
        Tensor leftToRight = where(Choices(), images.flip(3), images);
        return where(Choices(), leftToRight.flip(2), leftToRight).MoveToOuterDisposeScope();

        Tensor Choices() => tensor(Enumerable.Range(0, (int)images.shape[0]).Select(_ => random.Next(2) == 1).ToArray()).reshape(-1, 1, 1, 1);
    }
}
