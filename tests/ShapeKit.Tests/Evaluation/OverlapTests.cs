using ShapeKit.Evaluation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Evaluation;

public sealed class OverlapTests
{
    [Fact]
    public void Dice_and_IoU_of_two_masks_are_what_counting_gives()
    {
        // 4 pixels painted, 3 true, 2 of them shared.
        using Tensor painted = tensor(new float[] { 1, 1, 1, 1, 0, 0 }),
            truth = tensor(new float[] { 0, 0, 1, 1, 1, 0 }),
            empty = zeros(6),
            other = zeros(3);

        Assert.Equal(2 * 2 / 7.0, Overlap.Dice(painted, truth), 1e-12);
        Assert.Equal(2 / 5.0, Overlap.IntersectionOverUnion(painted, truth), 1e-12);
        Assert.Equal((1, 1, 0), (Overlap.Dice(empty, empty), Overlap.IntersectionOverUnion(empty, empty), Overlap.Dice(painted, empty)));
        Assert.StartsWith(
            "The masks have the shapes [6] and [3]; compare masks of one shape.",
            Assert.Throws<ArgumentException>(() => Overlap.Dice(painted, other)).Message,
            StringComparison.Ordinal
        );
    }
}
