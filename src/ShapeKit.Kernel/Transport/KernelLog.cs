using System.Globalization;

namespace ShapeKit.Kernel.Transport;

/// <summary>Tells what the kernel did, so that the last line names the cell that ended the process.</summary>
/// <remarks>No code, no output and no key is ever written.</remarks>
internal sealed class KernelLog : IDisposable
{
    private readonly TextWriter _warnings = Console.Error;
    private readonly Dictionary<string, int> _ignored = [];
    private StreamWriter? _file;
    private readonly string? _path;

    public KernelLog(string? path)
    {
        _path = path;
        try
        {
            if (path is not null)
            {
                _file = Create(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn($"The log {path} can't be written: {e.Message}");
        }
    }

    /// <summary>Makes the file and its folder for the user alone; on Windows the folder's place takes care of that.</summary>
    private static StreamWriter Create(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
        };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // What an earlier process of this number left may be open to others.
        File.Delete(path);
        return new StreamWriter(path, options) { AutoFlush = true };
    }

    /// <summary>A line for the file.</summary>
    public void Note(string line)
    {
        lock (_ignored)
        {
            try
            {
                _file?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:yyyy-MM-dd HH:mm:ss.fff} {line}"));
            }
            catch (IOException)
            {
                // A full disk must not stop the cells.
            }
        }
    }

    /// <summary>A line for the file and for whoever watches the kernel's standard error.</summary>
    public void Warn(string line)
    {
        Note(line);
        _warnings.WriteLine($"shapekit kernel: {line}");
    }

    /// <summary>
    /// A message that was ignored; one line for the 1st, 10th, 100th ... of a kind, so that a flood does not fill the log.
    /// </summary>
    public void Ignored(string channel, string reason)
    {
        string line = $"Ignored a message on {channel}: {reason}.";
        int count;
        lock (_ignored)
        {
            _ignored[line] = count = _ignored.GetValueOrDefault(line) + 1;
        }

        if (Math.Log10(count) % 1 == 0)
        {
            Warn(count == 1 ? line : string.Create(CultureInfo.InvariantCulture, $"{line} ({count} times)"));
        }
    }

    /// <summary>After a regular end nobody needs the file.</summary>
    public void Dispose()
    {
        lock (_ignored)
        {
            if (_file is null)
            {
                return;
            }

            _file.Dispose();
            _file = null;
            try
            {
                File.Delete(_path!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Then it stays.
            }
        }
    }
}
