using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// What an author wrote about the parameters of a function, a constructor or a record: Roslyn's own service leaves it out.
/// </summary>
internal static class Documentation
{
    private static readonly Regex Space = new(@"\s+");

    /// <summary>One paragraph, empty when nothing is written: a list that reads well as text and as Markdown.</summary>
    public static IEnumerable<string> Parameters(ISymbol? symbol)
    {
        if (symbol?.GetDocumentationCommentXml(expandIncludes: true) is not { Length: > 0 } xml)
        {
            yield break;
        }

        // Comments in a cell may be no XML; Roslyn then gives a comment that says so.
        XElement comment = XElement.Parse(xml.StartsWith("<member", StringComparison.Ordinal) ? xml : $"<member>{xml}</member>");
        string[] lines = [.. comment.Elements("param").Select(p => $"- {(string?)p.Attribute("name")}: {Text(p)}")];
        if (lines.Length > 0)
        {
            yield return "Parameters:\n" + string.Join('\n', lines);
        }
    }

    private static string Text(XElement element) => Space.Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } reference => Name(reference),
            XElement other => Text(other),
            _ => "",
        };

    /// <summary>The last name of a reference such as <c>M:System.Math.Max(System.Int32,System.Int32)</c>.</summary>
    private static string Name(XElement reference)
    {
        string full = (
            (string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword") ?? ""
        ).Split('(')[0];
        return full[(full.LastIndexOfAny(['.', ':']) + 1)..].Split('`')[0];
    }
}
