using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Evaluation;

/// <summary>How well a search finds what it was asked for.</summary>
public static class Retrieval
{
    /// <summary>Recall@k: the share of queries for which at least one of the k most similar items is a right one.</summary>
    /// <param name="similarities">How similar each query is to each item, <c>[Q, N]</c>, float32.</param>
    /// <param name="k">How many of the most similar items count, 1 to N.</param>
    /// <param name="right">Which items are right for each query, <c>[Q, N]</c>, bool; null where item q alone is right for query q.</param>
    /// <returns>A share in 0..1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together, there is no query, a similarity is not a number, or k is out
    /// of range.</exception>
    public static double RecallAt(Tensor similarities, int k, Tensor? right = null)
    {
        GivenTensor.Require(similarities);
        if (right is not null)
        {
            GivenTensor.Require(right);
        }

        if (
            similarities.shape is not [> 0, _]
            || (right is null ? similarities.shape[0] > similarities.shape[1] : !right.shape.SequenceEqual(similarities.shape))
        )
        {
            throw new ArgumentException(
                "Recall takes similarities [Q, N], and what is right in the same shape or an item q for each query q; these are "
                    + $"[{string.Join(", ", similarities.shape)}]{(right is null ? "" : $" and [{string.Join(", ", right.shape)}]")}.",
                nameof(similarities)
            );
        }

        if (k < 1 || k > similarities.shape[1])
        {
            throw new ArgumentOutOfRangeException(
                nameof(k),
                k,
                $"The {similarities.shape[1]} items allow a k of 1 to {similarities.shape[1]}."
            );
        }

        GivenTensor.RequireFractions(similarities);
        GivenTensor.RequireNumbers(similarities, nameof(similarities));
        if (right is not null)
        {
            GivenTensor.RequireNumbers(right, "entries of what is right");
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor items = similarities.topk(k, 1).indexes;
        Tensor found = right is null ? items == Held.Range(similarities.shape[0]).unsqueeze(1) : right.gather(1, items);
        return found.any(1).to(ScalarType.Float64).mean().item<double>();
    }
}
