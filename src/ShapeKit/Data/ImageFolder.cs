using System.Runtime.ExceptionServices;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Reads images of one's own from folders, as grey squares.</summary>
/// <remarks>
/// PNG and JPEG files, in colour too, which turn grey, the way up that the camera noted (Exif). An image is cut to the largest square
/// about its centre, as MedMNIST did, and brought to the wanted size. A grey PNG of 16 bits, as programs make of DICOM files, mostly
/// holds fewer and doesn't say how many. So white, 1, is the largest number of 8, 10, 12, 14 or 16 bits, of as few as the brightest pixel
/// of the file needs: 4095 where it lies between 1024 and 4095. PNG files of 16 bits in colour or with opacity are taken to use all
/// of them. DICOM files themselves have to be made PNG first, for example with dcm2img of DCMTK. Name no file after a patient: what a
/// notebook shows, it keeps.
/// </remarks>
public static class ImageFolder
{
    /// <summary>The pixels of an image of this size still lie in one span; no film is finer.</summary>
    private const int LargestSize = 16_384;

    /// <summary>Reads a folder with a folder of images for each class: <c>normal/1.png</c>, <c>pneumonia/7.jpg</c>.</summary>
    /// <param name="folder">The folder; its folders, by name, are the classes. Files of other kinds are left out.</param>
    /// <param name="size">How wide and high the images shall be, in pixels; 1 to 16384.</param>
    /// <returns>The images <c>[N, 1, size, size]</c>, float32 in 0..1, class by class and file by file in the order of their
    /// names.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder has fewer than two classes, a class has no images or is a link to no folder, or an
    /// image is damaged, cut off or too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough; the message says how much is needed and how much is
    /// there.</exception>
    public static ImageDataset Load(string folder, int size)
    {
        ThrowIfInvalid(folder, size);
        string[] classes =
        [
            .. Directory.GetDirectories(folder).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal),
        ];
        if (Directory.EnumerateFiles(folder).FirstOrDefault(ImageFile.LeadsNowhere) is { } lost)
        {
            throw ImageFile.LostLink(lost);
        }

        if (classes.Length < 2)
        {
            throw new InvalidDataException(
                $"{folder} holds {classes.Length} folder(s); make one for each class, at least two, with the images in them."
                    + ImageFile.DicomBelow(folder)
            );
        }

        var files = new List<(string Path, long Label)>();
        for (int label = 0; label < classes.Length; label++)
        {
            string[] images = [.. Directory.GetFiles(classes[label]).Where(ImageFile.IsImage).Order(StringComparer.Ordinal)];
            if (images.Length == 0)
            {
                throw new InvalidDataException(
                    $"{classes[label]} holds no images, {ImageFile.Names}; put PNG or JPEG files there, or remove the folder."
                        + ImageFile.DicomBelow(classes[label])
                );
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

    internal static void ThrowIfInvalid(string folder, int size)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (size is < 1 or > LargestSize)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"Images are read with 1 to {LargestSize} pixels a side.");
        }

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}; check the path.");
        }
    }

    /// <summary>Images <c>[N, 1, size, size]</c>, float32 in 0..1.</summary>
    internal static Tensor Read(IReadOnlyList<string> files, int size)
    {
        AvailableMemory.Require(files.Count, (long)size * size, $"{files.Count} images of {size} x {size} pixels");
        Tensor images = zeros(files.Count, 1, size, size);
        try
        {
            Parallel.For(0, files.Count, i =>
            {
                using Tensor image = images.narrow(0, i, 1);
                ImageFile.ReadGrey(files[i], size, ImageDataset.Values<float>(image));
            });
        }
        catch (AggregateException e)
            when (e.InnerExceptions[0] is InvalidDataException or InsufficientMemoryException or IOException or UnauthorizedAccessException)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return images;
    }
}
