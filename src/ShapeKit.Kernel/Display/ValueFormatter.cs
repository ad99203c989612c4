using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace ShapeKit.Kernel.Display;

/// <summary>Gives a value all the forms in which a front end can show it.</summary>
public static class ValueFormatter
{
    /// <summary>Formats a value; one that cannot be shown becomes a sentence that says why.</summary>
    public static MimeBundle Format(object? value)
    {
        if (value is MimeBundle ready)
        {
            return ready;
        }

        try
        {
            var forms = new Dictionary<string, string>();
            Fill(forms, value);
            forms.TryAdd(MimeBundle.Plain, PlainText.Of(value));
            return new MimeBundle(forms);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ThreadInterruptedException))
        {
            Exception cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            return MimeBundle.Text($"{TypeName.Of(value!.GetType())} (could not be shown: {cause.Message})");
        }
    }

    private static void Fill(Dictionary<string, string> forms, object? value)
    {
        if (value is null or string || PlainText.IsScalar(value))
        {
            return;
        }

        if (Member(value, "ToMimeBundle")?.Invoke(value, null) is IReadOnlyDictionary<string, string> bundle)
        {
            foreach ((string type, string? content) in bundle)
            {
                if (content is not null)
                {
                    forms[type] = content;
                }
            }
        }

        if (forms.ContainsKey(MimeBundle.Html))
        {
            return;
        }

        if (value is IHtmlContent html)
        {
            using var writer = new StringWriter(CultureInfo.InvariantCulture);
            html.WriteTo(writer, HtmlEncoder.Default);
            forms[MimeBundle.Html] = writer.ToString();
        }
        else if (Member(value, "ToHtml") is { } toHtml && toHtml.ReturnType == typeof(string))
        {
            forms[MimeBundle.Html] = (string?)toHtml.Invoke(value, null) ?? "";
        }
        else if (forms.Count == 0 && !RegisteredFormatters.Fill(forms, value) && !KnownTypes.Fill(forms, value))
        {
            if (value is IEnumerable sequence)
            {
                SequenceTable.Fill(forms, sequence);
            }
            else
            {
                PropertyTable.Fill(forms, value);
            }
        }
    }

    private static MethodInfo? Member(object value, string name) =>
        value.GetType().GetMethod(name, BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
}
