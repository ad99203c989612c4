using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace ShapeKit.Kernel.Display;

/// <summary>Gives a value all the forms in which a front end can show it.</summary>
public static class ValueFormatter
{
    /// <summary>As many frames of an endless recursion tell what it consists of.</summary>
    private const int MostFrames = 200;

    /// <summary>Called while a value is formatted, often; throws when the cell that shows it is being stopped.</summary>
    internal static Action ThrowIfStopping { get; set; } = () => { };

    /// <summary>Formats a value; one that cannot be shown becomes a sentence that says why.</summary>
    public static MimeBundle Format(object? value) => Format(value, []);

    /// <summary>Formats a value in the named forms, beside its text; in all that it has where none is named.</summary>
    public static MimeBundle Format(object? value, string[] mimeTypes)
    {
        if (value is MimeBundle ready)
        {
            return ready;
        }

        try
        {
            var forms = new Dictionary<string, string>();
            Fill(forms, value);
            RegisteredFormatters.Choose(forms, value, mimeTypes);
            if (!forms.ContainsKey(MimeBundle.Plain))
            {
                forms[MimeBundle.Plain] = PlainText.Of(value);
            }

            return new MimeBundle(forms);
        }
        catch (Exception e)
        {
            ThrowIfStopping();
            return MimeBundle.Text($"{TypeName.Of(value!.GetType())} (could not be shown: {Reason(e, value)})");
        }
    }

    private static void Fill(Dictionary<string, string> forms, object? value)
    {
        if (value is null)
        {
            return;
        }

        if (PlainText.IsScalar(value))
        {
            RegisteredFormatters.Fill(forms, value);
            return;
        }

        if (Member(value, "ToMimeBundle") is { } toMimeBundle && Call(toMimeBundle, value) is IReadOnlyDictionary<string, string> bundle)
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

        if (value is HtmlString { Value: { } written })
        {
            forms[MimeBundle.Html] = written;
        }
        else if (value is IHtmlContent html)
        {
            using var writer = new StringWriter(CultureInfo.InvariantCulture);
            html.WriteTo(writer, HtmlEncoder.Default);
            forms[MimeBundle.Html] = writer.ToString();
        }
        else if (Member(value, "ToHtml") is { } toHtml && toHtml.ReturnType == typeof(string))
        {
            forms[MimeBundle.Html] = (string?)Call(toHtml, value) ?? "";
        }
        else if (forms.Count == 0)
        {
            FillForOthers(forms, value);
        }
    }

    /// <summary>Fills in the forms of a value that has none of its own.</summary>
    private static void FillForOthers(Dictionary<string, string> forms, object value)
    {
        var registered = new Dictionary<string, string>();
        if (
            !RegisteredFormatters.Fill(registered, value)
            && !KnownTypes.Fill(forms, value)
            && !RegisteredFormatters.FillByAuthor(registered, value)
        )
        {
            FillMembers(forms, value);
        }

        foreach ((string type, string content) in registered)
        {
            forms[type] = content;
        }
    }

    private static void FillMembers(Dictionary<string, string> forms, object value)
    {
        if (value is IEnumerable sequence)
        {
            var first = FirstItems.Of(sequence);
            SequenceTable.Fill(forms, sequence, first);
            forms[MimeBundle.Plain] = PlainText.Of(sequence, first);
        }
        else
        {
            PropertyTable.Fill(forms, value);
        }
    }

    private static MethodInfo? Member(object value, string name) =>
        value.GetType().GetMethod(name, BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);

    /// <summary>Why a value can't be shown: where texts are made of each other without end, of which.</summary>
    private static string Reason(Exception e, object value)
    {
        if (e is not InsufficientExecutionStackException)
        {
            return ExceptionText.Message(e);
        }

        // The innermost first; all others are the same again.
        List<Type> types =
        [
            .. new StackTrace(e)
                .GetFrames()
                .Take(MostFrames)
                .Select(frame => frame.GetMethod())
                .Where(method => method is { Name: nameof(ToString), DeclaringType: not null })
                .Select(method => method!.DeclaringType!),
        ];
        int start = Math.Max(0, types.IndexOf(value.GetType()));
        int end = start < types.Count ? types.IndexOf(types[start], start + 1) : -1;
        return end < 0
            ? ExceptionText.Message(e)
            : $"it contains a circle, {Circle.Text([.. types[start..(end + 1)].AsEnumerable().Reverse()])}, or goes too deep";
    }

    private static object? Call(MethodInfo method, object value) =>
        method.Invoke(value, BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture);
}
