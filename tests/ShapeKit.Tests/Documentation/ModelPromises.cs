using ShapeKit.Models;
using ShapeKit.Runtime;
using static ShapeKit.Tests.Documentation.Promise;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

internal static class ModelPromises
{
    private const string OtherShape = "The images have another shape",
        NoNumbers = "The network gives values that are not finite numbers";

    public static Promise[] All { get; } = [.. Captions, .. Searches, .. Networks, .. TooLarge, .. Weights];

    private const string NotEncoded = "The vectors have another shape or type, as images and sentences that are not encoded have";

    private static Promise[] TooLarge =>
        [
            .. NoMemory("Models.CaptionModel.#ctor", () => _ = new CaptionModel(Given.Vocabulary, width: 1 << 20)),
            .. NoMemory("Models.ImageEncoder.#ctor", () => _ = new ImageEncoder(1 << 30)),
            .. NoMemory("Models.ImageTextModel.#ctor", () => _ = new ImageTextModel(Given.Vocabulary, imageSize: 1 << 20)),
            .. NoMemory("Models.ImageTextModel.#ctor", () => _ = new ImageTextModel(Given.Vocabulary, width: 1 << 20)),
            .. NoMemory("Models.ImageTextModel.#ctor", () => _ = new ImageTextModel(Given.Vocabulary, dimensions: int.MaxValue)),
            .. NoMemory("Models.UNet.#ctor", () => _ = new UNet(classes: int.MaxValue)),
            .. NoMemory("Models.UNet.#ctor", () => _ = new UNet(depth: 6, width: int.MaxValue)),
        ];

    private static Promise[] NoMemory(string constructor, Action make) =>
        [
            .. Of<InsufficientMemoryException>(
                constructor,
                ("There is not memory enough for the weights", () => AvailableMemory.Assume(1 << 30, make))
            ),
        ];

