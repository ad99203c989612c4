using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

public sealed class SegmentationLossTests
{
    [Fact]
    public void Losses_are_what_the_formulas_give_by_hand()
    {
        // One image of two pixels: probabilities 0.8 and 0.4 for class 1, truth 1 and 0.
        using Tensor p = tensor(new float[] { 0.2f, 0.6f, 0.8f, 0.4f }).reshape(1, 2, 1, 2),
            logits = p.log(),
            classes = tensor(new long[] { 1, 0 }).reshape(1, 1, 2);
        using Tensor crossEntropy = SegmentationLoss.CrossEntropy(logits, classes),
            dice = SegmentationLoss.SoftDice(logits, classes),
            sum = SegmentationLoss.CrossEntropyAndDice(logits, classes);

        double class0 = ((2 * 0.6) + 1) / (0.2 + 0.6 + 1 + 1),
            class1 = ((2 * 0.8) + 1) / (0.8 + 0.4 + 1 + 1);
        Assert.Equal(-(Math.Log(0.8) + Math.Log(0.6)) / 2, crossEntropy.item<float>(), 1e-6);
        Assert.Equal(1 - ((class0 + class1) / 2), dice.item<float>(), 1e-6);
        Assert.Equal(crossEntropy.item<float>() + dice.item<float>(), sum.item<float>(), 1e-6);
        using Tensor wrong = zeros(1, 3, 2, ScalarType.Int64);
        Assert.Contains(
            "[1, 2, 1, 2] and classes [1, 3, 2] do not fit together",
            Assert.Throws<ArgumentException>(() => SegmentationLoss.SoftDice(logits, wrong)).Message,
            StringComparison.Ordinal
        );
    }
}
