using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;

namespace ShapeKit.Kernel.Display;

/// <summary>HTML from formatters that a cell registered with Microsoft.DotNet.Interactive.Formatting. The one file that uses that library.</summary>
/// <remarks>What the library itself makes of a value is not used: the text of some types, such as that of a <c>Match</c> or of XML, would become HTML.</remarks>
internal static class RegisteredFormatters
{
    /// <returns>Whether a cell has registered a formatter for the value.</returns>
    public static bool Fill(Dictionary<string, string> forms, object value) =>
        AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "Microsoft.DotNet.Interactive.Formatting") && FillByLibrary(forms, value);

    // In a method of its own, so that the library is not loaded before a cell asks for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool FillByLibrary(Dictionary<string, string> forms, object value)
    {
        if (Formatter.RegisteredFormatters(includeDefaults: false).FirstOrDefault(each => each.MimeType == HtmlFormatter.MimeType && each.Type.IsInstanceOfType(value)) is not { } formatter)
        {
            return false;
        }

        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(value, new FormatContext(writer));
        forms[MimeBundle.Html] = writer.ToString();
        return true;
    }
}
