namespace ShapeKit.Visualization;

/// <summary>
/// The scripts of the kit's figures. A figure's data stand beside its script, whose text is always the same, so that a page can allow
/// these and no others.
/// </summary>
internal static class FigureScripts
{
    private static readonly Dictionary<string, string> Texts = new[]
    {
        "caption",
        "chart",
        "convolution",
        "descent",
        "drawing",
        "drafts",
        "kernel",
        "painting",
        "network",
        "pooling",
        "space",
        "threshold",
        "vectors",
    }.ToDictionary(kind => kind, TextOf);

    /// <summary>The texts of all scripts.</summary>
    public static IReadOnlyCollection<string> All => Texts.Values;

    /// <summary>The script that draws charts; the kernel draws a cell's own charts with it, too.</summary>
    public static string Chart => Of("chart");

    /// <summary>The script of one kind of figure.</summary>
    public static string Of(string kind) => Texts[kind];

    /// <summary>An explorer's script stands in braces, so that what all of them share may stand on a page several times.</summary>
    private static string TextOf(string kind) =>
        kind == "chart" ? FigureFiles.Read("chart.js") : $"{{\n{FigureFiles.Read("explorer.js")}{FigureFiles.Read(kind + ".js")}}}\n";
}
