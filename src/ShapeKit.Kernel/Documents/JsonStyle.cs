using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ShapeKit.Kernel.Documents;

/// <summary>How a JSON file is laid out, so that new values look like the old ones.</summary>
/// <param name="Indent">What one level is indented by; null in a file without line breaks.</param>
/// <param name="NewLine">The file's line end.</param>
internal readonly record struct JsonStyle(string? Indent, string NewLine)
{
    /// <summary>Reads the layout off the first field of the file's object.</summary>
    public static JsonStyle Of(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[(file.IndexOf((byte)'{') + 1)..];
        ReadOnlySpan<byte> gap = rest[..Math.Max(0, rest.IndexOfAnyExcept(" \t\r\n"u8))];
        int newLine = gap.LastIndexOf((byte)'\n');
        if (newLine < 0)
        {
            return new JsonStyle(null, "\n");
        }

        string indent = Encoding.ASCII.GetString(gap[(newLine + 1)..]);
        return new JsonStyle(indent, gap.Contains((byte)'\r') ? "\r\n" : "\n");
    }

    /// <summary>What the line with a value is indented by.</summary>
    public static string IndentAt(ReadOnlySpan<byte> file, int offset)
    {
        ReadOnlySpan<byte> line = file[(file[..offset].LastIndexOf((byte)'\n') + 1)..offset];
        int length = line.IndexOfAnyExcept(" \t"u8);
        return Encoding.ASCII.GetString(length < 0 ? line : line[..length]);
    }

    /// <summary>What stands between two values of a list.</summary>
    public string Separator(string indent) => Indent is null ? " " : NewLine + indent;

    /// <summary>Writes a value that starts on a line with the given indentation.</summary>
    public byte[] Format(Action<Utf8JsonWriter> write, string indent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        bool tabs = Indent?.StartsWith('\t') ?? false;
        using (
            var writer = new Utf8JsonWriter(
                buffer,
                NotebookJson.WriterOptions with
                {
                    Indented = Indent is not null,
                    IndentCharacter = tabs ? '\t' : ' ',
                    IndentSize = Math.Min(Indent?.Length ?? 0, 127),
                }
            )
        )
        {
            write(writer);
        }

        // JSON text has no raw line breaks inside strings, so that every one of them ends a line of the layout.
        return indent.Length == 0 && NewLine == "\n"
            ? buffer.WrittenSpan.ToArray()
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(buffer.WrittenSpan).Replace("\n", NewLine + indent, StringComparison.Ordinal));
    }
}
