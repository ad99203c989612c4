using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void A_prediction_that_is_no_class_is_named() =>
        Assert.Contains(
            "Prediction 1 is 2",
            Assert.Throws<ArgumentException>(() => ConfusionMatrix.From([0, 1], [0, 2], ["circle", "square"])).Message,
            StringComparison.Ordinal
        );
}
