using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ShapeKit.Kernel.Documents;
using ShapeKit.Visualization;

namespace ShapeKit.Cli.Pages;

/// <summary>
/// The pages of one run in one folder: a page for each notebook, their contents, the glossary that stands beside the first notebook, an
/// index of their words, and plotly.js where a page has charts. They need nothing else, no network and no server.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="maker">The program and its version.</param>
/// <param name="chapters">The notebooks, in order.</param>
internal sealed class Site(string folder, string maker, IReadOnlyList<Chapter> chapters)
{
    /// <summary>The name of the page that leads to the others.</summary>
    public const string Contents = "index.html";

    private const string Search = "search.js";
    private const string Plotly = "plotly.js";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly string Style = PageFiles.Read("page.css");
    private static readonly string Script = PageFiles.Read("page.js");

    /// <summary>A browser runs the scripts with these hashes, wherever they stand in a page.</summary>
    private static readonly string Hashes = string.Join(
        ' ',
        FigureScripts
            .All.Append(Script)
            .Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'")
    );

    private readonly (NotebookPage Page, Outcome Outcome)?[] _ended = new (NotebookPage, Outcome)?[chapters.Count];
    private readonly Glossary? _glossary = Glossary.In(
        FolderOf(chapters[0]),
        new MarkdownHtml(FolderOf(chapters[0]), source => AddressOf(chapters, source))
    );
    private readonly Lock _gate = new();
    private bool _hasPlotly;

