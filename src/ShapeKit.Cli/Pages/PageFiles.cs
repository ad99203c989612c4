using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace ShapeKit.Cli.Pages;

/// <summary>The files beside this code that pages are made of, which the command carries.</summary>
internal static class PageFiles
{
    private static readonly Regex Gap = new(@"\{\{(\w+)\}\}");

    /// <summary>The text of a file, the ends of its lines as a browser reads them, whatever a clone has made of them.</summary>
    public static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The text of a file, in which <c>{{name}}</c> stands for one of these texts.</summary>
    public static string Fill(string name, IReadOnlyDictionary<string, string> texts) =>
        Gap.Replace(Read(name), gap => texts[gap.Groups[1].Value]);
}
