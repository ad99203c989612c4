using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>How badly images and sentences find each other.</summary>
public static class ContrastiveLoss
{
    /// <summary>The symmetric InfoNCE loss: each image should find its sentence among all, and each sentence its image.</summary>
    /// <remarks>
    /// Row by row a softmax makes probabilities of an image's similarities to all sentences, and the loss is −ln p of its own; column by
    /// column the same for the sentences; the mean of both. Radford et al., <em>Learning transferable visual models from natural language
    /// supervision</em> (2021), figure 3. Where several pairs mean the same, each of them is a right answer, and the loss is the mean of
    /// their −ln p: Yang et al., <em>Unified contrastive learning in image-text-label space</em> (2022), formulas 2 and 3.
    /// </remarks>
    /// <param name="logits">Cosine similarities times the inverse temperature, <c>[N, N]</c>, float32; row i is image i, column j
    /// sentence j.</param>
    /// <param name="meanings">A number for the meaning of each pair, N of them, equal for equal meanings; null takes all meanings for
    /// different.</param>
    /// <returns>A single number, at least 0, in nats: ln N when all similarities are equal.</returns>
    /// <exception cref="ArgumentException">The logits are not square, or there are not N meanings.</exception>
    public static Tensor SymmetricInfoNce(Tensor logits, IReadOnlyList<int>? meanings = null)
    {
        GivenTensor.Require(logits);
        if (logits.shape is not [var rows, var columns] || rows != columns || rows == 0 || (meanings is not null && meanings.Count != rows))
        {
            throw new ArgumentException(
                "The loss takes similarities [N, N] and, where meanings are given, N of them; these are "
                    + $"[{string.Join(", ", logits.shape)}] with {meanings?.Count ?? 0} meanings.",
                nameof(logits)
            );
        }

        GivenTensor.RequireFractions(logits);
        using DisposeScope scope = NewDisposeScope();
        if (meanings is null)
        {
            Tensor own = Held.Range(rows);
            return nn
                .functional.cross_entropy(logits, own)
                .Plus(nn.functional.cross_entropy(logits.t(), own))
                .DividedBy(2)
                .MoveToOuterDisposeScope();
        }

        // Pairs of equal meaning share the answer evenly.
        Tensor number = tensor(meanings.ToArray());
        Tensor equal = (number.unsqueeze(0) == number.unsqueeze(1)).to(ScalarType.Float32);
        Tensor answers = equal / equal.sum(1, keepdim: true);
        return nn
            .functional.cross_entropy(logits, answers)
            .Plus(nn.functional.cross_entropy(logits.t(), answers))
            .DividedBy(2)
            .MoveToOuterDisposeScope();
    }
}
