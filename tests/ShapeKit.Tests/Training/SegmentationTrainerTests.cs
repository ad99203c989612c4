using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class SegmentationTrainerTests
{
    [Fact]
    public void A_short_training_already_finds_the_lungs_and_repeats_to_the_last_bit()
    {
        using PhantomDataset train = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 32 }, seed: 1).Generate(160);
        using PhantomDataset test = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 32 }, seed: 2).Generate(40);
        (IReadOnlyList<SegmentationEpoch> first, SegmentationReport report, int heard) = Run();
        (IReadOnlyList<SegmentationEpoch> again, _, _) = Run();

        Assert.InRange(report["lung"].Dice, 0.85, 1);
        Assert.InRange(report["lung"].PaintedSquareMillimetres / report["lung"].TrueSquareMillimetres, 0.8, 1.25);
        Assert.Equal((2, 2), (first.Count, heard));
        Assert.True(first[1].Loss < first[0].Loss);
        Assert.Equal(first.Select(epoch => epoch.Loss), again.Select(epoch => epoch.Loss));

        (IReadOnlyList<SegmentationEpoch>, SegmentationReport, int) Run()
        {
            int painted = 0;
            using var model = new UNet(3, depth: 2, width: 4, seed: 1);
            var options = new SegmentationOptions
            {
                Epochs = 2,
                BatchSize = 4,
                LearningRate = 0.01,
                AfterEpoch = epoch =>
                {
                    Assert.False(model.training);
                    painted++;
                },
            };
            var trainer = new SegmentationTrainer(model, options);
            return (trainer.Fit(train), trainer.Evaluate(test), painted);
        }
    }

    [Fact]
    public void An_unpadded_network_learns_the_middle_and_no_tensors_are_left_behind()
    {
        using PhantomDataset train = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 44 }, seed: 1).Generate(6);
        using var model = new UNet(3, depth: 1, width: 2, padded: false, seed: 1);
        var trainer = new SegmentationTrainer(model, new SegmentationOptions { Epochs = 1, BatchSize = 4 });
        trainer.Fit(train);

        long before = TorchState.LiveTensors();
        trainer.Fit(train);
        using (Tensor painted = trainer.Predict(train.Images))
        {
            Assert.Equal([6, 28, 28], painted.shape);
        }

        Assert.Equal(28 * 28 * (320.0 / 44) * (320.0 / 44), trainer.Evaluate(train).Rows.Sum(row => row.TrueSquareMillimetres), 1e-6);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Training_can_be_stopped_and_bad_options_are_refused()
    {
        using PhantomDataset train = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 32 }, seed: 1).Generate(4);
        using PhantomDataset none = train.Slice(0, 0);
        using var model = new UNet(3, depth: 1, width: 2);

        Assert.Throws<OperationCanceledException>(() => new SegmentationTrainer(model).Fit(train, new CancellationToken(true)));
        Assert.StartsWith(
            "A batch holds at least one image.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentationTrainer(model, new() { BatchSize = 0 }).Fit(train)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The data set has no images",
            Assert.Throws<ArgumentException>(() => new SegmentationTrainer(model).Fit(none)).Message,
            StringComparison.Ordinal
        );
    }
}
