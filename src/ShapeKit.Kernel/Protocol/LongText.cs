using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ShapeKit.Kernel.Protocol;

/// <summary>Writes a long text in pieces: a JSON writer makes room for many times what it is given at once.</summary>
internal sealed class LongText : JsonConverter<string>
{
    private const int Piece = 64 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new LongText() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>A text of any length, as a part of JSON.</summary>
    public static JsonValue Value(string text) =>
        text.Length <= Piece ? JsonValue.Create(text) : JsonValue.Create(text, (JsonTypeInfo<string>)Options.GetTypeInfo(typeof(string)))!;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        for (int start = 0; start < value.Length; start += Piece)
        {
            int length = Math.Min(Piece, value.Length - start);
            writer.WriteStringValueSegment(value.AsSpan(start, length), isFinalSegment: start + length == value.Length);
            writer.Flush();
        }
    }
}
