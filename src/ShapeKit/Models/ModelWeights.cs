using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>Keeps the weights of a network in a file, in TorchSharp's own format.</summary>
public static class ModelWeights
{
    /// <summary>
    /// Writes the parameters and buffers of a network to a file; a file of this name is replaced only once the new one is complete.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="path">Where to write; the folder must exist.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Save(nn.Module model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target)
            ?? throw new ArgumentException($"{path} is a folder; name a file for the weights.", nameof(path));
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The weights cannot be saved as {path}: the folder {folder} does not exist.");
        }

        string draft = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            using (FileStream stream = new(draft, FileMode.CreateNew, FileAccess.Write))
            {
                using var writer = new BinaryWriter(stream);
                model.save(writer);
                writer.Flush();
                stream.Flush(flushToDisk: true);
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
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is incomplete, is no weights file, or belongs to another architecture.</exception>
    public static void Load(nn.Module model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no weights file {path}; save one with ModelWeights.Save, or check the path.", path);
        }

        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> kept = Copy(model);
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            model.load(reader);
            if (reader.BaseStream.Position != reader.BaseStream.Length)
            {
                throw new InvalidDataException("it holds more than these weights.");
            }
        }
        catch (Exception e) when (e is not (UnauthorizedAccessException or OutOfMemoryException))
        {
            model.load_state_dict(kept);
            throw new InvalidDataException($"{path} does not hold the weights of {model.GetType().Name}: {e.Message}", e);
        }
    }

    /// <summary>Copies of all parameters and buffers, for <c>load_state_dict</c>.</summary>
    internal static Dictionary<string, Tensor> Copy(nn.Module model)
    {
        using IDisposable withoutGradients = no_grad();
        return model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
    }
}
