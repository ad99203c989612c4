using System.Globalization;
using ShapeKit.Operators;

namespace ShapeKit.Visualization;

/// <summary>A kernel of 3 × 3 numbers that the reader changes, an image to choose or to draw, and their feature map.</summary>
internal sealed class KernelPicture(IReadOnlyList<float[,]> images, IReadOnlyList<string> names, float[,] kernel)
{
    /// <summary>The height and width of the kernel.</summary>
    public const int Side = 3;

    /// <summary>How large one of its numbers may be.</summary>
    public const float MostWeight = 100;

    private readonly float[,] _map = Convolution.Apply(images[0], kernel);

    public Explorer ToExplorer(string title) =>
        new("kernel", title, $"{title}: an image of {Size(images[0])} pixels, a kernel of 3 × 3 numbers. {Words()}", Texts());

    private Dictionary<string, string> Texts()
    {
        (float low, float high) = ColorScales.Range(ColorScale.Diverging, _map.Cast<float>());
        return new()
        {
            ["choices"] = string.Concat(
                names.Select(
                    (name, i) => $"<button type=\"button\" aria-pressed=\"{(i == 0 ? "true" : "false")}\">{Html.Escape(name)}</button>"
                )
            ),
            ["imageSize"] = Size(images[0]),
            ["image"] = Pixels.ToPng(images[0], ColorScale.Grey, 0, 1),
            ["numbers"] = string.Concat(kernel.Cast<float>().Select(Input)),
            ["mapSize"] = Size(_map),
            ["map"] = Pixels.ToPng(_map, ColorScale.Diverging, low, high),
            ["words"] = Words(),
            ["formula"] = string.Join(
                ", ",
                new[] { images[0].GetLength(0), images[0].GetLength(1) }.Distinct().Select(n => $"({n} + 2 · 0 − 3) / 1 + 1 = {n - 2}")
            ),
            ["data"] = Html.Data(
                new
                {
                    images = images.Select(Pixels.Rows),
                    greys = ColorScales.ForScript(ColorScale.Grey),
                    stops = ColorScales.ForScript(ColorScale.Diverging),
                }
            ),
        };
    }

    /// <summary>A number of the kernel, which can be changed once the script is alive.</summary>
    private static string Input(float weight, int i) =>
        $"<input type=\"number\" step=\"any\" min=\"{Html.Css(-MostWeight)}\" max=\"{Html.Css(MostWeight)}\" disabled=\"disabled\" "
        + $"value=\"{weight.ToString(CultureInfo.InvariantCulture)}\" aria-label=\"Row {i / Side}, column {i % Side} of the kernel\"/>";

    private string Words() =>
        $"The feature map has {Size(_map)} numbers, from {Html.Number(_map.Cast<float>().Min())} to {Html.Number(_map.Cast<float>().Max())}.";

    private static string Size(float[,] values) => $"{values.GetLength(0)} × {values.GetLength(1)}";
}
