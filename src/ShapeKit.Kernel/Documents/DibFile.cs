using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ShapeKit.Kernel.Documents;

/// <summary>The .dib files of .NET Interactive: plain text, in which a line such as <c>#!csharp</c> begins a cell.</summary>
/// <remarks>
/// They hold the cells' texts and languages and, below a line <c>#!meta</c>, JSON that a Jupyter notebook keeps under
/// <c>polyglot_notebook</c>. Blank lines around a cell's text are no part of it.
/// </remarks>
public static class DibFile
{
    /// <summary>How the names of .dib files end.</summary>
    public const string Extension = ".dib";

    private const string Head = "#!";
    private const string Meta = "#!meta";
    private const string Markdown = "markdown";
    private const string Raw = "raw";

    /// <summary>The names that begin a cell without being listed in the file's own JSON.</summary>
    private static readonly string[] Languages =
    [
        "csharp",
        "c#",
        "fsharp",
        "f#",
        "pwsh",
        "powershell",
        "html",
        "http",
        "javascript",
        "js",
        "kql",
        Markdown,
        "md",
        "mermaid",
        Raw,
        "sql",
        "value",
    ];

    /// <summary>Reads the bytes of a .dib file as a notebook.</summary>
    /// <exception cref="NotebookFormatException">The bytes are no text, or their JSON is broken.</exception>
    public static NotebookDocument Read(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new NotebookFormatException("the file is not UTF-8 text; save it as UTF-8.", 1, 1, innerException: e);
        }

        string[] lines = Unix(text).Split('\n');
        (Range place, string? meta, int line) = FindMeta(lines);
        (HashSet<string> known, string language) = meta is null ? ([.. Languages], "csharp") : Kernels(meta, line);
        var cells = new List<(string Language, string Text)>();
        var current = new List<string>();
        foreach (string each in lines[..place.Start].Concat(lines[place.End..]))
        {
            if (LanguageOf(each, known) is { } next)
            {
                Add();
                language = next;
            }
            else
            {
                current.Add(each);
            }
        }

        Add();
        return NotebookDocument.Parse(Notebook(cells, meta));

