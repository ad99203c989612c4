using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Evaluation;

/// <summary>What a search found.</summary>
/// <param name="Index">The number of the item, from 0.</param>
/// <param name="Similarity">How similar it is to what was asked for.</param>
public readonly record struct Hit(int Index, double Similarity);

/// <summary>Searches by similarity, and how well they find what they were asked for.</summary>
public static class Retrieval
{
    /// <summary>How similar each query is to each item: the cosine of the angle between their vectors.</summary>
    /// <param name="queries">A vector for each query, <c>[Q, D]</c>, float32.</param>
    /// <param name="items">A vector for each item, <c>[N, D]</c>, float32.</param>
    /// <returns>A new tensor <c>[Q, N]</c>, float32.</returns>
    /// <exception cref="ArgumentException">The vectors are not <c>[Q, D]</c> and <c>[N, D]</c>, float32.</exception>
    public static Tensor Cosines(Tensor queries, Tensor items)
    {
        GivenTensor.Require(queries);
        GivenTensor.Require(items);
        if (queries.dim() != 2 || items.dim() != 2 || queries.shape[1] != items.shape[1])
        {
            throw new ArgumentException(
                $"Vectors to compare are [Q, D] and [N, D]; these are [{string.Join(", ", queries.shape)}] and "
                    + $"[{string.Join(", ", items.shape)}].",
                nameof(items)
            );
        }

        GivenTensor.RequireFloat32(queries);
        GivenTensor.RequireFloat32(items);
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.normalize(queries, 2, 1).matmul(nn.functional.normalize(items, 2, 1).t()).MoveToOuterDisposeScope();
    }

    /// <summary>The items that are most similar to one query.</summary>
    /// <param name="similarities">How similar the query is to each item, <c>[1, N]</c>, float32.</param>
    /// <param name="count">How many items, 1 to N.</param>
    /// <returns>The items, the most similar first.</returns>
    /// <exception cref="ArgumentException">There is not one query, a similarity is not a number, or the count is out of range.</exception>
    public static IReadOnlyList<Hit> Nearest(Tensor similarities, int count)
    {
        GivenTensor.Require(similarities);
        if (similarities.shape is not [1, > 0])
        {
            throw new ArgumentException(
                $"The similarities of one query are [1, N]; these are [{string.Join(", ", similarities.shape)}].",
                nameof(similarities)
            );
        }

        if (count < 1 || count > similarities.shape[1])
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                $"The {similarities.shape[1]} items allow 1 to {similarities.shape[1]}."
            );
        }

        GivenTensor.RequireNumbers(similarities, nameof(similarities));
        using DisposeScope scope = NewDisposeScope();
        (Tensor values, Tensor indices) = similarities.to(ScalarType.Float32).topk(count, 1);
        return [.. indices.data<long>().ToArray().Zip(values.data<float>().ToArray(), (index, value) => new Hit((int)index, value))];
    }

    /// <summary>Recall@k: the share of queries for which at least one of the k most similar items is a right one.</summary>
    /// <param name="similarities">How similar each query is to each item, <c>[Q, N]</c>, float32.</param>
    /// <param name="k">How many of the most similar items count, 1 to N.</param>
    /// <param name="right">Which items are right for each query, <c>[Q, N]</c>, bool; null where item q alone is right for query q.</param>
    /// <returns>A share in 0..1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together, there is no query, a similarity is not a number, or k is out
    /// of range.</exception>
    public static double RecallAt(Tensor similarities, int k, Tensor? right = null)
    {
        using DisposeScope scope = NewDisposeScope();
        return RightOnes(similarities, k, right).any(1).to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>Precision@k: the share of right ones among the k most similar items, averaged over the queries.</summary>
    /// <param name="similarities">How similar each query is to each item, <c>[Q, N]</c>, float32.</param>
    /// <param name="k">How many of the most similar items count, 1 to N.</param>
    /// <param name="right">Which items are right for each query, <c>[Q, N]</c>, bool.</param>
    /// <returns>A share in 0..1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together, there is no query, a similarity is not a number, or k is out
    /// of range.</exception>
    public static double PrecisionAt(Tensor similarities, int k, Tensor right)
    {
        GivenTensor.Require(right);
        using DisposeScope scope = NewDisposeScope();
        return RightOnes(similarities, k, right).to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>Which of the k most similar items of each query are right, <c>[Q, k]</c>, bool.</summary>
    private static Tensor RightOnes(Tensor similarities, int k, Tensor? right)
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

        Tensor items = similarities.topk(k, 1).indexes;
        return right is null ? items == Held.Range(similarities.shape[0]).unsqueeze(1) : right.gather(1, items);
    }
}
