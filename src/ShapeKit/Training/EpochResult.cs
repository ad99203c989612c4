using System.Globalization;

namespace ShapeKit.Training;

/// <summary>What one epoch of training, one pass over all training images, reached.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Epochs">How many epochs were asked for.</param>
/// <param name="Loss">The mean binary cross-entropy over the training images, each measured in its step before the weights moved.</param>
/// <param name="Accuracy">The share of training images classified correctly, in 0..1, measured in the same way.</param>
/// <param name="ValidationLoss">The mean loss on the validation images after the epoch; null without validation images.</param>
/// <param name="ValidationAccuracy">The accuracy on the validation images after the epoch, in 0..1; null without validation images.</param>
/// <param name="Duration">How long the epoch took, validation included.</param>
public sealed record EpochResult(
    int Epoch,
    int Epochs,
    double Loss,
    double Accuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    TimeSpan Duration
) : IEpoch
{
    /// <inheritdoc/>
    IEnumerable<Measure> IEpoch.Measures
    {
        get
        {
            yield return new("training", Measure.Loss, Loss);
            yield return new("training", Measure.Accuracy, Accuracy);
            if (ValidationLoss is not null)
            {
                yield return new("validation", Measure.Loss, ValidationLoss);
                yield return new("validation", Measure.Accuracy, ValidationAccuracy);
            }
        }
    }

    /// <summary>The epoch as a line such as <c>epoch 3/10: loss 0.4210, accuracy 0.8125, 0.12 s</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        string validation = ValidationLoss is null
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", validation loss {ValidationLoss:0.0000}, validation accuracy {ValidationAccuracy:0.0000}"
            );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, accuracy {Accuracy:0.0000}{validation}, {Duration.TotalSeconds:0.00} s"
        );
    }
}
