using AngleSharp.Dom;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Pages;

/// <summary>Markdown cells as HTML: links lead to the pages of the same run, and pictures are in the page itself.</summary>
/// <remarks>One instance makes the texts of one page, so that no two headings of it have the same id.</remarks>
/// <param name="folder">The notebook's folder, where relative addresses start.</param>
/// <param name="pageOf">The address of the page made of a file, given the file's full path; null when the run makes none.</param>
/// <param name="change">What else is to be done to the elements of each text.</param>
internal sealed class MarkdownHtml(string folder, Func<string, string?> pageOf, Action<IElement>? change = null)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseEmphasisExtras()
        .UseFootnotes()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    /// <summary>The ids of headings so far; those in <c>page.html</c> are taken.</summary>
    private readonly HashSet<string> _ids = ["main", "side", "query", "found", "results"];

    /// <summary>Markdown that a cell showed.</summary>
    public static string Shown(string markdown) => Fragment.Close(Render(markdown), Frame);

    public string ToHtml(NotebookCell cell) => ToHtml(cell.Source, cell);

    /// <param name="markdown">The text.</param>
    /// <param name="cell">The cell that holds it, if one does, whose attachments may be its pictures.</param>
    public string ToHtml(string markdown, NotebookCell? cell = null) => Fragment.Close(Render(markdown), body =>
        {
            foreach (IElement image in body.QuerySelectorAll("img[src]"))
            {
                Embed(image, cell);
            }

            foreach (IElement link in body.QuerySelectorAll("a[href]"))
            {
                link.SetAttribute("href", Page(link.GetAttribute("href")!));
            }

            foreach (IElement heading in body.QuerySelectorAll("h1[id], h2[id], h3[id], h4[id], h5[id], h6[id]"))
            {
                string id = heading.Id!;
                for (int i = 2; !_ids.Add(heading.Id!); i++)
                {
                    heading.Id = $"{id}-{i}";
                }
            }

            Frame(body);
            change?.Invoke(body);
        });

    /// <summary>
    /// Puts a box around each table, in which it scrolls where it is wider than the page; a header without text is none.
    /// </summary>
    private static void Frame(IElement body)
    {
        foreach (IElement header in body.QuerySelectorAll("th").Where(header => string.IsNullOrWhiteSpace(header.TextContent)))
        {
            header.Replace(header.Owner!.CreateElement("td"));
        }

        foreach (IElement table in body.QuerySelectorAll("table"))
        {
            IElement box = table.Owner!.CreateElement("div");
            box.ClassName = "scroll";
            table.Replace(box);
            box.AppendChild(table);
        }
    }

    private static string Render(string markdown)
    {
        MarkdownDocument document = Markdown.Parse(markdown, Pipeline);
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new HighlightedCodeRenderer());
        renderer.Render(document);
        return writer.ToString();
    }

    /// <summary>
    /// A picture in the notebook's folder or attached to the cell moves into the page; one from the network becomes a link, and in the
    /// place of any other stands what it shows.
    /// </summary>
    private void Embed(IElement image, NotebookCell? cell)
    {
        string address = image.GetAttribute("src")!.Trim();
        if (address.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        bool isFar =
            Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            || address.StartsWith("//", StringComparison.Ordinal);
        if (!isFar && Data(address, cell) is { } data)
        {
            image.SetAttribute("src", data);
            return;
        }

        // A link holds no other.
        bool isLink = isFar && image.Closest("a") is null;
        IElement other = image.Owner!.CreateElement(isLink ? "a" : "em");
        if (isLink)
        {
            other.SetAttribute("href", address);
        }

        other.TextContent = image.GetAttribute("alt") is { Length: > 0 } alternative ? alternative : address;
        image.Replace(other);
    }

    private string? Data(string address, NotebookCell? cell)
    {
        const string Attachment = "attachment:";
        if (address.StartsWith(Attachment, StringComparison.Ordinal))
        {
            string name = Uri.UnescapeDataString(address[Attachment.Length..]);
            return
                cell is not null
                && cell.Attachments.TryGetValue(name, out var bundle)
                && bundle.Data.FirstOrDefault(entry => entry.Key.StartsWith("image/", StringComparison.Ordinal))
                    is { Key: not null } picture
                ? $"data:{picture.Key};base64,{picture.Value.ReplaceLineEndings("")}"
                : null;
        }

        string file = Uri.UnescapeDataString(address.Split('?', '#')[0]);
        string? type = Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".PNG" => "image/png",
            ".JPG" or ".JPEG" => "image/jpeg",
            ".GIF" => "image/gif",
            ".SVG" => "image/svg+xml",
            ".WEBP" => "image/webp",
            _ => null,
        };
        try
        {
            return
                type is not null
                && !file.Contains('\0')
                && Path.GetFullPath(file, folder) is var path
                && IsBelow(folder, path)
                && File.Exists(path)
                && RealPath(path) is var real
                && IsBelow(RealPath(folder), real)
                ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(real))}"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsBelow(string folder, string path) =>
        Path.GetRelativePath(folder, path) is var relative
        && !Path.IsPathRooted(relative)
        && relative.Split(Path.DirectorySeparatorChar)[0] != "..";

    /// <summary>Where a path leads when every symbolic link in it is followed.</summary>
    private static string RealPath(string path, int links = 40)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real =
                File.ResolveLinkTarget(next, returnFinalTarget: false) is not { } target ? next
                : links > 0 ? RealPath(target.FullName, links - 1)
                : throw new IOException($"{path} is behind too many links.");
        }

        return real;
    }

    private string Page(string address)
    {
        int hash = address.IndexOf('#', StringComparison.Ordinal);
        string path = hash < 0 ? address : address[..hash];
        if (Path.GetExtension(path) is not (".ipynb" or ".md") || path.Contains("://", StringComparison.Ordinal))
        {
            return address;
        }

        string file = Uri.UnescapeDataString(path);
        return !file.Contains('\0') && pageOf(Path.GetFullPath(file, folder)) is { } page
            ? page + (hash < 0 ? "" : address[hash..])
            : address;
    }

    /// <summary>Shows C# in Markdown, such as a folded solution, like the code of a cell.</summary>
    private sealed class HighlightedCodeRenderer : CodeBlockRenderer
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            if (block is FencedCodeBlock { Info: "csharp" or "cs" or "C#" or "c#" })
            {
                renderer.EnsureLine();
                renderer
                    .Write("<pre class=\"source\"><code>")
                    .Write(CodeHighlighter.ToHtml(block.Lines.ToString()))
                    .WriteLine("</code></pre>");
            }
            else
            {
                base.Write(renderer, block);
            }
        }
    }
}
