namespace ShapeKit.Kernel.Display;

/// <summary>One value in all the forms a front end may choose from: MIME type to content.</summary>
/// <remarks>
/// Text and HTML are plain strings, images base64, <c>application/json</c> and types that end in <c>+json</c> hold JSON text.
/// </remarks>
/// <param name="Data">MIME type to content; always holds <c>text/plain</c>.</param>
public sealed record MimeBundle(IReadOnlyDictionary<string, string> Data)
{
    public const string Plain = "text/plain";
    public const string Html = "text/html";
    public const string Png = "image/png";

    /// <summary>How deep JSON may be nested; what is deeper is shown as the text it is.</summary>
    internal const int MostLevels = 500;

    public static MimeBundle Text(string text) => new(new Dictionary<string, string> { [Plain] = text });

    /// <summary>Content of one form, which is its text, too.</summary>
    public static MimeBundle Of(string mimeType, string content) =>
        new(new Dictionary<string, string> { [mimeType] = content, [Plain] = content });

    /// <summary>Whether content of a type is JSON.</summary>
    internal static bool IsJson(string mimeType) => mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal);
}
