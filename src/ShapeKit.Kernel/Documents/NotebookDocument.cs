using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ShapeKit.Kernel.Documents;

/// <summary>A Jupyter notebook file, nbformat 4.0 to 4.5.</summary>
/// <remarks>
/// The file's bytes are kept and only the values that were assigned are replaced among them, so that everything else (order of keys,
/// escapes, numbers, unknown fields, indentation, line ends) is written exactly as it was read. Later minor versions of nbformat 4 only
/// add fields, and pass through in the same way.
/// </remarks>
public sealed class NotebookDocument
{
    private readonly byte[] _file;
    private readonly List<NotebookCell> _cells;

    private NotebookDocument(byte[] file)
    {
        _file = file;
        (FormatMinor, Language, _cells) = NotebookParser.Read(file);
    }

    /// <summary>The digit after the point of nbformat 4.x.</summary>
    public int FormatMinor { get; }

    /// <summary>The programming language that the notebook's metadata names, if any.</summary>
    public string? Language { get; }

    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>Reads a notebook file: a Jupyter notebook, or a <see cref="DibFile"/>.</summary>
    /// <exception cref="NotebookFormatException">The file is no notebook, or a broken one.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static NotebookDocument Load(string path)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            return Path.GetExtension(path).Equals(DibFile.Extension, StringComparison.OrdinalIgnoreCase)
                ? DibFile.Read(file)
                : new NotebookDocument(file);
        }
        catch (NotebookFormatException e)
        {
            throw e.In(path);
        }
    }

    /// <summary>Reads a notebook from the bytes of a file.</summary>
    /// <exception cref="NotebookFormatException">The bytes are no notebook, or a broken one.</exception>
    public static NotebookDocument Parse(ReadOnlySpan<byte> utf8) => new(utf8.ToArray());

    /// <summary>Reads a notebook from text.</summary>
    /// <exception cref="NotebookFormatException">The text is no notebook, or a broken one.</exception>
    public static NotebookDocument Parse(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a code cell behind another cell.</summary>
    /// <param name="cell">The cell that comes before the new one.</param>
    /// <param name="id">The new cell's id; a number is added where the notebook has it already.</param>
    /// <param name="source">The code.</param>
    /// <param name="tags">The new cell's tags.</param>
    public NotebookCell InsertCodeCellAfter(NotebookCell cell, string id, string source, params IReadOnlyList<string> tags)
    {
        string unique = id;
        for (int i = 2; _cells.Any(other => other.Id == unique); i++)
        {
            unique = $"{id}-{i}";
        }

        var added = new NotebookCell(FormatMinor >= 5 ? unique : null, source, tags);
        _cells.Insert(_cells.IndexOf(cell) + 1, added);
        return added;
    }

    /// <summary>Writes the notebook so that the file is there completely or not at all.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, ToUtf8());

    public override string ToString() => Encoding.UTF8.GetString(ToUtf8());

    /// <summary>The bytes of the notebook file.</summary>
    public byte[] ToUtf8()
    {
        var output = new ArrayBufferWriter<byte>(_file.Length);
        var style = JsonStyle.Of(_file);
        int copied = 0;
        string indent = "";
        foreach (NotebookCell cell in _cells)
        {
            if (cell.Fields.Count > 0)
            {
                int start = cell.Place.Start.Value;
                output.Write(_file.AsSpan(copied, start - copied));
                copied = cell.Place.End.Value;
                indent = JsonStyle.IndentAt(_file, start);
                WriteEdited(output, cell, style);
            }
            else
            {
                output.Write(Encoding.UTF8.GetBytes("," + style.Separator(indent)));
                output.Write(style.Format(writer => WriteNew(writer, cell), indent));
            }
        }

        output.Write(_file.AsSpan(copied));
        return output.WrittenSpan.ToArray();
    }

    private void WriteEdited(ArrayBufferWriter<byte> output, NotebookCell cell, JsonStyle style)
    {
        int copied = cell.Place.Start.Value;
        int lastEnd = cell.Fields.Values.Max(field => field.End.Value);
        foreach ((string name, Range field) in cell.Fields.OrderBy(field => field.Value.Start.Value))
        {
            if (cell.Edits.TryGetValue(name, out Action<Utf8JsonWriter>? write))
            {
                int start = field.Start.Value;
                output.Write(_file.AsSpan(copied, start - copied));
                output.Write(style.Format(write, JsonStyle.IndentAt(_file, start)));
                copied = field.End.Value;
            }
        }

        output.Write(_file.AsSpan(copied, lastEnd - copied > 0 ? lastEnd - copied : 0));
        copied = Math.Max(copied, lastEnd);
        string indent = JsonStyle.IndentAt(_file, cell.Fields.Values.First(field => field.End.Value == lastEnd).Start.Value);
        foreach ((string name, Action<Utf8JsonWriter> write) in cell.Edits.Where(edit => !cell.Fields.ContainsKey(edit.Key)))
        {
            output.Write(Encoding.UTF8.GetBytes($",{style.Separator(indent)}\"{name}\": "));
            output.Write(style.Format(write, indent));
        }

        output.Write(_file.AsSpan(copied, cell.Place.End.Value - copied));
    }

    private static void WriteNew(Utf8JsonWriter writer, NotebookCell cell)
    {
        writer.WriteStartObject();
        foreach ((string name, Action<Utf8JsonWriter> write) in cell.Edits)
        {
            writer.WritePropertyName(name);
            write(writer);
        }

        writer.WriteEndObject();
    }
}
