using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace ShapeKit.Notebooks.Tests.Pages;

/// <summary>The site of three small notebooks, one of which has the name of the contents, and of a glossary.</summary>
public sealed class SiteRun : TemporaryNotebooks, IAsyncLifetime
{
    public string Said { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        string many = string.Concat(Enumerable.Range(0, 60).Select(i => $"Paragraph {i} fills the page.\n\n"));
        Write(
            "a.ipynb",
            "#md # 1. Roses\n\n[next: no rose](b.ipynb), `rose`\n\n- smell a *rose*;\n- plant a rose.",
            "#md ## Red roses\n\n### Your turn\n\n"
                + $"|{string.Concat(Enumerable.Range(0, 30).Select(i => $" column{i} |"))}\n"
                + $"|{string.Concat(Enumerable.Repeat("---|", 30))}\n"
                + $"|{string.Concat(Enumerable.Repeat(" cell |", 30))}\n",
            "#r \"nuget: ShapeKit\"\nusing ShapeKit.Runtime;\nusing ShapeKit.Visualization;\nResults.Record(\"petals\", 5);",
            "// A line of code that is far longer than a telephone is wide, and wider than many a screen, too, as some lines are.\n"
                + "Charts.Bars([(\"red\", 3.0), (\"white\", 5.0)], \"Roses by colour\", \"roses\")",
            "#md ## White roses\n\n### Your turn\n\n" + many
        );
        Write(
            "b.ipynb",
            $"#md # 2. Jam\n\n{many}",
            $"#md ## In the pantry\n\nHere stands the marmalade, by a rose bush and another rose bush.\n\n{many}",
            "int answer = 42;"
        );
        Write("index.ipynb", "#md A text without a title.\n\n## Sources\n\n- A. Rose: *Rose bush.* 1901.");
        File.WriteAllText(
            PathOf("glossary.md"),
            "# Glossary\n\n### paragraph\n\nA *few* sentences. [2](b.ipynb#in-the-pantry)\n\n"
                + "### rose\n\nA flower with \"thorns\". [1](a.ipynb#red-roses)\n\n"
                + "### rose bush\n\nA plant. [2](b.ipynb#in-the-pantry)\n"
        );
        (_, string output, string errors) = await RunProgramAsync(
            Launcher,
            Folder,
            new Dictionary<string, string> { ["GITHUB_REPOSITORY"] = "" },
            ["run", "a.ipynb", "b.ipynb", "index.ipynb", "--output", "site"]
        );
        Said = output + errors;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal IDocument Parse(string page) => new HtmlParser().ParseDocument(Read("site", page));
}

public sealed class SiteTests(SiteRun run) : IClassFixture<SiteRun>
{
    [Fact]
    public void The_contents_lead_to_every_chapter_and_tell_its_aim_and_what_it_measured()
    {
        Assert.EndsWith("Pages: site/index.html\n", run.Said);
        IElement[] chapters = [.. run.Parse("index.html").QuerySelectorAll(".contents > li")];

        Assert.Equal(["a.html", "b.html", "index-notebook.html"], chapters.Select(chapter => Href(chapter.QuerySelector("h2 a"))));
        Assert.Equal(["1. Roses", "2. Jam", "index"], chapters.Select(chapter => chapter.QuerySelector("h2")!.TextContent));
        Assert.Contains("Smell a rose.", chapters[0].TextContent, StringComparison.Ordinal);
        Assert.Matches(@"petals\s*5", chapters[0].TextContent);
        Assert.Matches(@"\d\.\d s", chapters[1].TextContent);
    }

    [Fact]
    public void A_page_lists_the_chapters_and_its_sections_and_leads_before_and_after()
    {
        IDocument page = run.Parse("b.html");

        Assert.Equal(
            ["a.html", "b.html", "#in-the-pantry", "index-notebook.html", "glossary.html"],
            page.QuerySelectorAll("#side .chapters a").Select(Href)
        );
        Assert.Equal("b.html", Href(Assert.Single(page.QuerySelectorAll("#side [aria-current=page]"))));
        Assert.Equal(["a.html", "index.html", "index-notebook.html"], page.QuerySelectorAll(".pager a").Select(Href));
    }

    [Fact]
    public void A_word_of_the_glossary_leads_there_where_a_page_mentions_it_first_but_not_from_headings_links_and_code()
    {
        IElement[] words = [.. run.Parse("a.html").QuerySelectorAll("main .term")];

        Assert.Equal(["glossary.html#rose", "glossary.html#paragraph"], words.Select(Href));
        Assert.Equal(["rose", "Paragraph"], words.Select(word => word.TextContent));
        Assert.Equal(["A flower with \"thorns\".", "A few sentences."], words.Select(word => word.GetAttribute("title")));
        Assert.Equal("EM", words[0].ParentElement!.TagName);
        Assert.Empty(run.Parse("index-notebook.html").QuerySelectorAll("main .term"));
        Assert.Equal(["Paragraph", "rose bush"], run.Parse("b.html").QuerySelectorAll("main .term").Select(word => word.TextContent));
    }

