using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace ShapeKit.Kernel.Documents;

/// <summary>Reads a notebook's bytes once and remembers where everything lies that may be written anew.</summary>
internal ref struct NotebookParser
{
    private static readonly Regex ValidId = new("^[a-zA-Z0-9_-]{1,64}$");
    private readonly ReadOnlyMemory<byte> _file;
    private readonly int _start;
    private Utf8JsonReader _reader;
    private int? _cell;

    private NotebookParser(ReadOnlyMemory<byte> file)
    {
        _file = file;
        _start = file.Span.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _reader = new Utf8JsonReader(file.Span[_start..], new JsonReaderOptions { MaxDepth = NotebookJson.MaxDepth });
    }

    /// <summary>What the document as a whole says.</summary>
    public readonly record struct Notebook(int Minor, string? Language, List<NotebookCell> Cells);

    public static Notebook Read(ReadOnlyMemory<byte> file)
    {
        var parser = new NotebookParser(file);
        parser.CheckEncoding();
        try
        {
            return parser.ReadNotebook();
        }
        catch (JsonException e)
        {
            throw parser.Broken(e);
        }
    }

    private readonly int TokenStart => _start + (int)_reader.TokenStartIndex;

    private readonly int TokenEnd => _start + (int)_reader.BytesConsumed;

    private void CheckEncoding()
    {
        ReadOnlySpan<byte> rest = _file.Span[_start..];
        if (rest.IsEmpty)
        {
            throw Problem("the file is empty.", 0);
        }

        if (Utf8.IsValid(rest))
        {
            return;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(rest[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        throw Problem("the file is not UTF-8 text; save it as UTF-8.", _start + at);
    }

    private Notebook ReadNotebook()
    {
        _reader.Read();
        Require(JsonTokenType.StartObject, "a notebook must be a JSON object");
        int? major = null;
        int minor = 0;
        string? language = null;
        List<NotebookCell>? cells = null;
        var seen = new HashSet<string>();
        while (NextField(seen, out string name))
        {
            switch (name)
            {
                case "nbformat":
                    major = ReadNumber(name);
                    if (major < 4)
                    {
                        throw Problem(
                            $"this is nbformat {major}; open the notebook in VS Code or Jupyter and save it once, which converts it to "
                                + "nbformat 4.",
                            TokenStart
                        );
                    }

                    if (major > 4)
                    {
                        throw Problem($"this is nbformat {major}, and only nbformat 4 can be read.", TokenStart);
                    }

                    break;
                case "nbformat_minor":
                    minor = ReadNumber(name);
                    break;
                case "metadata":
                    language = ReadLanguage();
                    break;
                case "cells":
                    cells = ReadCells();
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        int end = TokenStart;
        _reader.Read(); // Anything after the notebook is an error, which the reader reports.
        if (major is null)
        {
            throw Problem("“nbformat” is missing, so this is no Jupyter notebook.", end);
        }

        return cells is null ? throw Problem("“cells” is missing.", end) : new Notebook(minor, language, cells);
    }

    private string? ReadLanguage()
    {
        Require(JsonTokenType.StartObject, "“metadata” must be an object");
        string? kernel = null;
        string? info = null;
        var seen = new HashSet<string>();
        while (NextField(seen, out string name))
        {
            if (name is "kernelspec" or "language_info" && _reader.TokenType == JsonTokenType.StartObject)
            {
                bool isKernel = name == "kernelspec";
                var inner = new HashSet<string>();
                while (NextField(inner, out string field))
                {
                    if (field == (isKernel ? "language" : "name") && _reader.TokenType == JsonTokenType.String)
                    {
                        _ = isKernel ? kernel = ReadString() : info = ReadString();
                    }
                    else
                    {
                        _reader.Skip();
                    }
                }
            }
            else
            {
                _reader.Skip();
            }
        }

        return kernel ?? info;
    }

    private List<NotebookCell> ReadCells()
    {
        Require(JsonTokenType.StartArray, "“cells” must be a list");
        var cells = new List<NotebookCell>();
        var ids = new Dictionary<string, int>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _cell = cells.Count + 1;
            cells.Add(ReadCell(ids));
        }

        _cell = null;
        return cells;
    }

    private CellKind ReadKind()
    {
        int start = TokenStart;
        Require(JsonTokenType.String, "“cell_type” must be a string");
        return ReadString() switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            var other => throw Problem($"“cell_type” is “{other}”; nbformat 4 has code, markdown and raw.", start),
        };
    }

    private NotebookCell ReadCell(Dictionary<string, int> ids)
    {
        Require(JsonTokenType.StartObject, "a cell must be an object");
        int start = TokenStart;
        var fields = new Dictionary<string, Range>();
        CellKind? kind = null;
        string? id = null;
        string? source = null;
        int? executionCount = null;
        List<string> tags = [];
        string? language = null;
        var seen = new HashSet<string>();
        while (NextField(seen, out string name))
        {
            int valueStart = TokenStart;
            switch (name)
            {
                case "cell_type":
                    kind = ReadKind();
                    break;
                case "id":
                    id = ReadId(ids);
                    break;
                case "source":
                    source = ReadSource();
                    break;
                case "metadata":
                    (tags, language) = ReadMetadata();
                    break;
                case "execution_count" when _reader.TokenType != JsonTokenType.Null:
                    executionCount = ReadNumber(name);
                    break;
                case "outputs":
                    CheckOutputs();
                    break;
                case "attachments":
                    Require(JsonTokenType.StartObject, "“attachments” must be an object");
                    _reader.Skip();
                    break;
                default:
                    _reader.Skip();
                    break;
            }

            fields[name] = valueStart..TokenEnd;
        }

        if (kind is not { } known)
        {
            throw Problem("“cell_type” is missing.", start);
        }

        return source is null
            ? throw Problem("“source” is missing.", start)
            : new NotebookCell(_file, start..TokenEnd, fields, known, id, source, executionCount, tags) { Language = language };
    }

    private string ReadId(Dictionary<string, int> ids)
    {
        Require(JsonTokenType.String, "“id” must be a string");
        string id = ReadString();
        if (!ValidId.IsMatch(id))
        {
            throw Problem($"the id “{id}” is not 1 to 64 letters, digits, hyphens and underscores.", TokenStart);
        }

        return ids.TryAdd(id, _cell!.Value) ? id : throw Problem($"the id “{id}” is that of cell {ids[id]} already.", TokenStart);
    }

    private string ReadSource()
    {
        if (_reader.TokenType == JsonTokenType.String)
        {
            return ReadString();
        }

        Require(JsonTokenType.StartArray, "“source” must be a string or a list of strings");
        var text = new StringBuilder();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Require(JsonTokenType.String, "a line of “source” must be a string");
            text.Append(ReadString());
        }

        return text.ToString();
    }

    /// <summary>A cell's tags, and the language that .NET Interactive has noted for it.</summary>
    private (List<string> Tags, string? Language) ReadMetadata()
    {
        Require(JsonTokenType.StartObject, "“metadata” of a cell must be an object");
        var tags = new List<string>();
        string? language = null;
        var seen = new HashSet<string>();
        while (NextField(seen, out string name))
        {
            switch (name)
            {
                case "tags":
                    Require(JsonTokenType.StartArray, "“tags” must be a list");
                    while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    {
                        Require(JsonTokenType.String, "a tag must be a string");
                        tags.Add(ReadString());
                    }

                    break;
                case "polyglot_notebook":
                    language = ReadTextOf("kernelName") ?? language;
                    break;
                case "dotnet_interactive":
                    string? noted = ReadTextOf("language");
                    language ??= noted;
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        return (tags, language);
    }

    /// <summary>A field of the object at hand, where that is an object and the field a text.</summary>
    private string? ReadTextOf(string field)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return null;
        }

        string? text = null;
        var seen = new HashSet<string>();
        while (NextField(seen, out string name))
        {
            if (name == field && _reader.TokenType == JsonTokenType.String)
            {
                text = ReadString();
            }
            else
            {
                _reader.Skip();
            }
        }

        return text;
    }

    private void CheckOutputs()
    {
        Require(JsonTokenType.StartArray, "“outputs” must be a list");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Require(JsonTokenType.StartObject, "an output must be an object");
            _reader.Skip();
        }
    }

    /// <summary>Moves to the value of the current object's next field.</summary>
    private bool NextField(HashSet<string> seen, out string name)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = ReadString();
        if (!seen.Add(name))
        {
            throw Problem($"“{name}” occurs twice in the same object.", TokenStart);
        }

        return _reader.Read();
    }

    private readonly int ReadNumber(string name)
    {
        Require(JsonTokenType.Number, $"“{name}” must be a whole number");
        return _reader.TryGetInt32(out int value) ? value : throw Problem($"“{name}” must be a whole number.", TokenStart);
    }

    private readonly string ReadString()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Problem("the text has half a surrogate pair in a \\u escape.", TokenStart);
        }
    }

    private readonly void Require(JsonTokenType expected, string rule)
    {
        if (_reader.TokenType != expected)
        {
            string found = _reader.TokenType switch
            {
                JsonTokenType.StartObject => "an object",
                JsonTokenType.StartArray => "a list",
                JsonTokenType.String => "a string",
                JsonTokenType.Number => "a number",
                JsonTokenType.Null => "null",
                _ => "true or false",
            };
            throw Problem($"{rule}, not {found}.", TokenStart);
        }
    }

    private readonly NotebookFormatException Problem(string problem, int offset, Exception? cause = null)
    {
        ReadOnlySpan<byte> before = _file.Span[..offset];
        int line = before.Count((byte)'\n') + 1;
        int lineStart = Math.Max(before.LastIndexOf((byte)'\n') + 1, line == 1 ? Math.Min(_start, offset) : 0);
        return new NotebookFormatException(
            problem,
            line,
            Encoding.UTF8.GetCharCount(before[lineStart..]) + 1,
            _cell,
            innerException: cause
        );
    }

    private readonly NotebookFormatException Broken(JsonException e)
    {
        ReadOnlySpan<byte> text = _file.Span[_start..];
        int offset = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            offset += text[offset..].IndexOf((byte)'\n') + 1;
        }

        offset = Math.Min(offset + (int)(e.BytePositionInLine ?? 0), text.Length);
        bool truncated = text[offset..].Trim(" \t\r\n"u8).IsEmpty;
        string reason = e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
        return truncated
            ? Problem("the file ends in the middle; it was probably not saved or copied completely.", _start + offset, e)
            : Problem(string.Create(CultureInfo.InvariantCulture, $"this is not JSON: {reason}."), _start + offset, e);
    }
}
