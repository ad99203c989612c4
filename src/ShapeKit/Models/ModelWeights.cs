using System.Security.Cryptography;
using ShapeKit.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>Keeps the weights of a network in a file, in TorchSharp's own format, and behind them a checksum.</summary>
/// <remarks>
/// The last 40 bytes of a file are the letters <c>SKSHA256</c> and the SHA-256 of all that is before them. TorchSharp's own <c>load</c>
/// does not read so far, and loads the file as well.
/// </remarks>
public static class ModelWeights
{
    private const int ChecksumLength = 8 + SHA256.HashSizeInBytes;

    /// <summary>
    /// Writes the parameters and buffers of a network to a file; a file of this name is replaced only once the new one is complete. Where
    /// the name is a link, it is kept, and the file that it leads to is written.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="path">Where to write; the folder must exist.</param>
    /// <exception cref="ArgumentException">The network has no weights, as one that was disposed.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The disk is full, the file is in use, the name is a folder's, or a link leads to itself.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Save(nn.Module model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (model.state_dict().Count == 0)
        {
            throw new ArgumentException("The network has no weights to save; if it was disposed, make it anew.", nameof(model));
        }

        string target = TargetOf(path);
        string folder = Path.GetDirectoryName(target)
            ?? throw new ArgumentException($"{path} is a folder; name a file for the weights.", nameof(path));
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The weights cannot be saved as {path}: the folder {folder} does not exist.");
        }

        if (Directory.Exists(target))
        {
            throw new IOException($"The weights cannot be saved as {path}: it is a folder; name a file in it.");
        }

        string draft = Path.Combine(folder, $".{Path.GetRandomFileName()}");
        try
        {
            using (FileStream stream = new(draft, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                using var writer = new BinaryWriter(stream);
                model.save(writer);
                writer.Flush();
                stream.Position = 0;
                byte[] checksum = SHA256.HashData(stream);
                stream.Write([.. Mark, .. checksum]);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            }

            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Reads the parameters and buffers of a network from a file. If that fails, the network keeps the ones it has.</summary>
    /// <param name="model">A network of the same architecture as the one that was saved.</param>
    /// <param name="path">A file that <see cref="Save"/> wrote. One of an earlier ShapeKit, or of TorchSharp's own <c>save</c>, has no
    /// checksum and is loaded unchecked.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is incomplete or damaged, is no weights file, or belongs to another
    /// architecture.</exception>
    public static void Load(nn.Module model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path) || ImageFile.LeadsNowhere(path))
        {
            throw new FileNotFoundException($"There is no weights file {path}; save one with ModelWeights.Save, or check the path.", path);
        }

        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> kept = Copy(model);
        try
        {
            using FileStream stream = File.OpenRead(path);
            long end = EndOfWeights(stream);
            using var reader = new BinaryReader(stream);
            model.load(reader);
            if (stream.Position != end)
            {
                throw new InvalidDataException("it holds more than these weights.");
            }
        }
        catch (Exception e) when (e is not (UnauthorizedAccessException or OutOfMemoryException))
        {
            model.load_state_dict(kept);
            string reason = e is EndOfStreamException ? "it ends too early. Save it anew, or restore it from a copy." : e.Message;
            throw new InvalidDataException($"{path} does not hold the weights of {model.GetType().Name}: {reason}", e);
        }
    }

    /// <summary>The file that a name stands for, or that its link leads to.</summary>
    private static string TargetOf(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
        }
        catch (IOException e)
        {
            throw new IOException($"The weights cannot be saved as {path}: it is a link that leads to itself; name another file.", e);
        }
    }

    private static ReadOnlySpan<byte> Mark => "SKSHA256"u8;

    /// <summary>Where the weights end: before the checksum, which must be right, or at the end of a file that has none.</summary>
    private static long EndOfWeights(FileStream stream)
    {
        long end = stream.Length - ChecksumLength;
        if (end < 0)
        {
            return stream.Length;
        }

        byte[] tail = new byte[ChecksumLength];
        stream.Position = end;
        stream.ReadExactly(tail);
        stream.Position = 0;
        if (!tail.AsSpan().StartsWith(Mark))
        {
            return stream.Length;
        }

        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        while (stream.Position < end)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, end - stream.Position));
            sha.AppendData(buffer, 0, read);
        }

        stream.Position = 0;
        return sha.GetHashAndReset().AsSpan().SequenceEqual(tail.AsSpan(Mark.Length))
            ? end
            : throw new InvalidDataException("its checksum is wrong; it was damaged or cut off. Save it anew, or restore it from a copy.");
    }

    /// <summary>Copies of all parameters and buffers, for <c>load_state_dict</c>.</summary>
    internal static Dictionary<string, Tensor> Copy(nn.Module model)
    {
        using IDisposable withoutGradients = no_grad();
        return model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
    }
}
