using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace ShapeKit.Notebooks.Tests.Pages;

/// <summary>The same notebook run twice: once its data is harmless, once it is markup that a browser would run or fetch.</summary>
public sealed class HostileRun : TemporaryNotebooks, IAsyncLifetime
{
    public const string Declared = "document.title = 'taken'";

    /// <summary>What would lead a page elsewhere, and swallow the rest of it.</summary>
    private const string Far =
        "<meta http-equiv='refresh' content='0;url=https://example.org'><noscript><p title='</noscript><meta http-equiv=refresh "
        + "content=0>'></p></noscript><i>last</i></section></main><plaintext>end<!-- and";

    /// <summary>What a browser would read otherwise once it was read and written.</summary>
    public static readonly string[] Shifting =
    [
        "<script><!--<script>",
        "<form><math><mtext></form><form><mglyph><style></math><meta http-equiv=refresh content='0;url=https://example.org'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;'>",
    ];

    public static readonly string[] Hostile =
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "\"><svg/onload=alert(1)>",
        "' onmouseover='alert(1)",
        "-->",
        "<!--",
        "</style><script>alert(1)</script>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src=//example.org>",
        "</textarea></title><script>alert(1)</script>",
        "<STYLE>*{display:none}</STYLE>",
        "<details open ontoggle=alert(1)>",
        "]]><script>alert(1)</script>",
        "<script src=plotly.js nonce=x></script>",
    ];

    /// <summary>Cells that show the texts in data.json in every way.</summary>
    private static readonly string[] Cells =
    [
        "#md # Data\n\n![A picture](attachment:a.png)",
        $"#md {Far}",
        "#r \"nuget: ShapeKit\"\n#r \"nuget: Plotly.NET\"\nusing ShapeKit.Visualization;\nusing System.Data;\nusing "
            + "System.Text.Json;\nusing System.Text.Json.Nodes;\nusing System.Xml.Linq;\nstring[] texts = "
            + "JsonSerializer.Deserialize<string[]>(File.ReadAllText(\"data.json\"));",
        "foreach (string text in texts) { Console.WriteLine(text); Console.Error.WriteLine(text); display(text); }",
        """
            foreach (string text in texts)
            {
                display(new { Name = text, Inner = new { text } });
                display((text, 1, text));
                display(new[] { text, text });
                display(new Dictionary<string, object> { [text] = new { text } });
                display(new XElement("shown", new XAttribute("by", text), text));
                display(JsonNode.Parse(JsonSerializer.Serialize(new Dictionary<string, string> { [text] = text })));
                display(new InvalidOperationException(text, new ArgumentException(text)) { HelpLink = text, Data = { [text] = text } });
                var table = new DataTable(text) { Columns = { text, "other" } };
                table.Rows.Add(text, text);
                display(table);
                display(typeof(Named<>).MakeGenericType(typeof(string)).GetConstructors()[0].Invoke(new object[] { text }));
            }
            public record Named<T>(T Value);
            """,
        """
            foreach (string text in texts)
            {
                display(Charts.Bars([(text, 1.0), ("other", 2.0)], text, text));
                display(Explorers.Vectors((1, 2), (3, 4), text));
                var trace = new Plotly.NET.Trace("scatter");
                trace.SetProperty("x", new[] { text });
                trace.SetProperty("y", new[] { 1 });
                trace.SetProperty("name", text);
                display(Plotly.NET.GenericChart.ofTraceObject(true, trace));
            }
            """,
        """
            foreach (string text in texts)
            {
                foreach (string type in new[] { "image/png", "image/jpeg", "image/svg+xml" }) display(new Bundle(type, text));
            }
            public class Bundle
            {
                private readonly string type, text;
                public Bundle(string type, string text) { this.type = type; this.text = text; }
                public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { [type] = text, ["text/plain"] = text };
            }
            """,
        $"// <script>alert(2)</script>\nstring own = \"<script>alert(2)</script>\";\nHTML(\"<script>{Declared}</script>"
            + "<script src='plotly.js'></script><b "
            + "onclick='alert(1)'>declared</b>\")",
        $"HTML(\"{Far}\")",
        .. Shifting.SelectMany(html => new[] { "#md " + html, $"HTML(\"{html}\")" }),
        "throw new InvalidOperationException(string.Join(\" \", texts), new ArgumentException(texts[0]));",
    ];

    public async ValueTask InitializeAsync()
    {
        // Some whole, and some of parts of them, in an order that the seed chooses.
        var random = new Random(20261128);
        string[] parts =
        [
            .. Hostile.SelectMany(text => text.Split(' ', '=')),
            "&lt;",
            "&#60;",
            "\\u003c",
            "`",
            "\n",
            "\"",
            "'",
            "<",
            ">",
            "/",
        ];
        string[] texts = [.. Hostile, .. Enumerable.Range(0, 8).Select(_ => string.Concat(random.GetItems(parts, random.Next(2, 12))))];
        WriteWith("hostile", texts);
        WriteWith("harmless", [.. texts.Select(_ => "x")]);
        Said = await RunAsync("run", "hostile", "--output", "sites/hostile");
        await RunAsync("run", "harmless", "--output", "sites/harmless");
    }

    public (int ExitCode, string Output, string Errors) Said { get; private set; }

    public string Page(string name, string page = "a.html") => Read("sites", name, page);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void WriteWith(string folder, string[] texts)
    {
        Write($"{folder}/a.ipynb", Cells);
        File.WriteAllText(PathOf(folder, "data.json"), JsonSerializer.Serialize(texts));

        JsonNode notebook = JsonNode.Parse(Read(folder, "a.ipynb"))!;
        string all = string.Concat(texts);
        JsonNode title = notebook["cells"]![0]!;
        title["source"] = title["source"]!
            .ToString()
            .Replace("# Data", "# Data " + Escaped(all) + "\n\n- " + Escaped(texts[0]), StringComparison.Ordinal);
        title["attachments"] = new JsonObject { ["a.png"] = new JsonObject { ["image/" + all] = all } };
        File.WriteAllText(PathOf(folder, "a.ipynb"), notebook.ToJsonString());
    }

    /// <summary>A text as it stands in Markdown that shows it.</summary>
    private static string Escaped(string text) => Regex.Replace(text.ReplaceLineEndings(" "), "[^A-Za-z0-9 ]", @"\$0");
}

