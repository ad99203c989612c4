using System.Globalization;
using static ShapeKit.Training.OptionRange;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>How a network learns to paint pixels.</summary>
public sealed record SegmentationOptions
{
    /// <summary>How often training goes over all images; at least 1.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>How many images each step looks at before it moves the weights; at least 1.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>
    /// How far the longest steps move the weights; Adam's α, above 0. It rises to this over the first fifth of all steps and then falls
    /// to zero.
    /// </summary>
    public double LearningRate { get; init; } = 0.006;

    /// <summary>Decides the order of the images in each epoch.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// What training lowers: takes logits <c>[N, C, H, W]</c> and true classes <c>[N, H, W]</c>, gives a single number.
    /// <see cref="SegmentationLoss.CrossEntropyAndDice"/> unless set.
    /// </summary>
    public Func<Tensor, Tensor, Tensor> Loss { get; init; } = SegmentationLoss.CrossEntropyAndDice;

    /// <summary>
    /// Hears of each epoch as soon as it ends, on the thread that trains; the network is in evaluation mode and can be asked.
    /// </summary>
    public Action<SegmentationEpoch>? AfterEpoch { get; init; }

    internal void ThrowIfInvalid()
    {
        Require(Loss is not null, nameof(Loss), "null", "A loss is needed, such as SegmentationLoss.CrossEntropyAndDice.");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "At least one epoch is needed.");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "A batch holds at least one image.");
        Require(
            LearningRate > 0 && double.IsFinite(LearningRate),
            nameof(LearningRate),
            LearningRate,
            "A learning rate is above 0, such as 0.006."
        );
    }
}

/// <summary>What one pass over all training images reached.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Epochs">How many epochs were asked for.</param>
/// <param name="Loss">The mean loss over the training images, each measured in its step before the weights moved.</param>
/// <param name="Duration">How long the epoch took.</param>
public sealed record SegmentationEpoch(int Epoch, int Epochs, double Loss, TimeSpan Duration) : IEpoch
{
    /// <inheritdoc/>
    IEnumerable<Measure> IEpoch.Measures => [new("training", Measure.Loss, Loss)];

    /// <summary>The epoch as a line such as <c>epoch 3/4: loss 0.0912, 3.20 s</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, {Duration.TotalSeconds:0.00} s");
}
