using System.Globalization;
using static ShapeKit.Training.OptionRange;

namespace ShapeKit.Training;

/// <summary>How a network learns to write reports.</summary>
public sealed record CaptionOptions
{
    /// <summary>
    /// In how many epochs, before the first report is read, the encoder learns to see; 0 or more. They need images whose nodules are
    /// known. Reports then teach the decoder alone; with 0, both.
    /// </summary>
    public int LookingEpochs { get; init; } = 6;

    /// <summary>How many epochs of reports follow; at least 1.</summary>
    public int Epochs { get; init; } = 4;

    /// <summary>How many images each step looks at before it moves the weights; at least 1.</summary>
    public int BatchSize { get; init; } = 12;

    /// <summary>
    /// How far the longest steps move the weights; AdamW's α, above 0. In each of the two parts of training it rises to this over the
    /// first fifth of the steps and then falls to zero.
    /// </summary>
    public double LearningRate { get; init; } = 0.004;

    /// <summary>How much the weights shrink in each step; AdamW's λ, at least 0.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decides the order of the images in each epoch.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Hears of each epoch as soon as it ends, on the thread that trains; the network is in evaluation mode and can be asked.
    /// </summary>
    public Action<CaptionEpoch>? AfterEpoch { get; init; }

    internal void ThrowIfInvalid()
    {
        Require(LookingEpochs >= 0, nameof(LookingEpochs), LookingEpochs, "The encoder learns to see in 0 or more epochs.");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "At least one epoch is needed.");
        Require((long)LookingEpochs + Epochs <= int.MaxValue, nameof(Epochs), Epochs, $"There are at most {int.MaxValue} epochs in all.");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "A batch holds at least one image.");
        Require(
            LearningRate > 0 && double.IsFinite(LearningRate),
            nameof(LearningRate),
            LearningRate,
            "A learning rate is above 0, such as 0.004."
        );
        Require(
            WeightDecay >= 0 && double.IsFinite(WeightDecay),
            nameof(WeightDecay),
            WeightDecay,
            "A weight decay is 0 or more, such as 0.01."
        );
    }
}

/// <summary>What one pass over all images reached. Losses are measured in each step before the weights moved.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Epochs">How many epochs there are, those in which the encoder only learns to see included.</param>
/// <param name="LocationLoss">The mean over the images of the loss of naming the cells of the grid, in nats; NaN where this was not
/// learnt.</param>
/// <param name="Loss">The mean over all words of −ln p, where p is the probability that the network gave the true next word, in nats; NaN
/// where no report was read.</param>
/// <param name="WordAccuracy">The share of words, 0..1, that the network held for the most likely, given the true words before them; NaN
/// where no report was read.</param>
/// <param name="Duration">How long the epoch took.</param>
public sealed record CaptionEpoch(int Epoch, int Epochs, double LocationLoss, double Loss, double WordAccuracy, TimeSpan Duration) : IEpoch
{
    /// <inheritdoc/>
    IEnumerable<Measure> IEpoch.Measures =>
        double.IsNaN(Loss)
            ? [new("places", Measure.Loss, LocationLoss)]
            : [new("words", Measure.Loss, Loss), new("words", Measure.Accuracy, WordAccuracy)];

    /// <summary>
    /// The epoch as a line such as <c>epoch 7/10: places 1.21, words 0.0912, 96.1% of words right, 3.20 s</c>; what was not learnt is
    /// left out.
    /// </summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        string places = double.IsNaN(LocationLoss) ? "" : string.Create(CultureInfo.InvariantCulture, $" places {LocationLoss:0.00},");
        string words = double.IsNaN(Loss)
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" words {Loss:0.0000}, {100 * WordAccuracy:0.0}% of words right,");
        return string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}/{Epochs}:{places}{words} {Duration.TotalSeconds:0.00} s");
    }
}