    [Fact]
    public void The_glossary_leads_to_the_sections_that_explain_its_words()
    {
        IDocument page = run.Parse("glossary.html");

        Assert.Equal(["paragraph", "rose", "rose-bush"], page.QuerySelectorAll("main h3").Select(heading => heading.Id));
        Assert.Equal(["b.html#in-the-pantry", "a.html#red-roses", "b.html#in-the-pantry"], page.QuerySelectorAll("main a").Select(Href));
        Assert.Equal("glossary.html", Href(Assert.Single(page.QuerySelectorAll("#side [aria-current=page]"))));
    }

    [Fact]
    public async Task A_page_offers_its_notebook_and_where_GitHub_keeps_it_that_one_and_a_Codespace()
    {
        Assert.Equal(["b.ipynb"], run.Parse("b.html").QuerySelectorAll("footer a").Select(Href));
        using var folder = new TemporaryNotebooks();
        Directory.CreateDirectory(folder.PathOf(".git"));
        folder.Write("lessons/a & b.ipynb", "#md # 1. Roses");

        (_, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            folder.Folder,
            new Dictionary<string, string> { ["GITHUB_REPOSITORY"] = "ada/course", ["GITHUB_SERVER_URL"] = "https://github.com" },
            ["run", "lessons/a & b.ipynb", "--output", "site"]
        );

        Assert.True(File.Exists(folder.PathOf("site", "a & b.html")), output + errors);
        Assert.Equal(
            ["a%20%26%20b.ipynb", "https://github.com/ada/course/blob/HEAD/lessons/a%20%26%20b.ipynb", "https://codespaces.new/ada/course"],
            new HtmlParser().ParseDocument(folder.Read("site", "a & b.html")).QuerySelectorAll("footer a").Select(Href)
        );
    }

