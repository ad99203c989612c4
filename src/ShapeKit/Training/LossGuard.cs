namespace ShapeKit.Training;

/// <summary>Ends a training whose loss is no number any more.</summary>
internal static class LossGuard
{
    /// <summary>Weights that run away pass through large losses first; a loss that is no number so early has another cause.</summary>
    private const int FirstSteps = 3;

    /// <summary>Lets a finite loss pass.</summary>
    /// <param name="loss">The loss of a step.</param>
    /// <param name="epoch">The epoch, counted from 1.</param>
    /// <param name="step">The step in it, counted from 1.</param>
    /// <param name="part">What is trained, in words after the epoch's number, such as <c> of looking</c>.</param>
    /// <exception cref="InvalidOperationException">The loss is NaN or infinite; the message says what to do.</exception>
    public static void Require(double loss, int epoch, int step, string part = "")
    {
        if (!double.IsFinite(loss))
        {
            throw new InvalidOperationException(
                epoch == 1 && step <= FirstSteps
                    ? $"The loss became {loss} in epoch 1{part}, step {step}: it was hardly ever a number. Make a new network, look for "
                        + "NaN among the images, and try a smaller learning rate; if neither helps, `dotnet run --project "
                        + "src/ShapeKit.Cli -- doctor` says whether this machine computes right."
                    : $"The loss became {loss} in epoch {epoch}{part}, step {step}: the weights have run away. Make a new network and "
                        + "try a smaller learning rate."
            );
        }
    }
}
