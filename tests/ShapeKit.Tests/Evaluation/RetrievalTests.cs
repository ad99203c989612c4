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

    [Fact]
    public void Cosines_do_not_depend_on_length_and_the_nearest_come_first()
    {
        using Tensor queries = tensor(new float[] { 2, 0 }).reshape(1, 2),
            items = tensor(new float[] { 0, 3, 5, 0, 1, 1, -1, 0 }).reshape(4, 2),
            cosines = Retrieval.Cosines(queries, items);

        Assert.Equal([0, 1, MathF.Sqrt(0.5f), -1], cosines.data<float>().ToArray().Select(value => MathF.Round(value, 6)), Close);
        IReadOnlyList<Hit> nearest = Retrieval.Nearest(cosines, 3);
        Assert.Equal([1, 2, 0], nearest.Select(hit => hit.Index));
        Assert.Equal(1, nearest[0].Similarity, 1e-6);

        static bool Close(float a, float b) => Math.Abs(a - b) < 1e-5;
    }

    [Fact]
    public void Precision_counts_the_right_ones_among_the_best()
    {
        using Tensor similarities = tensor(new float[] { 0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.5f }).reshape(2, 3),
            right = tensor(new[] { true, false, false, true, true, true }).reshape(2, 3);

        Assert.Equal(1, Retrieval.PrecisionAt(similarities, 1, right), 1e-12);
        Assert.Equal(0.75, Retrieval.PrecisionAt(similarities, 2, right), 1e-12);
        Assert.Equal(4 / 6.0, Retrieval.PrecisionAt(similarities, 3, right), 1e-12);
    }
}
