using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace ShapeKit.Kernel.Display;

/// <summary>
/// A chart as HTML: its data in an element that no text in them can end and no browser runs, and a script that is the same for every
/// chart.
/// </summary>
/// <remarks>Plotly.NET's own HTML holds the data inside a script, which a label such as <c>&lt;/script&gt;</c> ends.</remarks>
internal static class PlotlyHtml
{
    public const string MimeType = "application/vnd.plotly.v1+json";

    private static readonly Regex Carried = new(@"plotly-([\d.]+)\.min\.js$");
    private static readonly Lazy<string> Script = new(Read);

    /// <param name="figure">Data and layout, as JSON.</param>
    /// <param name="library">The assembly of Plotly.NET, which carries the plotly.js for which it makes charts.</param>
    public static string Of(string figure, Assembly library)
    {
        string version = library
            .GetManifestResourceNames()
            .Select(name => Carried.Match(name))
            .First(match => match.Success)
            .Groups[1]
            .Value;
        // In JSON the character stands in texts alone.
        string data = figure.Replace("<", "\\u003c", StringComparison.Ordinal);
        return $"<div></div>\n<script type=\"{MimeType}\" "
            + $"data-plotly=\"https://cdn.plot.ly/plotly-{version}.min.js\">{data}</script>\n<script>{Script.Value}</script>";
    }

    private static string Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("chart.js")!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
