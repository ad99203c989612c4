using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace ShapeKit.Kernel.Display;

/// <summary>Sequences of records as a table with a column a property; long ones are cut, with a count of the rest.</summary>
internal static class SequenceTable
{
    public static void Fill(Dictionary<string, string> forms, IEnumerable sequence, FirstItems first)
    {
        IReadOnlyList<object?> rows = first.Items;
        List<PropertyInfo> columns =
        [
            .. rows.OfType<object>()
                .Where(r => !PlainText.IsScalar(r) && r is not IEnumerable && !KnownTypes.Knows(r))
                .SelectMany(r => PropertyTable.Members(r.GetType()).OfType<PropertyInfo>())
                .DistinctBy(p => p.Name),
        ];
        if (columns.Count == 0)
        {
            return;
        }

        var html = new StringBuilder("<table><thead><tr>");
        foreach (PropertyInfo column in columns)
        {
            html.Append("<th>").Append(WebUtility.HtmlEncode(column.Name)).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (object? row in rows)
        {
            html.Append("<tr>");
            foreach (PropertyInfo column in columns)
            {
                object? cell = Value(row, column.Name);
                html.Append("<td>").Append(cell is null ? "" : WebUtility.HtmlEncode(PlainText.Item(cell, sequence))).Append("</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
        forms[MimeBundle.Html] = html + (first.Rest.Length > 0 ? $"<p>{first.Rest}</p>" : "");
    }

    /// <summary>A property's value; null where a row has none, or can't tell it.</summary>
    private static object? Value(object? row, string property)
    {
        try
        {
            return row
                ?.GetType()
                .GetProperty(property)
                ?.GetValue(row, BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is not InsufficientExecutionStackException)
        {
            ValueFormatter.ThrowIfStopping();
            return null;
        }
    }
}
