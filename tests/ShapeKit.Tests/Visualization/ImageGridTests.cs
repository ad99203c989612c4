using System.Text.RegularExpressions;
using ShapeKit.Data;
using ShapeKit.Visualization;
using SkiaSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

public sealed class ImageGridTests
{
    private static readonly Regex Png = new("(?<=data:image/png;base64,)[^\"]+");

    [Fact]
    public void Every_pixel_of_a_tensor_arrives_in_its_picture()
    {
        using Tensor images = tensor(new float[] { 0, 1, 0.5f, 0.25f, 1, 0 }).reshape(1, 1, 2, 3);

        SKBitmap picture = Assert.Single(Pictures(ImageGrid.Of(images).ToHtml()));

        Assert.Equal((3, 2), (picture.Width, picture.Height));
        Assert.Equal([0, 255, 128, 64, 255, 0], picture.Pixels.Select(pixel => (int)pixel.Red));
        Assert.All(picture.Pixels, pixel => Assert.True(pixel.Red == pixel.Green && pixel.Green == pixel.Blue && pixel.Alpha == 255));
    }

    [Fact]
    public void Values_up_to_255_and_other_tensor_types_are_shown_as_well()
    {
        using Tensor bytes = tensor(new byte[] { 0, 255, 51, 102 }).reshape(2, 2);
        using Tensor doubles = tensor(new[] { 0.0, 1, 0.2, 0.4 }).reshape(1, 2, 2);

        int[] expected = [0, 255, 51, 102];
        Assert.Equal(expected, Pictures(ImageGrid.Of(bytes).ToHtml())[0].Pixels.Select(pixel => (int)pixel.Red));
        Assert.Equal(expected, Pictures(ImageGrid.Of(doubles).ToHtml())[0].Pixels.Select(pixel => (int)pixel.Red));
    }

    [Fact]
    public void Colour_images_keep_their_colours()
    {
        using Tensor images = tensor(new float[] { 1, 0, 0.2f, 0, 0, 1 }).reshape(1, 3, 1, 2);

        SKColor[] pixels = Assert.Single(Pictures(ImageGrid.Of(images).ToHtml())).Pixels;

        Assert.Equal([new SKColor(255, 51, 0), new SKColor(0, 0, 255)], pixels);
    }

