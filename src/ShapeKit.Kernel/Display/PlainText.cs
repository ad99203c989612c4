using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;

namespace ShapeKit.Kernel.Display;

/// <summary>A short text for any value: what an e-mail about the notebook would say.</summary>
internal static class PlainText
{
    private static readonly Regex Tag = new("<[^>]*>");
    private const int MostItems = 20;
    private const int LongestItem = 200;

    public static bool IsScalar(object value) =>
        value.GetType() is { IsPrimitive: true } or { IsEnum: true } || value is string or decimal or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Guid or Uri or Type;

    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        Type type => TypeName.Of(type),
        IFormattable number when IsScalar(number) => number.ToString(null, CultureInfo.InvariantCulture),
        Array { Rank: 2 } matrix => Matrix(matrix),
        HtmlString html => Item(WebUtility.HtmlDecode(Tag.Replace(html.Value ?? "", " ")).Trim()),
        IDictionary dictionary when !SaysSomething(value) => Entries(dictionary),
        IEnumerable sequence when !SaysSomething(value) => Sequence(sequence),
        _ => SaysSomething(value) ? value.ToString() ?? "" : TypeName.Of(value.GetType()),
    };

    /// <summary>One item of a sequence or table, on one line and cut when it is long.</summary>
    public static string Item(object? value)
    {
        string text = value is string quoted ? quoted : Of(value);
        text = text.ReplaceLineEndings(" ");
        return text.Length <= LongestItem ? text : text[..LongestItem] + "…";
    }

    /// <summary>How many items a sequence has beyond those shown, as a text; empty when that was all.</summary>
    public static string Rest(IEnumerable sequence, int shown, bool hasMore) =>
        !hasMore ? "" : Count(sequence) is { } count ? string.Create(CultureInfo.InvariantCulture, $"… {count - shown:N0} more") : "… and more";

    /// <summary>The first items of a sequence, and whether there are more.</summary>
    public static (List<object?> Items, bool HasMore) First(IEnumerable sequence, int most)
    {
        var items = new List<object?>();
        foreach (object? item in sequence)
        {
            if (items.Count == most)
            {
                return (items, true);
            }

            items.Add(item);
        }

        return (items, false);
    }

    /// <summary>How many items a sequence has, where it knows without being run through.</summary>
    private static int? Count(IEnumerable sequence)
    {
        if (sequence is ICollection collection)
        {
            return collection.Count;
        }

        object?[] arguments = [sequence, 0];
        Type? typed = sequence.GetType().GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return typed is not null
            && (bool)typeof(Enumerable).GetMethod(nameof(Enumerable.TryGetNonEnumeratedCount))!.MakeGenericMethod(typed.GenericTypeArguments).Invoke(null, arguments)!
            ? (int)arguments[1]!
            : null;
    }

    private static string Sequence(IEnumerable sequence)
    {
        (List<object?> items, bool hasMore) = First(sequence, MostItems);
        IEnumerable<string> texts = items.Select(Item);
        return "[" + string.Join(", ", hasMore ? texts.Append(Rest(sequence, items.Count, hasMore)) : texts) + "]";
    }

    private static string Entries(IDictionary dictionary)
    {
        (List<object?> keys, bool hasMore) = First(dictionary.Keys, MostItems);
        IEnumerable<string> texts = keys.Select(key => $"{Item(key)}: {Item(dictionary[key!])}");
        return "{" + string.Join(", ", hasMore ? texts.Append(Rest(dictionary, keys.Count, hasMore)) : texts) + "}";
    }

    private static string Matrix(Array matrix)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TypeName.Of(matrix.GetType().GetElementType()!)}[{rows}, {columns}]");
        int shownColumns = Math.Min(columns, MostItems);
        List<string[]> cells = [.. Enumerable.Range(0, Math.Min(rows, MostItems))
            .Select(r => Enumerable.Range(0, shownColumns).Select(c => Item(matrix.GetValue(r, c))).ToArray())];
        int width = cells.SelectMany(r => r).Select(c => c.Length).DefaultIfEmpty().Max();
        foreach (string[] row in cells)
        {
            text.Append('\n').AppendJoin(' ', row.Select(c => c.PadLeft(width))).Append(columns > shownColumns ? " …" : "");
        }

        return text.Append(rows > cells.Count ? "\n…" : "").ToString();
    }

    /// <summary>Whether <c>ToString</c> was written for the type rather than inherited from <c>object</c>.</summary>
    private static bool SaysSomething(object value) =>
        value.GetType().GetMethod("ToString", Type.EmptyTypes)?.DeclaringType is { } declaring
        && declaring != typeof(object) && declaring != typeof(ValueType);
}
