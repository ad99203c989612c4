using System.Runtime.InteropServices;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>A sheet to draw on, and a trained network that says at each stroke what it takes the drawing for.</summary>
/// <param name="network">The network.</param>
/// <param name="weights">Its parameters, one after the other.</param>
/// <param name="examples">Images to begin with.</param>
internal sealed class DrawingPicture(ShapeCnn network, float[] weights, ImageDataset examples)
{
    /// <summary>How many images there may be to choose from.</summary>
    public const int MostExamples = 12;

    /// <summary>How many maps of the two convolutions stand side by side.</summary>
    private static readonly int[] Across = [8, 16];

    private readonly float[,] _image = examples.Pixels(0);

    public Explorer ToExplorer(string title)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor image = examples.Images[..1];
        float probability = network.Predict(image).item<float>();
        string[] maps =
        [
            .. network
                .Stages(image)
                .Where(stage => stage.Layer is TorchSharp.Modules.Conv2d)
                .Select((stage, i) => Pixels.ToSheet(Pixels.Read(stage.Output.squeeze(0)), Across[i])),
        ];
        string words = Words(probability);
        return new(
            "drawing",
            title,
            $"{title}: a sheet of 28 × 28 pixels with a {examples.ClassNameOf(0)}, and the network's answer. {words}",
            Texts(probability, maps, Html.Escape(words))
        );
    }

    private Dictionary<string, string> Texts(float probability, string[] maps, string words) =>
        new()
        {
            ["choices"] = string.Concat(
                Enumerable
                    .Range(0, examples.Count)
                    .Select(i =>
                        $"<button type=\"button\" aria-pressed=\"{(i == 0 ? "true" : "false")}\">{Html.Escape(examples.ClassNameOf(i))} {i}</button>"
                    )
            ),
            ["image"] = Pixels.ToPng(_image, ColorScale.Grey, 0, 1),
            ["answer"] = Bar(0, 1 - probability) + Bar(1, probability),
            ["words"] = words,
            ["first"] = maps[0],
            ["second"] = maps[1],
            ["data"] = Html.Data(
                new
                {
                    examples = Enumerable.Range(0, examples.Count).Select(i => Pixels.Rows(examples.Pixels(i))),
                    classes = examples.ClassNames,
                    weights = Convert.ToBase64String(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(weights, weight => (Half)weight))),
                    edge = ShapeCnn.ImageSize / PlotMargins.PointsPerFigure,
                    outline = ShapeGeneratorOptions.Article.OutlineWidth,
                    across = Across,
                    greys = ColorScales.ForScript(ColorScale.Grey),
                    stops = ColorScales.ForScript(ColorScale.Diverging),
                }
            ),
        };

    private string Bar(int label, float probability) =>
        $"<div><span class=\"name\">{Html.Escape(examples.ClassNames[label])}</span><span class=\"bar\"><i "
        + $"style=\"width:{Html.Css(100 * probability)}%\"></i></span><span class=\"share\">{Html.Fixed(probability, 2)}</span></div>";

    private string Words(float probability)
    {
        int answer = probability < 0.5f ? 0 : 1;
        return $"The network says {examples.ClassNames[answer]}, with probability {Html.Fixed(answer == 0 ? 1 - probability : probability, 2)}.";
    }
}
