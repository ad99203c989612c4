using System.Globalization;
using System.Text;

namespace ShapeKit.Benchmarks.Library;

/// <summary>Draws times against sizes as small charts side by side, both axes logarithmic.</summary>
internal static class LogLogChart
{
    private const int Side = 240,
        Left = 64,
        Top = 48,
        Bottom = 40,
        Gap = 40;

    public static string Svg(IReadOnlyList<LogLog> series)
    {
        var svg = new StringBuilder();
        int width = series.Count * (Left + Side + Gap),
            height = Top + Side + Bottom;
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">"
        );
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        for (int i = 0; i < series.Count; i++)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<g transform=\"translate({(i * (Left + Side + Gap)) + Left} {Top})\">");
            Chart(svg, series[i]);
            svg.AppendLine("</g>");
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static void Chart(StringBuilder svg, LogLog series)
    {
        (double lowX, double highX) = Decades(series.Points.Select(point => point.N));
        (double lowY, double highY) = Decades(series.Points.Select(point => point.Seconds * 1000));
        double X(double n) => (Math.Log10(n) - lowX) / (highX - lowX) * Side;
        double Y(double milliseconds) => Side - ((Math.Log10(milliseconds) - lowY) / (highY - lowY) * Side);
        Text(svg, 0, -28, "start", series.Name.Split(',')[0], "font-weight=\"bold\"");
        Text(svg, 0, -12, "start", $"exponent {series.Exponent.ToString("0.00", CultureInfo.InvariantCulture)}");
        for (double decade = lowX; decade <= highX; decade++)
        {
            Line(svg, X(Math.Pow(10, decade)), 0, X(Math.Pow(10, decade)), Side);
            Text(svg, X(Math.Pow(10, decade)), Side + 18, "middle", Math.Pow(10, decade).ToString("N0", CultureInfo.InvariantCulture));
        }

        for (double decade = lowY; decade <= highY; decade++)
        {
            Line(svg, 0, Y(Math.Pow(10, decade)), Side, Y(Math.Pow(10, decade)));
            string time =
                decade >= 3
                    ? $"{Math.Pow(10, decade - 3):0} s"
                    : string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, decade):0.###} ms");
            Text(svg, -6, Y(Math.Pow(10, decade)) + 4, "end", time);
        }

        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<polyline fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"2\" "
                + $"points=\"{string.Join(' ', series.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.N):0.0},{Y(point.Seconds * 1000):0.0}")))}\"/>"
        );
        foreach ((double n, double seconds) in series.Points)
        {
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"<circle cx=\"{X(n):0.0}\" cy=\"{Y(seconds * 1000):0.0}\" r=\"4\" fill=\"#1f6fb4\"/>"
            );
        }
    }

    private static (double Low, double High) Decades(IEnumerable<double> values) =>
        (Math.Floor(Math.Log10(values.Min())), Math.Max(Math.Floor(Math.Log10(values.Min())) + 1, Math.Ceiling(Math.Log10(values.Max()))));

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2) =>
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{x1:0.0}\" y1=\"{y1:0.0}\" x2=\"{x2:0.0}\" y2=\"{y2:0.0}\" stroke=\"#dddddd\"/>"
        );

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text, string more = "") =>
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\" {more}>{text}</text>");
}
