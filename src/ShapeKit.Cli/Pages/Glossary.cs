using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace ShapeKit.Cli.Pages;

/// <summary>A word of the course.</summary>
/// <param name="Word">The word.</param>
/// <param name="Id">Its place in the glossary's page.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Mention">Where it stands in a text, in the singular or the plural; a word with capitals only as it is written.</param>
internal sealed record Term(string Word, string Id, string Meaning, Regex Mention);

/// <summary>
/// The words of a course: a Markdown file beside its notebooks, with a heading of the third level for each word and below it a paragraph
/// that says what it means and then leads to where it is explained.
/// </summary>
internal sealed class Glossary
{
    /// <summary>The name of its file.</summary>
    public const string Source = "glossary.md";

    /// <summary>The name of its page.</summary>
    public const string Address = "glossary.html";

    /// <summary>The title of its page.</summary>
    public const string Title = "Glossary";

    /// <summary>Text that is a name, leads elsewhere or is read letter by letter stays as it is.</summary>
    private const string Untouched =
        "h1, h2, h3, h4, h5, h6, a, code, pre, summary, sub, sup, button, option, textarea, svg, math, script, style";

    private readonly Term[] _terms;

    private Glossary(NotebookPage page)
    {
        Page = page;
        IElement body = new HtmlParser().ParseDocument(page.Html).Body!;
        _terms =
        [
            .. from heading in body.QuerySelectorAll("h3[id]")
            let meaning = heading.NextElementSibling?.ChildNodes.TakeWhile(node => node is not IElement { LocalName: "a" })
            where meaning is not null && !string.IsNullOrWhiteSpace(heading.TextContent)
            select new Term(
                heading.TextContent,
                heading.Id!,
                string.Concat(meaning.Select(node => node.TextContent)).Trim(),
                MentionOf(heading.TextContent)
            ),
        ];
    }

    /// <summary>Its page.</summary>
    public NotebookPage Page { get; }

    /// <summary>The glossary in a folder; null where it has none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="markdown">How its text becomes HTML.</param>
    /// <exception cref="CommandException">Its file can't be read.</exception>
    public static Glossary? In(string folder, MarkdownHtml markdown)
    {
        string file = Path.Combine(folder, Source);
        try
        {
            return File.Exists(file)
                ? new Glossary(
                    NotebookPage.Of($"<section class=\"markdown\">\n{markdown.ToHtml(File.ReadAllText(file))}</section>\n", Title)
                )
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} can't be read: {e.Message}", e);
        }
    }

    /// <summary>Leads from a page's texts, given one after another, to the glossary, each word where it is mentioned first.</summary>
    /// <param name="root">The way from the page to the site's folder.</param>
    public Action<IElement> Links(string root)
    {
        var linked = new HashSet<Term>();
        return body =>
        {
            // Titles of sources are names, too.
            IElement? sources = body.QuerySelector("#sources");
            bool IsProse(IText text) =>
                text.ParentElement!.Closest(Untouched) is null
                && sources?.CompareDocumentPosition(text).HasFlag(DocumentPositions.Following) is not true;
            foreach (IText text in body.Descendants<IText>().Where(IsProse).ToArray())
            {
                IText rest = text;
                while (FirstIn(rest.Data) is var (term, place))
                {
                    IText mention = rest.Split(place.Index);
                    rest = mention.Split(place.Length);
                    if (linked.Add(term))
                    {
                        IElement link = rest.Owner!.CreateElement("a");
                        link.ClassName = "term";
                        link.SetAttribute("href", $"{root}{Address}#{Uri.EscapeDataString(term.Id)}");
                        link.SetAttribute("title", term.Meaning);
                        link.TextContent = mention.Data;
                        mention.Replace(link);
                    }
                }
            }
        };
    }

    /// <summary>The first word of the glossary in a text; of those that begin at the same place the longest.</summary>
    private (Term Term, Match Place)? FirstIn(string text) =>
        _terms
            .Select(term => (Term: term, Place: term.Mention.Match(text)))
            .Where(found => found.Place.Success)
            .OrderBy(found => found.Place.Index)
            .ThenByDescending(found => found.Place.Length)
            .Cast<(Term, Match)?>()
            .FirstOrDefault();

    private static Regex MentionOf(string word) =>
        new(
            $@"(?<![\p{{L}}\p{{N}}-]){Regex.Escape(word)}(e?s)?(?![\p{{L}}\p{{N}}-])",
            word.Any(char.IsUpper) ? RegexOptions.None : RegexOptions.IgnoreCase
        );
}
