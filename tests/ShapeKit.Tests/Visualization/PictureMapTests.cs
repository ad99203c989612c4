using ShapeKit.Visualization;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

[Collection(nameof(TorchState))]
public sealed class PictureMapTests
{
    [Fact]
    public void Each_picture_lies_where_its_point_says_in_the_colour_of_its_group()
    {
        using Tensor images = rand(3, 1, 8, 8),
            points = tensor(new float[] { 0, 0, 10, 0, 5, 4 }).reshape(3, 2),
            words = tensor(new float[] { 10, 4 }).reshape(1, 2);
        PictureMap map = PictureMap.Of(images, points, ["left", "right", "left"], "A <map>", ["no nodule ."], words);
        string html = map.ToHtml();

        Assert.Equal("A <map>: left 2, right 1", map.ToString());
        Assert.Contains("A &lt;map&gt;", html, StringComparison.Ordinal);
        Assert.Equal(3, html.Split("<img ").Length - 1);
        Assert.Equal((2, 1), (html.Split("alt=\"left\"").Length - 1, html.Split("alt=\"right\"").Length - 1));

        // y counts upwards: the first point is at the lower left, the sentence at the upper right.
        Assert.Contains("left:7%;top:92%", html, StringComparison.Ordinal);
        Assert.Contains("left:93%;top:92%", html, StringComparison.Ordinal);
        Assert.Contains("left:50%;top:6%", html, StringComparison.Ordinal);
        Assert.Contains("left:93%;top:6%;transform:translate(-100%,8px);padding", html, StringComparison.Ordinal);
        Assert.Contains("no nodule .", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        using Tensor images = rand(2, 1, 8, 8),
            points = zeros(2, 2),
            few = zeros(1, 2);

        Assert.StartsWith(
            "The map needs a place [x, y] for each image, [2, 2]; these are [1, 2].",
            Assert.Throws<ArgumentException>(() => PictureMap.Of(images, few, ["a", "b"], "map")).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "There are 2 images, 1 groups (1 different)",
            Assert.Throws<ArgumentException>(() => PictureMap.Of(images, points, ["a"], "map")).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The map needs a place [x, y] for each sentence",
            Assert.Throws<ArgumentException>(() => PictureMap.Of(images, points, ["a", "b"], "map", ["x", "y"], few)).Message,
            StringComparison.Ordinal
        );
    }
}
