using ShapeKit.Visualization;
using SkiaSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

public sealed class FeatureMapsTests
{
    [Fact]
    public void Each_map_gets_a_picture_on_its_own_scale_with_its_range_in_words()
    {
        using Tensor activations = tensor(new float[] { 0, 0.5f, -1, 8 }).reshape(1, 2, 1, 2);

        string html = FeatureMaps.Of(activations, "First layer").ToHtml();
        SKBitmap[] pictures = ImageGridTests.Pictures(html);

        Assert.Equal(2, pictures.Length);
        Assert.Equal(pictures[0].Pixels[1], pictures[1].Pixels[1]); // the largest response of each map is the strongest red
        Assert.True(pictures[0].Pixels[1].Red > pictures[0].Pixels[1].Blue);
        Assert.Contains("alt=\"map 1: values from −1 to 8\"", html, StringComparison.Ordinal);
        Assert.Contains("−1…8", html, StringComparison.Ordinal);
        Assert.Contains("First layer", html, StringComparison.Ordinal);
        Assert.Contains("white is zero", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_never_responds_is_white()
    {
        using Tensor activations = zeros(1, 3, 3);

        Assert.All(ImageGridTests.Pictures(FeatureMaps.Of(activations).ToHtml())[0].Pixels, pixel =>
            Assert.True(pixel.Red > 240 && pixel.Blue > 240)
        );
    }

    [Fact]
    public void Kernels_are_shown_for_one_input_channel()
    {
        using Tensor weight = arange(2 * 3 * 2 * 2, dtype: ScalarType.Float32).reshape(2, 3, 2, 2);

        string text = FeatureMaps.Kernels(weight, channel: 2).ToString();

        Assert.Contains("kernel 0: values from 8 to 11", text, StringComparison.Ordinal);
        Assert.Contains("kernel 1: values from 20 to 23", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_shapes_are_refused_with_their_shape()
    {
        using Tensor batch = zeros(2, 3, 4, 4);

        Assert.Contains("[2, 3, 4, 4]", Assert.Throws<ArgumentException>(() => FeatureMaps.Of(batch)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "3 input channels",
            Assert.Throws<ArgumentOutOfRangeException>(() => FeatureMaps.Kernels(batch, 3)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "[3, 4, 4]",
            Assert.Throws<ArgumentException>(() => FeatureMaps.Kernels(batch[0])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_map_that_holds_NaN_says_so_instead_of_the_range_of_the_rest()
    {
        using TorchSharp.torch.Tensor maps = TorchSharp.torch.tensor(new float[] { 1, float.NaN, 3, 4 }).reshape(1, 2, 2);

        Assert.Contains("map 0: values from NaN to NaN", FeatureMaps.Of(maps).ToString(), StringComparison.Ordinal);
    }
}
