using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>Where in an image a network finds what speaks for a class.</summary>
/// <remarks>
/// Selvaraju et al., <em>Grad-CAM: visual explanations from deep networks via gradient-based localization</em>, ICCV 2017, formulas 1 and
/// 2: each feature map A of a convolution counts with the mean of the slopes of the logit by its values, α; what remains of Σ α A above
/// zero is the map. It shows where, never why, and it is as coarse as the layer's feature maps.
/// </remarks>
public static class GradCam
{
    /// <summary>Computes the map of each image.</summary>
    /// <param name="model">A network for two classes, which gives logits <c>[N, 1]</c>; its weights and slopes stay as they are.</param>
    /// <param name="layer">The layer of it that takes the feature maps to explain, <c>[N, C, h, w]</c>: the one after the last
    /// convolution and its ReLU, such as <c>ShapeCnn.Pool2</c>.</param>
    /// <param name="images">Images <c>[N, 1, H, W]</c>, float32 in 0..1.</param>
    /// <param name="positiveClass">True asks what speaks for class 1, false what speaks for class 0.</param>
    /// <returns>Maps <c>[N, 1, H, W]</c>, float32 in 0..1: brought to the size of the image bilinearly, the largest value of each image
    /// 1; 0 everywhere where nothing speaks for the class.</returns>
    /// <exception cref="ArgumentException">There is no image, the images have not four dimensions, the layer is not part of the network or
    /// takes no feature maps, the logits do not depend on it, or the network gives no logits <c>[N, 1]</c>.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers, or inference mode is
    /// on.</exception>
    public static Tensor Of(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> layer, Tensor images, bool positiveClass = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layer);
        GivenTensor.Require(images);
        if (images.dim() != 4 || images.numel() == 0)
        {
            throw new ArgumentException(
                $"The images have the shape [{string.Join(", ", images.shape)}]; [N, 1, H, W] with at least one image is needed.",
                nameof(images)
            );
        }

        if (is_inference_mode_enabled())
        {
            throw new InvalidOperationException("In inference mode there are no slopes; call it outside of torch.inference_mode().");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable withGradients = enable_grad();
        (Tensor? seen, Tensor? logits) = Watch(model, layer, images, scope);
        if (seen is null || seen.dim() != 4)
        {
            throw new ArgumentException(
                "The layer is not part of the network, or does not take feature maps [N, C, h, w]; pass the one after the last "
                    + "convolution of this network.",
                nameof(layer)
            );
        }

        if (logits is not { IsInvalid: false, shape: [var count, 1] } || count != images.shape[0])
        {
            throw new ArgumentException(
                $"The network gives {GivenTensor.Text(logits)} for {images.shape[0]} images; one logit for each, [{images.shape[0]}, 1], "
                    + "is needed.",
                nameof(model)
            );
        }

        NetworkOutput.RequireFinite(logits);
        if (SlopesOf(positiveClass ? logits.sum() : -logits.sum(), seen) is not { } slopes)
        {
            throw new ArgumentException(
                "The network's logits do not depend on the layer; pass one that they are computed from.",
                nameof(layer)
            );
        }

        Tensor maps = (slopes.mean([2, 3], keepdim: true) * seen).sum(1, keepdim: true).relu().detach();
        maps = nn.functional.interpolate(maps, [images.shape[2], images.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        Tensor largest = maps.amax([2, 3], keepdim: true);
        return (maps / Held.Number(1e-12, largest.clamp_min)).MoveToOuterDisposeScope();
    }

    /// <summary>What the layer is given, and the network's answer; both belong to the scope around.</summary>
    private static (Tensor? Seen, Tensor? Logits) Watch(
        nn.Module<Tensor, Tensor> model,
        nn.Module<Tensor, Tensor> layer,
        Tensor images,
        DisposeScope scope
    )
    {
        Tensor? seen = null;

        // The network goes on from a copy that remembers its slopes and outlives the scopes within the network.
        var hook = layer.register_forward_pre_hook((_, input) => seen = input.detach().requires_grad_().DetachFromDisposeScope());
        try
        {
            using var evaluating = new EvaluationMode(model);
            Tensor? logits = model.call(images);
            return (seen, logits);
        }
        finally
        {
            hook.remove();
            if (seen is not null)
            {
                scope.Attach(seen);
            }
        }
    }

    /// <summary>The slopes of a logit; null where it has none, which <c>autograd.grad</c> answers by ending the process.</summary>
    private static Tensor? SlopesOf(Tensor logit, Tensor maps)
    {
        if (!logit.requires_grad)
        {
            return null;
        }

        Tensor slopes = autograd.grad([logit], [maps], allow_unused: true)[0];
        return slopes is null || slopes.IsInvalid ? null : slopes;
    }
}
