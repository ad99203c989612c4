namespace ShapeKit.Kernel.Display;

/// <summary>One value in all the forms a front end may choose from: MIME type to content.</summary>
/// <remarks>Text and HTML are plain strings, images base64, and types that end in <c>json</c> hold JSON text.</remarks>
/// <param name="Data">MIME type to content; always holds <c>text/plain</c>.</param>
public sealed record MimeBundle(IReadOnlyDictionary<string, string> Data)
{
    public const string Plain = "text/plain";
    public const string Html = "text/html";
    public const string Png = "image/png";

    public static MimeBundle Text(string text) => new(new Dictionary<string, string> { [Plain] = text });
}
