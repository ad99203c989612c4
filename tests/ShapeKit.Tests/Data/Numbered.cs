using ShapeKit.Data;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Data;

/// <summary>Data sets of 2 x 3 pixels in which every image carries its own number, so that a test can follow it.</summary>
internal static class Numbered
{
    private const float Unit = 1 / 1024f;

    /// <summary>Image i has number i and label i modulo the number of classes.</summary>
    public static ImageDataset Images(int count, int classes = 2) =>
        Images([.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count).Select(i => i % classes)], classes);

    public static ImageDataset Images(int[] numbers, int[] labels, int classes = 2)
    {
        using Tensor values = tensor(numbers.Select(number => number * Unit).ToArray());
        return new ImageDataset(
            values.reshape(-1, 1, 1, 1).repeat(1, 1, 2, 3),
            tensor(labels.Select(label => (long)label).ToArray()),
            [.. Enumerable.Range(0, classes).Select(label => $"class {label}")]
        );
    }

    /// <summary>The numbers of the images, in order.</summary>
    public static int[] Of(ImageDataset data) => Of(data.Images);

    /// <summary>The numbers of the images, in order; fails when an image's pixels do not all carry it.</summary>
    public static int[] Of(Tensor images)
    {
        float[] pixels = [.. images.data<float>()];
        Assert.All(pixels.Chunk(6), image => Assert.Single(image.Distinct()));
        return [.. pixels.Chunk(6).Select(image => (int)(image[0] / Unit))];
    }

    public static int[] LabelsOf(ImageDataset data) => [.. data.Labels.data<long>().Select(label => (int)label)];
}