    private static Promise[] Captions =>
        [
            .. Of<ArgumentOutOfRangeException>(
                "Models.CaptionModel.#ctor",
                ("A number is out of its range", () => _ = new CaptionModel(Given.Vocabulary, width: 6)),
                ("A number is out of its range", () => _ = new CaptionModel(Given.Vocabulary, width: 8, heads: 3)),
                ("A number is out of its range", () => _ = new CaptionModel(Given.Vocabulary, layers: 0)),
                ("A number is out of its range", () => _ = new CaptionModel(Given.Vocabulary, maxLength: int.MaxValue)),
                ("A number is out of its range", () => _ = new CaptionModel(Given.Vocabulary, layers: int.MaxValue))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.forward",
                ("Images or reports have another shape", () => Given.CaptionModel().call(rand(1, 3, 32, 32), Words())),
                ("Images or reports have another shape", () => Given.CaptionModel().call(rand(1, 1, 32, 28), Words())),
                ("Images or reports have another shape", () => Given.CaptionModel().call(rand(2, 1, 32, 32), Words())),
                ("Images or reports have another shape", () => Given.CaptionModel().call(rand(1, 1, 32, 32), zeros(1, 0, int64))),
                ("a number stands for no word", () => Given.CaptionModel().call(rand(1, 1, 32, 32), Words() + 999))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Encode",
                (OtherShape, () => Given.CaptionModel().Encode(rand(32, 32))),
                (OtherShape, () => Given.CaptionModel().Encode(rand(1, 1, 32, 28))),
                (OtherShape, () => Given.CaptionModel().Encode(rand(1, 1, 0, 0))),
                (OtherShape, () => Given.CaptionModel().Encode(rand(0, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Locate",
                ("The feature maps have another shape", () => Given.CaptionModel().Locate(rand(1, 5, 8, 8)))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Remember(Tensor)",
                ("The feature maps have another shape", () => Given.CaptionModel().Remember(rand(1, 4, 8, 7)))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Decode",
                ("Memory or reports have another shape", () => Given.CaptionModel().Decode(rand(3), Words())),
                ("Memory or reports have another shape", () => Given.CaptionModel().Decode(rand(9, 1, 5), Words())),
                ("Memory or reports have another shape", () => Given.CaptionModel().Decode(rand(9, 2, 4), Words())),
                ("Memory or reports have another shape", () => Given.CaptionModel().Decode(rand(9, 1, 4), rand(1, 3))),
                ("the reports are too long", () => Given.CaptionModel(5).Decode(rand(9, 1, 4), zeros(1, 6, int64))),
                ("a number stands for no word", () => Given.CaptionModel().Decode(rand(9, 1, 4), Words() - 9))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Write",
                ("There is no image", () => Given.CaptionModel().Write(rand(0, 1, 32, 32))),
                ("the images have another shape", () => Given.CaptionModel().Write(rand(1, 1, 30, 30))),
                ("the images have another shape", () => Given.CaptionModel().Write(rand(1, 1, 32, 28)))
            ),
            .. Of<InvalidOperationException>(
                "Models.CaptionModel.Write",
                (NoNumbers, () => Given.Broken(Given.CaptionModel()).Write(rand(1, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Search",
                ("There is not one image", () => Given.CaptionModel().Search(rand(2, 1, 32, 32))),
                ("There is not one image", () => Given.CaptionModel().Search(rand(0, 1, 32, 32))),
                ("the number of beams is out of range", () => Given.CaptionModel().Search(rand(1, 1, 32, 32), 0)),
                ("the number of beams is out of range", () => Given.CaptionModel().Search(rand(1, 1, 32, 32), 999))
            ),
            .. Of<InvalidOperationException>(
                "Models.CaptionModel.Search",
                (NoNumbers, () => Given.Broken(Given.CaptionModel()).Search(rand(1, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.CaptionModel.Explain(Tensor)",
                ("There is not one image", () => Given.CaptionModel().Explain(rand(2, 1, 32, 32), "no nodule .")),
                ("a word is not known", () => Given.CaptionModel().Explain(rand(1, 1, 32, 32), "no heart .")),
                ("the report is longer than MaxLength", () => Given.CaptionModel(4).Explain(rand(1, 1, 32, 32), "no nodule ."))
            ),
            .. Of<InvalidOperationException>(
                "Models.CaptionModel.Explain(Tensor)",
                (NoNumbers, () => Given.Broken(Given.CaptionModel()).Explain(rand(1, 1, 32, 32), "no nodule ."))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Models.ImageEncoder.#ctor",
                ("The width is not a positive multiple of 4", () => _ = new ImageEncoder(6)),
                ("The width is not a positive multiple of 4", () => _ = new ImageEncoder(-4))
            ),
            .. Of<ArgumentException>(
                "Models.ImageEncoder.forward",
                (OtherShape, () => new ImageEncoder(4).call(rand(1, 1, 30, 32))),
                (OtherShape, () => new ImageEncoder(4).call(rand(1, 1, 0, 0))),
                ("there is none", () => new ImageEncoder(4).call(rand(0, 1, 32, 32)))
            ),
        ];

    private static Promise[] Searches =>
        [
            .. Of<ArgumentOutOfRangeException>(
                "Models.ImageTextModel.#ctor",
                ("A number is out of its range", () => _ = new ImageTextModel(Given.Vocabulary, imageSize: 30)),
                ("A number is out of its range", () => _ = new ImageTextModel(Given.Vocabulary, width: 6)),
                ("A number is out of its range", () => _ = new ImageTextModel(Given.Vocabulary, layers: 0)),
                ("A number is out of its range", () => _ = new ImageTextModel(Given.Vocabulary, layers: int.MaxValue))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.forward",
                ("Images or sentences have another shape", () => Given.ImageTextModel().call(rand(1, 1, 28, 28), Words())),
                ("Images or sentences have another shape", () => Given.ImageTextModel().call(rand(1, 1, 32, 32), Words().flatten())),
                ("Images or sentences have another shape", () => Given.ImageTextModel().call(rand(1, 1, 32, 32), zeros(1, 129, int64))),
                ("a sentence is nothing but padding", () =>
                    Given.ImageTextModel().call(rand(1, 1, 32, 32), cat([Words(), zeros(1, Words().shape[1], int64)]))
                ),
                ("a number stands for no word", () => Given.ImageTextModel().call(rand(1, 1, 32, 32), Words() + 999))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.EncodeImages",
                ("There is no image", () => Given.ImageTextModel().EncodeImages(rand(0, 1, 32, 32))),
                ("the images have another shape", () => Given.ImageTextModel().EncodeImages(rand(1, 1, 28, 28)))
            ),
            .. Of<InvalidOperationException>(
                "Models.ImageTextModel.EncodeImages",
                (NoNumbers, () => Given.Broken(Given.ImageTextModel()).EncodeImages(rand(1, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.EncodeSentences",
                ("There is no sentence", () => Given.ImageTextModel().EncodeSentences()),
                ("a word is not known (the message names it and those most like it)", () =>
                    Given.ImageTextModel().EncodeSentences("no heart .")
                ),
                ("a sentence is too long", () => Given.ImageTextModel().EncodeSentences(string.Join(' ', Enumerable.Repeat("no", 127))))
            ),
            .. Of<InvalidOperationException>(
                "Models.ImageTextModel.EncodeSentences",
                (NoNumbers, () => Given.Broken(Given.ImageTextModel()).EncodeSentences("no nodule ."))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.Look",
                (OtherShape, () => Given.ImageTextModel().Look(rand(1, 1, 28, 28))),
                ("there is none", () => Given.ImageTextModel().Look(rand(0, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.Locate",
                ("The feature maps have another shape", () => Given.ImageTextModel().Locate(rand(1, 4, 7, 8)))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.Compare",
                (NotEncoded, () => Given.ImageTextModel().Compare(rand(2, 2), rand(2, 3))),
                (NotEncoded, () => Given.ImageTextModel().Compare(rand(2, 1, 32, 32), rand(2, 2))),
                (NotEncoded, () => Given.ImageTextModel().Compare(rand(2, 2), Words()))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.NoduleMap",
                ("There is no image", () => Given.ImageTextModel().NoduleMap(rand(0, 1, 32, 32))),
                ("the images have another shape", () => Given.ImageTextModel().NoduleMap(rand(1, 1, 28, 28)))
            ),
            .. Of<ArgumentException>(
                "Models.ImageTextModel.Similarities",
                ("There is no image", () => Given.ImageTextModel().Similarities(rand(0, 1, 32, 32), "no nodule .")),
                ("the images have another shape", () => Given.ImageTextModel().Similarities(rand(1, 1, 28, 28), "no nodule .")),
                ("there is no sentence", () => Given.ImageTextModel().Similarities(rand(1, 1, 32, 32))),
                ("a word is not known", () => Given.ImageTextModel().Similarities(rand(1, 1, 32, 32), "no heart ."))
            ),
            .. Of<InvalidOperationException>(
                "Models.ImageTextModel.Similarities",
                (NoNumbers, () => Given.Broken(Given.ImageTextModel()).Similarities(rand(1, 1, 32, 32), "no nodule ."))
            ),
            .. Of<ArgumentException>(
                "Models.CaseSearch.#ctor",
                ("There are no vectors", () => Cases(zeros(0, 2), zeros(0, 2))),
                ("not as many of images as of charts", () => Cases(rand(2, 2), rand(1, 2))),
                ("they have another shape", () => Cases(rand(2, 3), rand(2, 2)))
            ),
            .. Of<ArgumentException>(
                "Models.CaseSearch.Similarities",
                ("There is no sentence", () => Cases(rand(2, 2), rand(2, 2)).Similarities()),
                ("neither encoder knows all words between two commas", () => Cases(rand(2, 2), rand(2, 2)).Similarities("heart"))
            ),
        ];

    private static Promise[] Networks =>
        [
            .. Of<ArgumentException>(
                "Models.ModelSummary.Of",
                ("The shape is empty", () => ModelSummary.Of(new ShapeCnn())),
                ("not positive", () => ModelSummary.Of(new ShapeCnn(), 1, 1, 0, 28)),
                ("the network does not take an input of this shape", () => ModelSummary.Of(new ShapeCnn(), 1, 1, 32, 32)),
                ("the network does not take an input of this shape", () => ModelSummary.Of(nn.Linear(3, 2), 1, 4))
            ),
            .. Of<InsufficientMemoryException>(
                "Models.ModelSummary.Of",
                ("There is not memory enough for the input", () => ModelSummary.Of(new ShapeCnn(), 1 << 24, 1 << 24)),
                ("There is not memory enough for the input", () => ModelSummary.Of(new ShapeCnn(), long.MaxValue, long.MaxValue))
            ),
            .. Of<InvalidOperationException>(
                "Models.ModelSummary.Of",
                ("A layer gives null", () => ModelSummary.Of(nn.Sequential(new Given.Gives(_ => null), nn.ReLU()), 1, 4)),
                ("a tensor that was disposed", () => ModelSummary.Of(new Given.Gives(x => Given.Disposed(x.clone())), 1, 4))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Models.ShapeCnn.#ctor",
                ("There is no such initialization", () => _ = new ShapeCnn((WeightInitialization)9))
            ),
            .. Of<ArgumentException>("Models.ShapeCnn.forward", (OtherShape, () => new ShapeCnn().call(rand(1, 1, 32, 32)))),
            .. Of<ArgumentException>(
                "Models.ShapeCnn.Predict",
                (OtherShape, () => new ShapeCnn().Predict(rand(28, 28))),
                ("other numbers than the network's", () => new ShapeCnn().Predict(rand(1, 1, 28, 28, float64)))
            ),
            .. Of<InvalidOperationException>(
                "Models.ShapeCnn.Predict",
                ("The network gives values that are not finite numbers", () => new ShapeCnn().Predict(full([1, 1, 28, 28], float.NaN)))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Models.Standardization.#ctor(Double)",
                ("The deviation is not above 0", () => _ = new Standardization(0.5, 0)),
                ("a number is not finite", () => _ = new Standardization(double.NaN, 1)),
                ("a number is not finite", () => _ = new Standardization(0, double.PositiveInfinity))
            ),
            .. Of<ArgumentException>(
                "Models.Standardization.forward",
                ("The images do not have four dimensions", () => new Standardization().call(rand(28, 28))),
                ("The images do not have four dimensions", () => new Standardization(0.5, 1).call(rand(28, 28)))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Models.UNet.#ctor",
                ("A number is out of its range", () => _ = new UNet(classes: 1)),
                ("A number is out of its range", () => _ = new UNet(depth: 7)),
                ("there is no such initialization", () => _ = new UNet(depth: 1, width: 1, initialization: (WeightInitialization)9))
            ),
            .. Of<ArgumentException>(
                "Models.UNet.forward",
                (OtherShape, () => Given.UNet().call(rand(32, 32))),
                ("a size that cannot be halved so often", () => Given.UNet().call(rand(1, 1, 31, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.UNet.Predict",
                (OtherShape, () => Given.UNet().Predict(rand(1, 3, 32, 32))),
                ("a size that cannot be halved so often", () => Given.UNet().Predict(rand(1, 1, 32, 0)))
            ),
            .. Of<InvalidOperationException>(
                "Models.UNet.Predict",
                (NoNumbers, () => Given.Broken(Given.UNet()).Predict(rand(1, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Models.UNet.OutputSize",
                ("The size cannot be halved as often as the depth says", () => new UNet(depth: 2, width: 1).OutputSize(30)),
                ("The size cannot be halved as often as the depth says", () => new UNet(depth: 2, width: 1).OutputSize(-4)),
                ("The size cannot be halved as often as the depth says", () => new UNet(depth: 2, width: 1).OutputSize(long.MaxValue))
            ),
        ];

    private static Promise[] Weights =>
        [
            .. Of<ArgumentException>(
                "Models.ModelWeights.Save",
                ("The network has no weights, as one that was disposed", () => Given.File("a.dat", "", file =>
                    {
                        var network = new ShapeCnn();
                        network.Dispose();
                        ModelWeights.Save(network, file);
                    }))
            ),
            .. Of<DirectoryNotFoundException>(
                "Models.ModelWeights.Save",
                ("The folder does not exist", () => ModelWeights.Save(new ShapeCnn(), Path.Combine("no such folder", "a.dat")))
            ),
            .. Of<IOException>(
                "Models.ModelWeights.Save",
                ("the name is a folder's", () => ModelWeights.Save(new ShapeCnn(), Path.GetTempPath()))
            ),
            .. Not<IOException>(
                "Models.ModelWeights.Save",
                ("The disk is full", "a test has no full disk on every system"),
                ("the file is in use", "only Windows locks files"),
                ("a link leads to itself", "ModelWeightsTests; Windows makes no links for everybody")
            ),
            .. Not<UnauthorizedAccessException>(
                "Models.ModelWeights.Save",
                ("The folder cannot be written to", "who runs tests as root may write everywhere")
            ),
            .. Of<FileNotFoundException>(
                "Models.ModelWeights.Load",
                ("The file does not exist", () => ModelWeights.Load(new ShapeCnn(), "no such file"))
            ),
            .. Of<InvalidDataException>(
                "Models.ModelWeights.Load",
                ("The file is incomplete or damaged", () => Given.Folder(LoadIncomplete)),
                ("is no weights file", () => Given.File("weights.dat", "no weights", path => ModelWeights.Load(new ShapeCnn(), path))),
                ("belongs to another architecture", () => Given.Folder(LoadOther))
            ),
        ];

    private static void LoadIncomplete(string folder)
    {
        string path = Path.Combine(folder, "weights.dat");
        ModelWeights.Save(Given.UNet(), path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);
        ModelWeights.Load(Given.UNet(), path);
    }

    private static void LoadOther(string folder)
    {
        string path = Path.Combine(folder, "weights.dat");
        ModelWeights.Save(Given.UNet(), path);
        ModelWeights.Load(new ShapeCnn(), path);
    }

    private static Tensor Words() => Given.Vocabulary.Encode(["no nodule ."]);

    private static CaseSearch Cases(Tensor images, Tensor charts) => new(Given.ImageTextModel(), Given.ImageTextModel(), images, charts);
}
