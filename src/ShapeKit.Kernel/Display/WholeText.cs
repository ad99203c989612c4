using System.Text;
using System.Text.RegularExpressions;

namespace ShapeKit.Kernel.Display;

/// <summary>
/// Text that messages and files can hold: half of a surrogate pair, which they can't, becomes U+FFFD, the replacement character.
/// </summary>
internal static class WholeText
{
    /// <summary>An escaped pair, an escaped half, or any other escape.</summary>
    private static readonly Regex Escape = new(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
        RegexOptions.Singleline
    );

    /// <returns>The text; the same object when it is whole.</returns>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return text;
        }

        string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return whole == text ? text : whole;
    }

    /// <summary>The same for JSON, whose escapes may spell a half, too.</summary>
    public static string OfJson(string json)
    {
        string whole = Of(json);
        return whole.Contains(@"\ud", StringComparison.OrdinalIgnoreCase)
            ? Escape.Replace(whole, escape => escape.Groups["half"].Success ? @"\ufffd" : escape.Value)
            : whole;
    }
}
