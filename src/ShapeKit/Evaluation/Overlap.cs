using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Evaluation;

/// <summary>How well two masks agree. A mask's pixel is inside where its value is not zero.</summary>
public static class Overlap
{
    /// <summary>The Dice coefficient 2 |A ∩ B| / (|A| + |B|): 1 for masks that are equal, 0 for masks that share no pixel.</summary>
    /// <remarks>
    /// Dice, <em>Measures of the amount of ecologic association between species</em> (1945). Of a diagnostic test it is F1.
    /// </remarks>
    /// <param name="predicted">A mask of any shape and dtype.</param>
    /// <param name="truth">A mask of the same shape.</param>
    /// <returns>A number in 0..1; 1 where both masks are empty.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or a value is not a number.</exception>
    public static double Dice(Tensor predicted, Tensor truth)
    {
        (long both, long a, long b) = Count(predicted, truth);
        return a + b == 0 ? 1 : 2.0 * both / (a + b);
    }

    /// <summary>Intersection over union |A ∩ B| / |A ∪ B|, also called the Jaccard index; Dice = 2 IoU / (1 + IoU).</summary>
    /// <param name="predicted">A mask of any shape and dtype.</param>
    /// <param name="truth">A mask of the same shape.</param>
    /// <returns>A number in 0..1; 1 where both masks are empty.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or a value is not a number.</exception>
    public static double IntersectionOverUnion(Tensor predicted, Tensor truth)
    {
        (long both, long a, long b) = Count(predicted, truth);
        return a + b == 0 ? 1 : (double)both / (a + b - both);
    }

    private static (long Both, long Predicted, long Truth) Count(Tensor predicted, Tensor truth)
    {
        GivenTensor.Require(predicted);
        GivenTensor.Require(truth);
        if (!predicted.shape.SequenceEqual(truth.shape))
        {
            throw new ArgumentException(
                $"The masks have the shapes [{string.Join(", ", predicted.shape)}] and [{string.Join(", ", truth.shape)}]; compare "
                    + "masks of one shape.",
                nameof(predicted)
            );
        }

        GivenTensor.RequireNumbers(predicted, "pixels of the mask");
        GivenTensor.RequireNumbers(truth, "pixels of the mask");
        using DisposeScope scope = NewDisposeScope();
        Tensor a = Held.Number(0, predicted.ne),
            b = Held.Number(0, truth.ne);
        return ((a & b).sum().item<long>(), a.sum().item<long>(), b.sum().item<long>());
    }
}
