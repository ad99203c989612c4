using System.Collections.Immutable;
using System.Data;
using System.Dynamic;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;
using Plotly.NET;
using ShapeKit.Kernel.Display;
using ShapeKit.Visualization;
using Figure = ShapeKit.Visualization.Figure;

namespace ShapeKit.Kernel.Tests.Display;

/// <summary>Whatever stands in a cell's data, wherever, it is shown as text: a page and a front end would run it otherwise.</summary>
public sealed class MarkupTests
{
    private const string Harmless = "table thead tbody tr th td p";

    /// <summary>
    /// Texts that a browser would run, fetch or mistake for the page's own, in every shape that a value can hold them in.
    /// </summary>
    private static readonly Gen<string> Markup = Gen.OneOf(
        new[]
        {
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script>",
            "</td></table><script>alert(1)</script>",
            "\"><svg/onload=alert(1)>",
            "<a href='javascript:alert(1)'>x</a>",
            "<iframe src=//example.org>",
            "<style>*{display:none}</style>",
            "<b>bold</b>",
            "<!--",
            "<IMG SRC=x>",
            "<details open ontoggle=alert(1)>",
            "]]><script>alert(1)</script>",
        }
            .Select(Gen.Const)
            .ToArray()
    );

    private static readonly Func<string, object?>[] Shapes =
    [
        text => text,
        text => new { Name = text, Inner = new { text } },
        text => new Person(text, [text]),
        text => (text, 1, text),
        text => new[] { text, text },
        text => new object[] { text, new Person(text, [text]), 1 },
        text => new List<Person> { new(text, [text]), new("x", []) },
        text => Enumerable.Range(0, 30).Select(_ => new Person(text, [])),
        text => new Dictionary<string, string> { [text] = text },
        text => new Dictionary<Person, object> { [new(text, [])] = new { text } },
        text => new[] { text }.ToLookup(each => each),
        text => ImmutableArray.Create(text),
        text =>
            new string[,]
            {
                { text, "x" },
            },
        text => new string[][] { [text] },
        text => Regex.Match(text, ".+", RegexOptions.Singleline),
        text => Regex.Matches(text, "."),
        text => new Regex(Regex.Escape(text)),
        text => new XElement("shown", new XAttribute("by", text), text, new XComment("x")),
        text => new XDocument(new XElement("shown", new XCData(text.Replace("]]>", "")))),
        text => Table(text),
        text => Table(text).Rows[0],
        text => Table(text).DefaultView,
        text => new InvalidOperationException(text, new ArgumentException(text, text))
        {
            HelpLink = text,
            Data = { [text] = text },
            Source = text,
        },
        text => new AggregateException(text, new InvalidOperationException(text)),
        text => Task.FromResult(text),
        text => Task.FromException(new InvalidOperationException(text)),
        text => new Lazy<string>(() => text),
        text => new StringBuilder(text),
        text => JsonNode.Parse(JsonSerializer.Serialize(new Dictionary<string, string> { [text] = text })),
        text => JsonSerializer.SerializeToElement(new[] { text }),
        text => JsonSerializer.SerializeToDocument(text),
        text => Expando(text),
        text => new Uri("https://example.org/?q=" + text),
        text => new KeyValuePair<string, string>(text, text),
        text => new Says(text),
        text => new Fails(text),
        text => new Fields { Text = text },
        text => new Generic<string>(text),
        text => new Memory<char>(text.ToCharArray()),
        text => new FileInfo("/tmp/" + text.Replace("/", "")),
        text => new Func<string>(() => text),
        text => new Version(1, 2),
        text => new Complex(1, 2),
        text => typeof(Generic<string>).GetMethods(),
        text => new WeakReference<string>(text),
        text => new ArraySegment<string>([text]),
        text => Encoding.UTF8.GetBytes(text),
        text => new InvalidOperationException(text).Data,
    ];

    private static readonly Func<string, object>[] Figures =
    [
        Chart,
        text => new Figure(Chart(text), text, text),
        text => Charts.Bars([(text, 1), ("y", 2)], text, text),
        text =>
            Charts.HeatMap(
                new float[,]
                {
                    { 1, 2 },
                },
                text,
                alternativeText: text,
                rowNames: [text],
                columnNames: [text, "y"]
            ),
        text => Charts.Lines([new Series(text, [1, 2])], text, text, text),
        text => Explorers.Vectors((1, 2), (3, 4), text),
        text =>
            Explorers.Convolution(
                new float[,]
                {
                    { 1, 2 },
                },
                new float[,]
                {
                    { 1 },
                },
                text
            ),
    ];

