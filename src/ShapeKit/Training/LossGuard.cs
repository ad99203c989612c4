using TorchSharp;
using static TorchSharp.torch;

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

    /// <summary>Lets the statistics of batch norms pass that are numbers.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="epoch">The epoch, counted from 1.</param>
    /// <param name="part">What is trained, in words after the epoch's number.</param>
    /// <exception cref="InvalidOperationException">One is NaN: of one value a channel there is no variance.</exception>
    public static void RequireStatistics(nn.Module model, int epoch, string part)
    {
        using DisposeScope scope = NewDisposeScope();
        if (
            model
                .named_buffers()
                .Any(buffer => buffer.name.Split('.')[^1] is "running_mean" or "running_var" && buffer.buffer.isnan().any().item<bool>())
        )
        {
            throw new InvalidOperationException(
                $"The statistics of a batch norm became NaN in epoch {epoch}{part}, because a batch had only one value a channel. Make a new "
                    + "network, and choose a batch size of at least 2 that leaves no single image over."
            );
        }
    }
}
