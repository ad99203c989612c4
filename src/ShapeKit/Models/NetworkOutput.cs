using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>
/// What a network gave, before something is concluded from it: the largest of values that are no numbers would be taken for an answer.
/// </summary>
internal static class NetworkOutput
{
    /// <summary>Gives back what a network gave.</summary>
    /// <param name="output">Logits or vectors of any shape; −∞ may stand where something is forbidden.</param>
    /// <exception cref="InvalidOperationException">A value is not a number.</exception>
    public static Tensor Require(Tensor output)
    {
        using Tensor broken = output.isnan(),
            any = broken.any();
        return any.item<bool>()
            ? throw new InvalidOperationException(
                "The network gives values that are not numbers (NaN): its training went wrong, or the images hold NaN. Make a new "
                    + "network and train it; if that ends the same way, `dotnet run --project src/ShapeKit.Cli -- doctor` says "
                    + "whether this machine computes right."
            )
            : output;
    }
}