    [Fact]
    public void No_text_in_any_shape_becomes_html() =>
        Gen.Select(Gen.Int[0, Shapes.Length - 1], Markup, Markup)
            .Sample(
                (shape, one, other) =>
                {
                    foreach (string text in new[] { one, one + other, $"a {one} b" })
                    {
                        AssertIsText(ValueFormatter.Format(Shapes[shape](text)));
                    }
                },
                iter: 2000
            );

    /// <summary>A chart's texts stand in data that no browser runs; the scripts are the same whatever the chart shows.</summary>
    [Fact]
    public void No_text_in_a_chart_or_another_figure_becomes_html_or_part_of_a_script() =>
        Gen.Select(Gen.Int[0, Figures.Length - 1], Markup, Markup)
            .Sample(
                (figure, one, other) =>
                {
                    foreach (string text in new[] { one, one + other, $"a {one} b" })
                    {
                        Assert.Equal(Elements(Figures[figure]("x")), Elements(Figures[figure](text)));
                    }
                },
                iter: 200
            );

    [Fact]
    public void Every_shape_can_be_shown() =>
        Assert.All(Shapes, (shape, i) =>
            Assert.DoesNotContain("could not be shown", ValueFormatter.Format(shape("x")).Data[MimeBundle.Plain], StringComparison.Ordinal)
        );

    [Fact]
    public void A_value_that_declares_html_still_has_it() =>
        Assert.Equal("<b>mine</b>", ValueFormatter.Format(new Microsoft.AspNetCore.Html.HtmlString("<b>mine</b>")).Data[MimeBundle.Html]);

    private static void AssertIsText(MimeBundle bundle)
    {
        string html = bundle.Data.GetValueOrDefault(MimeBundle.Html, "");
        foreach (Match tag in Regex.Matches(html, "<(?<close>/?)(?<name>[^\\s>/]*)(?<more>[^>]*)>?"))
        {
            Assert.True(Harmless.Split(' ').Contains(tag.Groups["name"].Value) && tag.Groups["more"].Length == 0, $"{tag.Value} in {html}");
        }

        Assert.Equal(html.Split("<table>").Length, html.Split("</table>").Length);
        Assert.True(bundle.Data.Keys.All(type => type is MimeBundle.Html or MimeBundle.Plain), string.Join(", ", bundle.Data.Keys));
    }

    /// <summary>
    /// The tags of what a value is shown as, with the names of their attributes, and the texts of the scripts that a browser would run.
    /// </summary>
    private static IEnumerable<string> Elements(object value)
    {
        string html = ValueFormatter.Format(value).Data[MimeBundle.Html];
        foreach (
            Match element in Regex.Matches(
                html,
                "<script(?<type> [^>]*)?>(?<script>.*?)</script|<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>",
                RegexOptions.Singleline
            )
        )
        {
            bool isData = element.Groups["type"].Value.StartsWith(" type=\"application/", StringComparison.Ordinal);
            yield return isData ? "data"
            : element.Groups["script"].Success ? element.Value
            : Regex.Replace(element.Value, "\"[^\"]*\"", "");
        }
    }

    private static GenericChart Chart(string text)
    {
        Trace trace = new("scatter");
        trace.SetProperty("x", new[] { text, "y" });
        trace.SetProperty("y", new[] { 1, 2 });
        trace.SetProperty("name", text);
        trace.SetProperty("text", text);
        trace.SetProperty("hovertemplate", text);
        Layout layout = new();
        layout.SetProperty("title", new { text });
        return GenericChart.setLayout(layout, GenericChart.ofTraceObject(false, trace));
    }

    private static DataTable Table(string text)
    {
        var table = new DataTable(text) { Columns = { text, "other" } };
        table.Rows.Add(text, DBNull.Value);
        return table;
    }

    private static ExpandoObject Expando(string text)
    {
        var expando = new ExpandoObject();
        ((IDictionary<string, object?>)expando)[text] = text;
        return expando;
    }

    private sealed record Person(string Name, string[] Words);

    private sealed record Generic<T>(T Value);

    private sealed class Says(string text)
    {
        public string Property => text;

        public override string ToString() => text;
    }

    private sealed class Fails(string text)
    {
        public string Property => throw new InvalidOperationException(text);

        public ReadOnlySpan<char> Span => text;
    }

    private sealed class Fields
    {
        public string Text = "";
    }
}
