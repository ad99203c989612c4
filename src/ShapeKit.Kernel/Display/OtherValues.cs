using Microsoft.DotNet.Interactive.Formatting;

namespace ShapeKit.Kernel.Display;

/// <summary>HTML for the types that nothing else here knows. The one file that uses Microsoft.DotNet.Interactive.Formatting.</summary>
internal static class OtherValues
{
    public static void Fill(Dictionary<string, string> forms, object value) => forms[MimeBundle.Html] = value.ToDisplayString(HtmlFormatter.MimeType);
}
