using ShapeKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>A network as a picture: its parts, what each of them makes of one image, and how many numbers it learns.</summary>
/// <remarks>
/// Shapes and parameters are those of the network itself, the pictures what its parts gave. Of several feature maps those are shown
/// whose values differ most, each from black at its lowest value to white at its highest.
/// </remarks>
public sealed class NetworkDrawing : IShown
{
    /// <summary>How many feature maps of a part are shown.</summary>
    private const int Shown = 3;

    /// <summary>The side of the largest picture, and how much smaller those of the next level are.</summary>
    private const double Side = 92,
        Shrink = 0.75;

    private readonly NetworkSketch _sketch;
    private readonly string _title;
    private readonly string _text;

    private NetworkDrawing(NetworkSketch sketch, string title, string text) => (_sketch, _title, _text) = (sketch, title, text);

    /// <summary>Draws a U-Net as a U: down on the left, up on the right, with the skip connections as bridges.</summary>
    /// <param name="network">The network.</param>
    /// <param name="image">One image <c>[1, 1, H, W]</c>, float32 in 0..1.</param>
    /// <param name="title">What the drawing shows.</param>
    /// <returns>The drawing, with the image, feature maps of each level, and what the network paints.</returns>
    /// <exception cref="ArgumentException">There is not one image, it has another shape or a size that cannot be halved so often, or the
    /// title is empty.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not numbers.</exception>
    public static NetworkDrawing Of(UNet network, Tensor image, string title = "The U-Net")
    {
        ArgumentNullException.ThrowIfNull(network);
        float[,] picture = Single(image, title);
        Tensor? painted = null;
        Dictionary<string, Output> seen = Watch(network, () => painted = network.Predict(image));
        float[,] paint = Pixels.Read(painted!)[0];
        painted!.Dispose();
        var levels = new List<NetworkLevel>
        {
            new(
                Picture(Pixels.ToPng(picture, ColorScale.Grey, 0, 1), Side, "image", Size(picture)),
                Picture(ImageGrid.Paint(picture, paint), Side, "painting", Size(paint), Parameters(network, "output.")),
                null,
                ["2 convolutions"],
                ["a class for", "each pixel"]
            ),
        };
        for (int level = 0; level < network.Depth; level++)
        {
            string back = $"decoder.{network.Depth - 1 - level}",
                up = $"ups.{network.Depth - 1 - level}";
            levels.Add(
                new(
                    Maps(seen[$"encoder.{level}.conv2"], level, Parameters(network, $"encoder.{level}.")),
                    Maps(seen[$"{back}.conv2"], level, Parameters(network, $"{back}.", $"{up}.")),
                    network.SkipConnections ? "skip" : null,
                    ["pooling,", "2 convolutions"],
                    ["up-convolution,", "2 convolutions"]
                )
            );
        }

        NetworkPart bottom = Maps(seen["bottom.conv2"], network.Depth, Parameters(network, "bottom."));
        string text =
            $"{title}: an image of {Size(picture)} pixels goes down to {bottom.Lines[0]} of {bottom.Lines[1]} and up again, "
            + (network.SkipConnections ? $"with {network.Depth} skip connections across. " : "without skip connections. ")
            + Sum(network);
        return new NetworkDrawing(new NetworkSketch(levels, bottom, rises: true), title, text);
    }

