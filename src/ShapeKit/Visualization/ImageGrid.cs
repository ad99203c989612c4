using System.Text;
using ShapeKit.Data;
using ShapeKit.Evaluation;
using SkiaSharp;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>Small images side by side, every pixel a crisp square, with captions in HTML text.</summary>
public sealed class ImageGrid : IShown
{
    private readonly IReadOnlyList<Tile> _tiles;
    private const int Gap = 14,
        SmallestImage = 130;

    private readonly int _columns;
    private readonly int _imageSize;
    private readonly string? _title;
    private readonly string _legend;

    internal ImageGrid(IReadOnlyList<Tile> tiles, int columns, int imageSize, string? title, string legend)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        if (tiles.Count == 0)
        {
            throw new ArgumentException("There is no image to show; pass at least one.", nameof(tiles));
        }

        (_tiles, _columns, _imageSize, _title, _legend) = (tiles, Math.Min(columns, tiles.Count), imageSize, title, legend);
    }

    /// <summary>Shows the images of a tensor.</summary>
    /// <param name="images">Grey images of shape [N, 1, H, W], [N, H, W] or [H, W], of any dtype, usually float32 in 0..1; or colour
    /// images [N, 3, H, W], in 0..1.</param>
    /// <param name="captions">A caption an image, or null for none.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid, or null for none.</param>
    /// <param name="imageSize">The width of an image on the page, in pixels, at least 1.</param>
    /// <param name="scale">How values become colours; null chooses grey, or diverging where values are negative.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentException">There is no image, the shape is none of these, the captions are not as many as the images, or
    /// columns or image size are below 1.</exception>
    public static ImageGrid Of(
        Tensor images,
        IReadOnlyList<string>? captions = null,
        int columns = 6,
        string? title = null,
        int imageSize = 112,
        ColorScale? scale = null
    )
    {
        GivenTensor.Require(images);
        if (images.shape is not [> 0, 3, > 0, > 0])
        {
            return Of(Pixels.Read(images), captions, columns, title, imageSize, scale);
        }

        using Tensor channels = images.reshape(-1, images.shape[2], images.shape[3]);
        IReadOnlyList<float[,]> all = Pixels.Read(channels);
        return Pictures(
            [
                .. all.Chunk(3)
                    .Select(rgb =>
                        Pixels.ToPng(rgb[0].GetLength(0), rgb[0].GetLength(1), (row, column) =>
                            (Byte(rgb[0][row, column]), Byte(rgb[1][row, column]), Byte(rgb[2][row, column]))
                        )
                    ),
            ],
            captions,
            columns,
            title,
            imageSize
        );
    }

    /// <summary>Shows images given as plain numbers.</summary>
    /// <param name="images">Images of any size, each indexed [row, column]; usually in 0..1 or 0..255.</param>
    /// <param name="captions">A caption an image, or null for none.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid, or null for none.</param>
    /// <param name="imageSize">The width of an image on the page, in pixels, at least 1.</param>
    /// <param name="scale">How values become colours; null chooses grey, or diverging where an image's values are negative.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentException">There is no image, one is empty, the captions are not as many as the images, or columns or image
    /// size are below 1.</exception>
    public static ImageGrid Of(
        IReadOnlyList<float[,]> images,
        IReadOnlyList<string>? captions = null,
        int columns = 6,
        string? title = null,
        int imageSize = 112,
        ColorScale? scale = null
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        return Pictures([.. images.Select(image => Picture(image, scale))], captions, columns, title, imageSize);
    }

    /// <summary>Lays maps over images: where a map is high, the grey image turns red; where it is 0, the image stays as it is.</summary>
    /// <param name="images">Grey images of shape [N, 1, H, W], float32 in 0..1.</param>
    /// <param name="maps">Maps of the same shape in 0..1, such as those of <see cref="GradCam"/>.</param>
    /// <param name="captions">A caption an image, or null for none.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid, or null for none.</param>
    /// <param name="imageSize">The width of an image on the page, in pixels, at least 1.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentException">There is no image, images and maps differ in shape, the captions are not as many as the images,
    /// or columns or image size are below 1.</exception>
    public static ImageGrid Heat(
        Tensor images,
        Tensor maps,
        IReadOnlyList<string>? captions = null,
        int columns = 6,
        string? title = null,
        int imageSize = 112
    )
    {
        GivenTensor.Require(images);
        GivenTensor.Require(maps);
        if (!images.shape.SequenceEqual(maps.shape))
        {
            throw new ArgumentException(
                $"The images have the shape [{string.Join(", ", images.shape)}], the maps [{string.Join(", ", maps.shape)}]; each image "
                    + "needs a map of its size.",
                nameof(maps)
            );
        }

        return Pictures([.. Pixels.Read(images).Zip(Pixels.Read(maps), Blend)], captions, columns, title, imageSize);
    }

    /// <summary>Shows all images of a data set, each with its class as caption; a slice shows a part.</summary>
    /// <param name="data">The images and their classes.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid, or null for none.</param>
    /// <param name="imageSize">The width of an image on the page, in pixels, at least 1.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentException">There is no image, or columns or image size are below 1.</exception>
    public static ImageGrid Of(ImageDataset data, int columns = 6, string? title = null, int imageSize = 112)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Of(data.Images, [.. Enumerable.Range(0, data.Count).Select(data.ClassNameOf)], columns, title, imageSize);
    }

    /// <summary>Shows what a network answered: blue with a check where it was right, red with a cross where it was wrong.</summary>
    /// <param name="data">The images and their true classes; two class names.</param>
    /// <param name="probabilities">For each image the network's probability of class 1, in 0..1; 0.5 and more counts as class 1.</param>
    /// <param name="count">How many images are shown, from the first, at least 1; at most all.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid.</param>
    /// <returns>The grid; under each image stand the prediction, the truth and the probability of the predicted class.</returns>
    /// <exception cref="ArgumentException">There is no image, the numbers of images and probabilities differ, a probability lies outside
    /// 0..1, there are not two class names, or count or columns are below 1.</exception>
    public static ImageGrid Predictions(
        ImageDataset data,
        IReadOnlyList<float> probabilities,
        int count = 9,
        int columns = 3,
        string title = "What the network answered"
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (probabilities.Count != data.Count)
        {
            throw new ArgumentException(
                $"There are {data.Count} images and {probabilities.Count} probabilities; pass one probability an image.",
                nameof(probabilities)
            );
        }

        using ImageDataset shown = data.Slice(0, Math.Min(count, data.Count));
        return Predictions(
            shown.Images,
            shown.Labels.data<long>().ToArray(),
            [.. probabilities.Take(shown.Count)],
            shown.ClassNames,
            columns,
            title
        );
    }

    /// <summary>Shows what a network answered: blue with a check where it was right, red with a cross where it was wrong.</summary>
    /// <param name="images">Grey images of shape [N, 1, H, W], float32 in 0..1.</param>
    /// <param name="labels">The true class of each image, 0 or 1.</param>
    /// <param name="probabilities">For each image the network's probability of class 1, in 0..1; 0.5 and more counts as class 1.</param>
    /// <param name="classNames">The names of class 0 and class 1.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid.</param>
    /// <returns>The grid; under each image stand the prediction, the truth and the probability of the predicted class.</returns>
    /// <exception cref="ArgumentException">There is no image, the numbers of images, labels and probabilities differ, a label is neither 0
    /// nor 1, a probability lies outside 0..1, there are not two class names, or columns are below 1.</exception>
    public static ImageGrid Predictions(
        Tensor images,
        IReadOnlyList<long> labels,
        IReadOnlyList<float> probabilities,
        IReadOnlyList<string> classNames,
        int columns = 3,
        string title = "What the network answered"
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(classNames);
        IReadOnlyList<float[,]> pictures = Pixels.Read(images);
        if (labels.Count != pictures.Count || probabilities.Count != pictures.Count)
        {
            throw new ArgumentException(
                $"There are {pictures.Count} images, {labels.Count} labels and {probabilities.Count} probabilities; pass one label and "
                    + "one probability an image.",
                nameof(probabilities)
            );
        }

        if (classNames.Count != 2 || labels.Any(label => label is not (0 or 1)))
        {
            throw new ArgumentException(
                "The grid shows two classes: pass two class names, and labels that are 0 or 1.",
                nameof(classNames)
            );
        }

        BinaryInput.RequireProbabilities(probabilities);
        Tile[] tiles = [.. pictures.Select((picture, i) => Prediction(picture, i, labels[i], probabilities[i], classNames))];
        int right = tiles.Count(tile => tile.Border == Palette.Blue);
        string legend =
            $"{Sign(true)} right, {Sign(false)} wrong: {right} of {tiles.Length} right. The probability is the network’s own, for the "
            + "class it chose.";
        return new ImageGrid(tiles, columns, 132, title, legend);
    }

    /// <summary>Shows images with the class of each pixel painted over them; class 0 is left as it is.</summary>
    /// <param name="images">Grey images of shape [N, 1, H, W], [N, H, W] or [H, W], in 0..1.</param>
    /// <param name="classes">The class of each pixel, of shape [N, H, W] or [H, W], of any numeric dtype. Where it is smaller than the
    /// image, it lies in its middle.</param>
    /// <param name="classNames">The name of each class, the background first; at most seven.</param>
    /// <param name="captions">A caption an image, or null for none.</param>
    /// <param name="columns">How many images stand in a row, at least 1.</param>
    /// <param name="title">A line above the grid, or null for none.</param>
    /// <param name="imageSize">The width of an image on the page, in pixels, at least 1.</param>
    /// <returns>The grid, with a legend of the classes' colours.</returns>
    /// <exception cref="ArgumentException">There is no image, the numbers of images, classes and captions differ, a class is no whole
    /// number or has no name, there are more than seven, or columns or image size are below 1.</exception>
    public static ImageGrid Painted(
        Tensor images,
        Tensor classes,
        IReadOnlyList<string> classNames,
        IReadOnlyList<string>? captions = null,
        int columns = 4,
        string? title = null,
        int imageSize = 160
    )
    {
        ArgumentNullException.ThrowIfNull(classNames);
        IReadOnlyList<float[,]> pictures = Pixels.Read(images),
            paints = Pixels.Read(classes);
        if (paints.Count != pictures.Count || (captions is not null && captions.Count != pictures.Count))
        {
            throw new ArgumentException(
                $"There are {pictures.Count} images, {paints.Count} painted ones and {captions?.Count ?? pictures.Count} captions; pass "
                    + "as many of each.",
                nameof(classes)
            );
        }

        if (
            classNames.Count > Palette.Series.Length + 1
            || paints.Any(paint => paint.Cast<float>().Any(value => !(value >= 0 && value < classNames.Count && float.IsInteger(value))))
        )
        {
            throw new ArgumentException(
                $"The classes are whole numbers from 0 and need one name each, the background first, and at most {Palette.Series.Length + 1}; {classNames.Count} "
                    + "names were given.",
                nameof(classNames)
            );
        }

        Tile[] tiles =
        [
            .. pictures.Select(
                (picture, i) =>
                    new Tile(
                        Paint(picture, paints[i]),
                        $"{(captions is null ? $"Image {i + 1}" : captions[i])}: "
                            + $"{string.Join(", ", classNames.Skip(1).Select((name, c) => $"{name} {paints[i].Cast<float>().Count(value => (int)value == c + 1)} pixels"))}",
                        captions is null ? "" : Caption(captions[i])
                    )
            ),
        ];
        return new ImageGrid(tiles, columns, imageSize, title, Legend(classNames));
    }

    /// <summary>The name of each class that is painted, beside its colour.</summary>
    private static string Legend(IReadOnlyList<string> classNames) =>
        string.Join(
            " ",
            classNames
                .Skip(1)
                .Select(
                    (name, i) =>
                        (
                            "<span style=\"white-space:nowrap;margin-right:1em\"><span "
                            + $"style=\"display:inline-block;width:.9em;height:.9em;border-radius:2px;vertical-align:-.1em;background:{Palette.Series[i]}\"></span> {Html.Escape(name)}</span>"
                        )
                )
        );

    /// <summary>The grid as HTML; the images travel inside it.</summary>
    /// <returns>A <c>figure</c> element.</returns>
    public string ToHtml()
    {
        StringBuilder html = new();
        html.Append($"<figure style=\"margin:.5em 0 1em;font-family:{Html.FontFamily}\">");
        if (_title is not null)
        {
            html.Append($"<figcaption style=\"font-weight:600;margin:0 0 .25em\">{Html.Escape(_title)}</figcaption>");
        }

        if (_legend.Length > 0)
        {
            html.Append($"<div style=\"margin:0 0 .75em;font-size:.9em;line-height:1.6\">{_legend}</div>");
        }

        // As many columns as asked for, and fewer where an image would be too small to be looked at.
        int gaps = Gap * (_columns - 1);
        html.Append($"<div style=\"display:grid;gap:{Gap}px;align-items:start;max-width:{(_columns * _imageSize) + gaps}px;")
            .Append($"grid-template-columns:repeat(auto-fill,minmax(min(100%,max({Math.Min(_imageSize, SmallestImage)}px,")
            .Append($"calc((100% - {gaps}px)/{_columns} - .1px))),1fr))\">");
        foreach (Tile tile in _tiles)
        {
            string border = tile.Border is { } color ? $"3px solid {color};border-radius:4px" : $"1px solid {Html.Line}";
            html.Append("\n<div>")
                .Append($"<img src=\"{tile.Picture}\" alt=\"{Html.Escape(tile.AlternativeText)}\" ")
                .Append(
                    $"style=\"display:block;box-sizing:border-box;width:100%;max-width:none;image-rendering:pixelated;border:{border}\">"
                )
                .Append(tile.CaptionHtml)
                .Append("</div>");
        }

        return html.Append("\n</div></figure>").ToString();
    }

    /// <summary>The title and what each image shows, a line an image.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Join('\n', _tiles.Select(tile => "- " + tile.AlternativeText).Prepend(_title ?? $"{_tiles.Count} images"));

    internal static string Caption(string text) =>
        $"<div style=\"margin-top:.3em;font-size:.85em;line-height:1.35;text-align:center;overflow-wrap:anywhere\">{Html.Escape(text)}</div>";

    /// <summary>A grey image whose painted pixels lean to their class's colour and stay as light or dark as they were.</summary>
    internal static string Paint(float[,] picture, float[,] paint)
    {
        (int height, int width) = (picture.GetLength(0), picture.GetLength(1));
        (int top, int left) = ((height - paint.GetLength(0)) / 2, (width - paint.GetLength(1)) / 2);
        SKColor[] colors = [.. Palette.Series.Select(SKColor.Parse)];
        return Pixels.ToPng(height, width, (row, column) =>
        {
            float grey = 255 * Math.Clamp(picture[row, column], 0, 1);
            bool within = row >= top && row - top < paint.GetLength(0) && column >= left && column - left < paint.GetLength(1);
            int painted = within ? (int)paint[row - top, column - left] : 0;
            return painted == 0
                ? ((byte)grey, (byte)grey, (byte)grey)
                : (Mix(grey, colors[painted - 1].Red), Mix(grey, colors[painted - 1].Green), Mix(grey, colors[painted - 1].Blue));
        });

        static byte Mix(float grey, byte color) => (byte)((0.5f * grey) + (0.5f * color));
    }

    private static ImageGrid Pictures(
        IReadOnlyList<string> pictures,
        IReadOnlyList<string>? captions,
        int columns,
        string? title,
        int imageSize
    )
    {
        if (captions is not null && captions.Count != pictures.Count)
        {
            throw new ArgumentException(
                $"There are {pictures.Count} images and {captions.Count} captions; pass one caption an image.",
                nameof(captions)
            );
        }

        return new ImageGrid(
            [
                .. pictures.Select(
                    (picture, i) =>
                        new Tile(picture, captions is null ? $"Image {i + 1}" : captions[i], captions is null ? "" : Caption(captions[i]))
                ),
            ],
            columns,
            imageSize,
            title,
            legend: ""
        );
    }

    /// <summary>The image in grey, and over it the map in red, at most two thirds opaque so that the image shows through.</summary>
    internal static string Blend(float[,] image, float[,] map) => Pixels.ToPng(image.GetLength(0), image.GetLength(1), (row, column) =>
        {
            float opacity = 0.67f * Math.Clamp(map[row, column], 0, 1);
            float grey = (1 - opacity) * image[row, column];
            return (Byte(grey + (0.89f * opacity)), Byte(grey + (0.19f * opacity)), Byte(grey + (0.21f * opacity)));
        });

    private static byte Byte(float value) => (byte)MathF.Round(255 * Math.Clamp(value, 0, 1));

    private static string Picture(float[,] image, ColorScale? scale)
    {
        if (image is null || image.Length == 0)
        {
            throw new ArgumentException("One of the images is empty; each needs at least one row and one column.", nameof(image));
        }

        ColorScale colors = scale ?? ColorScales.For(image);
        (float low, float high) = ColorScales.Range(colors, image.Cast<float>());
        return Pixels.ToPng(image, colors, low, high);
    }

    private static Tile Prediction(float[,] picture, int index, long label, float probability, IReadOnlyList<string> classNames)
    {
        int predicted = probability >= 0.5f ? 1 : 0;
        bool right = predicted == label;
        string sure = Html.Fixed(predicted == 1 ? probability : 1 - probability, 2);
        string caption = $"""
            <div style="margin-top:.4em;font-size:.85em;line-height:1.5">
            <div style="font-weight:600">{Sign(right)} {Html.Escape(classNames[predicted])}</div>
            <div>truth: {Html.Escape(classNames[(int)label])}</div>
            <div style="font-variant-numeric:tabular-nums">probability {sure}</div>
            </div>
            """;
        string text =
            $"Image {index + 1}: predicted {classNames[predicted]} with probability {sure}, truth {classNames[(int)label]}: "
            + $"{(right ? "right" : "wrong")}";
        return new Tile(Picture(picture, ColorScale.Grey), text, caption, right ? Palette.Blue : Palette.Red);
    }

    /// <summary>A white check on blue or a white cross on red.</summary>
    private static string Sign(bool right) =>
        $"<span style=\"display:inline-block;width:1.25em;line-height:1.25em;border-radius:.7em;text-align:center;font-size:.85em;font-weight:700;color:#fff;background:{(right ? Palette.Blue : Palette.Red)}\">{(right ? "✓" : "✕")}</span>";

    /// <summary>One image: its data address, its alternative text, the caption under it, and the colour of its border.</summary>
    internal sealed record Tile(string Picture, string AlternativeText, string CaptionHtml, string? Border = null);
}
