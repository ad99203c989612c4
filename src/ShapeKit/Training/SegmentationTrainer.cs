using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Trains a network to give each pixel a class, and applies it.</summary>
/// <remarks>
/// Each step lowers the loss with Adam. The learning rate rises in a straight line over the first fifth of all steps and falls to zero
/// as half a cosine over the rest: a few long strides, then ever finer ones (Smith and Topin, <em>Super-convergence</em>, 2019). The
/// same network, data, options and number of threads give the same numbers to the last bit.
/// </remarks>
/// <param name="model">A network that takes images <c>[N, 1, H, W]</c>, float32 in 0..1, and gives logits <c>[N, C, h, w]</c>; where
/// these are smaller, as those of an unpadded <see cref="Models.UNet"/>, they stand for the middle of the image.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class SegmentationTrainer(nn.Module<Tensor, Tensor> model, SegmentationOptions? options = null)
{
    private const int EvaluationBatchSize = 32;
    private readonly nn.Module<Tensor, Tensor> _model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly SegmentationOptions _options = options ?? new SegmentationOptions();

    /// <summary>Trains the network and leaves it in evaluation mode.</summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="ArgumentException">The data set is empty, an option is out of range, the network gives something other than logits
    /// <c>[N, C, h, w]</c>, float32, or the loss is no single number.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the network keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or no weight learns.</exception>
    public IReadOnlyList<SegmentationEpoch> Fit(PhantomDataset train, CancellationToken cancellationToken = default)
    {
        _options.ThrowIfInvalid();
        ThrowIfInvalid(train);
        using Tensor classes = train.Classes();
        var loop = new TrainingLoop<SegmentationEpoch>(_model)
        {
            Epochs = _options.Epochs,
            BatchSize = _options.BatchSize,
            Seed = _options.Seed,
            LearningRate = _options.LearningRate,
            AfterEpoch = _options.AfterEpoch,
        };
        return loop.Run(
            epoch => new(train.Count, Loss, (loss, watch) => new(epoch, _options.Epochs, loss, watch.Elapsed)),
            cancellationToken
        );

        Tensor Loss(long[] chosen)
        {
            Tensor indices = tensor(chosen);
            Tensor logits = Logits(train.Images.index_select(0, indices));
            Tensor loss = _options.Loss(logits, Middle(classes.index_select(0, indices), logits.shape));
            return
                loss is { IsInvalid: false, dtype: ScalarType.Float32 }
                && loss.numel() == 1
                && (loss.requires_grad || !logits.requires_grad)
                ? loss
                : throw new ArgumentException(
                    $"{nameof(SegmentationOptions)}.{nameof(SegmentationOptions.Loss)} gave {GivenTensor.Text(loss)}; a single number is "
                        + "needed, float32, computed from the logits."
                );
        }
    }

    /// <summary>Computes the most probable class of each pixel, without changing the network.</summary>
    /// <param name="images">Images <c>[N, 1, H, W]</c>, float32 in 0..1, at least one.</param>
    /// <returns>Classes <c>[N, h, w]</c>, int64.</returns>
    /// <exception cref="ArgumentException">There is no image, or the network gives something other than logits <c>[N, C, h,
    /// w]</c>, float32.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public Tensor Predict(Tensor images)
    {
        GivenTensor.Require(images);
        if (images.numel() == 0 || images.dim() != 4)
        {
            throw new ArgumentException(
                $"There is no image [N, 1, H, W] to paint; these have [{string.Join(", ", images.shape)}].",
                nameof(images)
            );
        }

        GivenTensor.RequireFloat32(images);

        using var evaluating = new EvaluationMode(_model);
        using IDisposable withoutGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = [.. images.split(EvaluationBatchSize).Select(part => NetworkOutput.Require(Logits(part)).argmax(1))];
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Paints the images of a data set and compares with the truth, without changing the network.</summary>
    /// <param name="data">The images and their truth.</param>
    /// <returns>Dice, IoU and areas of background, lung and nodule.</returns>
    /// <exception cref="ArgumentException">The data set is empty, or the network gives something other than logits <c>[N, C, h,
    /// w]</c>, float32.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public SegmentationReport Evaluate(PhantomDataset data)
    {
        ThrowIfInvalid(data);
        using DisposeScope scope = NewDisposeScope();
        Tensor painted = Predict(data.Images);
        return SegmentationReport.From(painted, Middle(data.Classes(), painted.shape), PhantomDataset.ClassNames, data.MillimetresPerPixel);
    }

    private Tensor Logits(Tensor images)
    {
        Tensor? logits = _model.call(images);
        return
            logits is { IsInvalid: false, dtype: ScalarType.Float32, shape: [var count, > 0, > 0 and var height, > 0 and var width] }
            && count == images.shape[0]
            && height <= images.shape[^2]
            && width <= images.shape[^1]
            ? logits
            : throw new ArgumentException(
                $"The network gives {GivenTensor.Text(logits)}, for images [{string.Join(", ", images.shape)}]; logits [N, C, h, w], "
                    + "float32, no larger than the images are needed."
            );
    }

    /// <summary>The middle of the true classes, as high and wide as what a network gives.</summary>
    private static Tensor Middle(Tensor classes, long[] shape)
    {
        (long height, long width) = (shape[^2], shape[^1]);
        return classes.narrow(1, (classes.shape[1] - height) / 2, height).narrow(2, (classes.shape[2] - width) / 2, width);
    }

    private static void ThrowIfInvalid(PhantomDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
        {
            throw new ArgumentException("The data set has no images; nothing can be learnt from it or measured on it.", nameof(data));
        }
    }
}
