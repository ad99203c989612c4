using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;

namespace ShapeKit.Kernel.Display;

/// <summary>
/// HTML from formatters that a cell registered with Microsoft.DotNet.Interactive.Formatting. The one file that uses that library.
/// </summary>
/// <remarks>
/// What the library itself makes of a value is not used: the text of some types, such as that of a <c>Match</c> or of XML, would become
/// HTML.
/// </remarks>
internal static class RegisteredFormatters
{
    /// <summary>Whether the library is loaded: only a cell can have asked for it.</summary>
    private static volatile bool _loaded;

    static RegisteredFormatters()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, load) => Notice(load.LoadedAssembly);
        Array.ForEach(AppDomain.CurrentDomain.GetAssemblies(), Notice);
    }

    /// <returns>Whether a cell has registered a formatter for the value.</returns>
    public static bool Fill(Dictionary<string, string> forms, object value) => _loaded && FillByLibrary(forms, value);

    private static void Notice(Assembly assembly)
    {
        if (assembly.GetName().Name == "Microsoft.DotNet.Interactive.Formatting")
        {
            _loaded = true;
        }
    }

    // In a method of its own, so that the library is not loaded before a cell asks for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool FillByLibrary(Dictionary<string, string> forms, object value)
    {
        if (
            Formatter
                .RegisteredFormatters(includeDefaults: false)
                .FirstOrDefault(each => each.MimeType == HtmlFormatter.MimeType && each.Type.IsInstanceOfType(value))
            is not { } formatter
        )
        {
            return false;
        }

        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(value, new FormatContext(writer));
        forms[MimeBundle.Html] = writer.ToString();
        return true;
    }
}