        void Add()
        {
            string cell = string.Join('\n', current).Trim('\n');
            if (cell.Length > 0)
            {
                cells.Add((language, cell));
            }

            current.Clear();
        }
    }

    private static string Unix(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The lines that hold a file's JSON, the JSON, and the line where it begins, counted from 1.</summary>
    private static (Range Place, string? Meta, int Line) FindMeta(string[] lines)
    {
        int head = Array.FindIndex(lines, line => line.TrimEnd() == Meta);
        if (head < 0)
        {
            return (..0, null, 0);
        }

        int end = Array.FindIndex(lines, head + 1, line => line.StartsWith(Head, StringComparison.Ordinal));
        end = end < 0 ? lines.Length : end;
        int first = Array.FindIndex(lines, head + 1, end - head - 1, line => line.Trim().Length > 0);
        return first < 0 ? (head..end, null, 0) : (head..end, string.Join('\n', lines[first..end]).Trim(), first + 1);
    }

    /// <summary>Writes a notebook's texts as a .dib file.</summary>
    /// <exception cref="NotebookFormatException">A cell can't be told apart from what would stand beside it.</exception>
    public static byte[] Write(NotebookDocument document)
    {
        string? meta = MetaOf(document);
        HashSet<string> known = meta is null ? [.. Languages] : Kernels(meta, 1).Known;
        var text = new StringBuilder();
        if (meta is not null)
        {
            text.Append(Meta).Append("\n\n").Append(meta).Append("\n\n");
        }

        foreach ((int i, NotebookCell cell) in document.Cells.Index())
        {
            string source = Unix(cell.Source).Trim('\n');
            if (source.Length == 0)
            {
                continue;
            }

            string language = cell.Kind switch
            {
                CellKind.Markdown => Markdown,
                CellKind.Raw => Raw,
                _ => cell.Language ?? "csharp",
            };
            string[] lines = source.Split('\n');
            bool saysItself = cell is { Kind: CellKind.Code, Language: null or "csharp" } && LanguageOf(lines[0], known) is not null;
            if (!known.Contains(language))
            {
                throw Problem(i, $"its language “{language}” is not among those that the notebook's “polyglot_notebook” lists.");
            }

            if (
                Array.Find(lines[(saysItself ? 1 : 0)..], line => LanguageOf(line, known) is not null || line.TrimEnd() == Meta) is { } line
            )
            {
                throw Problem(i, $"the line “{line.Trim()}” would begin a cell in a .dib file; give what follows it a cell of its own.");
            }

            text.Append(saysItself ? "" : $"{Head}{language}\n\n").Append(source).Append("\n\n");
        }

        if (text.Length > 0)
        {
            text.Length--;
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static NotebookFormatException Problem(int cell, string problem) => new(problem, 1, 1, cell + 1);

    /// <summary>The language whose cell a line begins; null for any other line.</summary>
    private static string? LanguageOf(string line, HashSet<string> known) =>
        line.StartsWith(Head, StringComparison.Ordinal) && line[Head.Length..].TrimEnd() is { } name && known.Contains(name) ? name : null;

    /// <summary>The names that begin a cell, and the language of what stands before the first.</summary>
    private static (HashSet<string> Known, string Default) Kernels(string meta, int line)
    {
        try
        {
            using var json = JsonDocument.Parse(meta);
            var known = new HashSet<string>(Languages, StringComparer.Ordinal);
            string? language = null;
            if (
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("kernelInfo", out JsonElement info)
                && info.ValueKind == JsonValueKind.Object
            )
            {
                language = Text(info, "defaultKernelName");
                foreach (JsonElement kernel in Items(info, "items"))
                {
                    known.UnionWith(
                        Items(kernel, "aliases").Select(alias => alias.ToString()).Append(Text(kernel, "name")).OfType<string>()
                    );
                }
            }

            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (known, language ?? "csharp")
                : throw new NotebookFormatException($"what follows “{Meta}” must be a JSON object.", line, 1);
        }
        catch (JsonException e)
        {
            throw new NotebookFormatException(
                $"what follows “{Meta}” is not JSON: {e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.')}.",
                line + (int)(e.LineNumber ?? 0),
                (int)(e.BytePositionInLine ?? 0) + 1,
                innerException: e
            );
        }
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    /// <summary>What a notebook keeps for a .dib file, as it is written there.</summary>
    private static string? MetaOf(NotebookDocument document)
    {
        byte[] file = document.ToUtf8();
        using var json = JsonDocument.Parse(
            file.AsMemory(file.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0),
            new JsonDocumentOptions { MaxDepth = NotebookJson.MaxDepth }
        );
        return
            json.RootElement.TryGetProperty("metadata", out JsonElement metadata)
            && metadata.TryGetProperty("polyglot_notebook", out JsonElement meta)
            && meta.ValueKind == JsonValueKind.Object
            ? meta.GetRawText()
            : null;
    }

    private static ReadOnlySpan<byte> Notebook(List<(string Language, string Text)> cells, string? meta)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, NotebookJson.WriterOptions with { Indented = true, IndentSize = 1 }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("cells");
            foreach ((int i, (string language, string text)) in cells.Index())
            {
                WriteCell(writer, i, language, text);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("metadata");
            writer.WriteStartObject("kernelspec");
            writer.WriteString("display_name", "C# (ShapeKit)");
            writer.WriteString("language", "csharp");
            writer.WriteString("name", "shapekit");
            writer.WriteEndObject();
            writer.WriteStartObject("language_info");
            writer.WriteString("name", "csharp");
            writer.WriteEndObject();
            if (meta is not null)
            {
                writer.WritePropertyName("polyglot_notebook");
                writer.WriteRawValue(meta);
            }

            writer.WriteEndObject();
            writer.WriteNumber("nbformat", 4);
            writer.WriteNumber("nbformat_minor", 5);
            writer.WriteEndObject();
        }

        return output.WrittenSpan;
    }

    private static void WriteCell(Utf8JsonWriter writer, int index, string language, string text)
    {
        bool isCode = language is not (Markdown or "md" or Raw);
        writer.WriteStartObject();
        writer.WriteString(
            "cell_type",
            isCode ? "code"
                : language == Raw ? Raw
                : Markdown
        );
        if (isCode)
        {
            writer.WriteNull("execution_count");
        }

        writer.WriteString("id", $"cell-{index + 1}");
        writer.WriteStartObject("metadata");
        if (isCode && language != "csharp")
        {
            WriteLanguage(writer, "dotnet_interactive", "language", language);
            WriteLanguage(writer, "polyglot_notebook", "kernelName", language);
        }

        writer.WriteEndObject();
        if (isCode)
        {
            writer.WriteStartArray("outputs");
            writer.WriteEndArray();
        }

        writer.WritePropertyName("source");
        NotebookJson.WriteLines(writer, text);
        writer.WriteEndObject();
    }

    private static void WriteLanguage(Utf8JsonWriter writer, string owner, string field, string language)
    {
        writer.WriteStartObject(owner);
        writer.WriteString(field, language);
        writer.WriteEndObject();
    }
}
