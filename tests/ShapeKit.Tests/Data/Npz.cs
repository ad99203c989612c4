using System.IO.Compression;
using System.Text;

namespace ShapeKit.Tests.Data;

/// <summary>Writes .npz files as NumPy does: a zip archive with an .npy file for each array.</summary>
internal static class Npz
{
    public static void Write(string path, params (string Name, byte[] File)[] arrays)
    {
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] file) in arrays)
        {
            using Stream stream = archive.CreateEntry(name + ".npy").Open();
            stream.Write(file);
        }
    }

    /// <summary>An .npy file; NEP 1 of NumPy.</summary>
    public static byte[] Array(byte[] data, int[] shape, string type = "|u1", bool fortranOrder = false, byte version = 1)
    {
        string sides = string.Concat(shape.Select(side => $"{side}, "));
        byte[] header = Encoding.ASCII.GetBytes(
            $"{{'descr': '{type}', 'fortran_order': {(fortranOrder ? "True" : "False")}, 'shape': ({sides}), }}".PadRight(117) + "\n"
        );
        byte[] length = BitConverter.GetBytes(header.Length)[..(version == 1 ? 2 : 4)];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. data];
    }

    /// <summary>All six arrays of a set, with images of one value each: image i of each part has the value i.</summary>
    public static (string Name, byte[] File)[] Set(
        int count = 3,
        int size = 28,
        int channels = 1,
        int labels = 1,
        Func<int, byte>? label = null
    )
    {
        int[] shape = channels == 1 ? [count, size, size] : [count, size, size, channels];
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)i, size * size * channels))];
        byte[] classes = [.. Enumerable.Range(0, count * labels).Select(i => label?.Invoke(i) ?? (byte)(i % 2))];
        return
        [
            .. new[] { "train", "val", "test" }.SelectMany(part =>
                new[] { ($"{part}_images", Array(pixels, shape)), ($"{part}_labels", Array(classes, [count, labels])) }
            ),
        ];
    }
}

/// <summary>A folder for the files of one test.</summary>
public abstract class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-test-");

    protected string Folder => _folder.FullName;

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
