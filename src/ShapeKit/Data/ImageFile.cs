using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using ShapeKit.Runtime;
using SkiaSharp;

namespace ShapeKit.Data;

/// <summary>PNG and JPEG files, read as grey squares; and DICOM files, recognised so that they can be named.</summary>
internal static class ImageFile
{
    /// <summary>What to do with DICOM files, after a sentence that names them.</summary>
    private const string FromDicom = "make PNG files of DICOM files first, for example with dcm2img (earlier: dcmj2pnm) of DCMTK";

    /// <summary>What is looked for.</summary>
    public const string Names = "*.png, *.jpg or *.jpeg";

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    public static bool IsImage(string path) =>
        !Path.GetFileName(path).StartsWith('.') && Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>A sentence for where no images were found, if there are DICOM files instead; otherwise nothing.</summary>
    public static string DicomBelow(string folder) =>
        Directory
            .EnumerateFiles(
                folder,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    MaxRecursionDepth = 4,
                    IgnoreInaccessible = true,
                }
            )
            .Take(1000)
            .FirstOrDefault(IsDicom)
            is { } file
            ? $" {Path.GetRelativePath(folder, file)} is a DICOM file: {FromDicom}."
            : "";

    /// <summary>Reads the square at the centre of an image, the way up that the camera noted.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">How wide and high it becomes.</param>
    /// <param name="pixels">Takes size · size values in 0..1.</param>
    /// <exception cref="InvalidDataException">The file is damaged, cut off, too large or no PNG or JPEG.</exception>
    public static void ReadGrey(string file, int size, Span<float> pixels)
    {
        byte[] bytes = Bytes(file);
        bool isDeep = IsDeepGrey(bytes);
        if (isDeep)
        {
            Split(bytes);
        }

        using SKData data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        SKEncodedOrigin origin = PngOrigin(bytes) ?? codec?.EncodedOrigin ?? SKEncodedOrigin.Default;
        using SKBitmap decoded = Decode(codec, isDeep, file, bytes);
        if (isDeep)
        {
            using SKBitmap joined = Join(decoded, out int highest);
            using SKBitmap square = Square(joined, origin, size, SKColorType.Alpha16);
            float white = White(highest);
            for (int row = 0; row < size; row++)
            {
                ReadOnlySpan<ushort> greys = MemoryMarshal.Cast<byte, ushort>(Row(square, row));
                for (int column = 0; column < size; column++)
                {
                    pixels[(row * size) + column] = greys[column] / white;
                }
            }
        }
        else
        {
            using SKBitmap square = Square(decoded, origin, size, SKColorType.Gray8);
            for (int row = 0; row < size; row++)
            {
                ReadOnlySpan<byte> greys = Row(square, row);
                for (int column = 0; column < size; column++)
                {
                    pixels[(row * size) + column] = greys[column] / 255f;
                }
            }
        }
    }

    private static byte[] Bytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (IOException e) when (new FileInfo(file).LinkTarget is not null)
        {
            throw LostLink(file, e);
        }
    }

    /// <summary>Whether a path is a link to what is not there.</summary>
    public static bool LeadsNowhere(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target && !Path.Exists(target.FullName);
        }
        catch (IOException)
        {
            return true; // A link that leads to itself.
        }
    }

    /// <summary>What to say of such a link.</summary>
    public static InvalidDataException LostLink(string path, Exception? inner = null) =>
        new(
            $"{path} is a link to {new FileInfo(path).LinkTarget}, which leads to nothing; bring back what it led to, or remove the link.",
            inner
        );

    /// <summary>
    /// How the camera was held, where a PNG file says so, which Skia doesn't read: Portable Network Graphics, third edition, section
    /// 11.3.4.2, <c>eXIf</c>, before or after the image's data.
    /// </summary>
    private static SKEncodedOrigin? PngOrigin(ReadOnlySpan<byte> file)
    {
        const int checksum = 4;
        if (!IsPng(file))
        {
            return null;
        }

        for (int at = 8; at + 8 <= file.Length; )
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (at + 8 + length + checksum > file.Length || file[(at + 4)..(at + 8)].SequenceEqual("IEND"u8))
            {
                return null;
            }

            if (file[(at + 4)..(at + 8)].SequenceEqual("eXIf"u8))
            {
                ReadOnlySpan<byte> checkedPart = file.Slice(at + 4, 4 + (int)length);
                return Crc32.HashToUInt32(checkedPart) == BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..])
                    ? Orientation(checkedPart[4..])
                    : null;
            }

            at += 8 + (int)length + checksum;
        }

        return null;
    }

    /// <summary>The entry 0x112 of the first directory: Exif 2.3, section 4.6.2; null where there is none.</summary>
    private static SKEncodedOrigin? Orientation(ReadOnlySpan<byte> exif)
    {
        const int entryLength = 12,
            orientation = 0x112;
        bool isLittle = exif.StartsWith("II"u8);
        if (exif.Length < 8 || !(isLittle || exif.StartsWith("MM"u8)))
        {
            return null;
        }

        long directory = Number(exif, 4, 4);
        for (long at = directory + 2; directory + 2 <= exif.Length && at + entryLength <= exif.Length; at += entryLength)
        {
            if (at >= directory + 2 + (entryLength * Number(exif, directory, 2)))
            {
                return null;
            }

            if (Number(exif, at, 2) == orientation)
            {
                return Number(exif, at + 8, 2) is >= 1 and <= 8 and var held ? (SKEncodedOrigin)held : null;
            }
        }

        return null;

        long Number(ReadOnlySpan<byte> bytes, long at, int length)
        {
            ReadOnlySpan<byte> number = bytes.Slice((int)at, length);
            return (isLittle, length) switch
            {
                (true, 2) => BinaryPrimitives.ReadUInt16LittleEndian(number),
                (true, _) => BinaryPrimitives.ReadUInt32LittleEndian(number),
                (false, 2) => BinaryPrimitives.ReadUInt16BigEndian(number),
                _ => BinaryPrimitives.ReadUInt32BigEndian(number),
            };
        }
    }

    /// <summary>
    /// The largest number of the 8, 10, 12, 14 or 16 bits that a value takes: the depths in which machines make radiographs, of which a
    /// PNG file doesn't say which it is.
    /// </summary>
    private static int White(int highest) => (1 << Math.Max(8, (BitOperations.Log2((uint)highest) + 2) / 2 * 2)) - 1;

    /// <summary>DICOM, part 10, section 7.1: 128 bytes of any kind, then <c>DICM</c>.</summary>
    private static bool IsDicom(ReadOnlySpan<byte> start) => start.Length >= 132 && start[128..132].SequenceEqual("DICM"u8);

    private static bool IsDicom(string file)
    {
        if (Path.GetExtension(file).Equals(".dcm", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        try
        {
            byte[] start = new byte[132];
            using FileStream stream = File.OpenRead(file);
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && IsDicom(start.AsSpan());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // What can't be read is no image either.
        }
    }

    private static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1a, .. "\n"u8]);

    /// <summary>
    /// Whether a file is a PNG of 16 grey bits, with a header that is whole: Portable Network Graphics, third edition, section 11.2.1.
    /// </summary>
    private static bool IsDeepGrey(ReadOnlySpan<byte> png) =>
        png.Length > 33
        && IsPng(png)
        && png[24] == 16
        && png[25] == 0
        && BinaryPrimitives.ReadUInt32BigEndian(png[29..]) == HeaderChecksum(png);

    /// <summary>
    /// Has a PNG of 16 grey bits say that it holds 8 bits of grey and 8 of opacity, which lie in the same places: Skia would leave the
    /// lower ones out.
    /// </summary>
    private static void Split(Span<byte> png)
    {
        const int greyAndOpacity = 4;
        (png[24], png[25]) = (8, greyAndOpacity);
        BinaryPrimitives.WriteUInt32BigEndian(png[29..], HeaderChecksum(png));
    }

    private static uint HeaderChecksum(ReadOnlySpan<byte> png) => Crc32.HashToUInt32(png[12..29]);

    /// <summary>The 16 bits of each pixel, in one, out of those that were split.</summary>
    private static SKBitmap Join(SKBitmap split, out int highest)
    {
        var joined = new SKBitmap(new SKImageInfo(split.Width, split.Height, SKColorType.Alpha16, SKAlphaType.Premul));
        ReadOnlySpan<byte> from = split.GetPixelSpan();
        Span<ushort> to = MemoryMarshal.Cast<byte, ushort>(joined.GetPixelSpan());
        highest = 0;
        for (int p = 0; p < to.Length; p++)
        {
            int value = (from[4 * p] << 8) | from[(4 * p) + 3];
            to[p] = (ushort)value;
            highest = Math.Max(highest, value);
        }

        return joined;
    }

    /// <summary>The whole image; of one that is cut off, Skia would leave the rest black.</summary>
    private static SKBitmap Decode(SKCodec? codec, bool isSplit, string file, byte[] bytes)
    {
        SKCodecResult result = SKCodecResult.InvalidInput;
        if (codec is not null)
        {
            (SKColorType color, SKAlphaType alpha) = isSplit
                ? (SKColorType.Rgba8888, SKAlphaType.Unpremul)
                : (SKColorType.Bgra8888, SKAlphaType.Premul);
            var bitmap = new SKBitmap();
            if (!bitmap.TryAllocPixels(new SKImageInfo(codec.Info.Width, codec.Info.Height, color, alpha)))
            {
                bitmap.Dispose();
                throw new InvalidDataException(
                    $"{file} has {codec.Info.Width} x {codec.Info.Height} pixels, too many to be read; save it smaller, or take it out of "
                        + "the folder."
                );
            }

            AvailableMemory.Require(1, (long)codec.Info.Width * codec.Info.Height, $"The pixels of {file}", bytes: 8);
            result =
                codec.EncodedFormat == SKEncodedImageFormat.Jpeg && !JpegEnds(bytes)
                    ? SKCodecResult.IncompleteInput
                    : codec.GetPixels(bitmap.Info, bitmap.GetPixels());
            if (result == SKCodecResult.Success)
            {
                return bitmap;
            }

            bitmap.Dispose();
        }

        throw new InvalidDataException(
            IsDicom(bytes.AsSpan()) ? $"{file} is a DICOM file, whatever its name says: {FromDicom}."
            : result == SKCodecResult.IncompleteInput
                ? $"{file} is cut off: a part of the image is missing. Copy it anew, or take it out of the folder."
            : $"{file} can't be read as PNG or JPEG; it is damaged or another kind of file. Save it anew, or take it out of the folder."
        );
    }

    /// <summary>
    /// Whether a JPEG file reaches its end; of a progressive one that does not, Skia shows a coarser image. ITU-T T.81, section B.1.1:
    /// segments with a length, after the beginning of a scan the scan's data, and in the end the marker EOI.
    /// </summary>
    private static bool JpegEnds(ReadOnlySpan<byte> jpeg)
    {
        const byte end = 0xd9;
        int at = 2;
        while (at + 1 < jpeg.Length)
        {
            byte marker = jpeg[at + 1];
            if (jpeg[at] != 0xff || marker is 0 or 0xff or (>= 0xd0 and <= 0xd7))
            {
                at++; // Data of a scan, a marker within them, or a filling byte.
            }
            else if (marker == end)
            {
                return true;
            }
            else if (at + 4 > jpeg.Length)
            {
                return false;
            }
            else
            {
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            }
        }

        return false;
    }

    private static SKBitmap Square(SKBitmap bitmap, SKEncodedOrigin origin, int size, SKColorType type)
    {
        int side = Math.Min(bitmap.Width, bitmap.Height);
        (int left, int top) = ((bitmap.Width - side) / 2, (bitmap.Height - side) / 2);
        var square = new SKBitmap(new SKImageInfo(size, size, type, type == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Premul));
        using var canvas = new SKCanvas(square);
        using var image = SKImage.FromBitmap(bitmap);
        canvas.Clear(SKColors.Transparent);
        canvas.SetMatrix(Upright(origin, size));
        canvas.DrawImage(
            image,
            SKRect.Create(left, top, side, side),
            SKRect.Create(size, size),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        return square;
    }

    private static ReadOnlySpan<byte> Row(SKBitmap bitmap, int row) => bitmap.GetPixelSpan().Slice(row * bitmap.RowBytes, bitmap.RowBytes);

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
