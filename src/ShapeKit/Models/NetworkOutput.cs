using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>
/// What a network gave, before something is concluded from it: the largest of values that are no numbers would be taken for an answer.
/// </summary>
internal static class NetworkOutput
{
    /// <summary>Gives back what a network gave.</summary>
    /// <param name="output">Logits or vectors of any shape; −∞ may stand where something is forbidden.</param>
    /// <exception cref="InvalidOperationException">A value is not a number, or +∞, of which a softmax makes none.</exception>
    public static Tensor Require(Tensor output) => Require(output, Held.Number(float.PositiveInfinity, output.lt));

    /// <summary>The same where nothing is forbidden.</summary>
    /// <param name="output">Logits of any shape.</param>
    /// <exception cref="InvalidOperationException">A value is not a number, or infinite.</exception>
    public static Tensor RequireFinite(Tensor output) => Require(output, output.isfinite());

    private static Tensor Require(Tensor output, Tensor right)
    {
        using (right)
        using (Tensor all = right.all())
        {
            return all.item<bool>()
                ? output
                : throw new InvalidOperationException(
                    "The network gives values that are not finite numbers (NaN or infinite): its training went wrong, or the images hold "
                        + "such. Make a new network and train it; if that ends the same way, `dotnet run --project src/ShapeKit.Cli -- "
                        + "doctor` says whether this machine computes right."
                );
        }
    }
}
