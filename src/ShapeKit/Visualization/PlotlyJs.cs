using System.Text;
using Plotly.NET;

namespace ShapeKit.Visualization;

/// <summary>The drawing script, plotly.js, in the version that Plotly.NET carries.</summary>
/// <remarks>
/// A figure's HTML leaves the script out. Pages that show figures offline have <see cref="ReadSource"/> in a file beside them.
/// </remarks>
internal static class PlotlyJs
{
    private const string Prefix = "Plotly.NET.plotly-";
    private const string Suffix = ".min.js";

    private static readonly string ResourceName = typeof(GenericChart)
        .Assembly.GetManifestResourceNames()
        .Single(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal));

    /// <summary>The version, such as <c>2.28.0</c>.</summary>
    public static string Version { get; } = ResourceName[Prefix.Length..^Suffix.Length];

    /// <summary>Where a page finds the script that does not bring it along.</summary>
    public static Uri Address { get; } = new($"https://cdn.plot.ly/plotly-{Version}.min.js");

    /// <summary>Reads the script that Plotly.NET carries.</summary>
    /// <returns>About 3.6 million characters of JavaScript that define <c>window.Plotly</c>.</returns>
    public static string ReadSource()
    {
        using Stream resource = typeof(GenericChart).Assembly.GetManifestResourceStream(ResourceName)!;
        using StreamReader reader = new(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
