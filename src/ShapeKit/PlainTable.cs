using System.Globalization;
using System.Net;
using System.Text;

namespace ShapeKit;

/// <summary>
/// A small table, as text with aligned columns and as HTML that takes its colours from the page around it. Columns with numbers are
/// aligned right.
/// </summary>
/// <param name="title">A line above the table.</param>
/// <param name="headers">The column names.</param>
/// <param name="rows">The cells, one list a row.</param>
/// <param name="footer">A line below the table, or null.</param>
internal sealed class PlainTable(
    string title,
    IReadOnlyList<string> headers,
    IReadOnlyList<IReadOnlyList<string>> rows,
    string? footer = null
)
{
    private const string Line = "1px solid rgba(128,128,128,0.4)";

    public override string ToString()
    {
        int[] widths = [.. headers.Select((header, column) => rows.Select(row => row[column].Length).Append(header.Length).Max())];
        var text = new StringBuilder(title).Append('\n');
        AppendRow(headers);
        text.AppendJoin("  ", widths.Select(width => new string('-', width))).Append('\n');
        foreach (IReadOnlyList<string> row in rows)
        {
            AppendRow(row);
        }

        return text.Append(footer).ToString().TrimEnd('\n');

        void AppendRow(IReadOnlyList<string> cells)
        {
            string row = string.Join(
                "  ",
                cells.Select((cell, column) => IsNumeric(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))
            );
            text.Append(row.TrimEnd()).Append('\n');
        }
    }

    public string ToHtml()
    {
        var html = new StringBuilder(
            "<table style=\"border-collapse:collapse;color:inherit;background:transparent;font-variant-numeric:tabular-nums\">"
        );
        html.Append(
            $"<caption style=\"caption-side:top;text-align:left;color:inherit;font-weight:600;padding:4px "
                + $"0\">{WebUtility.HtmlEncode(title)}</caption><thead><tr>"
        );
        for (int column = 0; column < headers.Count; column++)
        {
            html.Append($"<th scope=\"col\" style=\"{Style(column)}border-bottom:{Line}\">{WebUtility.HtmlEncode(headers[column])}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Append("<tr style=\"background:transparent\">");
            for (int column = 0; column < row.Count; column++)
            {
                html.Append($"<td style=\"{Style(column)}\">{WebUtility.HtmlEncode(row[column])}</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody>");
        if (footer is not null)
        {
            html.Append(
                $"<tfoot><tr><td colspan=\"{headers.Count}\" style=\"text-align:left;padding:4px "
                    + $"0;border-top:{Line}\">{WebUtility.HtmlEncode(footer)}</td></tr></tfoot>"
            );
        }

        return html.Append("</table>").ToString();
    }

    private bool IsNumeric(int column) =>
        rows.Any(row => double.TryParse(row[column], NumberStyles.Number, CultureInfo.InvariantCulture, out _));

    private string Style(int column) => $"text-align:{(IsNumeric(column) ? "right" : "left")};padding:2px 12px 2px 0;";
}
