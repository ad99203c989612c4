using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using ShapeKit.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class TrainerTests : IDisposable
{
    private readonly ImageDataset _data = new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generate(60);
    private readonly ShapeCnn _model = new(seed: 1);

    public void Dispose()
    {
        _model.Dispose();
        _data.Dispose();
    }

    [Fact]
    public void The_network_learns_to_tell_circles_from_squares_it_never_saw()
    {
        using ImageDataset more = new ShapeGenerator(ShapeGeneratorOptions.Article, 2).Generate(300);
        using ImageDataset train = new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generate(200);
        using ImageDataset fresh = TrainTestSplit.Without(more, train);
        var trainer = new Trainer(
            _model,
            new()
            {
                Epochs = 6,
                BatchSize = 8,
                LearningRate = 3e-3,
                Augment = Augmentation.RandomFlips,
            }
        );
        EvaluationResult before = trainer.Evaluate(fresh);

        TrainingHistory history = trainer.Fit(train);

        EvaluationResult after = trainer.Evaluate(fresh);
        Assert.InRange(after.Accuracy, 0.98, 1);
        Assert.True(after.Loss < before.Loss / 4);
        Assert.Equal(6, history.Epochs.Count);
        Assert.InRange(history.Last.ValidationAccuracy!.Value, 0.9, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_to_the_last_bit()
    {
        (float[] firstWeights, EpochResult[] first) = Run(seed: 5);
        (float[] againWeights, EpochResult[] again) = Run(seed: 5);
        (float[] otherWeights, _) = Run(seed: 6);

        Assert.Equal(firstWeights.Select(BitConverter.SingleToInt32Bits), againWeights.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(first, again);
        Assert.NotEqual(firstWeights, otherWeights);

        (float[], EpochResult[]) Run(int seed)
        {
            using var fresh = new ShapeCnn(seed: 3);
            TrainingHistory history = new Trainer(
                fresh,
                new()
                {
                    Epochs = 2,
                    BatchSize = 8,
                    Seed = seed,
                    Augment = Augmentation.RandomFlips,
                }
            ).Fit(_data);
            return (Numbers(fresh), [.. history.Epochs.Select(epoch => epoch with { Duration = TimeSpan.Zero })]);
        }
    }

    [Fact]
    public void Training_leaves_no_tensors_behind()
    {
        TorchState.LiveTensors();
        var tensors = new List<long>();
        var trainer = new Trainer(
            _model,
            new()
            {
                Epochs = 4,
                BatchSize = 8,
                RestoreBestWeights = true,
                Schedule = LearningRateSchedule.OneCycle,
                WeightDecay = 0.01,
                BalanceClasses = true,
                Augment = (images, random) => Augmentation.RandomExposure(Augmentation.RandomAffine(images, random), random),
                AfterEpoch = _ => tensors.Add(Tensor.TotalCount),
            }
        );
        trainer.Fit(_data);
        long afterOne = Tensor.TotalCount;

        trainer.Fit(_data);
        trainer.Evaluate(_data);
        trainer.Predict(_data);

        Assert.Equal(afterOne, Tensor.TotalCount);
        Assert.Equal(tensors[0], tensors[3]);
    }

    [Fact]
    public void Training_takes_no_fresh_memory_from_the_system_for_each_step()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "glibc gives memory back to the system; others do it their own way.");
        using ImageDataset many = new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generate(320);
        var trainer = new Trainer(_model, new() { Epochs = 3, ValidationFraction = 0 });
        trainer.Fit(many);

        long before = Faults();
        trainer.Fit(many);
        long faultsOfAStep = (Faults() - before) / 30;

        // Each fault is a page of 4 KiB. A step without LibTorch's settings meets 800 to 2,000, with them fewer than 20.
        Assert.InRange(faultsOfAStep, 0, 200);

        // proc(5): minflt is the eighth value after the program's name.
        static long Faults() =>
            long.Parse(
                File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[7],
                System.Globalization.CultureInfo.InvariantCulture
            );
    }

    [Fact]
    public void The_loss_and_accuracy_of_an_evaluation_follow_from_the_probabilities()
    {
        var trainer = new Trainer(_model);

        float[] probabilities = trainer.Predict(_data);
        EvaluationResult result = trainer.Evaluate(_data);

        int[] labels = [.. _data.Labels.data<long>().Select(label => (int)label)];
        Assert.Equal(labels.Zip(probabilities, (label, p) => -Math.Log(label == 1 ? p : 1 - p)).Average(), result.Loss, 5);
        Assert.Equal(ClassificationReport.From(_data, probabilities).Accuracy, result.Accuracy, 12);
    }

    [Fact]
    public void Many_images_are_predicted_in_their_order()
    {
        using ImageDataset many = new ShapeGenerator(ShapeGeneratorOptions.Article, 3).Generate(601);
        using Tensor all = _model.Predict(many.Images);

        Assert.All(all.data<float>().ToArray().Zip(new Trainer(_model).Predict(many)), pair => Assert.Equal(pair.First, pair.Second, 5));
    }

    [Fact]
    public void A_step_is_Adam_on_the_binary_cross_entropy()
    {
        // Adam's first step moves every weight by the learning rate against the sign of its gradient.
        using var expected = new ShapeCnn(seed: 1);
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = _data.Labels.to(ScalarType.Float32);
        Tensor p = expected.call(_data.Images).squeeze(1).sigmoid();
        (-((labels * p.log()) + ((1 - labels) * (1 - p).log())).mean()).backward();
        float[] before = Numbers(_model);
        float[] gradients = [.. expected.parameters().SelectMany(parameter => parameter.grad!.data<float>().ToArray())];

        TrainingHistory history = new Trainer(
            _model,
            new()
            {
                Epochs = 1,
                BatchSize = 60,
                ValidationFraction = 0,
                LearningRate = 0.01,
            }
        ).Fit(_data);

        float[] after = Numbers(_model);
        int[] clear = [.. Enumerable.Range(0, before.Length).Where(i => Math.Abs(gradients[i]) > 1e-4)];
        Assert.True(clear.Length > 1000);
        Assert.Equal(0.01, clear.Min(i => (before[i] - after[i]) * Math.Sign(gradients[i])), tolerance: 1e-5);
        Assert.Equal(0.01, clear.Max(i => (before[i] - after[i]) * Math.Sign(gradients[i])), tolerance: 1e-5);
        Assert.Null(history.Last.ValidationLoss);
    }

    [Fact]
    public void With_weight_decay_a_step_is_AdamWs()
    {
        // AdamW's first step moves every weight by the learning rate against the sign of its gradient, and shrinks it by learning rate
        // times decay.
        float[] before = Numbers(_model);
        using var plain = new ShapeCnn(seed: 1);
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = 60,
            ValidationFraction = 0,
            LearningRate = 0.01,
        };

        new Trainer(plain, options).Fit(_data);
        new Trainer(_model, options with { WeightDecay = 0.5 }).Fit(_data);

        float[] without = Numbers(plain),
            with = Numbers(_model);
        Assert.All(Enumerable.Range(0, before.Length), i => Assert.Equal(without[i] - (0.01 * 0.5 * before[i]), with[i], 1e-5));
    }

    [Fact]
    public void One_cycle_warms_up_and_ends_with_hardly_a_step()
    {
        // With full batches an epoch is a step, and Adam's steps on a slope that hardly turns are as long as the learning rate.
        var steps = new List<double>();
        float[] last = Numbers(_model);
        var options = new TrainingOptions
        {
            Epochs = 10,
            BatchSize = 60,
            ValidationFraction = 0,
            LearningRate = 1e-4,
            Schedule = LearningRateSchedule.OneCycle,
            AfterEpoch = _ =>
            {
                float[] now = Numbers(_model);
                steps.Add(now.Zip(last, (a, b) => Math.Abs(a - b)).Max());
                last = now;
            },
        };

        new Trainer(_model, options).Fit(_data);

        Assert.Equal(1e-4 / 25, steps[0], 1e-7);
        Assert.Equal(2, steps.IndexOf(steps.Max()), tolerance: 1.0);
        Assert.True(steps[^1] < steps.Max() / 20);
    }

    [Fact]
    public void Balanced_classes_weigh_the_same_however_rare_one_is()
    {
        // Of circles alone 30, of squares 6: the network that knows nothing else learns to say one in six, balanced it stays undecided.
        int[] labels = [.. _data.Labels.data<long>().Select(label => (int)label)];
        int[] few = [.. Enumerable.Range(0, 60).Where(i => labels[i] == 0), .. Enumerable.Range(0, 60).Where(i => labels[i] == 1).Take(6)];
        using ImageDataset rare = _data.Select(few);
        using ImageDataset blank = new(zeros_like(rare.Images), rare.Labels.clone(), rare.ClassNames);

        Assert.Equal(6 / 36.0, Says(balance: false), tolerance: 0.02);
        Assert.Equal(0.5, Says(balance: true), tolerance: 0.02);

        double Says(bool balance)
        {
            using Sequential bias = nn.Sequential(nn.Flatten(), nn.Linear(784, 1));
            var trainer = new Trainer(
                bias,
                new()
                {
                    Epochs = 150,
                    BatchSize = 36,
                    ValidationFraction = 0,
                    LearningRate = 0.05,
                    BalanceClasses = balance,
                }
            );
            trainer.Fit(blank);
            return trainer.Predict(blank)[0];
        }
    }

    [Fact]
    public void A_fifth_of_each_class_is_held_out_and_never_trained_on()
    {
        var counted = new Counting(_model);
        TrainingHistory history = new Trainer(counted, new() { Epochs = 2, BatchSize = 32 }).Fit(_data);

        Assert.Equal([(true, 32), (true, 16), (false, 12), (true, 32), (true, 16), (false, 12)], counted.Calls);
        Assert.All(history.Epochs, epoch => Assert.NotNull(epoch.ValidationLoss));
    }

    [Fact]
    public void Validation_images_can_be_given()
    {
        using ImageDataset validation = _data.Slice(40, 20);
        using ImageDataset train = _data.Slice(0, 40);
        var trainer = new Trainer(_model, new() { Epochs = 1 });

        TrainingHistory history = trainer.Fit(train, validation);

        EvaluationResult result = trainer.Evaluate(validation);
        Assert.Equal(result.Loss, history.Last.ValidationLoss);
        Assert.Equal(result.Accuracy, history.Last.ValidationAccuracy);
    }

    [Fact]
    public void Training_stops_early_and_goes_back_to_the_best_weights()
    {
        // A learning rate this large learns nothing more after its first epochs.
        var trainer = new Trainer(
            _model,
            new()
            {
                Epochs = 40,
                BatchSize = 8,
                LearningRate = 0.05,
                EarlyStoppingPatience = 2,
                RestoreBestWeights = true,
            }
        );
        using ImageDataset train = _data.Slice(0, 40);
        using ImageDataset validation = _data.Slice(40, 20);

        TrainingHistory history = trainer.Fit(train, validation);

        Assert.True(history.Epochs.Count < 40);
        Assert.Equal(history.BestEpoch + 2, history.Epochs.Count);
        Assert.Equal(history.Epochs[history.BestEpoch - 1].ValidationLoss, trainer.Evaluate(validation).Loss);
    }

    [Fact]
    public void Each_epoch_is_reported_as_it_ends_on_the_thread_that_trains()
    {
        var reported = new List<(EpochResult, int)>();
        var options = new TrainingOptions
        {
            Epochs = 3,
            AfterEpoch = epoch =>
            {
                Assert.False(_model.training);
                reported.Add((epoch, Environment.CurrentManagedThreadId));
            },
        };

        TrainingHistory history = new Trainer(_model, options).Fit(_data);

        Assert.Equal(history.Epochs.Select(epoch => (epoch, Environment.CurrentManagedThreadId)), reported);
    }

    [Fact]
    public void A_stopped_training_says_where_and_leaves_the_network_usable()
    {
        using var stop = new CancellationTokenSource();
        var options = new TrainingOptions
        {
            Epochs = 5,
            BatchSize = 8,
            AfterEpoch = epoch => Stop(epoch.Epoch == 2),
        };
        var trainer = new Trainer(_model, options);
        long before = TorchState.LiveTensors();

        OperationCanceledException error = Assert.ThrowsAny<OperationCanceledException>(() =>
            trainer.Fit(_data, cancellationToken: stop.Token)
        );

        Assert.Contains("epoch 3 of 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(stop.Token, error.CancellationToken);
        Assert.False(_model.training);
        Assert.True(double.IsFinite(trainer.Evaluate(_data).Loss));
        Assert.InRange(Tensor.TotalCount, 0, before + 8); // the gradients of the eight parameters
        Assert.Single(new Trainer(_model, options with { Epochs = 1, AfterEpoch = null }).Fit(_data).Epochs);

        void Stop(bool now)
        {
            if (now)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void A_stop_takes_effect_before_the_next_step()
    {
        using var stop = new CancellationTokenSource();
        var counted = new Counting(_model);
        var options = new TrainingOptions
        {
            Epochs = 5,
            BatchSize = 8,
            Augment = (images, _) =>
            {
                if (counted.Calls.Count == 2)
                {
                    stop.Cancel();
                }
                return images;
            },
        };

        Assert.ThrowsAny<OperationCanceledException>(() => new Trainer(counted, options).Fit(_data, cancellationToken: stop.Token));

        Assert.Equal(3, counted.Calls.Count);
    }

    [Fact]
    public void A_notebook_that_stops_its_cell_ends_training_before_the_next_step()
    {
        var counted = new Counting(_model);
        int thread = Environment.CurrentManagedThreadId;
        Notebook.ThrowIfStopped = () =>
        {
            if (Environment.CurrentManagedThreadId == thread && counted.Calls.Count == 3)
            {
                throw new OperationCanceledException();
            }
        };
        try
        {
            Assert.Throws<OperationCanceledException>(() => new Trainer(counted, new() { Epochs = 5, BatchSize = 8 }).Fit(_data));
        }
        finally
        {
            Notebook.ThrowIfStopped = () => { };
        }

        Assert.Equal(3, counted.Calls.Count);
        Assert.False(_model.training);
    }

    [Fact]
    public void Runaway_training_says_what_to_do()
    {
        string message = Assert
            .Throws<InvalidOperationException>(() => new Trainer(_model, new() { LearningRate = 1e30 }).Fit(_data))
            .Message;

        Assert.Contains("smaller learning rate", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_and_networks_that_do_not_fit_are_named()
    {
        using ImageDataset none = _data.Slice(0, 0);
        using ImageDataset three = new ShapeGenerator(
            new() { Kinds = [ShapeKind.Circle, ShapeKind.Rectangle, ShapeKind.Triangle] },
            1
        ).Generate(9);
        using Sequential twoOutputs = nn.Sequential(nn.Flatten(), nn.Linear(784, 2));
        var trainer = new Trainer(_model);

        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => trainer.Fit(none)).Message, StringComparison.Ordinal);
        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => trainer.Evaluate(none)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "has 3: circle, rectangle, triangle",
            Assert.Throws<ArgumentException>(() => trainer.Predict(three)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "gives [48, 2], Float32, for 48 images",
            Assert.Throws<ArgumentException>(() => new Trainer(twoOutputs, new() { BatchSize = 48 }).Fit(_data)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_network_of_other_numbers_is_to_be_converted_not_the_images()
    {
        var network = (ShapeCnn)_model.to(ScalarType.Float64);

        Assert.All(new Action[] { () => new Trainer(network).Predict(_data), () => network.Predict(_data.Images) }, ask =>
            Assert.StartsWith(
                "The numbers are Float32 and the network's Float64; convert the network with .to(ScalarType.Float32).",
                Assert.Throws<ArgumentException>(ask).Message,
                StringComparison.Ordinal
            )
        );
        _model.to(ScalarType.Float32);
        Assert.Equal(60, new Trainer(_model).Predict(_data).Length);
    }

    [Fact]
    public void Validation_images_of_another_size_are_named_before_an_epoch_is_lost()
    {
        using ImageDataset large = new ShapeGenerator(new() { ImageSize = 32 }, 1).Generate(4);
        bool heard = false;

        Assert.StartsWith(
            "The validation images are [1, 32, 32] and those to learn from [1, 28, 28]; give both the same size.",
            Assert.Throws<ArgumentException>(() => new Trainer(_model, new() { AfterEpoch = _ => heard = true }).Fit(_data, large)).Message,
            StringComparison.Ordinal
        );
        Assert.False(heard);
    }

    [Fact]
    public void More_steps_than_an_int_counts_are_trained_or_named()
    {
        var endless = new TrainingOptions { Epochs = int.MaxValue, BatchSize = 1 };
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
            new Trainer(_model, endless with { AfterEpoch = _ => stop.Cancel() }).Fit(_data, cancellationToken: stop.Token)
        );
        Assert.StartsWith(
            "One cycle of 103079215056 steps is too long",
            Assert
                .Throws<ArgumentOutOfRangeException>(() =>
                    new Trainer(_model, endless with { Schedule = LearningRateSchedule.OneCycle }).Fit(_data)
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("cuda", "sees no CUDA graphics card")]
    [InlineData("cuda:99", "docs/scale.md")]
    [InlineData("graphics card", "no device called")]
    [InlineData("meta", "choose cpu or cuda")]
    [InlineData("cpu:5", "choose cpu or cuda")]
    [InlineData("cpu:99999999999", "no device called")]
    public void A_device_that_is_not_there_is_named(string device, string expected)
    {
        Assert.SkipWhen(device == "cuda" && cuda.is_available(), "This machine has a CUDA graphics card.");
        var trainer = new Trainer(_model, new() { Device = device });

        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => trainer.Fit(_data)).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => trainer.Predict(_data)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 32, 1e-3, 0.2, null, "At least one epoch")]
    [InlineData(1, 0, 1e-3, 0.2, null, "at least one image")]
    [InlineData(1, 32, 0.0, 0.2, null, "learning rate is above 0")]
    [InlineData(1, 32, double.NaN, 0.2, null, "learning rate is above 0")]
    [InlineData(1, 32, 1e-3, 1.0, null, "validation fraction")]
    [InlineData(1, 32, 1e-3, 0.2, 0, "Early stopping")]
    public void Options_out_of_range_are_named(
        int epochs,
        int batchSize,
        double learningRate,
        double validationFraction,
        int? patience,
        string words
    )
    {
        Assert.Contains(
            "weight decay",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(_model, new() { WeightDecay = -1 }).Fit(_data)).Message,
            StringComparison.Ordinal
        );
        var options = new TrainingOptions
        {
            Epochs = epochs,
            BatchSize = batchSize,
            LearningRate = learningRate,
            ValidationFraction = validationFraction,
            EarlyStoppingPatience = patience,
        };

        Assert.Contains(
            words,
            Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(_model, options).Fit(_data)).Message,
            StringComparison.Ordinal
        );
    }

    private static float[] Numbers(nn.Module module) => [.. module.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    /// <summary>Writes down each call: whether it was for training, and how many images it held.</summary>
    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly ShapeCnn inner;

        public Counting(ShapeCnn inner)
            : base(nameof(Counting))
        {
            this.inner = inner;
            RegisterComponents();
        }

        public List<(bool Training, int Count)> Calls { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Calls.Add((training, (int)input.shape[0]));
            return inner.call(input);
        }
    }
}