    [Fact]
    public void Headings_that_say_the_same_are_told_apart()
    {
        string?[] ids = [.. run.Parse("a.html").QuerySelectorAll("[id]").Select(element => element.Id)];

        Assert.Contains("your-turn", ids);
        Assert.Contains("your-turn-2", ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Every_address_of_the_site_is_relative_and_leads_to_a_file_and_an_element_of_it() =>
        Assert.All(new[] { "index.html", "a.html", "b.html", "index-notebook.html", "glossary.html" }, name =>
        {
            Page.AssertFetchesNothing(run.Read("site", name));
            Assert.Empty(Page.Forbidden(run.Read("site", name)));
            foreach (IElement element in run.Parse(name).QuerySelectorAll("[href], script[src]"))
            {
                string[] parts = (element.GetAttribute("href") ?? element.GetAttribute("src"))!.Split('#');
                string target = parts[0].Length > 0 ? parts[0] : name;
                Assert.True(File.Exists(run.PathOf("site", target)), $"{name} leads to {target}.");
                Assert.True(parts.Length == 1 || run.Parse(target).GetElementById(Uri.UnescapeDataString(parts[1])) is not null, parts[^1]);
            }
        });

    [Fact]
    public void The_number_that_lets_a_pages_files_run_is_another_in_each_page()
    {
        string[] numbers =
        [
            .. new[] { "index.html", "a.html", "b.html" }.Select(name => Regex.Match(run.Read("site", name), "'nonce-([^']+)'").Value),
        ];

        Assert.Equal(3, numbers.Distinct().Count());
    }

    [Fact]
    public async Task A_run_that_stops_early_leads_only_to_the_pages_it_made()
    {
        using var folder = new TemporaryNotebooks();
        folder.Write("a.ipynb", "#md # A", "1");
        folder.Write("b.ipynb", "#md # B", "int zero = 0;\n1 / zero");
        folder.Write("c.ipynb", "#md # C", "3");

        await folder.RunAsync("run", "a.ipynb", "b.ipynb", "c.ipynb", "--stop-on-error", "--output", "site");

        Assert.False(File.Exists(folder.PathOf("site", "c.html")));
        Assert.DoesNotContain("c.html", folder.Read("site", "a.html") + folder.Read("site", "index.html"), StringComparison.Ordinal);
        Assert.Contains("<p class=\"facts\">Did not run</p>", folder.Read("site", "index.html"), StringComparison.Ordinal);
    }

    private static string? Href(IElement? link) => link?.GetAttribute("href");
}

/// <summary>What a reader's keys do in the site, opened from the disk in the system's Chromium.</summary>
public sealed class SiteInBrowserTests(SiteRun run) : IClassFixture<SiteRun>
{
    private const string Drawn =
        "shapekitPlotly.then(() => new Promise(requestAnimationFrame)).then(() => "
        + "document.querySelectorAll('.js-plotly-plot .bars path').length)";

    [Fact]
    public async Task Searching_by_keys_finds_a_word_and_leads_to_its_section()
    {
        await using BrowserTab tab = await OpenAsync(1280, 900, "a.html");

        await tab.PressAsync("/", 191, "/");
        await tab.TypeAsync("marmal");
        Assert.Equal("1 place", await tab.RunAsync("document.getElementById('found').textContent"));
        Assert.Equal("marmal", await tab.RunAsync("document.querySelector('#results mark').textContent"));
        await tab.PressAsync("ArrowDown", 40);
        Assert.Equal("b.html#in-the-pantry", await tab.RunAsync("document.activeElement.getAttribute('href')"));
        await tab.PressAsync("Enter", 13, "\r");
        await tab.LoadedAsync();

        Assert.EndsWith("/site/b.html#in-the-pantry", await tab.RunAsync("location.href"));
        Assert.InRange(
            double.Parse(
                await tab.RunAsync("document.getElementById('in-the-pantry').getBoundingClientRect().top"),
                System.Globalization.CultureInfo.InvariantCulture
            ),
            0,
            300
        );
        AssertQuiet(tab);
    }

    [Fact]
    public async Task Searching_a_word_of_the_glossary_finds_first_what_it_means()
    {
        await using BrowserTab tab = await OpenAsync(1280, 900, "b.html");

        await tab.PressAsync("/", 191, "/");
        await tab.TypeAsync("rose");

        Assert.Equal("glossary.html#rose", await tab.RunAsync("document.querySelector('#results a').getAttribute('href')"));
    }

    [Fact]
    public async Task A_chart_is_drawn_with_the_plotly_of_the_folder_and_a_page_taken_out_of_it_has_the_words_instead()
    {
        await using BrowserTab tab = await OpenAsync(1280, 900, "a.html");
        Assert.Equal("2", await tab.RunAsync(Drawn));
        AssertQuiet(tab);

        File.Copy(run.PathOf("site", "a.html"), run.PathOf("alone.html"), overwrite: true);
        await tab.GoAsync(run.PathOf("alone.html"));

        Assert.Equal(
            "true",
            await tab.RunAsync(
                "(chart => chart.innerText === chart.getAttribute('aria-label'))(document.querySelector('figure [role=img]'))"
            )
        );
        Assert.Contains(
            "taken out of its folder",
            await tab.RunAsync("document.querySelector('main').innerText"),
            StringComparison.Ordinal
        );
        Assert.Equal("0", await tab.RunAsync("[...document.querySelectorAll('.pager, .search')].filter(e => e.offsetWidth).length"));
    }

    [Fact]
    public async Task On_a_telephone_the_list_of_chapters_opens_and_closes_by_keys()
    {
        const string IsShown = "getComputedStyle(document.getElementById('side')).display !== 'none'";
        await using BrowserTab tab = await OpenAsync(390, 844, "a.html");
        Assert.Equal("false", await tab.RunAsync(IsShown));

        await tab.PressAsync("Tab", 9);
        Assert.Equal("Skip to the text", await tab.RunAsync("document.activeElement.textContent"));
        await tab.PressAsync("Tab", 9);
        await tab.PressAsync("Enter", 13, "\r");
        Assert.Equal("true", await tab.RunAsync(IsShown));
        await tab.PressAsync("Tab", 9);
        Assert.Equal("true", await tab.RunAsync("document.getElementById('side').contains(document.activeElement)"));
        await tab.PressAsync("Escape", 27);

        Assert.Equal("false", await tab.RunAsync(IsShown));
        Assert.Equal("BUTTON", await tab.RunAsync("document.activeElement.tagName"));
        AssertQuiet(tab);
    }

    [Theory]
    [InlineData("index.html")]
    [InlineData("a.html")]
    [InlineData("glossary.html")]
    public async Task Nothing_is_wider_than_a_narrow_window(string page)
    {
        await using BrowserTab tab = await OpenAsync(360, 800, page);
        if (page == "a.html")
        {
            Assert.Equal("2", await tab.RunAsync(Drawn));
        }

        Assert.Equal("360", await tab.RunAsync("document.documentElement.scrollWidth"));
        Assert.Equal(
            "",
            await tab.RunAsync(
                """
                [...document.querySelectorAll('body *')]
                  .filter(e => !e.parentElement.closest('pre, .scroll, .outputs figure, #side') && e.getBoundingClientRect().right > 360.5)
                  .map(e => e.outerHTML.slice(0, 80)).join('\n')
                """
            )
        );
    }

    [Fact]
    public async Task Copy_gives_the_code_of_its_cell()
    {
        await using BrowserTab tab = await OpenAsync(1280, 900, "b.html");
        await tab.RunAsync(
            "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async text => { window.copied = text; } } })"
        );

        string said = await tab.RunAsync(
            "(async () => { const b = document.querySelector('.copy'); b.click(); await 0; await 0; await 0; return copied; })()"
        );

        Assert.Equal("int answer = 42;", said);
    }

    private async Task<BrowserTab> OpenAsync(int width, int height, string page)
    {
        BrowserTab tab = await BrowserTab.OpenAsync();
        await tab.ResizeAsync(width, height);
        await tab.GoAsync(run.PathOf("site", page));
        return tab;
    }

    /// <summary>No error in the console, and no request but for files and for what the page itself holds.</summary>
    private static void AssertQuiet(BrowserTab tab)
    {
        Assert.Empty(tab.Errors);
        Assert.NotEmpty(tab.Requests);
        Assert.All(tab.Requests, address => Assert.Matches("^(file|data|about|blob):", address));
    }
}
