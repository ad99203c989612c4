using System.Text.Json;

namespace ShapeKit.Kernel.Protocol;

/// <summary>Reads what other programs sent: a field that is missing or of another kind has its default.</summary>
internal static class JsonFields
{
    public static string Text(this JsonElement owner, string name, string otherwise = "") => owner.TextOrNull(name) ?? otherwise;

    /// <summary>A field that holds text; null when there is none.</summary>
    public static string? TextOrNull(this JsonElement owner, string name) =>
        owner.Has(name, JsonValueKind.String, out JsonElement value) ? value.TextOrNull() : null;

    /// <summary>A value that is text; null when it is none.</summary>
    public static string? TextOrNull(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which JSON can spell and text cannot hold.
            return null;
        }
    }

    public static bool Flag(this JsonElement owner, string name, bool otherwise) =>
        owner.Has(name, JsonValueKind.True, out _) || (!owner.Has(name, JsonValueKind.False, out _) && otherwise);

    public static int? Number(this JsonElement owner, string name) =>
        owner.Has(name, JsonValueKind.Number, out JsonElement value) && value.TryGetInt32(out int number) ? number : null;

    /// <summary>A field that holds an object; an empty object when there is none.</summary>
    public static JsonElement Fields(this JsonElement owner, string name) =>
        owner.Has(name, JsonValueKind.Object, out JsonElement value) ? value : Empty;

    public static JsonElement Empty { get; } = JsonDocument.Parse("{}").RootElement;

    private static bool Has(this JsonElement owner, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out value) && value.ValueKind == kind;
    }
}
