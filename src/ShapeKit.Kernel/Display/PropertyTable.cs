using System.Data;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace ShapeKit.Kernel.Display;

/// <summary>
/// Any other object as a table of what it holds. Everything in it is text: what stands in the data never becomes part of a page.
/// </summary>
internal static class PropertyTable
{
    private const int MostRows = 40;

    public static void Fill(Dictionary<string, string> forms, object value)
    {
        switch (value)
        {
            // Its text is what it is.
            case XObject or Delegate or StringBuilder:
                return;
            case DataTable table:
                forms[MimeBundle.Html] = Html(
                    [.. table.Columns.Cast<DataColumn>().Select(column => column.ColumnName)],
                    [.. table.Rows.Cast<DataRow>().Take(MostRows).Select(row => row.ItemArray)],
                    table.Rows.Count > MostRows
                        ? string.Create(CultureInfo.InvariantCulture, $"… {table.Rows.Count - MostRows:N0} more")
                        : ""
                );
                forms[MimeBundle.Plain] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(table.TableName.Length > 0 ? table.TableName : "DataTable")}, {table.Rows.Count:N0} rows of "
                        + $"{table.Columns.Count:N0} columns"
                );
                return;
            case Task task:
                Dictionary<string, object?> state = State(task);
                forms[MimeBundle.Html] = Html([], [.. state.Select(row => new[] { row.Key, row.Value })], "");
                forms[MimeBundle.Plain] =
                    $"{TypeName.Of(task.GetType())}: {string.Join(", ", state.Select(row => PlainText.Item(row.Value)))}";
                return;
        }

        object?[][] rows = [.. Members(value.GetType()).Take(MostRows).Select(member => new[] { member.Name, Value(value, member) })];
        if (rows.Length > 0)
        {
            forms[MimeBundle.Html] = Html([], rows, "");
        }
    }

    /// <summary>The public fields and properties that can be read of an object alone.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance)
            .Where(member =>
                member switch
                {
                    PropertyInfo property => property.CanRead
                        && property.GetMethod!.IsPublic
                        && property.GetIndexParameters().Length == 0
                        && IsObject(property.PropertyType),
                    FieldInfo field => IsObject(field.FieldType),
                    _ => false,
                }
            )
            .DistinctBy(member => member.Name);

    private static bool IsObject(Type type) => !type.IsByRefLike && !type.IsByRef && !type.IsPointer;

    /// <summary>What a member holds, or why it can't tell.</summary>
    private static object? Value(object value, MemberInfo member)
    {
        try
        {
            return member is PropertyInfo property
                ? property.GetValue(value, BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture)
                : ((FieldInfo)member).GetValue(value);
        }
        catch (Exception e) when (e is not InsufficientExecutionStackException)
        {
            ValueFormatter.ThrowIfStopping();
            return $"({e.GetType().Name}: {ExceptionText.Message(e)})";
        }
    }

    /// <summary>How far a task is; its result is read only where nothing has to be waited for.</summary>
    private static Dictionary<string, object?> State(Task task)
    {
        var state = new Dictionary<string, object?> { ["Status"] = task.Status };
        if (task.Exception?.InnerException is { } fault)
        {
            state["Exception"] = $"{fault.GetType().Name}: {ExceptionText.Message(fault)}";
        }
        else if (
            task.IsCompletedSuccessfully
            && task.GetType().GetProperty(nameof(Task<>.Result)) is { PropertyType.Name: not "VoidTaskResult" } result
        )
        {
            state["Result"] = result.GetValue(task);
        }

        return state;
    }

    private static string Html(string[] head, object?[][] rows, string rest)
    {
        var html = new StringBuilder("<table>");
        if (head.Length > 0)
        {
            html.Append("<thead><tr>").AppendJoin("", head.Select(name => $"<th>{Text(name)}</th>")).Append("</tr></thead>");
        }

        html.Append("<tbody>");
        foreach (object?[] row in rows)
        {
            html.Append("<tr>");
            foreach ((int column, object? cell) in row.Index())
            {
                string tag = head.Length == 0 && column == 0 ? "th" : "td";
                html.Append($"<{tag}>{(cell is null or DBNull ? "" : Text(PlainText.Item(cell)))}</{tag}>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").Append(rest.Length > 0 ? $"<p>{rest}</p>" : "").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
