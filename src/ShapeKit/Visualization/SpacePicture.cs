using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>
/// A map of the space that images and sentences share, in the two directions in which the images' vectors differ most, and the images that
/// are nearest to a sentence in all directions.
/// </summary>
internal sealed class SpacePicture
{
    private const int Width = 720,
        Height = 540,
        Margin = 34,
        Thumbnail = 40;

    /// <summary>How many of the nearest images are shown.</summary>
    private const int Shown = 6;

    private readonly string[] _pictures;
    private readonly IReadOnlyList<string> _captions;
    private readonly IReadOnlyList<string> _groups;
    private readonly IReadOnlyList<string> _sentences;
    private readonly string[] _names;
    private readonly float[] _imageVectors;
    private readonly float[] _sentenceVectors;

    /// <summary>Where images and then sentences lie on the map, from its upper left corner.</summary>
    private readonly (double X, double Y)[] _places;

    /// <summary>The cosine similarity of each image with the first sentence, and the images by it, the nearest first.</summary>
    private readonly float[] _similarities;
    private readonly int[] _nearest;

    public SpacePicture(
        IReadOnlyList<float[,]> images,
        Tensor imageVectors,
        IReadOnlyList<string> captions,
        IReadOnlyList<string> groups,
        IReadOnlyList<string> sentences,
        Tensor sentenceVectors
    )
    {
        using DisposeScope scope = NewDisposeScope();
        (_captions, _groups, _sentences, _names) = (captions, groups, sentences, [.. groups.Distinct()]);
        _pictures = [.. images.Select(image => Pixels.ToPng(image, ColorScale.Grey, 0, 1))];
        Tensor seen = nn.functional.normalize(imageVectors.detach().cpu().to(ScalarType.Float32), 2, 1),
            read = nn.functional.normalize(sentenceVectors.detach().cpu().to(ScalarType.Float32), 2, 1);
        (_imageVectors, _sentenceVectors) = (Pixels.ReadAll(seen), Pixels.ReadAll(read));
        _places = Places(seen, read);
        _similarities = Pixels.ReadAll(seen.matmul(read[0]));
        _nearest = [.. Enumerable.Range(0, images.Count).OrderByDescending(i => _similarities[i]).Take(Shown)];
    }

    public Explorer ToExplorer(string title) =>
        new(
            "space",
            title,
            $"{title}: a map with {string.Join(", ", _names.Select(name => $"{_groups.Count(group => group == name)} images “{name}”"))}. "
                + $"Nearest to the sentence “{_sentences[0]}”: "
                + string.Join(", ", _nearest.Select(i => $"{_captions[i]} ({Html.Fixed(_similarities[i], 2)})"))
                + ".",
            Texts()
        );

    private Dictionary<string, string> Texts() =>
        new()
        {
            ["legend"] = string.Concat(
                _names.Select((name, i) => $"<span><i style=\"background:{Palette.Series[i]}\"></i> {Html.Escape(name)}</span> ")
            ),
            ["width"] = $"{Width}",
            ["height"] = $"{Height}",
            ["points"] = Points(),
            ["rings"] = string.Concat(
                _nearest.Select(i => $"<circle class=\"ring\" r=\"13\" transform=\"translate({Place(_places[i])})\"/>")
            ),
            ["place"] = Place(_places[_pictures.Length]),
            ["sentence"] = Html.Escape(_sentences[0]),
            ["options"] = string.Concat(_sentences.Select(sentence => $"<option>{Html.Escape(sentence)}</option>")),
            ["nearest"] = string.Concat(
                _nearest.Select(i =>
                    $"<div><img src=\"{_pictures[i]}\" alt=\"{Html.Escape(_captions[i])}\"/><p><b>{Html.Fixed(_similarities[i], 2)}</b> "
                    + $"<span>{Html.Escape(_captions[i])}</span></p></div>"
                )
            ),
            ["data"] = Html.Data(
                new
                {
                    captions = _captions,
                    sentences = _sentences,
                    places = _places.Select(place => new[] { place.X, place.Y }),
                    images = Base64(_imageVectors),
                    words = Base64(_sentenceVectors),
                    width = Width,
                    height = Height,
                }
            ),
        };

    /// <summary>A small picture for each image that has room for one beside those before it, and a dot for each other.</summary>
    private string Points()
    {
        List<(double X, double Y)> taken = [];
        StringBuilder dots = new(),
            thumbnails = new();
        for (int i = 0; i < _pictures.Length; i++)
        {
            (double x, double y) = _places[i];
            bool fits = taken.TrueForAll(other => Math.Max(Math.Abs(other.X - x), Math.Abs(other.Y - y)) > Thumbnail + 4);
            string color = Palette.Series[Array.IndexOf(_names, _groups[i])];
            string picture = $"<image href=\"{_pictures[i]}\" x=\"{-Thumbnail / 2}\" y=\"{-Thumbnail / 2}\" width=\"{Thumbnail}\"/>";
            string frame =
                $"<rect x=\"{-Thumbnail / 2}\" y=\"{-Thumbnail / 2}\" width=\"{Thumbnail}\" height=\"{Thumbnail}\" rx=\"3\" fill=\"none\" "
                + $"stroke=\"{color}\" stroke-width=\"3\"/>";
            if (fits)
            {
                taken.Add((x, y));
            }

            (fits ? thumbnails : dots).Append(
                $"\n<g class=\"point{(fits ? "" : " dot")}\" data-image=\"{i}\" transform=\"translate({Place((x, y))})\">{picture}"
                    + $"{(fits ? frame : $"<circle r=\"6\" fill=\"{color}\"/>")}</g>"
            );
        }

        return thumbnails.Append(dots).ToString();
    }

    /// <summary>The first two principal components of the images' vectors, and the sentences in the same directions.</summary>
    private static (double X, double Y)[] Places(Tensor images, Tensor sentences)
    {
        Tensor centre = images.mean([0], keepdim: true);
        (_, _, Tensor directions) = linalg.svd(images - centre, fullMatrices: false);
        float[] first = Along(0),
            second = Along(1);
        return [.. Spread(first, Width).Zip(Spread([.. second.Select(value => -value)], Height))];

        // A direction and its opposite are equally good: the one whose largest number is positive is taken.
        float[] Along(int number)
        {
            if (number >= directions.shape[0])
            {
                return new float[images.shape[0] + sentences.shape[0]];
            }

            Tensor direction = directions[number];
            float[] numbers = Pixels.ReadAll(direction);
            float sign = Math.Sign(numbers.MaxBy(Math.Abs));
            return [.. Pixels.ReadAll((cat([images, sentences]) - centre).matmul(direction)).Select(value => sign * value)];
        }

        static IEnumerable<double> Spread(float[] values, int length)
        {
            (float low, float high) = (values.Min(), values.Max());
            return values.Select(value =>
                Math.Round(Margin + ((length - (2 * Margin)) * (high > low ? (value - low) / (double)(high - low) : 0.5)), 1)
            );
        }
    }

    private static string Place((double X, double Y) place) => $"{Html.Css(place.X)} {Html.Css(place.Y)}";

    /// <summary>Numbers as a browser reads them back without loss.</summary>
    private static string Base64(float[] values) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values));
}
