using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>
/// How wrong the classes of an image's pixels are. Each loss is a single number that training lowers, and 0 when all is right and sure.
/// </summary>
public static class SegmentationLoss
{
    // Keeps a class that occurs in no image of a batch from dividing zero by zero.
    private const float Smoothing = 1;

    /// <summary>The mean over all pixels of −ln p, where p is the softmax probability of the pixel's true class; in nats.</summary>
    /// <param name="logits">Logits <c>[N, C, H, W]</c>, float32.</param>
    /// <param name="classes">True classes <c>[N, H, W]</c>, int64 in 0..C - 1.</param>
    /// <returns>A single number, at least 0.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together, or the classes are none of the logits'.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes)
    {
        ThrowIfInvalid(logits, classes);
        return nn.functional.cross_entropy(logits, classes);
    }

    /// <summary>1 minus the Dice coefficient computed with probabilities instead of yes and no, averaged over the classes.</summary>
    /// <remarks>
    /// For class c: 1 − (2 Σ p g + 1) / (Σ p + Σ g + 1), where p is a pixel's softmax probability of c, g is 1 where c is the truth and 0
    /// elsewhere, and the sums go over all pixels of the batch. A small structure weighs as much as a large one, which cross-entropy
    /// does not give it. Milletari, Navab and Ahmadi, <em>V-Net</em> (2016), section 3, in the form of Sudre et al., <em>Generalised
    /// Dice overlap as a deep learning loss function for highly unbalanced segmentations</em> (2017), section 2.
    /// </remarks>
    /// <param name="logits">Logits <c>[N, C, H, W]</c>, float32.</param>
    /// <param name="classes">True classes <c>[N, H, W]</c>, int64 in 0..C - 1.</param>
    /// <returns>A single number in 0..1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together, or the classes are none of the logits'.</exception>
    public static Tensor SoftDice(Tensor logits, Tensor classes)
    {
        ThrowIfInvalid(logits, classes);
        return Dice(logits, classes);
    }

    /// <summary>
    /// The sum of <see cref="CrossEntropy"/>, which judges pixel by pixel, and <see cref="SoftDice"/>, which judges each class as a
    /// whole.
    /// </summary>
    /// <param name="logits">Logits <c>[N, C, H, W]</c>, float32.</param>
    /// <param name="classes">True classes <c>[N, H, W]</c>, int64 in 0..C - 1.</param>
    /// <returns>A single number, at least 0.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together, or the classes are none of the logits'.</exception>
    public static Tensor CrossEntropyAndDice(Tensor logits, Tensor classes)
    {
        ThrowIfInvalid(logits, classes);
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.cross_entropy(logits, classes).Plus(Dice(logits, classes)).MoveToOuterDisposeScope();
    }

    private static Tensor Dice(Tensor logits, Tensor classes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor p = logits.softmax(1);
        Tensor g = nn.functional.one_hot(classes, logits.shape[1]).permute(0, 3, 1, 2).to(ScalarType.Float32);
        Tensor both = (p * g).sum([0, 2, 3]),
            sum = p.sum([0, 2, 3]).Plus(g.sum([0, 2, 3]));
        return (both.Times(2).Plus(Smoothing) / sum.Plus(Smoothing)).mean().negative().Plus(1).MoveToOuterDisposeScope();
    }

    private static void ThrowIfInvalid(Tensor logits, Tensor classes)
    {
        GivenTensor.Require(logits);
        GivenTensor.Require(classes);
        GivenTensor.RequireFractions(logits);
        if (
            logits.dim() != 4
            || classes.dim() != 3
            || classes.numel() == 0
            || logits.shape[0] != classes.shape[0]
            || logits.shape[2] != classes.shape[1]
            || logits.shape[3] != classes.shape[2]
        )
        {
            throw new ArgumentException(
                $"Logits [{string.Join(", ", logits.shape)}] and classes [{string.Join(", ", classes.shape)}] do not fit together; [N, "
                    + "C, H, W] and [N, H, W] are needed.",
                nameof(classes)
            );
        }

        if (classes.dtype != ScalarType.Int64)
        {
            throw new ArgumentException($"The classes are {classes.dtype}; convert them with to(torch.int64).", nameof(classes));
        }

        using Tensor lowest = classes.min(),
            highest = classes.max();
        if (lowest.item<long>() < 0 || highest.item<long>() >= logits.shape[1])
        {
            throw new ArgumentException(
                $"The classes run from {lowest.item<long>()} to {highest.item<long>()}; the {logits.shape[1]} logits of a pixel allow 0 to "
                    + $"{logits.shape[1] - 1}.",
                nameof(classes)
            );
        }
    }
}