/// <summary>Nothing in a notebook's data takes over its page.</summary>
public sealed class HostileDataTests(HostileRun run) : IClassFixture<HostileRun>
{
    // An element whose text is not markup, a comment, or a tag; attributes may hold any sign between quotation marks.
    private static readonly Regex Element = new(
        "<(?<name>script|style|title)(?<attributes>[^>]*)>(?<text>.*?)</\\k<name>|<!--.*?-->|<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>",
        RegexOptions.Singleline | RegexOptions.IgnoreCase
    );

    [Fact]
    public void A_page_has_the_same_elements_and_scripts_whatever_its_data_say()
    {
        string[] hostile = [.. Elements(run.Page("hostile"))];

        Assert.True(hostile.Length > 1000, run.Said.Output + run.Said.Errors);
        Assert.Equal(Elements(run.Page("harmless")), hostile);
    }

    [Fact]
    public void The_contents_have_the_same_elements_whatever_the_data_say()
    {
        Assert.Equal(Elements(run.Page("harmless", "index.html")), Elements(run.Page("hostile", "index.html")));
        Assert.Empty(Page.Forbidden(run.Page("hostile", "index.html")));
    }

    [Fact]
    public void The_data_are_shown_as_text()
    {
        string page = run.Page("hostile");

        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
        Assert.Contains("<strong>InvalidOperationException</strong> &lt;img", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"comment\">// &lt;script&gt;alert(2)&lt;/script&gt;</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_is_not_the_kits_own_does_not_run_even_where_a_cell_declares_it_as_html() =>
        Assert.Equal(
            [HostileRun.Declared, " src=\"plotly.js\""],
            Page.Forbidden(run.Page("hostile")).Where(script => !HostileRun.Shifting[0].Contains(script.Trim(), StringComparison.Ordinal))
        );

    [Fact]
    public void Html_that_a_cell_or_a_text_declares_ends_with_it_and_leads_the_page_nowhere()
    {
        IHtmlDocument page = new HtmlParser(new HtmlParserOptions { IsScripting = true }).ParseDocument(run.Page("hostile"));

        Assert.Equal(2, page.QuerySelectorAll("body > main > section i").Count(last => last.TextContent == "last"));
        Assert.Single(page.QuerySelectorAll("main > section .outputs > .error"));
        Assert.Single(page.QuerySelectorAll("body > footer"));
        Assert.Empty(page.QuerySelectorAll("body meta, plaintext, noscript"));
    }

    private static IEnumerable<string> Elements(string page)
    {
        foreach (Match element in Element.Matches(page))
        {
            bool isData = element.Groups["attributes"].Value.StartsWith(" type=\"application/", StringComparison.Ordinal);
            yield return isData ? "data"
            : element.Groups["name"].Value is "script" ? Regex.Replace(element.Value, " nonce=\"[^\"]*\"", "")
            : Regex.Replace(element.Value.Split('>')[0], "\"[^\"]*\"", "");
        }
    }
}
