using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace ShapeKit.Visualization;

/// <summary>The files beside the figures' code, which the library carries: scripts, styles and markup.</summary>
/// <remarks>
/// In styles and markup <c>var(--blue)</c> stands for a colour of the palette, in styles <c>#figure</c> for the figure's id, in markup
/// <c>{{name}}</c> for a text that the figure gives.
/// </remarks>
internal static class FigureFiles
{
    private static readonly (string Name, string Color)[] Colors =
    [
        ("blue", Palette.Blue),
        ("orange", Palette.Orange),
        ("green", Palette.Green),
        ("grey", Palette.Grey),
        ("grid", Palette.Grid),
        ("axis", Palette.Axis),
        ("line", Html.Line),
    ];

    private static readonly Regex Gap = new(@"\{\{(\w+)\}\}");

    /// <summary>The text of a file, the ends of its lines as a browser reads them, whatever a clone has made of them.</summary>
    public static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The style of one kind of figure, for the figure with this id and no other.</summary>
    public static string Style(string kind, string id) => Colored(kind + ".css").Replace("#figure", "#" + id, StringComparison.Ordinal);

    /// <summary>The markup of one kind of figure, with the texts that the figure gives.</summary>
    public static string Markup(string kind, IReadOnlyDictionary<string, string> texts) =>
        Gap.Replace(Colored(kind + ".html"), gap => texts[gap.Groups[1].Value]);

    private static string Colored(string name) =>
        Colors.Aggregate(Read(name).TrimEnd('\n'), (text, color) =>
            text.Replace($"var(--{color.Name})", color.Color, StringComparison.Ordinal)
        );
}
