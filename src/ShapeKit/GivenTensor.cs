using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit;

/// <summary>Refuses tensors from which nothing can be computed, before libtorch meets them.</summary>
internal static class GivenTensor
{
    /// <summary>Refuses a tensor that is null, was disposed, or does not hold a number at each place.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">The name of the parameter that it was given for.</param>
    /// <exception cref="ArgumentException">The tensor was disposed, is sparse or is on the device meta.</exception>
    public static void Require([NotNull] Tensor? tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
        {
            throw new ArgumentException("The tensor was disposed, by hand or at the end of its dispose scope; make it anew.", name);
        }

        if (tensor.is_sparse || tensor.device_type == DeviceType.META)
        {
            throw new ArgumentException("The tensor is sparse, or on the device meta and has no numbers; make it an ordinary one.", name);
        }
    }

    /// <summary>Refuses a tensor of other numbers than networks compute with.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">The name of the parameter that it was given for.</param>
    /// <exception cref="ArgumentException">Its numbers are not float32.</exception>
    public static void RequireFloat32(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"The numbers are {tensor.dtype}; convert them with .to(torch.float32).", name);
        }
    }

    /// <summary>Refuses a tensor of whole numbers where fractions are computed.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">The name of the parameter that it was given for.</param>
    /// <exception cref="ArgumentException">Its numbers are whole ones, or truth values.</exception>
    public static void RequireFractions(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (!tensor.is_floating_point())
        {
            throw new ArgumentException($"The numbers are {tensor.dtype}; convert them with .to(torch.float32).", name);
        }
    }

    /// <summary>Refuses images of other numbers than a network's weights.</summary>
    /// <param name="tensor">The images.</param>
    /// <param name="weight">A weight of the network.</param>
    /// <param name="name">The name of the parameter that the images were given for.</param>
    /// <exception cref="ArgumentException">Their types differ.</exception>
    public static void RequireTypeOf(Tensor tensor, Tensor weight, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (tensor.dtype != weight.dtype)
        {
            // Images are float32 throughout the course, so that it is the network that is converted then.
            (string what, ScalarType to) =
                tensor.dtype == ScalarType.Float32 ? ("the network", ScalarType.Float32) : ("them", weight.dtype);
            throw new ArgumentException(
                $"The numbers are {tensor.dtype} and the network's {weight.dtype}; convert {what} with .to(ScalarType.{to}).",
                name
            );
        }
    }

    /// <summary>A tensor that a reader's own code gave, in words such as <c>[2, 1], Float64</c>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Its shape and the type of its numbers, or why it has none.</returns>
    public static string Text(Tensor? tensor) =>
        tensor is { IsInvalid: false } ? $"[{string.Join(", ", tensor.shape)}], {tensor.dtype}" : "null or a tensor that was disposed";

    /// <summary>Refuses a tensor that holds NaN, which comparisons take for an answer.</summary>
    /// <param name="tensor">The tensor, of any shape.</param>
    /// <param name="what">What it holds, such as <c>similarities</c>.</param>
    /// <param name="name">The name of the parameter that it was given for.</param>
    /// <exception cref="ArgumentException">A value is not a number; the message names the first place.</exception>
    public static void RequireNumbers(Tensor tensor, string what, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor broken = tensor.isnan();
        if (broken.any().item<bool>())
        {
            long[] first = [.. broken.nonzero()[0].cpu().data<long>()];
            throw new ArgumentException(
                $"Some {what} are not numbers (NaN), first that at [{string.Join(", ", first)}]; nothing can be concluded from them.",
                name
            );
        }
    }
}
