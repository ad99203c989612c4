using System.Text;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>A map with small pictures on it: what lies near together is similar. The frame's colour tells each picture's group.</summary>
public sealed class PictureMap : IShown
{
    private readonly IReadOnlyList<Place> _pictures;
    private readonly IReadOnlyList<Place> _words;
    private readonly IReadOnlyList<string> _groups;
    private readonly string _title;
    private readonly int _imageSize;

    private PictureMap(
        IReadOnlyList<Place> pictures,
        IReadOnlyList<Place> words,
        IReadOnlyList<string> groups,
        string title,
        int imageSize
    ) => (_pictures, _words, _groups, _title, _imageSize) = (pictures, words, groups, title, imageSize);

    /// <summary>Lays images on a map, and sentences beside them where they are given.</summary>
    /// <param name="images">Grey images <c>[N, 1, H, W]</c>, values in 0..1.</param>
    /// <param name="points">Where each image lies, <c>[N, 2]</c>: to the right and up, in any unit.</param>
    /// <param name="groups">The name of each image's group, N of them; at most six different ones.</param>
    /// <param name="title">A line above the map.</param>
    /// <param name="sentences">Short texts that are written on the map, each below a dot; null for none.</param>
    /// <param name="sentencePoints">Where each sentence lies, <c>[M, 2]</c>, in the same unit; null for none.</param>
    /// <param name="imageSize">The width of an image on the page, in pixels, at least 1.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">There is no image, the numbers of images, points, groups or sentences do not fit together, a
    /// place is not finite, there are more than six groups, or the image size is below 1.</exception>
    public static PictureMap Of(
        Tensor images,
        Tensor points,
        IReadOnlyList<string> groups,
        string title,
        IReadOnlyList<string>? sentences = null,
        Tensor? sentencePoints = null,
        int imageSize = 36
    )
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        IReadOnlyList<float[,]> pictures = Pixels.Read(images);
        float[] at = Flat(points, pictures.Count, "image"),
            sentenceAt = sentencePoints is null ? [] : Flat(sentencePoints, sentences?.Count ?? 0, "sentence");
        string[] names = [.. groups.Distinct()];
        if (groups.Count != pictures.Count || names.Length > Palette.Series.Length || sentenceAt.Length != 2 * (sentences?.Count ?? 0))
        {
            throw new ArgumentException(
                $"There are {pictures.Count} images, {groups.Count} groups ({names.Length} different), {sentences?.Count ?? 0} "
                    + $"sentences and {sentenceAt.Length / 2} places for them; pass a group for each image, at most "
                    + $"{Palette.Series.Length} "
                    + "different ones, and a place for each sentence.",
                nameof(groups)
            );
        }

        float[] all = [.. at, .. sentenceAt];
        float[] xs = [.. all.Where((_, i) => i % 2 == 0)],
            ys = [.. all.Where((_, i) => i % 2 == 1)];
        Place At(float[] values, int i, string what, string group, string text) =>
            new(what, group, text, Share(values[2 * i], xs), 1 - Share(values[(2 * i) + 1], ys));
        return new PictureMap(
            [
                .. pictures.Select(
                    (picture, i) =>
                        At(at, i, Pixels.ToPng(picture, ColorScale.Grey, 0, 1), Palette.Series[Array.IndexOf(names, groups[i])], groups[i])
                ),
            ],
            [.. (sentences ?? []).Select((sentence, i) => At(sentenceAt, i, "", "", sentence))],
            names,
            title,
            imageSize
        );
    }

    /// <summary>The map as HTML; the images travel inside it.</summary>
    /// <returns>A <c>figure</c> element.</returns>
    public string ToHtml()
    {
        StringBuilder html = new();
        html.Append(
                $"<figure style=\"margin:.5em 0 1em;font-family:{Html.FontFamily}\"><figcaption style=\"font-weight:600;margin:0 0 "
                    + $".25em\">{Html.Escape(_title)}</figcaption><div style=\"margin:0 0 .5em;font-size:.9em;line-height:1.6\">"
            )
            .AppendJoin(
                ' ',
                _groups.Select(
                    (name, i) =>
                        (
                            "<span style=\"white-space:nowrap;margin-right:1em\"><span "
                            + $"style=\"display:inline-block;width:.9em;height:.9em;border-radius:2px;vertical-align:-.1em;background:{Palette.Series[i]}\"></span> {Html.Escape(name)}</span>"
                        )
                )
            )
            .Append(
                $"</div><div role=\"img\" aria-label=\"{Html.Escape(ToString())}\" "
                    + $"style=\"position:relative;width:100%;max-width:720px;aspect-ratio:4/3;border:1px solid "
                    + $"{Html.Line};border-radius:4px;overflow:hidden\">"
            );
        foreach (Place place in _pictures)
        {
            html.Append(
                $"\n<img src=\"{place.Picture}\" alt=\"{Html.Escape(place.Text)}\" title=\"{Html.Escape(place.Text)}\" "
                    + $"style=\"{Style(place)};transform:translate(-50%,-50%);box-sizing:border-box;width:{_imageSize}px;height:{_imageSize}px;max-width:none;image-rendering:pixelated;border:2px solid {place.Color};border-radius:3px\">"
            );
        }

        foreach (Place place in _words)
        {
            // A dot at the place, and its text below it, shifted so that it stays within the map.
            html.Append(
                    $"\n<div style=\"{Style(place)};transform:translate(-50%,-50%);width:11px;height:11px;border-radius:50%;background:#fff;border:3px solid #141414;box-sizing:border-box\"></div>"
                )
                .Append(
                    $"<div style=\"{Style(place)};transform:translate({Html.Css(-100 * place.X)}%,8px);padding:.1em "
                        + $".4em;border-radius:3px;background:rgba(20,20,20,.82);color:#fff;font-size:.75em;line-height:1.3;white-space:nowrap\">{Html.Escape(place.Text)}</div>"
                );
        }

        return html.Append("\n</div></figure>").ToString();

        static string Style(Place place) => $"position:absolute;left:{Html.Css(7 + (86 * place.X))}%;top:{Html.Css(6 + (86 * place.Y))}%";
    }

    /// <summary>The title and how many pictures of each group the map shows.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{_title}: {string.Join(", ", _groups.Select((name, i) => $"{name} {_pictures.Count(place => place.Color == Palette.Series[i])}"))}";

    private static float[] Flat(Tensor points, int count, string name)
    {
        GivenTensor.Require(points);
        if (points.shape is not [var rows, 2] || rows != count)
        {
            throw new ArgumentException(
                $"The map needs a place [x, y] for each {name}, [{count}, 2]; these are [{string.Join(", ", points.shape)}].",
                nameof(points)
            );
        }

        float[] places = Pixels.ReadAll(points);
        int broken = Array.FindIndex(places, value => !float.IsFinite(value));
        return broken < 0
            ? places
            : throw new ArgumentException(
                FormattableString.Invariant($"The place of {name} {broken / 2} holds {places[broken]}; places are finite numbers."),
                nameof(points)
            );
    }

    /// <summary>How far a value lies between the smallest and the largest, in 0..1.</summary>
    private static double Share(float value, float[] all)
    {
        (float low, float high) = (all.Min(), all.Max());
        return high > low ? (value - low) / (high - low) : 0.5;
    }

    /// <summary>Something at a place: shares of the width from the left and of the height from the top.</summary>
    private sealed record Place(string Picture, string Color, string Text, double X, double Y);
}
