using System.IO.Compression;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>The uint8 arrays of an .npz file, each error as one sentence that names the file.</summary>
internal sealed class NpzFile : IDisposable
{
    private readonly string _path;
    private readonly ZipArchive _archive;

    public NpzFile(string path)
    {
        _path = path;
        _archive = Readable(() => ZipFile.OpenRead(path));
    }

    /// <summary>How many numbers an array holds.</summary>
    public long Count(string name)
    {
        using NpyFile array = Open(name);
        return Readable(() => array.Count);
    }

    /// <summary>An array in its own shape, to be disposed.</summary>
    public Tensor Read(string name)
    {
        using NpyFile array = Open(name);
        return Readable(array.Values);
    }

    public void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{_path} is not the MedMNIST file it should be: {otherwise}.");
        }
    }

    public void Dispose() => _archive.Dispose();

    private NpyFile Open(string name)
    {
        ZipArchiveEntry? entry = Readable(() => _archive.GetEntry(name + ".npy"));
        Require(
            entry is not null,
            $"it has no array {name}, only "
                + $"{string.Join(", ", _archive.Entries.Select(found => Path.ChangeExtension(found.FullName, null)))}"
        );
        NpyFile array = Readable(() => new NpyFile(entry!));
        Require(array.IsBytes, $"{name} holds {array.Type} instead of |u1, which is uint8");
        return array;
    }

    private T Readable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException or OverflowException)
        {
            throw new InvalidDataException($"{_path} is damaged or no .npz file ({e.Message.TrimEnd('.')}); download it again.", e);
        }
    }
}
