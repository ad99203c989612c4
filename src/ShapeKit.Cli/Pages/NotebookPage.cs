using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ShapeKit.Kernel.Documents;
using ShapeKit.Visualization;

namespace ShapeKit.Cli.Pages;

/// <summary>An executed notebook as one HTML file that needs nothing else: no network, no other file.</summary>
internal static class NotebookPage
{
    /// <summary>plotly.js as it stands in a page.</summary>
    private static readonly Lazy<string> Plotly = new(() =>
        PlotlyJs
            .ReadSource()
            .Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
    );

    /// <param name="document">The executed notebook.</param>
    /// <param name="source">The notebook's path.</param>
    /// <param name="pageOf">The address of the page made of another notebook, given that notebook's full path; null when there is
    /// none.</param>
    /// <param name="outcome">How the run went.</param>
    public static byte[] Render(NotebookDocument document, string source, Func<string, string?> pageOf, string outcome)
    {
        var markdown = new MarkdownHtml(Path.GetDirectoryName(source)!, pageOf);
        var body = new StringBuilder();
        foreach (NotebookCell cell in document.Cells)
        {
            Append(body, cell, markdown);
        }

        string content = body.ToString();
        bool drawsWithPlotly = content.Contains(FigureScripts.Chart, StringComparison.Ordinal);
        string title = Title(document) ?? Path.GetFileNameWithoutExtension(source);
        return Encoding.UTF8.GetBytes(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy(FigureScripts.All.Concat(drawsWithPlotly ? [Plotly.Value] : []))}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>
            {Resource("page.css")}</style>
            {(drawsWithPlotly ? $"<script>{Plotly.Value}</script>\n" : "")}</head>
            <body>
            <main>
            {content}</main>
            <footer>{WebUtility.HtmlEncode(Path.GetFileName(source))}: {WebUtility.HtmlEncode(outcome)}</footer>
            </body>
            </html>

            """
        );
    }

    private static void Append(StringBuilder body, NotebookCell cell, MarkdownHtml markdown)
    {
        string id = cell.Id is null ? "" : $" id=\"cell-{WebUtility.HtmlEncode(cell.Id)}\"";
        switch (cell.Kind)
        {
            case CellKind.Markdown:
                body.Append(CultureInfo.InvariantCulture, $"<section class=\"markdown\"{id}>\n{markdown.ToHtml(cell)}</section>\n");
                break;
            case CellKind.Code:
                body.Append(
                    CultureInfo.InvariantCulture,
                    $"<section class=\"code\"{id}>\n{Number(cell)}<pre "
                        + $"class=\"source\"><code>{CodeHighlighter.ToHtml(cell.Source)}</code></pre>\n"
                );
                string outputs = string.Concat(cell.Outputs.Select(OutputHtml.ToHtml));
                if (outputs.Length > 0)
                {
                    body.Append(CultureInfo.InvariantCulture, $"<div class=\"outputs\">\n{outputs}</div>\n");
                }

                body.Append("</section>\n");
                break;
            default:
                body.Append(
                    CultureInfo.InvariantCulture,
                    $"<section class=\"raw\"{id}><pre>{WebUtility.HtmlEncode(cell.Source)}</pre></section>\n"
                );
                break;
        }
    }

    /// <summary>The first title in a notebook's texts, or null where there is none.</summary>
    private static string? Title(NotebookDocument document) =>
        document
            .Cells.Where(cell => cell.Kind == CellKind.Markdown)
            .Select(cell => MarkdownHtml.Title(cell.Source))
            .FirstOrDefault(text => text is not null);

    /// <summary>Keeps a browser from fetching anything into the page and from running any script but these.</summary>
    private static string Policy(IEnumerable<string> scripts)
    {
        string hashes = string.Join(
            ' ',
            scripts.Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'")
        );
        return $"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src "
            + "data:; form-action 'none'; base-uri 'none'";
    }

    private static string Number(NotebookCell cell) =>
        cell.ExecutionCount is { } number ? $"<span class=\"index\" title=\"Cell {number}\">{number}</span>\n" : "";

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
