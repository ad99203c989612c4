using System.Text.Json;
using System.Text.RegularExpressions;
using Plotly.NET;
using ShapeKit.Visualization;
using Figure = ShapeKit.Visualization.Figure;

namespace ShapeKit.Tests.Visualization;

public sealed class FigureTests
{
    private static readonly Regex Script = new("<script.*?</script>", RegexOptions.Singleline);
    private static readonly Regex Address = new("https?://[^'\"\\s]+");
    private static readonly Regex Id = new("(?<= id=\")[^\"]+");
    private const string Title = "Sizes <of> circles & squares";
    private const string Alternative = "Circles are \"round\", 3 < 4.";

    [Fact]
    public void The_html_shows_title_and_alternative_text_even_before_a_script_runs()
    {
        string html = Sample().ToHtml();
        string withoutScript = Script.Replace(html, "");

        Assert.Contains("Sizes &lt;of&gt; circles &amp; squares</figcaption>", withoutScript, StringComparison.Ordinal);
        Assert.Contains("role=\"img\" aria-label=\"Circles are &quot;round&quot;, 3 &lt; 4.\"", withoutScript, StringComparison.Ordinal);
        Assert.Contains(">Circles are &quot;round&quot;, 3 &lt; 4.</p>", withoutScript, StringComparison.Ordinal);
    }

    [Fact]
    public void The_html_carries_the_data_but_not_the_drawing_script()
    {
        string html = Sample().ToHtml();

        Assert.Contains("[1,4,9]", html, StringComparison.Ordinal);
        Assert.True(html.Length < 6_000, $"the HTML has {html.Length} characters");
        Assert.Equal([PlotlyJs.Address.ToString()], Address.Matches(html).Select(match => match.Value));
        Assert.Contains("window.Plotly", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Shown_twice_on_a_page_a_figure_has_two_ids()
    {
        Figure figure = Sample();

        Assert.Equal(2, Id.Matches(figure.ToHtml() + figure.ToHtml()).Select(match => match.Value).Distinct().Count());
    }

    [Fact]
    public void Text_in_the_data_cannot_end_the_script()
    {
        Trace trace = new("scatter");
        trace.SetProperty("name", "</script><img src=x>");

        string html = new Figure(GenericChart.ofTraceObject(false, trace), Title, Alternative).ToHtml();

        Assert.Equal(
            ["data", "script"],
            Script.Matches(html).Select(script => script.Value.Contains("img src=x", StringComparison.Ordinal) ? "data" : "script")
        );
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plotly_renderer_gets_data_layout_and_config_with_the_title()
    {
        IReadOnlyDictionary<string, string> bundle = Sample().ToMimeBundle();

        using JsonDocument json = JsonDocument.Parse(bundle["application/vnd.plotly.v1+json"]);
        Assert.Equal([1, 4, 9], json.RootElement.GetProperty("data")[0].GetProperty("y").EnumerateArray().Select(y => y.GetInt32()));
        Assert.Equal(
            "<b style=\"color:currentColor\">Sizes &lt;of> circles & squares</b>",
            json.RootElement.GetProperty("layout").GetProperty("title").GetProperty("text").GetString()
        );
        Assert.Equal("rgba(0,0,0,0)", json.RootElement.GetProperty("layout").GetProperty("paper_bgcolor").GetString());
        Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("config").ValueKind);
        Assert.Contains("<figure", bundle["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void As_text_a_figure_is_its_alternative_text() => Assert.Equal(Alternative, Sample().ToString());

    [Theory]
    [InlineData("", Alternative)]
    [InlineData(Title, " ")]
    public void A_figure_without_title_or_alternative_text_is_refused(string title, string alternativeText) =>
        Assert.ThrowsAny<ArgumentException>(() => new Figure(Sample().Chart, title, alternativeText));

    [Fact]
    public void The_drawing_script_can_be_put_into_a_page_and_has_the_version_of_its_address()
    {
        Assert.Contains($"plotly.js v{PlotlyJs.Version}", PlotlyJs.ReadSource()[..100], StringComparison.Ordinal);
        Assert.EndsWith($"plotly-{PlotlyJs.Version}.min.js", PlotlyJs.Address.ToString(), StringComparison.Ordinal);
    }

    private static Figure Sample()
    {
        Trace trace = new("scatter");
        trace.SetProperty("y", new[] { 1, 4, 9 });
        return new Figure(GenericChart.ofTraceObject(false, trace), Title, Alternative);
    }
}
