using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plotly.NET;

namespace ShapeKit.Visualization;

/// <summary>A chart with a title and an alternative text, which any notebook engine and any page can show.</summary>
/// <remarks>
/// Its backgrounds are transparent and its text takes the colour of the page, so it suits light and dark themes. Readers who use a screen
/// reader, have scripts off or have no network get the title and the alternative text.
/// </remarks>
public sealed class Figure : IShown
{
    private const string PlotlyType = "application/vnd.plotly.v1+json";

    /// <summary>Wraps a chart.</summary>
    /// <param name="chart">The chart, with named axes and no title of its own.</param>
    /// <param name="title">What the figure shows, in a few words.</param>
    /// <param name="alternativeText">What a reader sees in it, in a sentence or two with the important numbers.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="width">Width in pixels, at least 1, or null for as wide as the page, at most 760.</param>
    /// <exception cref="ArgumentException">The title or the alternative text is empty, or a size is not positive.</exception>
    public Figure(GenericChart chart, string title, string alternativeText, int height = 360, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(alternativeText);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width ?? 1, nameof(width));
        (Chart, Title, AlternativeText, Height, Width) = (chart, title, alternativeText, height, width);
    }

    /// <summary>The chart itself, for changes that the kit does not offer.</summary>
    public GenericChart Chart { get; }

    /// <summary>What the figure shows.</summary>
    public string Title { get; }

    /// <summary>What a reader sees in it.</summary>
    public string AlternativeText { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Width in pixels, or null for as wide as the page.</summary>
    public int? Width { get; }

    /// <summary>The figure as HTML that draws itself with the page's plotly.js, or else loads it once a page from its CDN.</summary>
    /// <returns>A <c>figure</c> element with its style and script.</returns>
    public string ToHtml()
    {
        string id = Html.NewId();
        string text = Html.Escape(AlternativeText);
        return $$"""
            <figure id="{{id}}" style="margin:.5em 0 1em;overflow-x:auto;font-family:{{Html.FontFamily}}">
            <style>
            #{{id}} :is([class$="tick"], .cbaxis) text, #{{id}} text:is([class$="title"], .legendtext, .annotation-text, .bartext) { fill: currentColor !important; }
            #{{id}} .heatmap-label text[style*="rgb(68, 68, 68)"] { fill: #111 !important; }
            </style>
            <figcaption style="font-weight:600;margin:0 0 .25em">{{Html.Escape(Title)}}</figcaption>
            <div role="img" aria-label="{{text}}" style="max-width:760px"><p style="margin:.25em 0;line-height:1.5">{{text}}</p></div>
            <script type="{{PlotlyType}}" data-plotly="{{PlotlyJs.Address}}">{{ToJson(forPage: true)}}</script>
            <script>{{FigureScripts.Chart}}</script>
            </figure>
            """;
    }

    /// <summary>The figure for engines that choose: as HTML, and as data for a Plotly renderer.</summary>
    /// <returns>MIME types and their contents.</returns>
    public IReadOnlyDictionary<string, string> ToMimeBundle() =>
        new Dictionary<string, string> { ["text/html"] = ToHtml(), [PlotlyType] = ToJson(forPage: false) };

    /// <summary>The alternative text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => AlternativeText;

    private string ToJson(bool forPage)
    {
        // As bytes, because a label may be cut inside a character, which is no UTF-8: the replacement character stands for the rest.
        JsonObject figure = JsonNode.Parse(Encoding.UTF8.GetBytes(GenericChart.toFigureJson(Chart)))!.AsObject();
        JsonObject layout = figure["layout"] as JsonObject ?? [];
        layout["paper_bgcolor"] = Palette.Transparent;
        layout["plot_bgcolor"] ??= Palette.Transparent;
        JsonObject font = layout["font"] as JsonObject ?? [];
        font["color"] ??= Palette.Grey;
        font["family"] ??= "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif";
        font["size"] ??= 13;
        layout["font"] = font;
        layout["height"] = Height;
        if (Width is { } width)
        {
            layout["width"] = width;
        }

        if (!forPage)
        {
            layout["title"] = new JsonObject
            {
                ["text"] = $"<b style=\"color:currentColor\">{WithoutMarkup(Title)}</b>",
                ["x"] = 0,
                ["xref"] = "paper",
                ["font"] = new JsonObject { ["size"] = 15 },
            };
            JsonObject margin = layout["margin"] as JsonObject ?? [];
            margin["t"] = 60;
            layout["margin"] = margin;
            layout["height"] = Height + 40;
        }

        return new JsonObject
        {
            ["data"] = figure["data"]!.DeepClone(),
            ["layout"] = layout.DeepClone(),
            ["config"] = new JsonObject { ["displayModeBar"] = false, ["responsive"] = !forPage },
        }.ToJsonString(JsonSerializerOptions.Default);
    }

    /// <summary>plotly.js reads a few HTML tags in texts; the title itself is plain text.</summary>
    private static string WithoutMarkup(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);
}
