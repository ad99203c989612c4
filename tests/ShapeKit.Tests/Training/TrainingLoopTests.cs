using System.Text.Json;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Tests.Documentation;
using ShapeKit.Training;
using ShapeKit.Visualization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

/// <summary>What all trainers have in common.</summary>
public sealed class TrainingLoopTests
{
    [Fact]
    public void An_image_that_is_left_over_joins_the_batch_before_it_where_a_batch_norm_could_make_nothing_of_it()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generate(33);
        using Sequential network = nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1));
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            ValidationFraction = 0,
        };

        TrainingHistory history = new Trainer(network, options).Fit(data);

        Assert.True(double.IsFinite(history.Last.Loss));
        Assert.All(new Trainer(network, options).Predict(data), probability => Assert.InRange(probability, 0, 1));
    }

    [Fact]
    public void A_network_of_which_nothing_can_learn_is_named()
    {
        using var network = new ShapeCnn(seed: 1);

        Assert.All(
            new Action[]
            {
                () => new Trainer(Given.Frozen(new ShapeCnn(seed: 1))).Fit(Shapes),
                () => new Trainer(new Given.Gives(images => images.mean([2, 3]))).Fit(Shapes),
                () =>
                {
                    using IDisposable withoutGradients = no_grad();
                    new Trainer(network).Fit(Shapes);
                },
            },
            fit =>
                Assert.StartsWith(
                    "No weight learns from the loss",
                    Assert.Throws<InvalidOperationException>(fit).Message,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void A_network_of_which_only_the_last_layer_learns_keeps_its_other_weights()
    {
        using var network = new ShapeCnn(seed: 1);
        Given.Frozen(network);
        Parameter[] weights = [.. network.parameters()];
        weights[^2].requires_grad = weights[^1].requires_grad = true;
        float[][] before = [.. weights.Select(weight => weight.data<float>().ToArray())];

        new Trainer(network, new() { Epochs = 1 }).Fit(Shapes);

        Assert.Equal(before[..^2], weights[..^2].Select(weight => weight.data<float>().ToArray()));
        Assert.NotEqual(before[^2], weights[^2].data<float>().ToArray());
    }

    private static readonly ImageDataset Shapes = new ShapeGenerator(new(), seed: 1).Generate(12);
    private static readonly PhantomDataset Phantoms = new PhantomGenerator(new() { ImageSize = 32, MaxNodules = 1 }, seed: 1).Generate(8);
    private static readonly Vocabulary Words = new(ReportGrammar.Words);

    /// <summary>Each lets a trainer train for three epochs, with something that hears of each and something that stops it.</summary>
    private static readonly Dictionary<string, Action<Action<IEpoch>, CancellationToken>> Trainers = new()
    {
        ["Trainer.Fit"] = (hear, stop) =>
            new Trainer(new ShapeCnn(seed: 1), new() { Epochs = 3, AfterEpoch = hear }).Fit(Shapes, cancellationToken: stop),
        ["SegmentationTrainer.Fit"] = (hear, stop) =>
            new SegmentationTrainer(new UNet(3, depth: 1, width: 2, seed: 1), new() { Epochs = 3, AfterEpoch = hear }).Fit(Phantoms, stop),
        ["ContrastiveTrainer.Look"] = (hear, stop) => Contrastive(hear).Look(Phantoms, stop),
        ["ContrastiveTrainer.Match"] = (hear, stop) => Contrastive(hear).Match(Phantoms, stop),
        ["CaptionTrainer.Fit"] = (hear, stop) =>
            new CaptionTrainer(
                new CaptionModel(Words, seed: 1),
                new()
                {
                    LookingEpochs = 1,
                    Epochs = 2,
                    AfterEpoch = hear,
                }
            ).Fit(_ => Phantoms.Slice(0, 8), stop),
    };

    public static TheoryData<string, string> Stops =>
        new()
        {
            { "Trainer.Fit", "stopped in epoch 3 of 3; the network keeps the weights of its last step." },
            { "SegmentationTrainer.Fit", "stopped in epoch 3 of 3; the network keeps the weights of its last step." },
            { "ContrastiveTrainer.Look", "stopped in epoch 3 of 3 of looking; the network keeps the weights of its last step." },
            { "ContrastiveTrainer.Match", "stopped in epoch 3 of 3 of matching; the network keeps the weights of its last step." },
            { "CaptionTrainer.Fit", "stopped in epoch 3 of 3; the network keeps the weights of its last step." },
        };

    public static TheoryData<string, string> Curves =>
        new()
        {
            { "Trainer.Fit", "training loss, training accuracy, validation loss, validation accuracy" },
            { "SegmentationTrainer.Fit", "training loss" },
            { "ContrastiveTrainer.Look", "looking loss" },
            { "ContrastiveTrainer.Match", "matching loss" },
            { "CaptionTrainer.Fit", "places loss, words loss, words accuracy" },
        };

    [Theory]
    [MemberData(nameof(Stops))]
    public void A_stopped_training_names_the_epoch(string trainer, string words)
    {
        using var stop = new CancellationTokenSource();

        OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => Trainers[trainer](StopAfterTwo, stop.Token));

        Assert.EndsWith(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(stop.Token, error.CancellationToken);

        void StopAfterTwo(IEpoch epoch)
        {
            if (epoch.Epoch == 2)
            {
                stop.Cancel();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void The_curves_of_every_training_can_be_drawn(string trainer, string words)
    {
        var epochs = new List<IEpoch>();
        Trainers[trainer](epochs.Add, CancellationToken.None);

        Figure figure = Charts.TrainingCurves(epochs, "Run");

        Assert.Equal([1, 2, 3], epochs.Select(epoch => epoch.Epoch));
        Assert.All(epochs, epoch => Assert.True(epoch.Epochs == 3 && epoch.Duration > TimeSpan.Zero));
        Assert.Equal(words.Split(", "), Traces(figure));
        string measured = words.Contains("accuracy", StringComparison.Ordinal) ? "loss and accuracy" : "loss";
        Assert.StartsWith($"Run: {measured} over the epochs. After epoch 3 of 3: ", figure.AlternativeText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runaway_training_names_the_step_within_its_epoch()
    {
        // Two steps an epoch; the loss is no number from the fourth step on.
        int steps = 0;
        var trainer = new SegmentationTrainer(
            new UNet(3, depth: 1, width: 2, seed: 1),
            new() { Loss = (logits, classes) => SegmentationLoss.CrossEntropyAndDice(logits, classes) * (++steps < 4 ? 1 : double.NaN) }
        );

        string message = Assert.Throws<InvalidOperationException>(() => trainer.Fit(Phantoms)).Message;

        Assert.StartsWith("The loss became NaN in epoch 2, step 2: the weights have run away.", message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Traces(Figure figure) =>
        JsonDocument
            .Parse(figure.ToMimeBundle()["application/vnd.plotly.v1+json"])
            .RootElement.GetProperty("data")
            .EnumerateArray()
            .Select(trace => $"{trace.GetProperty("name")} {(trace.GetProperty("yaxis").GetString() == "y" ? "loss" : "accuracy")}");

    private static ContrastiveTrainer Contrastive(Action<IEpoch> hear) =>
        new(
            new ImageTextModel(Words, imageSize: 32, width: 8, dimensions: 8, seed: 1),
            new()
            {
                LookingEpochs = 3,
                Epochs = 3,
                AfterEpoch = hear,
            }
        );
}
