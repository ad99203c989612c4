namespace ShapeKit.Notebooks.Tests.Pages;

/// <summary>The pages of the chapters, as they were run, in the system's Chromium.</summary>
public sealed class ChapterPagesInBrowserTests(ChapterRun run)
{
    private const string Settled = "shapekitPlotly.then(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))))";

    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task On_a_telephone_nothing_is_wider_than_the_screen_and_the_console_is_quiet(string chapter)
    {
        await using BrowserTab tab = await OpenAsync(chapter, 360, 800);

        Assert.Equal("360", await tab.RunAsync("document.documentElement.scrollWidth"));
        Assert.Empty(tab.Errors);
        Assert.All(tab.Requests, address => Assert.Matches("^(file|data|about|blob):", address));
    }

    /// <summary>https://github.com/dequelabs/axe-core: the rules of WCAG 2 that a program can look after, and its best practices.</summary>
    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Axe_finds_nothing_that_keeps_a_reader_out_in_either_theme(string chapter)
    {
        string axe = Repository.PathOf("node_modules", "axe-core", "axe.min.js");
        Assert.SkipUnless(File.Exists(axe), "There is no axe-core here: npm install --no-save axe-core, in the folder of the clone.");
        await using BrowserTab tab = await OpenAsync(chapter, 1280, 900);
        await tab.RunAsync(await File.ReadAllTextAsync(axe, TestContext.Current.CancellationToken) + "; ''");

        string light = await ViolationsAsync(tab, "{}");
        await tab.DarkenAsync();
        string dark = await ViolationsAsync(tab, "{ runOnly: ['color-contrast'] }");

        Assert.True(light + dark == "", $"light: {light}\ndark: {dark}");
    }

    private async Task<BrowserTab> OpenAsync(string chapter, int width, int height)
    {
        string page = await run.PathAsync(chapter, ".html");
        BrowserTab tab = await BrowserTab.OpenAsync();
        await tab.ResizeAsync(width, height);
        await tab.GoAsync(page);
        await tab.RunAsync(Settled);
        return tab;
    }

    private static Task<string> ViolationsAsync(BrowserTab tab, string options) =>
        tab.RunAsync(
            $$"""
            axe.run(document, {{options}}).then(told => told.violations.map(rule =>
              `${rule.id}: ${rule.nodes.length} of ${rule.help}, as ${rule.nodes[0].html.slice(0, 300)} ${rule.nodes[0].failureSummary}`).join('\n'))
            """
        );
}
