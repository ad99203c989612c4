using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Tests.Documentation;
using ShapeKit.Training;
using ShapeKit.Visualization;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

/// <summary>A network whose training went wrong says so, wherever it is asked; it gives no answer that could be taken for one.</summary>
public sealed class NetworkOutputTests
{
    private static readonly Vocabulary Words = new(
        "no nodule . one two nodules : of about 10 15 20 25 30 mm in the right left upper middle lower lung field and".Split(' ')
    );
    private static readonly PhantomDataset Phantoms = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 64 }, 1).Generate(2);

    public static TheoryData<string> Questions => [.. Asked.Keys];

    private static Dictionary<string, Action> Asked { get; } =
        new()
        {
            ["CaptionModel.Write"] = () => Failed(new CaptionModel(Words, seed: 1)).Write(Phantoms.Images),
            ["CaptionModel.Search"] = () => Failed(new CaptionModel(Words, seed: 1)).Search(Phantoms.Images[0..1]),
            ["CaptionModel.Explain"] = () => Failed(new CaptionModel(Words, seed: 1)).Explain(Phantoms.Images[0..1], "no nodule ."),
            ["CaptionTrainer.Evaluate"] = () => new CaptionTrainer(Failed(new CaptionModel(Words, seed: 1))).Evaluate(Phantoms),
            ["ImageTextModel.EncodeImages"] = () => Failed(new ImageTextModel(Words, seed: 1)).EncodeImages(Phantoms.Images),
            ["ImageTextModel.EncodeSentences"] = () => Failed(new ImageTextModel(Words, seed: 1)).EncodeSentences("no nodule ."),
            ["UNet.Predict"] = () => Failed(new UNet(3, depth: 2, width: 8, seed: 1)).Predict(Phantoms.Images),
            ["SegmentationTrainer.Predict"] = () =>
                new SegmentationTrainer(Failed(new UNet(3, depth: 2, width: 8, seed: 1))).Predict(Phantoms.Images),
            ["SegmentationTrainer.Evaluate"] = () =>
                new SegmentationTrainer(Failed(new UNet(3, depth: 2, width: 8, seed: 1))).Evaluate(Phantoms),
            ["Trainer.Predict"] = () => new Trainer(Failed(new ShapeCnn())).Predict(Shapes()),
            ["Trainer.Evaluate"] = () => new Trainer(Failed(new ShapeCnn())).Evaluate(Shapes()),
            ["Explorers.ReceptiveField"] = () => Explorers.ReceptiveField(Failed(new ShapeCnn()), Shapes().Images[0..1]),
            ["Explorers.Drawing"] = () => Explorers.Drawing(Failed(new ShapeCnn()), Shapes().Slice(0, 2)),
        };

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_network_of_NaN_gives_a_sentence_and_no_answer(string question) =>
        Assert.Equal(
            "The network gives values that are not finite numbers (NaN or infinite): its training went wrong, or the images hold such. "
                + "Make a new network and train it; if that ends the same way, `dotnet run --project src/ShapeKit.Cli -- doctor` says "
                + "whether this machine computes right.",
            Assert.Throws<InvalidOperationException>(Asked[question]).Message
        );

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_infinite_logit_is_no_answer(float logit)
    {
        var trainer = new Trainer(new Given.Gives(images => full(images.shape[0], 1, logit)));

        Assert.All(new Action[] { () => trainer.Predict(Shapes()), () => trainer.Evaluate(Shapes()) }, ask =>
            Assert.Contains("NaN or infinite", Assert.Throws<InvalidOperationException>(ask).Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_pixel_may_be_forbidden_a_class_but_none_is_infinitely_sure()
    {
        Assert.Equal(2, Painted(float.NegativeInfinity).max().item<long>());
        Assert.Throws<InvalidOperationException>(() => Painted(float.PositiveInfinity));

        static Tensor Painted(float first) =>
            new SegmentationTrainer(new Given.Gives(x => cat([full_like(x, first), zeros_like(x), ones_like(x)], 1))).Predict(
                Phantoms.Images
            );
    }

    [Fact]
    public void A_network_that_was_never_trained_answers_all_the_same()
    {
        var model = new CaptionModel(Words, seed: 1);

        Assert.Equal(2, model.Write(Phantoms.Images).Count);
        Assert.NotEmpty(model.Search(Phantoms.Images[0..1]));
        Assert.NotEmpty(Explorers.Report(Phantoms.Images[0..1], model.Write(Phantoms.Images[0..1])[0]).ToHtml());
    }

    [Fact]
    public void Nothing_to_write_about_is_said() =>
        Assert.Contains(
            "There is no image to write about",
            Assert.Throws<ArgumentException>(() => new CaptionModel(Words, seed: 1).Write(zeros(0, 1, 64, 64))).Message,
            StringComparison.Ordinal
        );

    private static ImageDataset Shapes() => new ShapeGenerator(new ShapeGeneratorOptions(), 1).Generate(20);

    private static T Failed<T>(T network)
        where T : nn.Module
    {
        using IDisposable withoutGradients = no_grad();
        foreach (Tensor parameter in network.parameters())
        {
            parameter.fill_(float.NaN);
        }

        return network;
    }
}
