using System.Text;
using ShapeKit.Data;
using ShapeKit.Models;

namespace ShapeKit.Visualization;

/// <summary>A report word by word: for the chosen word where the decoder looked, and the five most likely words at its place.</summary>
internal sealed class CaptionPicture(float[,] image, Caption caption)
{
    /// <summary>The word that is shown first: the one that the network was least sure of.</summary>
    private readonly int _first = Enumerable.Range(0, caption.Steps.Count).MinBy(i => caption.Steps[i].Probability);

    public Explorer ToExplorer(string title)
    {
        CaptionStep step = caption.Steps[_first];
        string next = string.Join(", ", step.Next.Select(word => $"{word.Word} {Percent(word.Probability)}"));
        return new Explorer(
            "caption",
            title,
            $"{title}: {caption.Text} The network was least sure of the word “{step.Word}”; the most likely words there: {next}.",
            Texts()
        );
    }

    private Dictionary<string, string> Texts()
    {
        StringBuilder words = new(),
            panels = new();
        for (int i = 0; i < caption.Steps.Count; i++)
        {
            CaptionStep step = caption.Steps[i];
            bool chosen = i == _first;
            words.Append(
                $"<button type=\"button\" aria-pressed=\"{(chosen ? "true" : "false")}\" "
                    + $"tabindex=\"{(chosen ? 0 : -1)}\">{Html.Escape(step.Word)}<span "
                    + $"style=\"width:{Html.Css(100 * step.Probability)}%\"></span></button>"
            );
            string written = Vocabulary.Sentence(caption.Steps.Take(i).Select(before => before.Word));
            panels
                .Append($"<div class=\"panel\"{(chosen ? "" : " hidden")}>")
                .Append(
                    $"<img src=\"{Blend(image, step.Attention)}\" alt=\"Where the decoder looked for the word {Html.Escape(step.Word)}\">"
                )
                .Append($"<div class=\"next\"><p>{(i == 0 ? "the first word" : $"after “{Html.Escape(written)}”")}</p>");
            foreach (WordProbability word in step.Next)
            {
                string strong = word.Word == step.Word ? " class=\"written\"" : "";
                panels.Append(
                    $"<div{strong}><span class=\"word\">{Html.Escape(word.Word)}</span><span class=\"bar\"><i "
                        + $"style=\"width:{Html.Css(100 * word.Probability)}%\"></i></span><span "
                        + $"class=\"share\">{Percent(word.Probability)}</span></div>"
                );
            }

            panels.Append("</div></div>");
        }

        return new()
        {
            ["words"] = words.ToString(),
            ["panels"] = panels.ToString(),
            ["image"] = Pixels.ToPng(image, ColorScale.Grey, 0, 1),
        };
    }

    /// <summary>The image with the map laid over it, each cell over its own square of pixels; the largest weight is the reddest.</summary>
    internal static string Blend(float[,] image, float[,] map)
    {
        (int height, int width) = (image.GetLength(0), image.GetLength(1));
        float largest = map.Cast<float>().Max();
        var weights = new float[height, width];
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                weights[row, column] =
                    map[row * map.GetLength(0) / height, column * map.GetLength(1) / width] / (largest > 0 ? largest : 1);
            }
        }

        return ImageGrid.Blend(image, weights);
    }

    private static string Percent(double probability) => Html.Fixed(100 * probability, 1) + "%";
}
