using System.Globalization;

namespace ShapeKit.Training;

/// <summary>What each epoch of a training run reached.</summary>
public sealed class TrainingHistory : IShown
{
    private readonly PlainTable _table;

    /// <summary>Collects the results of a training run.</summary>
    /// <param name="epochs">The epochs in order; at least one.</param>
    /// <exception cref="ArgumentException">There is no epoch, or one is null.</exception>
    public TrainingHistory(IReadOnlyList<EpochResult> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        if (epochs.Count == 0)
        {
            throw new ArgumentException("A training history needs at least one epoch; this one has none.", nameof(epochs));
        }

        if (epochs.Contains(null!))
        {
            throw new ArgumentException("An epoch is null; pass those that a trainer gives.", nameof(epochs));
        }

        Epochs = [.. epochs];
        // A loss that is not a number is no loss at all.
        BestEpoch = Epochs
            .MinBy(epoch => (epoch.ValidationLoss ?? epoch.Loss) is var loss && double.IsNaN(loss) ? double.PositiveInfinity : loss)!
            .Epoch;
        bool validated = Epochs[0].ValidationLoss is not null;
        _table = new PlainTable(
            "Training history",
            validated
                ? ["epoch", "loss", "accuracy", "validation loss", "validation accuracy", "seconds"]
                : ["epoch", "loss", "accuracy", "seconds"],
            [.. Epochs.Select(epoch => Row(epoch, validated))],
            $"Best epoch: {BestEpoch}, with the lowest {(validated ? "validation loss" : "loss")}."
        );
    }

    /// <summary>The epochs in order; fewer than asked for when training stopped early.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; }

    /// <summary>
    /// The number of the epoch with the lowest validation loss, or the lowest loss where there was no validation; from 1.
    /// </summary>
    public int BestEpoch { get; }

    /// <summary>The last epoch.</summary>
    public EpochResult Last => Epochs[^1];

    /// <summary>The epochs as an HTML table.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => _table.ToHtml();

    /// <summary>The epochs as a text table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => _table.ToString();

    private static string[] Row(EpochResult epoch, bool validated)
    {
        string number = epoch.Epoch.ToString(CultureInfo.InvariantCulture);
        string seconds = epoch.Duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        return validated
            ? [number, Four(epoch.Loss), Four(epoch.Accuracy), Four(epoch.ValidationLoss), Four(epoch.ValidationAccuracy), seconds]
            : [number, Four(epoch.Loss), Four(epoch.Accuracy), seconds];
    }

    private static string Four(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
}
