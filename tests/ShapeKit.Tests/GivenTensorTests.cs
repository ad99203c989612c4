using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Models;
using ShapeKit.Tests.Documentation;
using ShapeKit.Training;
using ShapeKit.Visualization;
using static TorchSharp.torch;

namespace ShapeKit.Tests;

public sealed class GivenTensorTests
{
    /// <summary>The public members that take tensors, and the parameter that is given one.</summary>
    private static readonly (string Parameter, Action<Tensor> Give)[] Takers =
    [
        ("images", t => Augmentation.RandomFlips(t, Given.Random)),
        ("images", t => Augmentation.RandomAffine(t, Given.Random)),
        ("images", t => Augmentation.RandomExposure(t, Given.Random)),
        ("images", t => _ = new ImageDataset(t, zeros(2, int64), Given.TwoNames)),
        ("labels", t => _ = new ImageDataset(Given.Images(), t, Given.TwoNames)),
        ("predicted", t => Overlap.Dice(t, zeros(2))),
        ("truth", t => Overlap.Dice(zeros(2), t)),
        ("predicted", t => Overlap.IntersectionOverUnion(t, zeros(2))),
        ("truth", t => Overlap.IntersectionOverUnion(zeros(2), t)),
        ("similarities", t => Retrieval.RecallAt(t, 1)),
        ("similarities", t => Retrieval.PrecisionAt(t, 1, ones(2, 2) > 0)),
        ("right", t => Retrieval.PrecisionAt(rand(2, 2), 1, t)),
        ("queries", t => Retrieval.Cosines(t, rand(2, 2))),
        ("items", t => Retrieval.Cosines(rand(2, 2), t)),
        ("similarities", t => Retrieval.Nearest(t, 1)),
        ("painted", t => SegmentationReport.From(t, zeros(1, 2, 2, int64), Given.TwoNames, 1)),
        ("truth", t => SegmentationReport.From(zeros(1, 2, 2, int64), t, Given.TwoNames, 1)),
        ("images", t => Given.CaptionModel().call(t, zeros(1, 2, int64))),
        ("words", t => Given.CaptionModel().call(rand(1, 1, 8, 8), t)),
        ("images", t => Given.CaptionModel().Encode(t)),
        ("features", t => Given.CaptionModel().Locate(t)),
        ("features", t => Given.CaptionModel().Remember(t)),
        ("memory", t => Given.CaptionModel().Decode(t, zeros(1, 2, int64))),
        ("words", t => Given.CaptionModel().Decode(rand(4, 1, 4), t)),
        ("images", t => Given.CaptionModel().Write(t)),
        ("image", t => Given.CaptionModel().Search(t)),
        ("image", t => Given.CaptionModel().Explain(t, "no nodule .")),
        ("input", t => new ImageEncoder(4).call(t)),
        ("images", t => Given.ImageTextModel().call(t, zeros(1, 2, int64))),
        ("words", t => Given.ImageTextModel().call(rand(1, 1, 32, 32), t)),
        ("images", t => Given.ImageTextModel().EncodeImages(t)),
        ("images", t => Given.ImageTextModel().Look(t)),
        ("images", t => Given.ImageTextModel().NoduleMap(t)),
        ("images", t => Given.ImageTextModel().Similarities(t, "no nodule .")),
        ("images", t => _ = new CaseSearch(Given.ImageTextModel(), Given.ImageTextModel(), t, rand(1, 2))),
        ("charts", t => _ = new CaseSearch(Given.ImageTextModel(), Given.ImageTextModel(), rand(1, 2), t)),
        ("features", t => Given.ImageTextModel().Locate(t)),
        ("images", t => Given.ImageTextModel().Compare(t, rand(1, 2))),
        ("sentences", t => Given.ImageTextModel().Compare(rand(1, 2), t)),
        ("input", t => new ShapeCnn().call(t)),
        ("images", t => new ShapeCnn().Predict(t)),
        ("input", t => new Standardization().call(t)),
        ("input", t => Given.UNet().call(t)),
        ("images", t => Given.UNet().Predict(t)),
        ("images", t => new CaptionTrainer(Given.CaptionModel()).Fit(t, ["no nodule ."])),
        ("vectors", t => LinearProbe.Fit(t, [0, 1])),
        ("vectors", t => LinearProbe.Fit(rand(2, 2), [0, 1]).Predict(t)),
        ("logits", t => ContrastiveLoss.SymmetricInfoNce(t)),
        ("logits", t => SegmentationLoss.CrossEntropy(t, zeros(1, 2, 2, int64))),
        ("classes", t => SegmentationLoss.CrossEntropy(rand(1, 3, 2, 2), t)),
        ("logits", t => SegmentationLoss.SoftDice(t, zeros(1, 2, 2, int64))),
        ("classes", t => SegmentationLoss.SoftDice(rand(1, 3, 2, 2), t)),
        ("classes", t => SegmentationLoss.CrossEntropyAndDice(rand(1, 3, 2, 2), t)),
        ("images", t => new SegmentationTrainer(Given.UNet()).Predict(t)),
        ("values", t => Charts.HeatMap(t, "table")),
        ("image", t => Explorers.ReceptiveField(new ShapeCnn(), t)),
        ("image", t => Explorers.Report(t, Given.Caption())),
        ("images", t => Explorers.Space(t, rand(2, 3), ["a", "b"], ["a", "b"], ["c"], rand(1, 3))),
        ("imageVectors", t => Explorers.Space(Given.Images(), t, ["a", "b"], ["a", "b"], ["c"], rand(1, 3))),
        ("sentenceVectors", t => Explorers.Space(Given.Images(), rand(2, 3), ["a", "b"], ["a", "b"], ["c"], t)),
        ("activations", t => FeatureMaps.Of(t)),
        ("weight", t => FeatureMaps.Kernels(t)),
        ("images", t => Cam(t)),
        ("images", t => ImageGrid.Of(t)),
        ("images", t => ImageGrid.Heat(t, Given.Images())),
        ("maps", t => ImageGrid.Heat(Given.Images(), t)),
        ("images", t => ImageGrid.Predictions(t, [0, 1], [0, 1], Given.TwoNames)),
        ("images", t => ImageGrid.Painted(t, zeros(2, 28, 28), Given.TwoNames)),
        ("classes", t => ImageGrid.Painted(Given.Images(), t, Given.TwoNames)),
    ];

