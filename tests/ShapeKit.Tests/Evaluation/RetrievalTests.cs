using ShapeKit.Evaluation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Evaluation;

public sealed class RetrievalTests
{
    [Fact]
    public void Recall_counts_the_queries_whose_best_items_hold_a_right_one()
    {
        using Tensor similarities = tensor(new float[] { 0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.5f, 0.1f, 0.2f, 0.7f }).reshape(3, 3);
        using Tensor right = tensor(new[] { true, false, false, true, true, false, false, false, false }).reshape(3, 3);

        Assert.Equal(2 / 3.0, Retrieval.RecallAt(similarities, 1), 1e-12);
        Assert.Equal(2 / 3.0, Retrieval.RecallAt(similarities, 2), 1e-12);
        Assert.Equal(1, Retrieval.RecallAt(similarities, 3), 1e-12);
        Assert.Equal(2 / 3.0, Retrieval.RecallAt(similarities, 1, right), 1e-12);
        Assert.StartsWith(
            "The 3 items allow a k of 1 to 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Retrieval.RecallAt(similarities, 4)).Message,
            StringComparison.Ordinal
        );
        using Tensor broken = full([3, 3], float.NaN);
        Assert.Contains(
            "not numbers",
            Assert.Throws<ArgumentException>(() => Retrieval.RecallAt(broken, 1)).Message,
            StringComparison.Ordinal
        );
        using Tensor narrow = zeros(3, 2);
        Assert.Contains(
            "these are [3, 2]",
            Assert.Throws<ArgumentException>(() => Retrieval.RecallAt(narrow, 1)).Message,
            StringComparison.Ordinal
        );
    }
}
