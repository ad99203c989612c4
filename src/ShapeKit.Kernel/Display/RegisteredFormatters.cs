using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;

namespace ShapeKit.Kernel.Display;

/// <summary>
/// What cells do with Microsoft.DotNet.Interactive.Formatting: the formatters and settings that they give it, and what they show through
/// it. The one file that uses that library.
/// </summary>
/// <remarks>
/// What the library itself makes of a value is not used where the kernel shows it: the text of some types, such as that of a <c>Match</c>
/// or of XML, would become HTML.
/// </remarks>
internal static class RegisteredFormatters
{
    private const string Library = "Microsoft.DotNet.Interactive.Formatting";

    /// <summary>Whether the library is loaded: only a cell can have asked for it.</summary>
    private static volatile bool _loaded;

    static RegisteredFormatters()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, load) => Notice(load.LoadedAssembly);
        Array.ForEach(AppDomain.CurrentDomain.GetAssemblies(), Notice);
    }

    /// <summary>Passes on what a cell shows through the library: the forms, the id, and whether they are newer ones.</summary>
    public static Action<MimeBundle, string, bool> Show { get; set; } = (_, _, _) => { };

    /// <summary>Whether a value is the library's handle of something that is shown already.</summary>
    public static bool HasShown(object? value) => _loaded && value?.GetType().FullName == $"{Library}.DisplayedValue";

    /// <summary>How many items of a sequence are shown.</summary>
    public static int MostItems => _loaded ? LibraryLimit() : 20;

    /// <summary>Fills in the forms for which a cell has registered a formatter.</summary>
    /// <returns>Whether HTML is among them.</returns>
    public static bool Fill(Dictionary<string, string> forms, object value) => _loaded && FillByLibrary(forms, value, Registered(value));

    /// <summary>Fills in the forms for which a type's author has written a formatter.</summary>
    /// <returns>Whether HTML is among them.</returns>
    public static bool FillByAuthor(Dictionary<string, string> forms, object value) =>
        _loaded && FillByLibrary(forms, value, OfItsAuthor(value));

    /// <summary>
    /// Leaves of a value's forms those that are wanted, and adds the ones that are missing: the named ones, or those that cells have set as
    /// preferred for the type.
    /// </summary>
    public static void Choose(Dictionary<string, string> forms, object? value, string[] mimeTypes)
    {
        if (mimeTypes.Length > 0)
        {
            Keep(forms, mimeTypes, value);
        }
        else if (_loaded && value is not null && PreferredByLibrary(value) is { } preferred)
        {
            Keep(forms, preferred, value);
        }
    }

    private static void Keep(Dictionary<string, string> forms, IReadOnlyCollection<string> wanted, object? value)
    {
        foreach (string other in forms.Keys.Except(wanted).Where(type => type != MimeBundle.Plain).ToArray())
        {
            forms.Remove(other);
        }

        foreach (string missing in wanted.Where(type => type != MimeBundle.Plain && !forms.ContainsKey(type)))
        {
            forms[missing] =
                missing == MimeBundle.Html
                    ? $"<pre>{WebUtility.HtmlEncode(forms.GetValueOrDefault(MimeBundle.Plain) ?? PlainText.Of(value))}</pre>"
                : value is string text && !MimeBundle.IsJson(missing) ? text
                : ByLibrary(value, missing);
        }
    }

    private static void Notice(Assembly assembly)
    {
        if (assembly.GetName().Name == Library && !_loaded)
        {
            _loaded = true;
            Subscribe();
        }
    }

    // In methods of their own, so that the library is not loaded before a cell asks for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Subscribe() => Formatter.SubscribeToDisplayedValues(Pass);

    private static void Pass(DisplayedValue shown)
    {
        // A text's forms are what its writer made of it; of anything else the kernel has its own.
        MimeBundle bundle =
            shown.Value is string
                ? new MimeBundle(
                    shown.FormattedValues.ToDictionary(form => form.MimeType, form => form.Value).WithText((string)shown.Value)
                )
                : ValueFormatter.Format(shown.Value, [.. shown.FormattedValues.Select(form => form.MimeType)]);
        Show(bundle, shown.DisplayId, shown.IsUpdated);
    }

    private static Dictionary<string, string> WithText(this Dictionary<string, string> forms, string text)
    {
        forms.TryAdd(MimeBundle.Plain, text);
        return forms;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[] Registered(object value) =>
        [
            .. Formatter
                .RegisteredFormatters(includeDefaults: false)
                .Where(each => Concerns(each.Type, value))
                .Select(each => each.MimeType)
                .Distinct(),
        ];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[] OfItsAuthor(object value) =>
        value
            .GetType()
            .GetCustomAttributes(inherit: true)
            .Any(attribute => attribute.GetType().Name == nameof(TypeFormatterSourceAttribute))
            ? [.. Formatter.GetPreferredMimeTypesFor(value.GetType())]
            : [];

    private static bool FillByLibrary(Dictionary<string, string> forms, object value, string[] mimeTypes)
    {
        foreach (string mimeType in mimeTypes)
        {
            forms[mimeType] = ByLibrary(value, mimeType);
        }

        return forms.ContainsKey(MimeBundle.Html);
    }

    private static bool Concerns(Type type, object value) =>
        type.IsInstanceOfType(value)
        || (
            type.IsGenericTypeDefinition
            && value
                .GetType()
                .GetInterfaces()
                .Append(value.GetType())
                .Any(own => own.IsGenericType && own.GetGenericTypeDefinition() == type)
        );

    /// <summary>The forms that cells or a type's author prefer to HTML; null where nobody has said so.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[]? PreferredByLibrary(object value)
    {
        string[] preferred = [.. Formatter.GetPreferredMimeTypesFor(value.GetType())];
        return preferred is [HtmlFormatter.MimeType] || (value is string && preferred is [PlainTextFormatter.MimeType]) ? null : preferred;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LibraryLimit() => Formatter.ListExpansionLimit;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string ByLibrary(object? value, string mimeType) => value.ToDisplayString(mimeType);
}
