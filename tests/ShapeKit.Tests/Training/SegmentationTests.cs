using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class SegmentationTests
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

    [Fact]
    public void The_report_counts_each_class_over_all_images_and_areas_in_square_millimetres()
    {
        using Tensor painted = tensor(new long[] { 0, 1, 1, 2, 0, 0, 1, 1 }).reshape(2, 2, 2),
            truth = tensor(new long[] { 0, 1, 2, 2, 0, 1, 1, 1 }).reshape(2, 2, 2);
        SegmentationReport report = SegmentationReport.From(painted, truth, ["background", "lung", "nodule"], millimetresPerPixel: 5);

        Assert.Equal(new SegmentationReportRow("lung", 2 * 3 / 8.0, 3 / 5.0, 4 * 25 / 2.0, 4 * 25 / 2.0), report["lung"]);
        Assert.Equal(new SegmentationReportRow("nodule", 2 / 3.0, 0.5, 12.5, 25), report["nodule"]);
        Assert.Contains(report.ToString().Split('\n'), line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["nodule", "0.6667", "0.5000", "12", "25"]
        );
        Assert.StartsWith(
            "There is no class heart; there are background, lung, nodule.",
            Assert.Throws<ArgumentException>(() => report["heart"]).Message,
            StringComparison.Ordinal
        );
    }

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