    /// <summary>Draws the two encoders of a model of images and sentences, which meet in one space.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">One image <c>[1, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="sentence">A sentence of words that the model knows.</param>
    /// <param name="title">What the drawing shows.</param>
    /// <returns>The drawing, with what each encoder makes of the image and of the sentence, and how similar both come out.</returns>
    /// <exception cref="ArgumentException">There is not one image, it has another shape, a word is not known, or the title is
    /// empty.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not numbers.</exception>
    public static NetworkDrawing Of(ImageTextModel model, Tensor image, string sentence, string title = "Two encoders, one space")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(sentence);
        float[,] picture = Single(image, title);
        float[] ofImage = [],
            ofSentence = [];
        Dictionary<string, Output> seen = Watch(model, () =>
        {
            using DisposeScope scope = NewDisposeScope();
            (ofImage, ofSentence) = (Pixels.ReadAll(model.EncodeImages(image)), Pixels.ReadAll(model.EncodeSentences(sentence)));
        });
        double similarity = ofImage.Zip(ofSentence, (a, b) => (double)a * b).Sum();
        Output maps = seen["vision"],
            words = seen["embedding"];
        var levels = new List<NetworkLevel>
        {
            new(
                Picture(Pixels.ToPng(picture, ColorScale.Grey, 0, 1), Side, "image", Size(picture)),
                new NetworkPart(["sentence", .. Wrap(sentence)]),
                null,
                ["convolutions"],
                ["a vector", "for each word"]
            ),
            new(
                Maps(maps, 1, Parameters(model, "vision.")),
                Table(words.Map(0), $"{words.Shape[^2]} words", $"{words.Shape[^1]} numbers each", Parameters(model, "embedding.")),
                null,
                ["where is what?"],
                ["Transformer"]
            ),
            new(
                Vector(ofImage, Parameters(model, "locator.", "imageProjection.")),
                Vector(ofSentence, Parameters(model, "text.", "textProjection.")),
                null,
                ["same length"],
                ["same length"]
            ),
        };
        NetworkPart middle = new(
            "one space",
            $"{ofImage.Length} dimensions",
            $"cosine similarity {Html.Fixed(similarity, 2)}",
            $"temperature: {Parameters(model, "logScale")}"
        );
        string text =
            $"{title}: the image encoder makes {ofImage.Length} numbers of the image, the text encoder makes {ofSentence.Length} of the "
            + $"sentence “{sentence}”; their cosine similarity is {Html.Fixed(similarity, 2)}. {Sum(model)}";
        return new NetworkDrawing(new NetworkSketch(levels, middle, rises: false), title, text);
    }

    /// <summary>Draws a model that writes reports: the encoder, which sees, and the decoder, which writes and looks across.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">One image <c>[1, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="title">What the drawing shows.</param>
    /// <returns>The drawing at the word of the model's report of which it was least sure: where it looked, and what came next.</returns>
    /// <exception cref="ArgumentException">There is not one image, it has another shape, or the title is empty.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not numbers.</exception>
    public static NetworkDrawing Of(CaptionModel model, Tensor image, string title = "Encoder and decoder")
    {
        ArgumentNullException.ThrowIfNull(model);
        float[,] picture = Single(image, title);
        IReadOnlyList<Caption> reports = [];
        Dictionary<string, Output> seen = Watch(model, () => reports = model.Write(image));
        Caption report = reports[0];
        int place = Enumerable.Range(0, report.Steps.Count).MinBy(i => report.Steps[i].Probability);
        CaptionStep step = report.Steps[place];
        Output maps = seen["encoder"],
            words = seen["embedding"];
        (long cells, string numbers) = (maps.Shape[^1] * maps.Shape[^2], $"{maps.Shape[1]} numbers each");
        string written = string.Join(' ', report.Steps.Take(place).Select(before => before.Word).Prepend("start"));
        int layers = model.named_children().First(part => part.name == "decoder").module.children().Count();
        var levels = new List<NetworkLevel>
        {
            new(
                Picture(Pixels.ToPng(picture, ColorScale.Grey, 0, 1), Side, "image", Size(picture)),
                new NetworkPart(["words so far", .. Wrap(written)]),
                null,
                ["encoder:", "convolutions"],
                ["a vector", "for each word"]
            ),
            new(
                Maps(maps, 1, Parameters(model, "encoder.")),
                Table(First(words.Map(0), place + 1), $"{place + 1} words", numbers, Parameters(model, "embedding.")),
                null,
                ["what and where"],
                ["decoder"]
            ),
            new(
                new NetworkPart($"{cells} places", numbers, Parameters(model, "locator.", "named.", "memoryNorm.")),
                new NetworkPart($"{layers} layers", "words look at words,", "then at the places", Parameters(model, "decoder.")),
                "look",
                null,
                ["a probability", "for each word"]
            ),
            new(
                Picture(CaptionPicture.Blend(picture, step.Attention), Side, "where it looked", $"for “{step.Word}”"),
                new NetworkPart([
                    "next word",
                    .. step.Next.Take(Shown).Select(next => $"{next.Word} {Html.Fixed(100 * next.Probability, 1)}%"),
                    Parameters(model, "norm.", "output."),
                ]),
                null,
                null,
                null
            ),
        };
        string text =
            $"{title}: the encoder makes {cells} places of {numbers} of the image; the decoder, of {layers} layers, looks at them and gives "
            + $"the next word after “{written}”: {step.Word}. {Sum(model)}";
        return new NetworkDrawing(new NetworkSketch(levels, null, rises: false), title, text);
    }

    /// <summary>The drawing as HTML; the pictures travel inside it.</summary>
    /// <returns>A <c>figure</c> element.</returns>
    public string ToHtml() =>
        $"""
            <figure style="margin:.5em 0 1em;font-family:{Html.FontFamily}">
            <figcaption style="font-weight:600;margin:0 0 .5em">{Html.Escape(_title)}</figcaption>
            {_sketch.Draw(_text)}
            </figure>
            """;

    /// <summary>What a reader sees in the drawing.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    private static float[,] Single(Tensor image, string title)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        GivenTensor.Require(image);
        return image.shape is [1, 1, > 0, > 0]
            ? Pixels.Read(image)[0]
            : throw new ArgumentException(
                $"A network is drawn with one image, [1, 1, H, W]; this is [{string.Join(", ", image.shape)}].",
                nameof(image)
            );
    }

    /// <summary>What the parts of a network that take one tensor give while it is used.</summary>
    private static Dictionary<string, Output> Watch(nn.Module model, Action use)
    {
        var seen = new Dictionary<string, Output>();
        var hooks = new List<Action>();
        foreach ((string name, nn.Module part) in model.named_modules())
        {
            if (part is nn.Module<Tensor, Tensor> layer)
            {
                var hook = layer.register_forward_hook(
                    (_, _, output) =>
                    {
                        seen[name] = new Output(output.shape, Pixels.ReadAll(output));
                        return output;
                    }
                );
                hooks.Add(hook.remove);
            }
        }

        try
        {
            using var evaluating = new EvaluationMode(model);
            use();
        }
        finally
        {
            hooks.ForEach(remove => remove());
        }

        return seen;
    }

    private static NetworkPart Picture(string png, double side, params string[] lines) =>
        new(lines) { Pictures = [png], Size = (side, side) };

    private static NetworkPart Maps(Output output, int level, string parameters)
    {
        double side = Side * Math.Pow(Shrink, level);
        return new NetworkPart($"{output.Shape[1]} maps", $"{output.Shape[2]} × {output.Shape[3]}", parameters)
        {
            Pictures = [.. output.LiveliestMaps(Shown).Select(Stretched)],
            Size = (side, side),
        };
    }

    /// <summary>A table of numbers, such as a row for each word; blue is negative, red positive.</summary>
    private static NetworkPart Table(float[,] values, params string[] lines)
    {
        (float low, float high) = ColorScales.Range(ColorScale.Diverging, values.Cast<float>());
        return new NetworkPart(lines)
        {
            Pictures = [Pixels.ToPng(values, ColorScale.Diverging, low, high)],
            Size = (1.4 * Side, Math.Clamp(6 * values.GetLength(0), 10, 0.7 * Side)),
        };
    }

    private static NetworkPart Vector(float[] values, string parameters)
    {
        var row = new float[1, values.Length];
        Buffer.BlockCopy(values, 0, row, 0, values.Length * sizeof(float));
        return Table(row, $"{values.Length} numbers", parameters);
    }

    private static string Stretched(float[,] map)
    {
        (float low, float high) = (map.Cast<float>().Min(), map.Cast<float>().Max());
        return Pixels.ToPng(map, ColorScale.Grey, low, high > low ? high : low + 1);
    }

    private static float[,] First(float[,] rows, int count)
    {
        var first = new float[Math.Min(count, rows.GetLength(0)), rows.GetLength(1)];
        Array.Copy(rows, first, first.Length);
        return first;
    }

    private static string Parameters(nn.Module network, params string[] parts) =>
        Counted(
            network
                .named_parameters()
                .Where(each => parts.Any(part => each.name.StartsWith(part, StringComparison.Ordinal)))
                .Sum(each => each.parameter.numel())
        );

    private static string Sum(nn.Module network) => Counted(network.parameters().Sum(parameter => parameter.numel())) + " in all.";

    private static string Counted(long parameters) => parameters == 1 ? "1 parameter" : $"{Html.Number(parameters)} parameters";

    private static string Size(float[,] picture) => $"{picture.GetLength(0)} × {picture.GetLength(1)}";

    /// <summary>A text in lines that a column can hold; of a long text the end.</summary>
    private static IEnumerable<string> Wrap(string text)
    {
        const int Longest = 22,
            Most = 4;
        List<string> lines = [""];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + word.Length >= Longest)
            {
                lines.Add("");
            }

            lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
        }

        return lines.Count <= Most ? lines : lines.TakeLast(Most - 1).Prepend("…");
    }

    /// <summary>What a part gave for one image or one sentence.</summary>
    private sealed record Output(long[] Shape, float[] Values)
    {
        /// <summary>One of the tables that it consists of.</summary>
        public float[,] Map(int index)
        {
            var map = new float[Shape[^2], Shape[^1]];
            Buffer.BlockCopy(Values, index * map.Length * sizeof(float), map, 0, map.Length * sizeof(float));
            return map;
        }

        /// <summary>The feature maps whose values differ most, the one where they do so most first.</summary>
        public IEnumerable<float[,]> LiveliestMaps(int count) =>
            Enumerable.Range(0, (int)Shape[1]).Select(Map).OrderByDescending(Spread).Take(count);

        private static double Spread(float[,] map)
        {
            double mean = map.Cast<float>().Average();
            return map.Cast<float>().Average(value => Math.Pow(value - mean, 2));
        }
    }
}
