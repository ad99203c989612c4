using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ShapeKit;

/// <summary>The few pieces of HTML that every picture needs.</summary>
internal static class Html
{
    /// <summary>The fonts of the reader's editor, or else of the system; both know Japanese.</summary>
    public const string FontFamily =
        "var(--vscode-font-family, var(--jp-ui-font-family, system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif))";

    /// <summary>A thin line that can be seen on light and on dark.</summary>
    public const string Line = "rgba(128,128,128,.45)";

    /// <summary>Text as it may stand between tags and inside quoted attributes.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A value for a figure's script, as an element that no browser runs and no text in the value can end.</summary>
    public static string Data<T>(T value) => $"<script type=\"application/json\">{JsonSerializer.Serialize(value)}</script>";

    /// <summary>An id that no other output on the page has, not even one from an earlier session.</summary>
    public static string NewId() => "shapekit-" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>A number for people: at most so many decimals, no trailing zeros, thousands set apart, a true minus sign.</summary>
    public static string Number(double value, int decimals = 2)
    {
        string text = Math.Round(value, decimals).ToString("#,0." + new string('#', decimals), CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text.Replace('-', '\u2212');
    }

    /// <summary>A number for people with exactly so many decimals, so that columns line up.</summary>
    public static string Fixed(double value, int decimals)
    {
        string text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (
            double.TryParse(text, CultureInfo.InvariantCulture, out double rounded) && rounded == 0 ? text.TrimStart('-') : text
        ).Replace('-', '\u2212');
    }

    /// <summary>A number as CSS and SVG take it.</summary>
    public static string Css(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
