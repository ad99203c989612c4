using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
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

    [Theory]
    [InlineData(33, 32, false)]
    [InlineData(10, 1, false)]
    [InlineData(10, 1, true)]
    public void A_batch_of_which_a_batch_norm_has_one_value_is_told_also_where_the_loss_looks_fine(
        int images,
        int batchSize,
        bool validates
    )
    {
        using ImageDataset shapes = new ShapeGenerator(new ShapeGeneratorOptions(), 1).Generate(images);
        using var network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2, 1));
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = batchSize,
            ValidationFraction = 0,
        };

        string message = Assert
            .Throws<InvalidOperationException>(() => new Trainer(network, options).Fit(shapes, validates ? shapes : null))
            .Message;

        Assert.Contains("The statistics of a batch norm became NaN in epoch 1, because a batch had only one value a channel.", message);
    }

    [Fact]
    public void A_buffer_of_the_readers_own_may_hold_NaN()
    {
        using var network = new Buffered();
        LossGuard.RequireStatistics(network, epoch: 1, "");
    }

    private sealed class Buffered : nn.Module
    {
        public Buffered()
            : base(nameof(Buffered)) => register_buffer("unknown", full([3], float.NaN));
    }
}
