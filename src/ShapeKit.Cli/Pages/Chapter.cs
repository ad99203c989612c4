using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Pages;

/// <summary>A notebook as its site names it.</summary>
/// <param name="Source">The notebook's full path.</param>
/// <param name="Page">The address of its page in the site.</param>
/// <param name="Title">Its first title, or else its file's name.</param>
/// <param name="Aim">The first of its aims, or else how its text begins; empty where it has neither.</param>
internal sealed record Chapter(string Source, string Page, string Title, string Aim)
{
    private const int LongestAim = 200;

    /// <param name="document">The notebook.</param>
    /// <param name="source">The notebook's full path.</param>
    /// <param name="page">The address of its page in the site.</param>
    public static Chapter Of(NotebookDocument document, string source, string page)
    {
        IElement? first = document
            .Cells.Where(cell => cell.Kind == CellKind.Markdown)
            .Select(cell => new HtmlParser().ParseDocument(MarkdownHtml.Shown(cell.Source)).Body!)
            .FirstOrDefault(body => body.QuerySelector("h1") is not null);
        string aim = Text(first?.QuerySelector("h1 ~ ul > li"))
            ?? Text(first?.QuerySelectorAll("h1 ~ p").FirstOrDefault(text => text.QuerySelector("a, img") is null))
            ?? "";
        return new Chapter(
            source,
            page,
            Text(first?.QuerySelector("h1")) ?? Path.GetFileNameWithoutExtension(source),
            aim.Length is 0 or > LongestAim ? "" : char.ToUpperInvariant(aim[0]) + aim[1..].TrimEnd(';', ',', '.') + "."
        );
    }

    private static string? Text(IElement? element) => element?.TextContent.Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>What became of a chapter, as its page and the contents tell it.</summary>
/// <param name="Words">How it ended.</param>
/// <param name="HasPassed">Whether every cell ran.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Measured">What it measured, with a remark where that is not its result.</param>
internal sealed record Outcome(
    string Words,
    bool HasPassed,
    double Seconds,
    IReadOnlyList<(string Name, string Value, string Remark)> Measured
);