    [Fact]
    public void A_map_turns_an_image_red_where_it_is_high_and_leaves_it_where_it_is_zero()
    {
        using Tensor image = tensor(new[] { 0.4f, 0.4f }).reshape(1, 1, 1, 2);
        using Tensor map = tensor(new[] { 0f, 1f }).reshape(1, 1, 1, 2);

        SKColor[] pixels = Assert.Single(Pictures(ImageGrid.Heat(image, map).ToHtml())).Pixels;

        Assert.Equal(new SKColor(102, 102, 102), pixels[0]);
        Assert.True(pixels[1].Red > 150 && pixels[1].Red > 2 * pixels[1].Blue);
        using Tensor other = zeros(1, 1, 2, 2);
        Assert.Contains(
            "each image needs a map of its size",
            Assert.Throws<ArgumentException>(() => ImageGrid.Heat(image, other)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Negative_values_turn_blue_and_positive_ones_red()
    {
        SKColor[] pixels = Pictures(
            ImageGrid
                .Of([
                    new float[,]
                    {
                        { -2, 0, 2 },
                    },
                ])
                .ToHtml()
        )[0].Pixels;

        Assert.True(pixels[0].Blue > pixels[0].Red && pixels[2].Red > pixels[2].Blue);
        Assert.True(pixels[1].Red > 240 && pixels[1].Blue > 240);
    }

    [Fact]
    public void Captions_are_html_text_and_alternative_text()
    {
        string html = ImageGrid.Of([new float[1, 1], new float[1, 1]], ["円 <b>", "square"], title: "a < b").ToHtml();

        Assert.Contains("円 &lt;b&gt;</div>", html, StringComparison.Ordinal);
        Assert.Contains("alt=\"円 &lt;b&gt;\"", html, StringComparison.Ordinal);
        Assert.Contains("a &lt; b</figcaption>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_without_captions_still_have_alternative_texts() =>
        Assert.Contains("alt=\"Image 2\"", ImageGrid.Of([new float[1, 1], new float[1, 1]]).ToHtml(), StringComparison.Ordinal);

    [Fact]
    public void Pixels_stay_crisp() =>
        Assert.Contains("image-rendering:pixelated", ImageGrid.Of([new float[1, 1]]).ToHtml(), StringComparison.Ordinal);

    [Fact]
    public void The_prediction_grid_marks_right_and_wrong_by_colour_and_sign_and_writes_the_probability()
    {
        using Tensor images = zeros(3, 1, 4, 4);
        ImageGrid grid = ImageGrid.Predictions(images, [1, 0, 0], [0.93f, 0.7f, 0.04f], ["circle", "square"]);

        string[] tiles = grid.ToHtml().Split("<img")[1..];
        Assert.Equal(3, tiles.Length);
        Assert.All([tiles[0], tiles[2]], tile =>
            Assert.True(tile.Contains("border:3px solid #2f7fc1", StringComparison.Ordinal) && tile.Contains('✓'))
        );
        Assert.True(tiles[1].Contains("border:3px solid #d6455d", StringComparison.Ordinal) && tiles[1].Contains('✕'));
        Assert.Contains("probability 0.96", tiles[2], StringComparison.Ordinal);
        Assert.Contains("truth: circle", tiles[1], StringComparison.Ordinal);
        Assert.Contains("2 of 3 right", grid.ToHtml(), StringComparison.Ordinal);
        Assert.Contains(
            "alt=\"Image 2: predicted square with probability 0.70, truth circle: wrong\"",
            grid.ToHtml(),
            StringComparison.Ordinal
        );
        Assert.Contains("Image 2: predicted square with probability 0.70, truth circle: wrong", grid.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_set_is_shown_with_its_class_names_and_its_first_predictions()
    {
        using ImageDataset data = new(zeros(4, 1, 3, 3), tensor(new long[] { 0, 1, 0, 1 }), ["circle", "square"]);

        Assert.Equal("4 images\n- circle\n- square\n- circle\n- square", ImageGrid.Of(data).ToString());
        Assert.Equal(
            "Two of four\n- Image 1: predicted circle with probability 0.90, truth circle: right\n- Image 2: predicted circle with "
                + "probability 0.80, truth square: wrong",
            ImageGrid.Predictions(data, [0.1f, 0.2f, 0.3f, 0.4f], count: 2, title: "Two of four").ToString()
        );
        Assert.Contains(
            "4 images and 1 probabilities",
            Assert.Throws<ArgumentException>(() => ImageGrid.Predictions(data, [0.1f])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Mismatched_input_is_named()
    {
        using Tensor images = zeros(2, 1, 4, 4);
        using Tensor twoChannels = zeros(2, 2, 4, 4);

        Assert.Contains(
            "2 images and 1 captions",
            Assert.Throws<ArgumentException>(() => ImageGrid.Of(images, ["one"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "[2, 2, 4, 4]",
            Assert.Throws<ArgumentException>(() => ImageGrid.Of(twoChannels)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 labels",
            Assert.Throws<ArgumentException>(() => ImageGrid.Predictions(images, [1], [0.5f, 0.5f], ["a", "b"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "0 or 1",
            Assert.Throws<ArgumentException>(() => ImageGrid.Predictions(images, [1, 2], [0.5f, 0.5f], ["a", "b"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("no image", Assert.Throws<ArgumentException>(() => ImageGrid.Of([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Painted_pixels_take_the_colour_of_their_class_and_the_background_stays_grey()
    {
        using Tensor image = full([1, 1, 3, 3], 0.4f),
            classes = tensor(new long[] { 1, 0, 2 }).reshape(1, 1, 3);
        ImageGrid grid = ImageGrid.Painted(image, classes, ["background", "lung", "nodule"], ["a chest"]);
        SKBitmap picture = Assert.Single(Pictures(grid.ToHtml()));

        // The painted classes are one row high and lie in the middle.
        Assert.All([picture.GetPixel(0, 0), picture.GetPixel(1, 1), picture.GetPixel(2, 2)], pixel =>
            Assert.Equal(new SKColor(102, 102, 102), pixel)
        );
        Assert.True(picture.GetPixel(0, 1).Blue > picture.GetPixel(0, 1).Red); // lungs blue
        Assert.True(picture.GetPixel(2, 1).Red > picture.GetPixel(2, 1).Blue); // nodules orange
        Assert.Contains("a chest: lung 1 pixels, nodule 1 pixels", grid.ToString(), StringComparison.Ordinal);
        Assert.Matches("lung</span>.*nodule</span>", grid.ToHtml());
        Assert.Contains(
            "one name each",
            Assert.Throws<ArgumentException>(() => ImageGrid.Painted(image, classes, ["background", "lung"])).Message,
            StringComparison.Ordinal
        );
    }

    internal static SKBitmap[] Pictures(string html) =>
        [.. Png.Matches(html).Select(match => SKBitmap.Decode(Convert.FromBase64String(match.Value)))];
}