    [Fact]
    public void A_tensor_that_was_disposed_is_refused_by_the_name_of_its_parameter() => Assert.All(Takers, taker =>
        {
            using var scope = NewDisposeScope();
            var thrown = Assert.ThrowsAny<ArgumentException>(() => taker.Give(Given.Disposed(zeros(2, 2))));
            Assert.Equal(taker.Parameter, thrown.ParamName);
            Assert.StartsWith("The tensor was disposed", thrown.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void A_tensor_without_a_number_at_each_place_is_refused_by_the_name_of_its_parameter() => Assert.All(Takers, taker =>
        {
            using var scope = NewDisposeScope();
            foreach (Tensor tensor in new[] { zeros(2, 2).to_sparse(), zeros(2, 2, device: META) })
            {
                var thrown = Assert.ThrowsAny<ArgumentException>(() => taker.Give(tensor));
                Assert.Equal(taker.Parameter, thrown.ParamName);
                Assert.StartsWith("The tensor is sparse, or on the device meta", thrown.Message, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void Whole_numbers_are_refused_where_fractions_are_computed() =>
        Assert.All(
            new (Action<Tensor> Give, long[] Shape)[]
            {
                (t => new Standardization().call(t), [2, 1, 4, 4]),
                (t => new Standardization(0.5, 0.2).call(t), [2, 1, 4, 4]),
                (t => ContrastiveLoss.SymmetricInfoNce(t), [3, 3]),
                (t => Retrieval.RecallAt(t, 1), [3, 3]),
                (t => SegmentationLoss.CrossEntropy(t, zeros(1, 2, 2, int64)), [1, 3, 2, 2]),
                (t => SegmentationLoss.SoftDice(t, zeros(1, 2, 2, int64)), [1, 3, 2, 2]),
            },
            taker =>
            {
                using var scope = NewDisposeScope();
                foreach (ScalarType type in new[] { ScalarType.Int64, ScalarType.Bool })
                {
                    Assert.StartsWith(
                        $"The numbers are {type}; convert them with .to(torch.float32).",
                        Assert.Throws<ArgumentException>(() => taker.Give(ones(taker.Shape, type))).Message,
                        StringComparison.Ordinal
                    );
                }
            }
        );

    [Fact]
    public void A_tensor_that_is_null_is_refused_by_the_name_of_its_parameter() => Assert.All(Takers, taker =>
        {
            using var scope = NewDisposeScope();
            Assert.Equal(taker.Parameter, Assert.Throws<ArgumentNullException>(() => taker.Give(null!)).ParamName);
        });

    [Fact]
    public void The_first_value_that_is_no_number_is_named_with_its_place()
    {
        using Tensor similarities = zeros(3, 3);
        similarities[1, 2] = tensor(float.NaN);

        Assert.StartsWith(
            "Some similarities are not numbers (NaN), first that at [1, 2]; nothing can be concluded from them.",
            Assert.Throws<ArgumentException>(() => Retrieval.RecallAt(similarities, 1)).Message,
            StringComparison.Ordinal
        );
    }

    private static void Cam(Tensor images)
    {
        using var network = new ShapeCnn();
        GradCam.Of(network, network.Pool2, images);
    }
}
