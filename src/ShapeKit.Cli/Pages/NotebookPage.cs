using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using ShapeKit.Kernel.Documents;
using ShapeKit.Visualization;

namespace ShapeKit.Cli.Pages;

/// <summary>A part of a page that can be found and led to.</summary>
/// <param name="Level">The level of its heading.</param>
/// <param name="Id">The heading's id; empty for what stands above the first heading.</param>
/// <param name="Title">The heading.</param>
/// <param name="Text">Its words and code in one line.</param>
internal sealed record PageSection(int Level, string Id, string Title, string Text);

/// <summary>An executed notebook as the text of a page.</summary>
/// <param name="Html">The text.</param>
/// <param name="Sections">Its sections, in order.</param>
/// <param name="Picture">The address, which holds the picture itself, of the first picture of some size that a cell showed; null where
/// there is none.</param>
internal sealed record NotebookPage(string Html, IReadOnlyList<PageSection> Sections, string? Picture)
{
    /// <summary>Shorter addresses hold a few pixels, such as a kernel's.</summary>
    private const int ShortestPicture = 300;

    private static readonly Regex Space = new(@"\s+");

    /// <summary>Whether it needs plotly.js.</summary>
    public bool HasCharts => Html.Contains(FigureScripts.Chart, StringComparison.Ordinal);

    /// <param name="document">The executed notebook.</param>
    /// <param name="title">The notebook's title, which stands above a text that has none.</param>
    /// <param name="markdown">How its texts become HTML.</param>
    public static NotebookPage Render(NotebookDocument document, string title, MarkdownHtml markdown)
    {
        var html = new StringBuilder();
        foreach (NotebookCell cell in document.Cells)
        {
            Append(html, cell, markdown);
        }

        return Of(html.ToString(), title);
    }

    /// <param name="html">The text, its cells side by side.</param>
    /// <param name="title">The title, which stands above a text that has none.</param>
    public static NotebookPage Of(string html, string title)
    {
        IElement body = new HtmlParser(new HtmlParserOptions { IsScripting = true })
            .ParseDocument("<main></main>")
            .Body!.FirstElementChild!;
        body.InnerHtml = html;
        if (body.QuerySelector(".markdown h1") is null)
        {
            html = $"<h1>{WebUtility.HtmlEncode(title)}</h1>\n{html}";
        }

        return new NotebookPage(
            html,
            SectionsOf(body, title),
            body.QuerySelectorAll(".outputs img")
                .Select(image => image.GetAttribute("src"))
                .FirstOrDefault(address =>
                    address?.Length >= ShortestPicture && address.StartsWith("data:image/", StringComparison.Ordinal)
                )
        );
    }

    private static void Append(StringBuilder html, NotebookCell cell, MarkdownHtml markdown)
    {
        string id = cell.Id is null ? "" : $" id=\"cell-{WebUtility.HtmlEncode(cell.Id)}\"";
        switch (cell.Kind)
        {
            case CellKind.Markdown:
                html.Append(CultureInfo.InvariantCulture, $"<section class=\"markdown\"{id}>\n{markdown.ToHtml(cell)}</section>\n");
                break;
            case CellKind.Code:
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<section class=\"code\"{id}>\n{Number(cell)}<pre "
                        + $"class=\"source\"><code>{CodeHighlighter.ToHtml(cell.Source)}</code></pre>\n"
                );
                string outputs = string.Concat(cell.Outputs.Select(OutputHtml.ToHtml));
                if (outputs.Length > 0)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<div class=\"outputs\">\n{outputs}</div>\n");
                }

                html.Append("</section>\n");
                break;
            default:
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<section class=\"raw\"{id}><pre>{WebUtility.HtmlEncode(cell.Source)}</pre></section>\n"
                );
                break;
        }
    }

    private static string Number(NotebookCell cell) =>
        cell.ExecutionCount is { } number ? $"<span class=\"index\" title=\"Cell {number}\">{number}</span>\n" : "";

    private static List<PageSection> SectionsOf(IElement body, string title)
    {
        var sections = new List<PageSection>();
        var text = new StringBuilder();
        var current = new PageSection(1, "", title, "");
        void End()
        {
            if (current.Id.Length > 0 || text.Length > 0)
            {
                sections.Add(current with { Text = Space.Replace(text.ToString(), " ").Trim() });
            }

            text.Clear();
        }

        foreach (IElement cell in body.Children)
        {
            foreach (INode node in cell.ClassName == "code" ? cell.QuerySelectorAll("pre.source") : cell.ChildNodes.AsEnumerable())
            {
                if (node is IElement { LocalName: "h1" or "h2" or "h3", Id.Length: > 0 } heading)
                {
                    End();
                    current = new PageSection(heading.LocalName[1] - '0', heading.Id, heading.TextContent.Trim(), "");
                }
                else if (node is IElement or IText)
                {
                    text.Append(node.TextContent).Append(' ');
                }
            }
        }

        End();
        return sections;
    }
}
