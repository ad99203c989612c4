using System.IO.Compression;
using ShapeKit.Data;
using SkiaSharp;

namespace ShapeKit.Tests.Data;

/// <summary>Data sets of more pixels than .NET gives out in one span.</summary>
public sealed class ManyPixelsTests : TemporaryFolder
{
    private const string Reason = "It takes 14 GB of memory and a minute or more: set SHAPEKIT_FULL=1 to have it done.";

    private static bool IsWanted { get; } = Environment.GetEnvironmentVariable("SHAPEKIT_FULL") == "1";

    [Fact]
    public void ImageFolder_reads_them()
    {
        const int size = 16_384,
            count = 9;
        Assert.SkipUnless(IsWanted, Reason);
        for (int i = 0; i < count; i++)
        {
            using var bitmap = new SKBitmap(8, 8);
            bitmap.Erase(new SKColor((byte)(51 * (i % 5)), (byte)(51 * (i % 5)), (byte)(51 * (i % 5))));
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(PathOf($"{i % 2}/{i}.png"), png.ToArray());
        }

        using ImageDataset data = ImageFolder.Load(Folder, size);

        Assert.True(data.Images.numel() > int.MaxValue);
        Assert.All(Enumerable.Range(0, count), i =>
            Assert.Equal((i < 5 ? 2 * i : (2 * i) - 9) % 5 * 0.2f, data.Images[i, 0, size - 1, size - 1].item<float>(), 1e-6f)
        );
    }

    [Fact]
    public void MedMnist_reads_them()
    {
        Assert.SkipUnless(IsWanted, Reason);
        const int count = 14_300,
            size = 224;
        string path = PathOf("pathmnist_224.npz");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (string part in new[] { "val", "test" })
            {
                Add(archive, $"{part}_images", [1, size, size, 3], new byte[size * size * 3], 1);
                Add(archive, $"{part}_labels", [1, 1], [0], 1);
            }

            byte[] image = [.. Enumerable.Repeat((byte)51, size * size * 3)];
            Add(archive, "train_images", [count, size, size, 3], image, count);
            Add(archive, "train_labels", [count, 1], [0], count);
        }

        using MedMnist set = MedMnist.Load(path, "pathmnist");

        Assert.True(set.Train.Images.numel() > int.MaxValue);
        Assert.Equal(0.2f, set.Train.Images[count - 1, 2, size - 1, size - 1].item<float>());
        Assert.Equal(0.2f, set.Train.Images[0, 0, 0, 0].item<float>());

        static void Add(ZipArchive archive, string name, int[] shape, byte[] row, int rows)
        {
            using Stream stream = archive.CreateEntry(name + ".npy", CompressionLevel.Fastest).Open();
            stream.Write(Npz.Array([], shape));
            for (int i = 0; i < rows; i++)
            {
                stream.Write(row);
            }
        }
    }
}
