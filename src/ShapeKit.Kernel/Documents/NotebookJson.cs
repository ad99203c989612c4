using System.Text.Encodings.Web;
using System.Text.Json;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Documents;

/// <summary>The values of a notebook as nbformat 4.5 writes them, and back.</summary>
/// <remarks>
/// https://nbformat.readthedocs.io/en/latest/format_description.html; keys in alphabetical order, text as lists of lines.
/// </remarks>
internal static class NotebookJson
{
    public const int MaxDepth = 1000;

    /// <summary>
    /// A longer line is written in pieces, which belong together as lines do; JSON's writer takes strings up to some length.
    /// </summary>
    private const int LongestPiece = 16 * 1024 * 1024;

    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
        NewLine = "\n",
    };

    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    public static void WriteCount(Utf8JsonWriter writer, int? value)
    {
        if (value is { } count)
        {
            writer.WriteNumberValue(count);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    public static void WriteTags(Utf8JsonWriter writer, IReadOnlyList<string> tags)
    {
        writer.WriteStartObject();
        if (tags.Count > 0)
        {
            WriteStrings(writer, "tags", tags);
        }

        writer.WriteEndObject();
    }

    public static void WriteLines(Utf8JsonWriter writer, string text)
    {
        text = WholeText.Of(text);
        writer.WriteStartArray();
        for (int start = 0; start < text.Length; )
        {
            int newLine = text.IndexOf('\n', start);
            int end = Math.Min(newLine < 0 ? text.Length : newLine + 1, start + LongestPiece);
            end -= end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
            writer.WriteStringValue(text.AsSpan(start, end - start));
            start = end;
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes the outputs of a cell that ended: no updates and no clearing are left among them.</summary>
    public static void WriteOutputs(Utf8JsonWriter writer, IEnumerable<CellOutput> outputs)
    {
        writer.WriteStartArray();
        foreach (CellOutput output in outputs)
        {
            writer.WriteStartObject();
            switch (output)
            {
                case StreamOutput stream:
                    writer.WriteString("name", stream.Name);
                    writer.WriteString("output_type", "stream");
                    writer.WritePropertyName("text");
                    WriteLines(writer, stream.Text);
                    break;
                case DisplayOutput display:
                    WriteBundle(writer, display.Data);
                    WriteNoMetadata(writer);
                    writer.WriteString("output_type", "display_data");
                    break;
                case ResultOutput result:
                    WriteBundle(writer, result.Data);
                    writer.WriteNumber("execution_count", result.ExecutionCount);
                    WriteNoMetadata(writer);
                    writer.WriteString("output_type", "execute_result");
                    break;
                case ErrorOutput error:
                    writer.WriteString("ename", WholeText.Of(error.Name));
                    writer.WriteString("evalue", WholeText.Of(error.Message));
                    writer.WriteString("output_type", "error");
                    WriteStrings(writer, "traceback", error.Traceback);
                    break;
                default:
                    throw new ArgumentException(
                        $"A notebook file holds no {output.GetType().Name}; collect a cell's outputs with {nameof(OutputCollector)} first.",
                        nameof(outputs)
                    );
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static IReadOnlyList<CellOutput> ReadOutputs(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, ReaderOptions);
        var outputs = new List<CellOutput>();
        foreach (JsonElement output in document.RootElement.EnumerateArray())
        {
            CellOutput? read = Text(output, "output_type") switch
            {
                "stream" => new StreamOutput(Text(output, "name"), Text(output, "text")),
                "display_data" => new DisplayOutput(ReadBundle(output, "data"), DisplayId: null),
                "execute_result" => new ResultOutput(ReadBundle(output, "data"), Count(output)),
                "error" => new ErrorOutput(Text(output, "ename"), Text(output, "evalue"), Strings(output, "traceback")),
                _ => null,
            };
            if (read is not null)
            {
                outputs.Add(read);
            }
        }

        return outputs;
    }

    public static IReadOnlyDictionary<string, MimeBundle> ReadAttachments(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, ReaderOptions);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document
                .RootElement.EnumerateObject()
                .DistinctBy(file => file.Name)
                .ToDictionary(file => file.Name, file => Bundle(file.Value))
            : new Dictionary<string, MimeBundle>();
    }

    private static bool IsText(string mimeType) =>
        mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType is "image/svg+xml" or "application/javascript";

    private static void WriteBundle(Utf8JsonWriter writer, MimeBundle bundle)
    {
        writer.WriteStartObject("data");
        foreach ((string mimeType, string content) in bundle.Data.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(WholeText.Of(mimeType));
            if (MimeBundle.IsJson(mimeType) && TryParse(WholeText.OfJson(content)) is { } json)
            {
                using (json)
                {
                    json.WriteTo(writer);
                }
            }
            else if (IsText(mimeType))
            {
                WriteLines(writer, content);
            }
            else
            {
                writer.WriteStringValue(WholeText.Of(content));
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>JSON that a cell's own code made may be wrong; it is then kept as the text it is.</summary>
    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MimeBundle.MostLevels });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteNoMetadata(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("metadata");
        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(WholeText.Of(value));
        }

        writer.WriteEndArray();
    }

    private static MimeBundle ReadBundle(JsonElement output, string name) =>
        output.TryGetProperty(name, out JsonElement data) ? Bundle(data) : MimeBundle.Text("");

    private static MimeBundle Bundle(JsonElement data) =>
        data.ValueKind != JsonValueKind.Object
            ? MimeBundle.Text("")
            : new MimeBundle(
                data.EnumerateObject()
                    .DistinctBy(entry => entry.Name)
                    .ToDictionary(
                        entry => entry.Name,
                        entry => MimeBundle.IsJson(entry.Name) ? entry.Value.GetRawText() : Text(entry.Value)
                    )
            );

    private static string Text(JsonElement owner, string name) => owner.TryGetProperty(name, out JsonElement value) ? Text(value) : "";

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => Decode(value),
            JsonValueKind.Array => string.Concat(value.EnumerateArray().Select(Text)),
            _ => value.GetRawText(),
        };

    private static List<string> Strings(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(Text)]
            : [];

    private static int Count(JsonElement output) =>
        output.TryGetProperty("execution_count", out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out int count)
            ? count
            : 0;

    /// <summary>JSON allows half a surrogate pair in an escape, which is no text; it is read as it stands in the file.</summary>
    private static string Decode(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText()[1..^1];
        }
    }
}