    /// <summary>Writes the contents before any notebook has run.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            WriteContents("Running.", isOver: false);
        }
    }

    /// <summary>Writes the page of a notebook that has run, and adds it to the contents.</summary>
    /// <param name="index">Which notebook.</param>
    /// <param name="document">The executed notebook.</param>
    /// <param name="outcome">How the run went.</param>
    public void Add(int index, NotebookDocument document, Outcome outcome)
    {
        Chapter chapter = chapters[index];
        string root = Root(chapter.Page);
        var markdown = new MarkdownHtml(
            FolderOf(chapter),
            source => AddressOf(chapters, source) is { } address ? root + address : null,
            _glossary?.Links(root)
        );
        var page = NotebookPage.Render(document, chapter.Title, markdown);
        lock (_gate)
        {
            _ended[index] = (page, outcome);
            if (page.HasCharts && !_hasPlotly)
            {
                Write(Plotly, PlotlyJs.ReadSource());
                _hasPlotly = true;
            }

            WriteContents("Running.", isOver: false);
            WritePage(index, isOver: false);
        }
    }

    /// <summary>Writes the contents when no further notebook runs; pages no longer lead to those that did not run.</summary>
    /// <param name="outcome">How the run went, in a sentence.</param>
    public void End(string outcome)
    {
        lock (_gate)
        {
            WriteContents(outcome, isOver: true);
            foreach (int index in Enumerable.Range(0, chapters.Count).Where(i => _ended[i] is not null && _ended.Contains(null)))
            {
                WritePage(index, isOver: true);
            }
        }
    }

    private void WritePage(int index, bool isOver)
    {
        Chapter chapter = chapters[index];
        (NotebookPage page, Outcome outcome) = _ended[index]!.Value;
        int[] linked = [.. Enumerable.Range(0, chapters.Count).Where(i => !isOver || _ended[i] is not null)];
        int place = Array.IndexOf(linked, index);
        string root = Root(chapter.Page);
        var pager = new StringBuilder("<nav class=\"pager\" aria-label=\"Before and after\">\n");
        if (place > 0)
        {
            Chapter before = chapters[linked[place - 1]];
            pager.Append(
                CultureInfo.InvariantCulture,
                $"<a rel=\"prev\" href=\"{root}{Address(before)}\"><small>Before</small> {Encode(before.Title)}</a>\n"
            );
        }

        pager.Append(CultureInfo.InvariantCulture, $"<a class=\"up\" href=\"{root}{Contents}\">Contents</a>\n");
        if (place + 1 < linked.Length)
        {
            Chapter after = chapters[linked[place + 1]];
            pager.Append(
                CultureInfo.InvariantCulture,
                $"<a rel=\"next\" href=\"{root}{Address(after)}\"><small>Next</small> {Encode(after.Title)}</a>\n"
            );
        }

        WriteHtml(
            chapter.Page,
            chapter.Title,
            page.Html,
            pager.Append("</nav>\n").ToString(),
            Footer(chapter, outcome),
            Links(chapter.Page, linked),
            page.HasCharts
        );
    }

    private void WriteContents(string outcome, bool isOver)
    {
        int[] linked = [.. Enumerable.Range(0, chapters.Count).Where(i => _ended[i] is not null)];
        var found = linked.Select(i => (chapters[i].Page, chapters[i].Title, _ended[i]!.Value.Page.Sections));
        if (_glossary is not null)
        {
            found = found.Prepend((Glossary.Address, Glossary.Title, _glossary.Page.Sections));
            WriteHtml(
                Glossary.Address,
                Glossary.Title,
                _glossary.Page.Html,
                "",
                Encode(maker),
                Links(Glossary.Address, linked),
                hasCharts: false
            );
        }

        Write(
            Search,
            "window.shapekitSearch = "
                + JsonSerializer.Serialize(
                    found.Select(page => new
                    {
                        Page = AddressOf(page.Page),
                        page.Title,
                        Sections = page.Sections.Select(section => new
                        {
                            section.Id,
                            section.Title,
                            section.Text,
                        }),
                    }),
                    Json
                )
                + ";\n"
        );

        var content = new StringBuilder();
        content.Append(
            CultureInfo.InvariantCulture,
            $"<h1>Contents</h1>\n<p class=\"lead\">{Encode(outcome)}</p>\n<ul class=\"contents\">\n"
        );
        for (int i = 0; i < chapters.Count; i++)
        {
            Append(content, chapters[i], _ended[i], isOver);
        }

        WriteHtml(Contents, "ShapeKit", content.Append("</ul>\n").ToString(), "", Encode(maker), Links(Contents, linked), hasCharts: false);
    }

    /// <summary>How the notebook's run went, and where the notebook is: as it was run beside the page, and as it is on GitHub.</summary>
    private string Footer(Chapter chapter, Outcome outcome)
    {
        string executed = Path.GetFileNameWithoutExtension(chapter.Source) + ".ipynb";
        string footer =
            $"<a href=\"{Uri.EscapeDataString(executed)}\" download>{Encode(executed)}</a>: "
            + Encode($"{outcome.Words}, {Seconds(outcome)}, {maker}");
        return GitHub.Of(chapter.Source) is not { } home
            ? footer
            : $"{footer} · <a href=\"{Encode(home.File)}\">the notebook on GitHub</a> · <a href=\"{Encode(home.Codespace)}\">run it in a Codespace</a>";
    }

    private static void Append(StringBuilder content, Chapter chapter, (NotebookPage Page, Outcome Outcome)? ended, bool isOver)
    {
        string title = Encode(chapter.Title);
        if (ended is not var (page, outcome))
        {
            content.Append(
                CultureInfo.InvariantCulture,
                $"<li>\n<h2>{title}</h2>\n<p>{Encode(chapter.Aim)}</p>\n"
                    + $"<p class=\"facts\">{(isOver ? "Did not run" : "Not run yet")}</p>\n</li>\n"
            );
            return;
        }

        string picture = page.Picture is null ? "" : $"<img src=\"{Encode(page.Picture)}\" alt=\"\">\n";
        string state = outcome.HasPassed ? "" : $" <strong>{Encode(outcome.Words)}</strong>";
        content.Append(
            CultureInfo.InvariantCulture,
            $"<li>\n{picture}<h2><a href=\"{Address(chapter)}\">{title}</a></h2>\n<p>{Encode(chapter.Aim)}</p>\n"
                + $"<p class=\"facts\">{Seconds(outcome)}{state}</p>\n"
        );
        if (outcome.Measured.Count > 0)
        {
            content.Append("<dl>\n");
            foreach ((string name, string value, string remark) in outcome.Measured)
            {
                content.Append(
                    CultureInfo.InvariantCulture,
                    $"<div><dt>{Encode(name)}</dt><dd>{value}{(remark.Length > 0 ? $" <em>{remark}</em>" : "")}</dd></div>\n"
                );
            }

            content.Append("</dl>\n");
        }

        content.Append("</li>\n");
    }

    /// <summary>The chapters as links, below the current one its sections, and at the end the glossary.</summary>
    private string Links(string page, int[] linked)
    {
        string root = Root(page);
        string Mark(string other) => other == page ? " aria-current=\"page\"" : "";
        var links = new StringBuilder();
        foreach (int i in linked)
        {
            links.Append(
                CultureInfo.InvariantCulture,
                $"<li><a href=\"{root}{Address(chapters[i])}\"{Mark(chapters[i].Page)}>{Encode(chapters[i].Title)}</a>"
            );
            PageSection[] sections =
                chapters[i].Page == page ? [.. _ended[i]!.Value.Page.Sections.Where(section => section.Level == 2)] : [];
            if (sections.Length > 0)
            {
                string items = string.Concat(
                    sections.Select(section => $"<li><a href=\"#{Uri.EscapeDataString(section.Id)}\">{Encode(section.Title)}</a></li>\n")
                );
                links.Append(CultureInfo.InvariantCulture, $"\n<ul class=\"sections\">\n{items}</ul>\n");
            }

            links.Append("</li>\n");
        }

        if (_glossary is not null)
        {
            links.Append(
                CultureInfo.InvariantCulture,
                $"<li><a href=\"{root}{Glossary.Address}\"{Mark(Glossary.Address)}>{Glossary.Title}</a></li>\n"
            );
        }

        return links.ToString();
    }

    /// <summary>
    /// Writes a page whose policy keeps a browser from fetching anything into it, and from running any script but the kit's: those with
    /// these hashes, and the files whose elements bear a number that was drawn after the notebook ran, which no data can know.
    /// </summary>
    private void WriteHtml(string page, string title, string content, string pager, string footer, string links, bool hasCharts)
    {
        string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        string root = Root(page);
        string[] files = hasCharts ? [Search, Plotly] : [Search];
        Write(
            page,
            PageFiles.Fill(
                "page.html",
                new Dictionary<string, string>
                {
                    ["policy"] =
                        $"default-src 'none'; script-src 'nonce-{nonce}' {Hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
                        + "font-src data:; media-src data:; form-action 'none'; base-uri 'none'",
                    ["title"] = Encode(title),
                    ["style"] = Style,
                    ["script"] = Script,
                    ["files"] = string.Concat(files.Select(file => $"<script defer nonce=\"{nonce}\" src=\"{root}{file}\"></script>\n")),
                    ["root"] = root,
                    ["home"] = page == Contents ? " aria-current=\"page\"" : "",
                    ["chapters"] = links,
                    ["content"] = content,
                    ["pager"] = pager,
                    ["footer"] = footer,
                }
            )
        );
    }

    private void Write(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));

    private static string Seconds(Outcome outcome) => string.Create(CultureInfo.InvariantCulture, $"{outcome.Seconds:0.0} s");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A page's address in the site.</summary>
    private static string AddressOf(string page) => string.Join('/', page.Split('/').Select(Uri.EscapeDataString));

    private static string Address(Chapter chapter) => AddressOf(chapter.Page);

    /// <summary>The address in the site of the page that is made of a file; null where none is.</summary>
    private static string? AddressOf(IReadOnlyList<Chapter> chapters, string source) =>
        chapters.FirstOrDefault(chapter => chapter.Source == source) is { } target ? Address(target)
        : source == Path.Combine(FolderOf(chapters[0]), Glossary.Source) && File.Exists(source) ? Glossary.Address
        : null;

    private static string FolderOf(Chapter chapter) => Path.GetDirectoryName(chapter.Source)!;

    /// <summary>The way from a page to the site's folder.</summary>
    private static string Root(string page) => string.Concat(Enumerable.Repeat("../", page.Count(sign => sign == '/')));
}
