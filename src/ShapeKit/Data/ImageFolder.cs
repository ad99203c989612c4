using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Reads images of one's own from folders, as grey squares.</summary>
/// <remarks>
/// PNG and JPEG files, in colour too, which turn grey, the way up that the camera noted (Exif). An image is cut to the largest square
/// about its centre, as MedMNIST did, and
/// brought to the wanted size. Name no file after a patient: what a notebook shows, it keeps.
/// </remarks>
public static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Reads a folder with a folder of images for each class: <c>normal/1.png</c>, <c>pneumonia/7.jpg</c>.</summary>
    /// <param name="folder">The folder; its folders, by name, are the classes. Files of other kinds are left out.</param>
    /// <param name="size">How wide and high the images shall be, in pixels; at least 1.</param>
    /// <returns>The images <c>[N, 1, size, size]</c>, float32 in 0..1, class by class and file by file in the order of their
    /// names.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder has fewer than two classes, a class has no images, or an image is damaged or cut
    /// off.</exception>
    public static ImageDataset Load(string folder, int size)
    {
        RequireFolder(folder);
        string[] classes =
        [
            .. Directory.GetDirectories(folder).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal),
        ];
        if (classes.Length < 2)
        {
            throw new InvalidDataException(
                $"{folder} holds {classes.Length} folder(s); make one for each class, at least two, with the images in them."
            );
        }

        var files = new List<(string Path, long Label)>();
        for (int label = 0; label < classes.Length; label++)
        {
            string[] images = [.. Directory.GetFiles(classes[label]).Where(IsImage).Order(StringComparer.Ordinal)];
            if (images.Length == 0)
            {
                throw new InvalidDataException($"{classes[label]} holds no images; put PNG or JPEG files there, or remove the folder.");
            }

            files.AddRange(images.Select(image => (image, (long)label)));
        }

        using var scope = NewDisposeScope();
        Tensor pixels = Read([.. files.Select(file => file.Path)], size);
        return new ImageDataset(
            pixels,
            tensor(files.Select(file => file.Label).ToArray()),
            [.. classes.Select(path => Path.GetFileName(path))]
        );
    }

    internal static bool IsImage(string path) =>
        !Path.GetFileName(path).StartsWith('.') && Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    internal static void RequireFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}; check the path.");
        }
    }

    /// <summary>Images <c>[N, 1, size, size]</c>, float32 in 0..1.</summary>
    internal static Tensor Read(IReadOnlyList<string> files, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        Tensor images = zeros(files.Count, 1, size, size);
        int pixels = size * size;
        try
        {
            Parallel.For(0, files.Count, i =>
            {
                byte[] grey = ReadGrey(files[i], size);
                Span<float> target = MemoryMarshal.Cast<byte, float>(images.bytes).Slice(i * pixels, pixels);
                for (int p = 0; p < pixels; p++)
                {
                    target[p] = grey[p] / 255f;
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is InvalidDataException damaged)
        {
            throw new InvalidDataException(damaged.Message, e);
        }

        return images;
    }

    private static byte[] ReadGrey(string file, int size)
    {
        using var codec = SKCodec.Create(file);
        using SKBitmap bitmap = Decode(codec, file);
        int side = Math.Min(bitmap.Width, bitmap.Height);
        (int left, int top) = ((bitmap.Width - side) / 2, (bitmap.Height - side) / 2);
        var grey = new byte[size * size];
        using var target = new SKBitmap(new SKImageInfo(size, size, SKColorType.Gray8, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(target))
        using (SKImage image = SKImage.FromBitmap(bitmap))
        {
            canvas.Clear(SKColors.Black);
            canvas.SetMatrix(Upright(codec.EncodedOrigin, size));
            canvas.DrawImage(
                image,
                SKRect.Create(left, top, side, side),
                SKRect.Create(size, size),
                new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
            );
        }

        for (int row = 0; row < size; row++)
        {
            target.GetPixelSpan().Slice(row * target.RowBytes, size).CopyTo(grey.AsSpan(row * size));
        }

        return grey;
    }

    /// <summary>The whole image; of one that is cut off, Skia would leave the rest black.</summary>
    private static SKBitmap Decode(SKCodec? codec, string file)
    {
        SKCodecResult result = SKCodecResult.InvalidInput;
        if (codec is not null)
        {
            var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
            result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
            if (result == SKCodecResult.Success)
            {
                return bitmap;
            }

            bitmap.Dispose();
        }

        throw new InvalidDataException(
            result == SKCodecResult.IncompleteInput
                ? $"{file} is cut off: a part of the image is missing. Copy it anew, or take it out of the folder."
                : $"{file} can't be read as PNG or JPEG; it is damaged or another kind of file. Save it anew, or take it out of the folder."
        );
    }

    /// <summary>Turns a square as the file says that the camera was held: Exif 2.3, section 4.6.4, <c>Orientation</c>.</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float side) =>
        origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, side, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, side, 0, -1, side, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, side, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, side, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, side, -1, 0, side, 0, 0, 1),
            SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, side, 0, 0, 1),
            _ => SKMatrix.Identity,
        };
}
