using System.Globalization;
using ShapeKit.Generation;
using static ShapeKit.Training.OptionRange;

namespace ShapeKit.Training;

/// <summary>How images and sentences learn to find each other.</summary>
public sealed record ContrastiveOptions
{
    /// <summary>How often lesson one, looking, goes over all images; at least 1.</summary>
    public int LookingEpochs { get; init; } = 6;

    /// <summary>How many images a step of lesson one looks at; at least 1.</summary>
    public int LookingBatchSize { get; init; } = 16;

    /// <summary>How far the longest steps of lesson one move the weights; AdamW's α, above 0.</summary>
    public double LookingLearningRate { get; init; } = 0.004;

    /// <summary>How often lesson two, matching, goes over all pairs; at least 1.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>How many pairs a step of lesson two compares with each other; at least 2.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How far the longest steps of lesson two move the weights; AdamW's α, above 0.</summary>
    public double LearningRate { get; init; } = 0.006;

    /// <summary>
    /// The wordings that sentences are written in (see <see cref="ReportGrammar"/>), one drawn for each image and epoch; null
    /// takes all.
    /// </summary>
    public IReadOnlyList<int>? Wordings { get; init; }

    /// <summary>Decides the order of the images and the wordings of their sentences.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Hears of each epoch as soon as it ends, on the thread that trains; the model is in evaluation mode and can be asked.
    /// </summary>
    public Action<ContrastiveEpoch>? AfterEpoch { get; init; }

    internal void ThrowIfInvalid()
    {
        Require(LookingEpochs >= 1, nameof(LookingEpochs), LookingEpochs, "At least one epoch is needed.");
        Require(LookingBatchSize >= 1, nameof(LookingBatchSize), LookingBatchSize, "A batch holds at least one image.");
        Require(
            LookingLearningRate > 0 && double.IsFinite(LookingLearningRate),
            nameof(LookingLearningRate),
            LookingLearningRate,
            "A learning rate is above 0, such as 0.004."
        );
        Require(Epochs >= 1, nameof(Epochs), Epochs, "At least one epoch is needed.");
        Require(BatchSize >= 2, nameof(BatchSize), BatchSize, "A batch holds at least two pairs, which are compared with each other.");
        Require(
            LearningRate > 0 && double.IsFinite(LearningRate),
            nameof(LearningRate),
            LearningRate,
            "A learning rate is above 0, such as 0.006."
        );
        Require(Wordings is null or { Count: > 0 }, nameof(Wordings), "none", "At least one wording is needed; null takes all.");
        Require(
            Wordings?.All(wording => wording >= 0 && wording < ReportGrammar.WordingCount) ?? true,
            nameof(Wordings),
            string.Join(", ", Wordings ?? []),
            $"Wordings are numbers of 0 to {ReportGrammar.WordingCount - 1}."
        );
    }
}

/// <summary>What one pass over all images reached.</summary>
/// <param name="Lesson">The lesson: looking or matching.</param>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Epochs">How many epochs were asked for.</param>
/// <param name="Loss">The mean loss over the training images, each measured in its step before the weights moved.</param>
/// <param name="Duration">How long the epoch took.</param>
public sealed record ContrastiveEpoch(string Lesson, int Epoch, int Epochs, double Loss, TimeSpan Duration) : IEpoch
{
    /// <inheritdoc/>
    IEnumerable<Measure> IEpoch.Measures => [new(Lesson, Measure.Loss, Loss)];

    /// <summary>The epoch as a line such as <c>matching, epoch 3/12: loss 0.9120, 0.40 s</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Lesson}, epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, {Duration.TotalSeconds:0.00} s"
        );
}
