using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;

namespace ShapeKit.Kernel.Display;

/// <summary>A short text for any value: what an e-mail about the notebook would say.</summary>
internal static class PlainText
{
    private static readonly Regex Tag = new("<[^<>]*>");
    private const int MostItems = 20;
    private const int LongestItem = 200;

    /// <summary>Sequences in sequences are shown as deep as this.</summary>
    private const int Deepest = 10;

    public static bool IsScalar(object value) =>
        value.GetType() is { IsPrimitive: true } or { IsEnum: true }
        || value is string or decimal or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Guid or Uri or Type;

    public static string Of(object? value) => Of(value, []);

    /// <summary>The text of a sequence whose first items are already taken.</summary>
    public static string Of(IEnumerable sequence, FirstItems first) => SaysSomething(sequence) ? Of(sequence) : Items(sequence, first, []);

    /// <summary>One item of a sequence or table, on one line and cut when it is long.</summary>
    public static string Item(object? value, params ImmutableList<object> within)
    {
        string text = Of(value, within);
        return text.Length <= LongestItem ? text.ReplaceLineEndings(" ") : text[..LongestItem].ReplaceLineEndings(" ") + "…";
    }

    /// <param name="value">What is shown.</param>
    /// <param name="within">What it stands in, the outermost first.</param>
    private static string Of(object? value, ImmutableList<object> within) =>
        value switch
        {
            null => "null",
            string text => text,
            bool flag => flag ? "true" : "false",
            Type type => TypeName.Of(type),
            IFormattable number when IsScalar(number) => number.ToString(null, CultureInfo.InvariantCulture),
            HtmlString html => Html(html.Value ?? ""),
            IEnumerable sequence when !SaysSomething(value) => Items(sequence, null, within),
            _ when IsPair(value.GetType()) => $"[{Item(Part(value, "Key"), within)}, {Item(Part(value, "Value"), within)}]",
            _ when !SaysSomething(value) => TypeName.Of(value.GetType()),
            _ => Circle.In(value) is { } circle ? $"{TypeName.Of(value.GetType())} (contains a circle: {circle})" : value.ToString() ?? "",
        };

    private static string Items(IEnumerable sequence, FirstItems? first, ImmutableList<object> within)
    {
        if (within.Contains(sequence, ReferenceEqualityComparer.Instance))
        {
            return $"{TypeName.Of(sequence.GetType())} (contains itself)";
        }

        return within.Count == Deepest ? "[…]"
            : sequence is Array { Rank: 2 } matrix && !within.Exists(outer => outer is Array { Rank: 2 })
                ? Matrix(matrix, within.Add(sequence))
            : sequence is IDictionary ? $"{{{Items(first ?? FirstItems.Of(sequence), within.Add(sequence), Entry)}}}"
            : $"[{Items(first ?? FirstItems.Of(sequence), within.Add(sequence), Item)}]";
    }

    private static string Entry(object? pair, ImmutableList<object> within) =>
        $"{Item(Part(pair!, "Key"), within)}: {Item(Part(pair!, "Value"), within)}";

    private static string Items(FirstItems first, ImmutableList<object> within, Func<object?, ImmutableList<object>, string> show)
    {
        var text = new StringBuilder();
        foreach (object? item in first.Items)
        {
            text.Append(text.Length > 0 ? ", " : "").Append(show(item, within));
            if (within.Count > 1 && text.Length > LongestItem)
            {
                // The rest is cut anyway, and sequences in sequences would take long.
                break;
            }
        }

        return text.Append(first.Rest.Length > 0 ? ", " : "").Append(first.Rest).ToString();
    }

    /// <summary>The text between the tags, as far as it is shown.</summary>
    private static string Html(string html)
    {
        // A character may be written as an entity of ten.
        const int Enough = 10 * LongestItem;
        var text = new StringBuilder();
        foreach (Range between in Tag.EnumerateSplits(html))
        {
            ReadOnlySpan<char> part = html.AsSpan()[between];
            text.Append(part[..Math.Min(part.Length, Enough)]).Append(' ');
            if (text.Length > Enough)
            {
                break;
            }
        }

        return Item(WebUtility.HtmlDecode(text.ToString()).Trim());
    }

    private static string Matrix(Array matrix, ImmutableList<object> within)
    {
        int rows = matrix.GetLength(0),
            columns = matrix.GetLength(1);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TypeName.Of(matrix.GetType().GetElementType()!)}[{rows}, {columns}]");
        int shownColumns = Math.Min(columns, MostItems);
        List<string[]> cells =
        [
            .. Enumerable
                .Range(0, Math.Min(rows, MostItems))
                .Select(r => Enumerable.Range(0, shownColumns).Select(c => Item(matrix.GetValue(r, c), within)).ToArray()),
        ];
        int width = cells.SelectMany(r => r).Select(c => c.Length).DefaultIfEmpty().Max();
        foreach (string[] row in cells)
        {
            text.Append('\n').AppendJoin(' ', row.Select(c => c.PadLeft(width))).Append(columns > shownColumns ? " …" : "");
        }

        return text.Append(rows > cells.Count ? "\n…" : "").ToString();
    }

    private static bool IsPair(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    private static object? Part(object pair, string name) => pair.GetType().GetProperty(name)!.GetValue(pair);

    /// <summary>Whether <c>ToString</c> was written for the type rather than inherited from <c>object</c>.</summary>
    private static bool SaysSomething(object value) =>
        value.GetType().GetMethod("ToString", Type.EmptyTypes)?.DeclaringType is { } declaring
        && declaring != typeof(object)
        && declaring != typeof(ValueType);
}
