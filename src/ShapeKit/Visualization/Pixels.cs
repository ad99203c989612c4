using System.Runtime.CompilerServices;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>Images as plain numbers: out of tensors, and into PNG files.</summary>
internal static class Pixels
{
    /// <summary>The images of a tensor of shape [N,1,H,W], [N,H,W], [1,1,H,W] or [H,W], of any numeric dtype, on any device.</summary>
    public static IReadOnlyList<float[,]> Read(Tensor images, [CallerArgumentExpression(nameof(images))] string name = "")
    {
        GivenTensor.Require(images, name);
        long[] shape = images.shape;
        if (shape.Length is < 2 or > 4 || (shape.Length == 4 && shape[1] != 1) || images.numel() == 0)
        {
            throw new ArgumentException(
                $"The images have the shape [{string.Join(", ", shape)}]; pass grey images as [N, 1, H, W], [N, H, W] or [H, W].",
                name
            );
        }

        (int height, int width) = ((int)shape[^2], (int)shape[^1]);
        // One by one: an array or a span can't hold all the pixels of a large data set.
        using Tensor stack = images.reshape(-1, height, width);
        List<float[,]> result = [];
        for (long i = 0; i < stack.shape[0]; i++)
        {
            using Tensor one = stack[i];
            float[,] image = new float[height, width];
            Buffer.BlockCopy(ReadAll(one), 0, image, 0, image.Length * sizeof(float));
            result.Add(image);
        }

        return result;
    }

    /// <summary>All values of a tensor in row-major order.</summary>
    public static float[] ReadAll(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>A table as a list of its rows, which a figure's script can read.</summary>
    public static float[][] Rows(float[,] values) =>
        [
            .. Enumerable
                .Range(0, values.GetLength(0))
                .Select(row => Enumerable.Range(0, values.GetLength(1)).Select(column => values[row, column]).ToArray()),
        ];

    /// <summary>A picture with one pixel a value, as a data address for an <c>img</c> element.</summary>
    public static string ToPng(float[,] values, ColorScale scale, float low, float high) =>
        ToPng(values.GetLength(0), values.GetLength(1), (row, column) =>
            ColorScales.Color(scale, (values[row, column] - low) / (high - low))
        );

    /// <summary>
    /// Maps of one size beside one another in one picture, each with its own diverging scale, and a grey line of one pixel between them.
    /// </summary>
    public static string ToSheet(IReadOnlyList<float[,]> maps, int across)
    {
        (int rows, int columns) = (maps[0].GetLength(0) + 1, maps[0].GetLength(1) + 1);
        float[] reaches = [.. maps.Select(map => ColorScales.Range(ColorScale.Diverging, map.Cast<float>()).High)];
        return ToPng((rows * maps.Count / across) + 1, (columns * across) + 1, (row, column) =>
        {
            if (row % rows == 0 || column % columns == 0)
            {
                return (128, 128, 128);
            }

            int map = (row / rows * across) + (column / columns);
            float value = maps[map][(row % rows) - 1, (column % columns) - 1];
            return ColorScales.Color(ColorScale.Diverging, (1 + (value / reaches[map])) / 2);
        });
    }

    /// <summary>A picture of any colours, as a data address for an <c>img</c> element.</summary>
    public static string ToPng(int height, int width, Func<int, int, (byte R, byte G, byte B)> colorOf)
    {
        byte[] rgba = new byte[height * width * 4];
        int at = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                (rgba[at], rgba[at + 1], rgba[at + 2]) = colorOf(row, column);
                rgba[at + 3] = 255;
                at += 4;
            }
        }

        using SKImage image = SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return "data:image/png;base64," + Convert.ToBase64String(png.AsSpan());
    }
}
