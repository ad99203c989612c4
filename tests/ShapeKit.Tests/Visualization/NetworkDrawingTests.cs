using System.Globalization;
using System.Text.RegularExpressions;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Visualization;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

[Collection(nameof(TorchState))]
public sealed class NetworkDrawingTests
{
    private static readonly Vocabulary Words = new(ReportGrammar.Words);

    [Fact]
    public void A_U_Net_is_drawn_with_the_sizes_it_has_and_a_bridge_for_each_skip_connection()
    {
        string html = NetworkDrawing.Of(new UNet(3, depth: 2, width: 8, seed: 1), rand(1, 1, 80, 48)).ToHtml();

        Assert.Equal(2, Regex.Count(html, ">8 maps<"));
        Assert.Equal(2, Regex.Count(html, ">16 maps<"));
        Assert.Equal(1, Regex.Count(html, ">32 maps<"));
        Assert.Equal(2, Regex.Count(html, ">40 &#215; 24<"));
        Assert.Equal(1, Regex.Count(html, ">20 &#215; 12<"));
        Assert.Equal(2, Regex.Count(html, ">skip<"));
        Assert.Equal(2 + (3 * 5), Regex.Count(html, "<image "));
        Assert.Contains("with 2 skip connections across. 29,339 parameters in all.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_U_Net_without_skip_connections_has_no_bridge()
    {
        NetworkDrawing drawing = NetworkDrawing.Of(new UNet(2, depth: 3, width: 2, skipConnections: false), rand(1, 1, 32, 32));

        Assert.DoesNotContain(">skip<", drawing.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("without skip connections", drawing.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_painting_is_what_the_network_paints_also_where_it_is_smaller_than_the_image()
    {
        var network = new UNet(3, depth: 1, width: 4, padded: false, seed: 2);
        using Tensor image = rand(1, 1, 40, 40);
        string painted = Regex
            .Match(ImageGrid.Painted(image, network.Predict(image), PhantomDataset.ClassNames).ToHtml(), "data:image/png;base64,[^\"]+")
            .Value;

        Assert.Contains(painted, NetworkDrawing.Of(network, image).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_parameters_of_the_parts_are_those_of_the_network()
    {
        UNet network = new(3, depth: 3, width: 4);
        ImageTextModel pairs = new(Words, layers: 2);
        CaptionModel writer = new(Words, layers: 3);

        AddsUp(NetworkDrawing.Of(network, rand(1, 1, 32, 32)), network);
        AddsUp(NetworkDrawing.Of(pairs, rand(1, 1, 64, 64), "no nodule"), pairs);
        AddsUp(NetworkDrawing.Of(writer, rand(1, 1, 32, 32)), writer);

        static void AddsUp(NetworkDrawing drawing, nn.Module network) =>
            Assert.Equal(
                network.parameters().Sum(parameter => parameter.numel()),
                Regex
                    .Matches(drawing.ToHtml(), ">[^<]*?([\\d,]+) parameters?<")
                    .Sum(part => long.Parse(part.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))
            );
    }

    [Fact]
    public void Two_encoders_meet_with_the_similarity_that_the_model_gives()
    {
        ImageTextModel model = new(Words, dimensions: 32, seed: 1);
        using Tensor image = rand(1, 1, 64, 64);
        double similarity = (model.EncodeImages(image) * model.EncodeSentences("no nodule")).sum().item<float>();

        string text = NetworkDrawing.Of(model, image, "no nodule").ToString();

        Assert.Contains($"“no nodule”; their cosine similarity is {Html.Fixed(similarity, 2)}.", text, StringComparison.Ordinal);
        Assert.Contains("makes 32 numbers of the image", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writing_model_is_drawn_at_the_word_of_which_it_was_least_sure()
    {
        CaptionModel model = new(Words, layers: 3, seed: 1);
        using Tensor image = rand(1, 1, 32, 32);
        CaptionStep step = model.Write(image)[0].Steps.MinBy(step => step.Probability)!;

        string html = NetworkDrawing.Of(model, image).ToHtml();

        Assert.Contains($">{Html.Escape(step.Word)} {Html.Fixed(100 * step.Probability, 1)}%<", html, StringComparison.Ordinal);
        Assert.Contains(">64 places<", html, StringComparison.Ordinal);
        Assert.Contains(">3 layers<", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drawing_leaves_the_network_as_it_was()
    {
        UNet network = new(2, depth: 1, width: 2);
        network.train();

        _ = NetworkDrawing.Of(network, rand(1, 1, 8, 8));

        Assert.All(network.modules(), part => Assert.True(part.training));
    }
}
