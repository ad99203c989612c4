using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;

namespace ShapeKit.Tests.Training;

public sealed class LossGuardTests
{
    [Fact]
    public void A_training_on_NaN_names_the_doctor_and_one_that_runs_away_does_not()
    {
        using ImageDataset shapes = new ShapeGenerator(new ShapeGeneratorOptions(), 1).Generate(20);
        shapes.Images.fill_(float.NaN);

        string early = Assert
            .Throws<InvalidOperationException>(() => new Trainer(new ShapeCnn(), new TrainingOptions { Epochs = 1 }).Fit(shapes))
            .Message;
        string late = Assert.Throws<InvalidOperationException>(() => LossGuard.Require(double.PositiveInfinity, epoch: 2, step: 1)).Message;

        Assert.Contains("in epoch 1, step 1: it was hardly ever a number.", early, StringComparison.Ordinal);
        Assert.Contains("doctor", early, StringComparison.Ordinal);
        Assert.Equal(
            "The loss became ∞ in epoch 2, step 1: the weights have run away. Make a new network and try a smaller learning rate.",
            late.Replace("Infinity", "∞")
        );
        LossGuard.Require(1e30, 1, 1);
    }
}
