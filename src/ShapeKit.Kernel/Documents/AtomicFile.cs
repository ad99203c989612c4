namespace ShapeKit.Kernel.Documents;

/// <summary>Writes files that are there completely or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file beside its place and moves it there, so that no reader ever sees half of it.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string draft = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(path))!,
            $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}"
        );
        try
        {
            File.WriteAllBytes(draft, content);
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
