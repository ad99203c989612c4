using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Draws the exact masks of shapes.</summary>
internal static class ShapeMasks
{
    /// <summary>
    /// Makes masks <c>[N, 1, S, S]</c>, float32, outside any dispose scope: 1 for exactly the pixels whose centre lies inside the shape.
    /// </summary>
    public static Tensor Draw(ArraySegment<Shape> shapes, int size)
    {
        AvailableMemory.Require(shapes.Count, (long)size * size, $"{shapes.Count} masks of {size} x {size} pixels");
        Tensor masks = empty(shapes.Count, 1, size, size).DetachFromDisposeScope();
        LibTorch.PreferLargePages(masks);
        Parallel.For(0, shapes.Count, i =>
        {
            using Tensor mask = masks.narrow(0, i, 1);
            Fill(shapes[i], ImageDataset.Values<float>(mask), size);
        });
        return masks;
    }

    private static void Fill(Shape shape, Span<float> mask, int size)
    {
        mask.Clear();
        // In double, as in Extent: Bottom is rounded to a float, which can move an edge across a pixel's centre.
        int top = FirstCentreFrom(shape.Top),
            bottom = Math.Min(FirstCentreFrom((double)shape.Top + shape.Height), size);
        for (int y = top; y < bottom; y++)
        {
            (double from, double to) = shape.Extent(y + 0.5);
            int left = FirstCentreFrom(from),
                right = FirstCentreFrom(to);
            mask[((y * size) + left)..((y * size) + right)].Fill(1);
        }
    }

    /// <summary>The first pixel whose centre is not before an edge.</summary>
    private static int FirstCentreFrom(double edge) => (int)Math.Ceiling(edge - 0.5);
}
