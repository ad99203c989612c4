using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class CaptionTrainerTests
{
    private static readonly PhantomGeneratorOptions Tiny = new() { ImageSize = 32, NoiseStandardDeviation = 0 };

    [Fact]
    public void A_short_training_learns_the_language_and_repeats_to_the_last_bit()
    {
        (IReadOnlyList<CaptionEpoch> first, CaptionReport report) = Run();
        (IReadOnlyList<CaptionEpoch> again, _) = Run();

        Assert.True(double.IsNaN(first[1].Loss) && first[1].LocationLoss < first[0].LocationLoss);
        Assert.True(double.IsNaN(first[^1].LocationLoss) && first[^1].Loss < first[2].Loss / 2);
        Assert.InRange(first[^1].WordAccuracy, 0.6, 1);
        Assert.InRange(report.Unreadable, 0, 4);
        Assert.Equal(first.Select(epoch => epoch.Loss), again.Select(epoch => epoch.Loss));

        static (IReadOnlyList<CaptionEpoch>, CaptionReport) Run()
        {
            using CaptionModel model = Model();
            using PhantomDataset test = new PhantomGenerator(Tiny, seed: 9).Generate(40);
            int heard = 0;
            float[] seeing = [];
            var trainer = new CaptionTrainer(
                model,
                new CaptionOptions
                {
                    LookingEpochs = 2,
                    Epochs = 3,
                    BatchSize = 8,
                    LearningRate = 0.01,
                    AfterEpoch = epoch =>
                    {
                        Assert.False(model.training);
                        Assert.Equal(++heard, epoch.Epoch);
                        seeing = heard == 2 ? Encoder() : seeing;
                    },
                }
            );
            IReadOnlyList<CaptionEpoch> epochs = trainer.Fit(epoch => new PhantomGenerator(Tiny, epoch).Generate(160));
            Assert.Equal(5, heard);
            Assert.Equal(seeing, Encoder()); // reports teach the decoder alone

            float[] Encoder() =>
                [.. model.Encoder.state_dict().Values.SelectMany(value => value.to(ScalarType.Float32).data<float>().ToArray())];
            return (epochs, trainer.Evaluate(test));
        }
    }

    [Fact]
    public void Corrected_reports_are_learnt_and_padding_does_not_count()
    {
        // The same image eight times, with two reports: the loss of a network that knows both is ln 2 at the word in which they differ,
        // and 0 elsewhere.
        using Tensor image = rand(1, 1, 32, 32),
            images = image.expand(8, 1, 32, 32);
        using CaptionModel model = Model();
        string[] reports = [.. Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? "one nodule ." : "two nodule .")];
        IReadOnlyList<CaptionEpoch> epochs = new CaptionTrainer(
            model,
            new CaptionOptions
            {
                Epochs = 150,
                BatchSize = 8,
                LearningRate = 0.01,
            }
        ).Fit(images, reports);
        Caption one = model.Explain(image, "one nodule .");

        // Three words and the end: four predictions.
        Assert.Equal(Math.Log(2) / 4, epochs[^1].Loss, 0.05);
        Assert.Equal(0.5, one.Steps[0].Probability, 0.1);
        Assert.Equal("one nodule.", one.Text);
        Assert.All(one.Steps.Skip(1), step => Assert.InRange(step.Probability, 0.9, 1));
    }

    [Fact]
    public void Training_leaves_no_tensors_behind_can_be_stopped_and_refuses_what_does_not_fit()
    {
        using CaptionModel model = Model();
        var trainer = new CaptionTrainer(
            model,
            new CaptionOptions
            {
                LookingEpochs = 1,
                Epochs = 1,
                BatchSize = 4,
            }
        );
        using PhantomDataset test = Textbook(3),
            none = test.Slice(0, 0);
        Use();

        long before = TorchState.LiveTensors();
        Use();

        Assert.Equal(before, Tensor.TotalCount);
        Assert.False(model.training);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Textbook, new CancellationToken(true)));
        Assert.StartsWith(
            "There are 6 images and 1 reports",
            Assert.Throws<ArgumentException>(() => trainer.Fit(test.Images, ["no nodule ."])).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The data set has no images",
            Assert.Throws<ArgumentException>(() => trainer.Evaluate(none)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "A batch holds at least one image.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new CaptionTrainer(model, new() { BatchSize = 0 }).Fit(Textbook)).Message,
            StringComparison.Ordinal
        );

        void Use()
        {
            trainer.Fit(Textbook);
            trainer.Fit(test.Images, [.. test.Findings.Select(findings => ReportGrammar.Write(findings))]);
            trainer.Evaluate(test);
        }
    }

    private static PhantomDataset Textbook(int epoch) => new PhantomGenerator(Tiny, epoch).Generate(6);

    private static CaptionModel Model() => new(new Vocabulary(ReportGrammar.Words), width: 16, heads: 2, layers: 1, seed: 1);
}
