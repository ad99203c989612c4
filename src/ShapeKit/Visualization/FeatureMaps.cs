using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>Shows what a convolution layer sees, and with which kernels it looks.</summary>
/// <remarks>
/// After Zeiler and Fergus, <em>Visualizing and Understanding Convolutional Networks</em>, ECCV 2014: each map is scaled by itself.
/// </remarks>
public static class FeatureMaps
{
    private const string Legend = """
        <span style="white-space:nowrap">negative <span style="display:inline-block;width:7em;height:.8em;vertical-align:-.05em;border:1px solid rgba(128,128,128,.45);background:linear-gradient(90deg,rgb(24,84,150),rgb(116,172,220),rgb(247,247,245),rgb(240,146,116),rgb(168,32,52))"></span> positive</span>, white is zero. Each picture has its own scale: the range of its values stands under it.
        """;

    /// <summary>Shows the feature maps that a layer makes of one image.</summary>
    /// <param name="activations">The layer's output, [1, C, H, W] or [C, H, W], of any numeric dtype.</param>
    /// <param name="title">A line above the grid.</param>
    /// <param name="columns">How many maps stand in a row, at least 1.</param>
    /// <param name="imageSize">The width of a map on the page, in pixels, at least 1.</param>
    /// <returns>A grid with a picture a channel: blue where it is negative, white at zero, red where it responds most.</returns>
    /// <exception cref="ArgumentException">The shape is neither of these, or columns or image size are below 1.</exception>
    public static ImageGrid Of(Tensor activations, string title = "Feature maps", int columns = 8, int imageSize = 80)
    {
        GivenTensor.Require(activations);
        long[] shape = activations.shape;
        if (shape.Length is not (3 or 4) || (shape.Length == 4 && shape[0] != 1) || activations.numel() == 0)
        {
            throw new ArgumentException(
                $"The activations have the shape [{string.Join(", ", shape)}]; pass those of one image, [1, C, H, W] or [C, H, W], for "
                    + "example activations[..1].",
                nameof(activations)
            );
        }

        using Tensor maps = activations.reshape(shape[^3], shape[^2], shape[^1]);
        return Grid(maps, "map", title, columns, imageSize);
    }

    /// <summary>Shows the kernels of a convolution layer for one of its input channels.</summary>
    /// <param name="weight">The layer's weight, [output channels, input channels, height, width].</param>
    /// <param name="channel">The input channel, from 0; the first layer of a grey image has only channel 0.</param>
    /// <param name="title">A line above the grid.</param>
    /// <param name="columns">How many kernels stand in a row, at least 1.</param>
    /// <param name="imageSize">The width of a kernel on the page, in pixels, at least 1.</param>
    /// <returns>A grid with a picture an output channel: blue for negative weights, white for zero, red for positive ones.</returns>
    /// <exception cref="ArgumentException">The weight has not four dimensions, there is no such channel, or columns or image size are below
    /// 1.</exception>
    public static ImageGrid Kernels(Tensor weight, int channel = 0, string title = "Kernels", int columns = 8, int imageSize = 80)
    {
        GivenTensor.Require(weight);
        long[] shape = weight.shape;
        if (shape.Length != 4)
        {
            throw new ArgumentException(
                $"The weight has the shape [{string.Join(", ", shape)}]; a convolution layer's is [output channels, input channels, "
                    + "height, width].",
                nameof(weight)
            );
        }

        if (channel < 0 || channel >= shape[1])
        {
            throw new ArgumentOutOfRangeException(nameof(channel), channel, $"The layer has {shape[1]} input channels, numbered from 0.");
        }

        using Tensor kernels = weight.select(1, channel);
        return Grid(kernels, "kernel", title, columns, imageSize);
    }

    private static ImageGrid Grid(Tensor pictures, string name, string title, int columns, int imageSize) =>
        new([.. Pixels.Read(pictures).Select((values, i) => Tile(values, $"{name} {i}"))], columns, imageSize, title, Legend);

    private static ImageGrid.Tile Tile(float[,] values, string name)
    {
        float[] all = [.. values.Cast<float>()];
        (float low, float high) = ColorScales.Range(ColorScale.Diverging, all);
        int decimals = high < 0.05 ? 4 : 2;
        bool broken = all.Any(float.IsNaN);
        string least = Html.Number(broken ? float.NaN : all.Min(), decimals),
            most = Html.Number(broken ? float.NaN : all.Max(), decimals);
        return new ImageGrid.Tile(
            Pixels.ToPng(values, ColorScale.Diverging, low, high),
            $"{name}: values from {least} to {most}",
            ImageGrid.Caption(name)
                + $"<div style=\"font-size:.65em;line-height:1.3;text-align:center;white-space:nowrap;font-variant-numeric:tabular-nums\">{least}…{most}</div>"
        );
    }
}
