using System.Diagnostics;
using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Trains a network to tell two classes apart, and applies it.</summary>
/// <remarks>
/// Each step lowers the binary cross-entropy of the logits with Adam (Kingma and Ba, <em>Adam: a method for stochastic optimization</em>,
/// 2015; β₁ 0.9, β₂ 0.999), or with AdamW where the options ask for weight decay. The same network, data, options and number of threads
/// give the same numbers to the last bit; a network that draws random numbers itself, such as one with dropout, draws them from torch's
/// own generator.
/// </remarks>
/// <param name="model">A network that takes images <c>[N, 1, H, W]</c>, float32 in 0..1, and gives logits <c>[N, 1]</c>.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class Trainer(nn.Module<Tensor, Tensor> model, TrainingOptions? options = null)
{
    // Measured: 32 to 250 images at a time take the same time, 500 and more take half as much again, in fresh memory each time.
    private const int EvaluationBatchSize = 64;

    private readonly nn.Module<Tensor, Tensor> _model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly TrainingOptions _options = options ?? new TrainingOptions();

    /// <summary>Trains the network and leaves it in evaluation mode.</summary>
    /// <param name="train">The images to learn from, of two classes.</param>
    /// <param name="validation">Images to judge each epoch by; null holds out <see cref="TrainingOptions.ValidationFraction"/> of
    /// <paramref name="train"/>.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="ArgumentException">A data set is empty or does not have two classes, the validation images have another size than
    /// those to learn from, the validation classes stand in another order, an option is out of range, the network gives something other
    /// than logits <c>[N, 1]</c>, float32, or <see cref="TrainingOptions.Augment"/> gives something other than images of the same
    /// shape.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the network keeps the weights of its last step and can be used,
    /// saved or trained on.</exception>
    /// <exception cref="InvalidOperationException">The loss, or what the network gives for the validation images, is no longer a number,
    /// or no weight learns.</exception>
    public TrainingHistory Fit(ImageDataset train, ImageDataset? validation = null, CancellationToken cancellationToken = default)
    {
        _options.ThrowIfInvalid();
        ThrowIfInvalid(train);
        if (validation is not null)
        {
            ThrowIfInvalid(validation);
            RequireAlike(train, validation);
            return FitOn(train, validation, cancellationToken);
        }

        if (_options.ValidationFraction == 0)
        {
            return FitOn(train, null, cancellationToken);
        }

        (ImageDataset kept, ImageDataset held) = TrainTestSplit.Stratified(train, _options.ValidationFraction, _options.Seed);
        using (kept)
        using (held)
        {
            return FitOn(kept, held, cancellationToken);
        }
    }

    /// <summary>Measures loss and accuracy on a data set, without changing the network.</summary>
    /// <param name="data">The images, of two classes.</param>
    /// <returns>Loss and accuracy.</returns>
    /// <exception cref="ArgumentException">The data set is empty or does not have two classes, or the network gives something other than
    /// logits <c>[N, 1]</c>, float32.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public EvaluationResult Evaluate(ImageDataset data) => Evaluate(data, CancellationToken.None);

    /// <summary>Computes the probability of class 1 of each image, without changing the network.</summary>
    /// <param name="data">The images.</param>
    /// <returns>N probabilities in 0..1, in the order of the images.</returns>
    /// <exception cref="ArgumentException">The data set is empty or does not have two classes, or the network gives something other than
    /// logits <c>[N, 1]</c>, float32.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public float[] Predict(ImageDataset data)
    {
        ThrowIfInvalid(data);
        var probabilities = new List<float>(data.Count);
        ForEachBatch(data, (logits, _) => probabilities.AddRange(logits.sigmoid().cpu().data<float>().ToArray()), CancellationToken.None);
        return [.. probabilities];
    }

    private TrainingHistory FitOn(ImageDataset train, ImageDataset? validation, CancellationToken cancellationToken)
    {
        using Tensor? classWeights = _options.BalanceClasses ? BalancingWeights(train) : null;
        using var best = new BestEpoch(_model, _options);
        var loop = new TrainingLoop<EpochResult>(_model)
        {
            Epochs = _options.Epochs,
            BatchSize = _options.BatchSize,
            Seed = _options.Seed,
            LearningRate = _options.LearningRate,
            Schedule = _options.Schedule == LearningRateSchedule.OneCycle ? Schedules.OneCycle : Schedules.Constant,
            WeightDecay = _options.WeightDecay,
            Device = _options.FindDevice(),
            IsLast = best.EndsWith,
            AfterEpoch = _options.AfterEpoch,
        };
        List<EpochResult> epochs = loop.Run(Begin, cancellationToken);
        best.Restore();
        return new TrainingHistory(epochs);

        Pass<EpochResult> Begin(int epoch) => Pass(epoch, train, validation, classWeights, cancellationToken);
    }

    private Pass<EpochResult> Pass(
        int epoch,
        ImageDataset train,
        ImageDataset? validation,
        Tensor? classWeights,
        CancellationToken cancellationToken
    )
    {
        var random = new Random(unchecked((_options.Seed * 1_000_003) + epoch));
        long correct = 0;
        return new(train.Count, Loss, Result);

        Tensor Loss(long[] chosen)
        {
            Tensor indices = tensor(chosen);
            Tensor images = train.Images.index_select(0, indices),
                classes = train.Labels.index_select(0, indices);
            Tensor logits = Logits(Augmented(images, random));
            Tensor labels = classes.to(ScalarType.Float32).to(logits.device);
            Tensor? weights = classWeights?.index_select(0, classes).to(logits.device);
            correct += CountCorrect(logits, labels);
            return nn.functional.binary_cross_entropy_with_logits(logits, labels, weights);
        }

        EpochResult Result(double loss, Stopwatch watch)
        {
            EvaluationResult? judged = validation is null ? null : Evaluate(validation, cancellationToken);
            double accuracy = (double)correct / train.Count;
            return new EpochResult(epoch, _options.Epochs, loss, accuracy, judged?.Loss, judged?.Accuracy, watch.Elapsed);
        }
    }

    private EvaluationResult Evaluate(ImageDataset data, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(data);
        double loss = 0;
        long correct = 0;
        ForEachBatch(
            data,
            (logits, labels) =>
            {
                loss += nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction: nn.Reduction.Sum).item<float>();
                correct += CountCorrect(logits, labels);
            },
            cancellationToken
        );
        return new EvaluationResult(loss / data.Count, (double)correct / data.Count);
    }

    private void ForEachBatch(ImageDataset data, Action<Tensor, Tensor> use, CancellationToken cancellationToken)
    {
        using var moved = new OnDevice(_model, _options.FindDevice());
        using var evaluating = new EvaluationMode(_model);
        using IDisposable withoutGradients = no_grad();
        for (int start = 0; start < data.Count; start += EvaluationBatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Notebook.ThrowIfStopped();
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(EvaluationBatchSize, data.Count - start);
            Tensor logits = NetworkOutput.RequireFinite(Logits(data.Images.narrow(0, start, count)));
            use(logits, data.Labels.narrow(0, start, count).to(ScalarType.Float32).to(logits.device));
        }
    }

    private Tensor Augmented(Tensor images, Random random)
    {
        if (_options.Augment is not { } augment)
        {
            return images;
        }

        long[] shape = images.shape;
        Tensor changed = augment(images, random);
        return changed is { IsInvalid: false, dtype: ScalarType.Float32 } && changed.shape.SequenceEqual(shape)
            ? changed
            : throw new ArgumentException(
                $"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Augment)} gave {GivenTensor.Text(changed)}, for images "
                    + $"[{string.Join(", ", shape)}]; it must give images of the same shape, float32."
            );
    }

    private Tensor Logits(Tensor images)
    {
        Tensor? logits = _model.call(images.to(_options.FindDevice()));
        return logits is { IsInvalid: false, dtype: ScalarType.Float32, shape: [var count, 1] } && count == images.shape[0]
            ? logits.squeeze(1)
            : throw new ArgumentException(
                $"The network gives {GivenTensor.Text(logits)}, for {images.shape[0]} images; one logit for each, [{images.shape[0]}, 1], "
                    + "float32, is needed."
            );
    }

    /// <summary>The weight of an image of class 0 and of class 1, <c>[2]</c>.</summary>
    private static Tensor BalancingWeights(ImageDataset train)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor counts = train.Labels.bincount(null, 2).to(ScalarType.Float32);
        return counts.min().item<float>() > 0
            ? counts.Times(2).reciprocal().Times(train.Count).MoveToOuterDisposeScope()
            : throw new ArgumentException($"BalanceClasses needs training images of both classes; there are {train}.", nameof(train));
    }

    private static long CountCorrect(Tensor logits, Tensor labels) =>
        (Held.Number(0.5, logits.sigmoid().ge) == labels.IsEqualTo(1)).sum().item<long>();

    private static void ThrowIfInvalid(ImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
        {
            throw new ArgumentException("The data set has no images; nothing can be learnt from it or measured on it.", nameof(data));
        }

        if (data.ClassNames.Count != 2 || data.IsMultiLabel)
        {
            throw new ArgumentException(
                $"The trainer tells two classes apart; this data set has {data.ClassNames.Count}: {string.Join(", ", data.ClassNames)}. "
                    + $"OneVersusRest(\"{data.ClassNames[^1]}\") makes two of them.",
                nameof(data)
            );
        }
    }

    private static void RequireAlike(ImageDataset train, ImageDataset validation)
    {
        long[] size = train.Images.shape[1..],
            other = validation.Images.shape[1..];
        if (!size.SequenceEqual(other))
        {
            throw new ArgumentException(
                $"The validation images are [{string.Join(", ", other)}] and those to learn from [{string.Join(", ", size)}]; give both "
                    + "the same size.",
                nameof(validation)
            );
        }

        if (!train.ClassNames.SequenceEqual(validation.ClassNames) && train.ClassNames.ToHashSet().SetEquals(validation.ClassNames))
        {
            throw new ArgumentException(
                $"The classes of the validation images are {string.Join(", ", validation.ClassNames)}, in another order than "
                    + $"{string.Join(", ", train.ClassNames)}, those to learn from; give both the same order.",
                nameof(validation)
            );
        }
    }

    /// <summary>
    /// Watches for the best epoch (<see cref="TrainingHistory.BestEpoch"/>), and keeps its weights where the options ask for it.
    /// </summary>
    private sealed class BestEpoch(nn.Module model, TrainingOptions options) : IDisposable
    {
        private Dictionary<string, Tensor> _weights = [];
        private double _loss = double.PositiveInfinity;
        private int _number;

        /// <summary>Whether training ends with an epoch, because too many in a row were no better.</summary>
        public bool EndsWith(EpochResult epoch)
        {
            double watched = epoch.ValidationLoss ?? epoch.Loss;
            if (watched < _loss)
            {
                (_loss, _number) = (watched, epoch.Epoch);
                if (options.RestoreBestWeights)
                {
                    Dispose();
                    _weights = ModelWeights.Copy(model);
                }
            }

            return epoch.Epoch - _number >= options.EarlyStoppingPatience;
        }

        public void Restore()
        {
            if (_weights.Count > 0)
            {
                model.load_state_dict(_weights);
            }
        }

        public void Dispose() => _weights.Values.ToList().ForEach(tensor => tensor.Dispose());
    }
}
