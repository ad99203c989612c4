using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Operators;
using ShapeKit.Review;
using ShapeKit.Training;
using ShapeKit.Visualization;
using static ShapeKit.Tests.Documentation.Promise;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

internal static class VisualizationPromises
{
    private const string NoTitle = "the title is empty",
        NoImage = "There is no image",
        Captions = "the captions are not as many as the images",
        Sizes = "columns or image size are below 1";

    private static readonly float[,] Table = new float[2, 2];

    /// <summary>A table of 3 × 3 zeros but for one number.</summary>
    private static float[,] Pixel(float value)
    {
        float[,] table = new float[3, 3];
        table[1, 1] = value;
        return table;
    }

    private static void Painting(
        Tensor? image = null,
        Tensor? truth = null,
        Tensor? step = null,
        string[]? names = null,
        double millimetres = 4,
        string title = "title"
    ) => Explorers.Painting(image ?? rand(4, 4), truth ?? ones(4, 4), [step ?? rand(4, 4)], names ?? ["a"], millimetres, title);

    private static ImageDataset Shapes(int count, ShapeGeneratorOptions? options = null) =>
        new ShapeGenerator(options ?? ShapeGeneratorOptions.Article).Generate(count);

    private static ShapeCnn Filled(float value)
    {
        ShapeCnn network = new();
        using IDisposable withoutGradients = no_grad();
        foreach (Tensor parameter in network.parameters())
        {
            parameter.fill_(value);
        }

        return network;
    }

    public static Promise[] All { get; } = [.. Figures, .. Measures, .. Explained, .. Grids];

    private static Promise[] Figures =>
        [
            .. Of<ArgumentException>(
                "Visualization.Charts.TrainingCurves(TrainingHistory)",
                ("The title is empty", () => Charts.TrainingCurves(new TrainingHistory([Epoch()]), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.TrainingCurves(IReadOnlyList<IEpoch>)",
                ("There is no epoch yet", () => Charts.TrainingCurves([])),
                ("one is null", () => Charts.TrainingCurves([Epoch(), null!])),
                (NoTitle, () => Charts.TrainingCurves([Epoch()], " "))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.HeatMap(Single[0:,0:])",
                ("The table is empty", () => Charts.HeatMap(new float[0, 2], "table")),
                ("the names are not as many as the rows or columns", () => Charts.HeatMap(Table, "table", rowNames: ["one"])),
                ("the names are not as many as the rows or columns", () => Charts.HeatMap(Table, "table", columnNames: [])),
                ("one is null", () => Charts.HeatMap(Table, "table", rowNames: ["one", null!])),
                ("the decimals are not 0 to 15", () => Charts.HeatMap(Table, "table", decimals: -1)),
                ("the decimals are not 0 to 15", () => Charts.HeatMap(Table, "table", decimals: 16)),
                (NoTitle, () => Charts.HeatMap(Table, ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.HeatMap(Tensor)",
                ("The tensor holds none or several tables", () => Charts.HeatMap(zeros(2, 3, 3), "table")),
                ("The tensor holds none or several tables", () => Charts.HeatMap(zeros(0, 3), "table")),
                ("the decimals are not 0 to 15", () => Charts.HeatMap(zeros(3, 3), "table", decimals: 16)),
                (NoTitle, () => Charts.HeatMap(zeros(3, 3), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.Strip",
                ("There is no series", () => Charts.Strip([], "strip", "value")),
                ("one is empty", () => Charts.Strip([new Series("a", [])], "strip", "value")),
                ("one is empty", () => Charts.Strip([new Series("a", [double.NaN])], "strip", "value")),
                ("one is empty", () => Charts.Strip([new Series("a", null!)], "strip", "value")),
                ("has no name", () => Charts.Strip([new Series(null!, [1])], "strip", "value")),
                (NoTitle, () => Charts.Strip([new Series("a", [1])], "", "value"))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.Lines",
                ("There is no series", () => Charts.Lines([], "lines", "x", "y")),
                ("one is empty", () => Charts.Lines([new Series("a", [])], "lines", "x", "y")),
                ("one is empty", () => Charts.Lines([null!], "lines", "x", "y")),
                ("has no name", () => Charts.Lines([new Series(null!, [1])], "lines", "x", "y")),
                ("it has more values than positions", () => Charts.Lines([new Series("a", [1, 2])], "lines", "x", "y", x: [1])),
                ("it has more values than positions", () => Charts.Lines([new Series("a", [1, 2], X: [1])], "lines", "x", "y")),
                (NoTitle, () => Charts.Lines([new Series("a", [1])], "", "x", "y"))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.Bars",
                ("There is no bar", () => Charts.Bars([], "bars", "value")),
                ("one has no name", () => Charts.Bars([(null!, 1)], "bars", "value")),
                (NoTitle, () => Charts.Bars([("a", 1)], "", "value"))
            ),
            .. Of<ArgumentException>(
                "Visualization.Figure.#ctor",
                ("The title", () => _ = new Figure(Charts.HeatMap(Table, "table").Chart, "", "text")),
                ("the alternative text is empty", () => _ = new Figure(Charts.HeatMap(Table, "table").Chart, "title", " ")),
                ("a size is not positive", () => _ = new Figure(Charts.HeatMap(Table, "table").Chart, "title", "text", height: 0)),
                ("a size is not positive", () => _ = new Figure(Charts.HeatMap(Table, "table").Chart, "title", "text", width: -1))
            ),
        ];

    private static Promise[] Measures =>
        [
            .. Of<ArgumentException>(
                "Visualization.Charts.Confusion",
                ("The title is empty", () => Charts.Confusion(ConfusionMatrix.From([0, 1], [0, 1], Given.TwoNames), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.Roc",
                ("The title is empty", () => Charts.Roc(RocCurve.From([0, 1], [0.1f, 0.2f]), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.Calibration",
                ("The title is empty", () => Charts.Calibration(CalibrationCurve.From([0, 1], [0.1f, 0.2f]), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.Control",
                ("The title is empty", () => Charts.Control(ControlChart.From([0, 1], 0, 1), "", "share"))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.RiskCoverage",
                ("The threshold is not a number", () => Charts.RiskCoverage(RiskCoverageCurve.From([true], [0.5]), threshold: double.NaN)),
                (NoTitle, () => Charts.RiskCoverage(RiskCoverageCurve.From([true], [0.5]), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Charts.AgreementOverTime",
                ("There is no entry", () => Charts.AgreementOverTime([])),
                ("one is null", () => Charts.AgreementOverTime([Entry(), null!])),
                ("the window is shorter than 1", () => Charts.AgreementOverTime([Entry()], window: 0)),
                (NoTitle, () => Charts.AgreementOverTime([Entry()], title: ""))
            ),
        ];

    private static Promise[] Explained =>
        [
            .. Of<ArgumentException>(
                "Visualization.Explorers.Convolution",
                ("Image or kernel is empty", () => Explorers.Convolution(new float[0, 0], Table)),
                ("Image or kernel is empty", () => Explorers.Convolution(Table, new float[0, 0])),
                ("the kernel is larger than the image", () => Explorers.Convolution(Table, new float[3, 2])),
                ("a value is not a finite number", () => Explorers.Convolution(
                        new float[,]
                        {
                            { float.NaN },
                        },
                        new float[,]
                        {
                            { 1 },
                        }
                    )),
                ("a value is not a finite number", () => Explorers.Convolution(
                        new float[,]
                        {
                            { 1 },
                        },
                        new float[,]
                        {
                            { float.NegativeInfinity },
                        }
                    )),
                ("too large", () => Explorers.Convolution(
                        new float[,]
                        {
                            { 3e38f },
                        },
                        new float[,]
                        {
                            { -9 },
                        }
                    )),
                (NoTitle, () => Explorers.Convolution(Table, Table, ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Vectors",
                ("A component is not a number", () => Explorers.Vectors((1, double.NaN), (1, 1))),
                ("beyond a million", () => Explorers.Vectors((1, 1), (1e300, 1))),
                ("beyond a million", () => Explorers.Vectors((double.NegativeInfinity, 1), (1, 1))),
                (NoTitle, () => Explorers.Vectors((1, 0), (0, 1), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Kernel",
                ("There are no images", () => Explorers.Kernel([], [], Kernels.Blur)),
                ("one is null", () => Explorers.Kernel([null!], ["a"], Kernels.Blur)),
                ("smaller than 3 × 3", () => Explorers.Kernel([new float[2, 5]], ["a"], Kernels.Blur)),
                ("has a value outside 0..1", () => Explorers.Kernel([Pixel(1.5f)], ["a"], Kernels.Blur)),
                ("has a value outside 0..1", () => Explorers.Kernel([Pixel(float.NaN)], ["a"], Kernels.Blur)),
                ("the names are not as many as the images", () => Explorers.Kernel([Pixel(1)], ["a", "b"], Kernels.Blur)),
                ("one is empty", () => Explorers.Kernel([Pixel(1)], [" "], Kernels.Blur)),
                ("the kernel is not 3 × 3", () => Explorers.Kernel([Pixel(1)], ["a"], new float[3, 2])),
                ("has a number that is not finite", () => Explorers.Kernel([Pixel(1)], ["a"], Pixel(float.NaN))),
                ("beyond a hundred", () => Explorers.Kernel([Pixel(1)], ["a"], Pixel(-101))),
                (NoTitle, () => Explorers.Kernel([Pixel(1)], ["a"], Kernels.Blur, ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Pooling",
                ("Image or kernel is empty", () => Explorers.Pooling(new float[0, 0], Kernels.Blur)),
                ("Image or kernel is empty", () => Explorers.Pooling(new float[4, 4], new float[0, 0])),
                ("the kernel is not smaller than the image in both directions", () => Explorers.Pooling(new float[3, 4], Kernels.Blur)),
                ("the kernel is not smaller than the image in both directions", () => Explorers.Pooling(Table, Kernels.Blur)),
                ("a value is not a finite number", () => Explorers.Pooling(Pixel(float.NaN), Table)),
                ("a value is not a finite number", () => Explorers.Pooling(new float[4, 4], Pixel(float.PositiveInfinity))),
                ("too large", () => Explorers.Pooling(
                        Pixel(3e38f),
                        new float[,]
                        {
                            { 9 },
                        }
                    )),
                (NoTitle, () => Explorers.Pooling(new float[4, 4], Kernels.Blur, ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Descent",
                ("There are no inputs", () => Explorers.Descent([], [])),
                ("the numbers of inputs and targets differ", () => Explorers.Descent([1, 2], [1])),
                ("a number is not finite", () => Explorers.Descent([1, double.NaN], [1, 2])),
                ("a number is not finite", () => Explorers.Descent([1, 2], [1, double.PositiveInfinity])),
                ("beyond a thousand", () => Explorers.Descent([1001], [1])),
                ("beyond a thousand", () => Explorers.Descent([1], [-1001])),
                ("beyond a thousand", () => Explorers.Descent([1], [1], start: 1001)),
                ("every input is nearly zero", () => Explorers.Descent([0, 0.0001], [1, 2])),
                (NoTitle, () => Explorers.Descent([1], [1], title: ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Threshold",
                ("There are no labels", () => Explorers.Threshold([], [], Given.TwoNames)),
                ("only one class occurs", () => Explorers.Threshold([1, 1], [0.1f, 0.2f], Given.TwoNames)),
                ("the numbers of labels and probabilities differ", () => Explorers.Threshold([0, 1], [0.1f], Given.TwoNames)),
                ("a value is out of range", () => Explorers.Threshold([0, 2], [0.1f, 0.2f], Given.TwoNames)),
                ("a value is out of range", () => Explorers.Threshold([0, 1], [0.1f, float.NaN], Given.TwoNames)),
                ("there are not two names", () => Explorers.Threshold([0, 1], [0.1f, 0.2f], ["one"])),
                (NoTitle, () => Explorers.Threshold([0, 1], [0.1f, 0.2f], Given.TwoNames, ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.ReceptiveField",
                ("There is not one image of 28 x 28 pixels", () => Explorers.ReceptiveField(new ShapeCnn(), rand(2, 1, 28, 28))),
                ("There is not one image of 28 x 28 pixels", () => Explorers.ReceptiveField(new ShapeCnn(), rand(28, 29))),
                ("its numbers are not the network's", () => Explorers.ReceptiveField(new ShapeCnn(), rand(28, 28, float64))),
                (NoTitle, () => Explorers.ReceptiveField(new ShapeCnn(), rand(28, 28), ""))
            ),
            .. Of<InvalidOperationException>(
                "Visualization.Explorers.ReceptiveField",
                ("The network gives values that are not numbers", () => Explorers.ReceptiveField(Filled(float.NaN), rand(28, 28)))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Drawing",
                ("There are not one to twelve examples", () => Explorers.Drawing(new ShapeCnn(), Shapes(0))),
                ("There are not one to twelve examples", () => Explorers.Drawing(new ShapeCnn(), Shapes(13))),
                ("they are not 28 x 28 pixels", () => Explorers.Drawing(new ShapeCnn(), Shapes(2, new() { ImageSize = 32 }))),
                ("not of two classes", () => Explorers.Drawing(new ShapeCnn(), Shapes(2, new() { Kinds = [ShapeKind.Circle] }))),
                ("a weight of the network is beyond 65,504", () => Explorers.Drawing(Filled(70_000), Shapes(2))),
                (NoTitle, () => Explorers.Drawing(new ShapeCnn(), Shapes(2), ""))
            ),
            .. Of<InvalidOperationException>(
                "Visualization.Explorers.Drawing",
                ("The network gives values that are not numbers", () => Explorers.Drawing(Filled(float.NaN), Shapes(2)))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Report",
                ("There is not one image", () => Explorers.Report(rand(2, 1, 4, 4), Given.Caption())),
                ("There is not one image", () => Explorers.Report(rand(0, 1, 4, 4), Given.Caption())),
                ("the report has no step", () => Explorers.Report(rand(4, 4), new Caption("", []))),
                ("the report has no step", () => Explorers.Report(rand(4, 4), new Caption("", null!))),
                ("a step has no word", () => Explorers.Report(rand(4, 4), Step(step => step with { Word = null! }))),
                ("no attention", () => Explorers.Report(rand(4, 4), Step(step => step with { Attention = new float[0, 0] }))),
                ("no attention", () => Explorers.Report(rand(4, 4), Step(step => step with { Attention = null! }))),
                ("a probability outside 0..1", () => Explorers.Report(rand(4, 4), Given.Caption(probability: double.NaN))),
                ("a probability outside 0..1", () => Explorers.Report(rand(4, 4), Step(step => step with { Next = [new("a", 2)] }))),
                (NoTitle, () => Explorers.Report(rand(4, 4), Given.Caption(), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Painting",
                ("There is not one image", () => Painting(image: rand(2, 1, 4, 4))),
                ("the mask or a step is not as large as it", () => Painting(truth: ones(4, 5))),
                ("the mask or a step is not as large as it", () => Painting(step: rand(5, 4))),
                ("a probability lies outside 0..1", () => Painting(step: full(4, 4, 1.5f))),
                ("a probability lies outside 0..1", () => Painting(step: Given.NaN(4, 4))),
                ("the names are not as many as the steps", () => Painting(names: ["a", "b"])),
                ("there is none", () => Explorers.Painting(rand(4, 4), ones(4, 4), [], [], 4)),
                ("a pixel has no millimetres", () => Painting(millimetres: 0)),
                (NoTitle, () => Painting(title: ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.NetworkDrawing.Of(UNet)",
                ("There is not one image", () => NetworkDrawing.Of(Given.UNet(), rand(2, 1, 4, 4))),
                ("it has another shape", () => NetworkDrawing.Of(Given.UNet(), rand(1, 3, 4, 4))),
                ("a size that cannot be halved so often", () => NetworkDrawing.Of(Given.UNet(), rand(1, 1, 5, 4))),
                (NoTitle, () => NetworkDrawing.Of(Given.UNet(), rand(1, 1, 4, 4), ""))
            ),
            .. Of<InvalidOperationException>(
                "Visualization.NetworkDrawing.Of(UNet)",
                ("The network gives values that are not numbers", () => NetworkDrawing.Of(Given.Broken(Given.UNet()), rand(1, 1, 4, 4)))
            ),
            .. Of<ArgumentException>(
                "Visualization.NetworkDrawing.Of(ImageTextModel)",
                ("There is not one image", () => NetworkDrawing.Of(Given.ImageTextModel(), rand(2, 1, 32, 32), "no nodule")),
                ("it has another shape", () => NetworkDrawing.Of(Given.ImageTextModel(), rand(1, 1, 28, 28), "no nodule")),
                ("a word is not known", () => NetworkDrawing.Of(Given.ImageTextModel(), rand(1, 1, 32, 32), "tumour")),
                (NoTitle, () => NetworkDrawing.Of(Given.ImageTextModel(), rand(1, 1, 32, 32), "no nodule", ""))
            ),
            .. Of<InvalidOperationException>(
                "Visualization.NetworkDrawing.Of(ImageTextModel)",
                ("The network gives values that are not numbers", () =>
                    NetworkDrawing.Of(Given.Broken(Given.ImageTextModel()), rand(1, 1, 32, 32), "no nodule")
                )
            ),
            .. Of<ArgumentException>(
                "Visualization.NetworkDrawing.Of(CaptionModel)",
                ("There is not one image", () => NetworkDrawing.Of(Given.CaptionModel(), rand(2, 1, 8, 8))),
                ("it has another shape", () => NetworkDrawing.Of(Given.CaptionModel(), rand(1, 1, 9, 9))),
                (NoTitle, () => NetworkDrawing.Of(Given.CaptionModel(), rand(1, 1, 8, 8), " "))
            ),
            .. Of<InvalidOperationException>(
                "Visualization.NetworkDrawing.Of(CaptionModel)",
                ("The network gives values that are not numbers", () =>
                    NetworkDrawing.Of(Given.Broken(Given.CaptionModel()), rand(1, 1, 8, 8))
                )
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Space",
                ("There is no image", () => Space(Given.Images(0), rand(0, 3), [], [])),
                ("no sentence", () => Explorers.Space(Given.Images(1), rand(1, 3), ["a"], ["b"], [], rand(0, 3))),
                (Together, () => Space(Given.Images(2), rand(1, 3), ["a", "b"], ["a", "b"])),
                (Together, () => Space(Given.Images(2), rand(2, 4), ["a", "b"], ["a", "b"])),
                (Together, () => Space(Given.Images(2), rand(2, 3), ["a"], ["a", "b"])),
                (Together, () => Space(Given.Images(2), rand(2, 3), ["a", "b"], ["a"])),
                (Together, () => Explorers.Space(Given.Images(1), rand(1, 3), ["a"], ["b"], ["c", "d"], rand(1, 3))),
                ("a vector is not finite", () => Space(Given.Images(1), Given.NaN(1, 3), ["a"], ["b"])),
                ("a vector is not finite", () => Explorers.Space(Given.Images(1), rand(1, 3), ["a"], ["b"], ["c"], Given.NaN(1, 3))),
                ("there are more than six groups", () =>
                    Space(Given.Images(7), rand(7, 3), [.. "aaaaaaa".Select(c => $"{c}")], [.. "abcdefg".Select(c => $"{c}")])
                ),
                ("a caption or a sentence is empty", () => Space(Given.Images(1), rand(1, 3), [" "], ["b"])),
                ("a caption or a sentence is empty", () => Explorers.Space(Given.Images(1), rand(1, 3), ["a"], ["b"], [""], rand(1, 3))),
                (NoTitle, () => Explorers.Space(Given.Images(1), rand(1, 3), ["a"], ["b"], ["c"], rand(1, 3), ""))
            ),
            .. Of<ArgumentException>(
                "Visualization.Explorers.Drafts",
                ("There are no images", () => Explorers.Drafts(rand(0, 1, 4, 4), [], [])),
                ("not as many drafts and truths as images", () => Explorers.Drafts(
                        rand(2, 1, 4, 4),
                        [Draft()],
                        [
                            [],
                            [],
                        ]
                    )),
                ("not as many drafts and truths as images", () => Explorers.Drafts(rand(1, 1, 4, 4), [Draft()], [])),
                ("one is null", () => Explorers.Drafts(
                        rand(1, 1, 4, 4),
                        [null!],
                        [
                            [],
                        ]
                    )),
                ("one is null", () => Explorers.Drafts(rand(1, 1, 4, 4), [Draft()], [null!])),
                ("an image shows more than two nodules", () => Explorers.Drafts(
                        rand(1, 1, 4, 4),
                        [Draft()],
                        [
                            [Given.Nodule, Given.Nodule, Given.Nodule],
                        ]
                    )),
                (NoTitle, () => Explorers.Drafts(
                        rand(1, 1, 4, 4),
                        [Draft()],
                        [
                            [],
                        ],
                        title: ""
                    ))
            ),
            .. Of<ArgumentException>(
                "Visualization.FeatureMaps.Of",
                ("The shape is neither of these", () => FeatureMaps.Of(rand(2, 3, 4, 4))),
                ("The shape is neither of these", () => FeatureMaps.Of(rand(1, 0, 4, 4))),
                (Sizes, () => FeatureMaps.Of(rand(3, 4, 4), columns: 0)),
                (Sizes, () => FeatureMaps.Of(rand(3, 4, 4), imageSize: -1))
            ),
            .. Of<ArgumentException>(
                "Visualization.FeatureMaps.Kernels",
                ("The weight has not four dimensions", () => FeatureMaps.Kernels(rand(3, 3))),
                ("there is no such channel", () => FeatureMaps.Kernels(rand(2, 1, 3, 3), 1)),
                ("there is no such channel", () => FeatureMaps.Kernels(rand(2, 1, 3, 3), -1)),
                (Sizes, () => FeatureMaps.Kernels(rand(2, 1, 3, 3), columns: 0))
            ),
            .. Of<ArgumentException>(
                "Visualization.GradCam.Of",
                ("There is no image", () => Cam(new ShapeCnn(), Given.Images(0))),
                ("the images have not four dimensions", () => Cam(new ShapeCnn(), rand(28, 28))),
                ("the layer is not part of the network", () => GradCam.Of(new ShapeCnn(), new ShapeCnn().Pool2, Given.Images())),
                ("takes no feature maps", () =>
                {
                    var last = nn.Linear(28 * 28, 1);
                    GradCam.Of(nn.Sequential(nn.Flatten(), last), last, Given.Images());
                }),
                ("the logits do not depend on it", () =>
                {
                    var beside = new Beside();
                    GradCam.Of(beside, beside.Pool, Given.Images());
                }),
                ("the logits do not depend on it", () =>
                {
                    var cnn = new ShapeCnn();
                    GradCam.Of(new Detached(cnn), cnn.Pool2, Given.Images());
                }),
                ("the network gives no logits [N, 1]", () =>
                {
                    var cnn = new ShapeCnn();
                    GradCam.Of(new Given.Gives(images => cnn.call(images) is null ? images : null), cnn.Pool2, Given.Images());
                }),
                ("the network gives no logits [N, 1]", () =>
                {
                    var first = nn.Conv2d(1, 1, 3);
                    GradCam.Of(nn.Sequential(first), first, Given.Images());
                })
            ),
            .. Of<InvalidOperationException>(
                "Visualization.GradCam.Of",
                ("The network gives values that are not finite numbers", () => Cam(Given.Broken(new ShapeCnn()), Given.Images())),
                ("inference mode is on", () =>
                {
                    using IDisposable inferring = inference_mode(true);
                    Cam(new ShapeCnn(), Given.Images());
                })
            ),
        ];

    private static Promise[] Grids =>
        [
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Of(Tensor)",
                (NoImage, () => ImageGrid.Of(Given.Images(0))),
                (NoImage, () => ImageGrid.Of(Given.Images(0, channels: 3))),
                ("the shape is none of these", () => ImageGrid.Of(rand(9))),
                ("the shape is none of these", () => ImageGrid.Of(rand(2, 2, 4, 4))),
                (Captions, () => ImageGrid.Of(Given.Images(2), ["one"])),
                (Sizes, () => ImageGrid.Of(Given.Images(), columns: 0)),
                (Sizes, () => ImageGrid.Of(Given.Images(), imageSize: 0))
            ),
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Of(IReadOnlyList<Single[0:,0:]>)",
                (NoImage, () => ImageGrid.Of((float[][,])[])),
                ("one is empty", () => ImageGrid.Of([new float[0, 1]])),
                ("one is empty", () => ImageGrid.Of((float[][,])[null!])),
                (Captions, () => ImageGrid.Of([Table], [])),
                (Sizes, () => ImageGrid.Of([Table], columns: -1))
            ),
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Of(ImageDataset)",
                (NoImage, () => ImageGrid.Of(Given.Dataset(0))),
                (Sizes, () => ImageGrid.Of(Given.Dataset(), columns: 0))
            ),
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Heat",
                (NoImage, () => ImageGrid.Heat(Given.Images(0), Given.Images(0))),
                ("images and maps differ in shape", () => ImageGrid.Heat(Given.Images(2), Given.Images(1))),
                (Captions, () => ImageGrid.Heat(Given.Images(2), Given.Images(2), ["one"])),
                (Sizes, () => ImageGrid.Heat(Given.Images(2), Given.Images(2), imageSize: 0))
            ),
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Predictions(ImageDataset)",
                (NoImage, () => ImageGrid.Predictions(Given.Dataset(0), [])),
                ("the numbers of images and probabilities differ", () => ImageGrid.Predictions(Given.Dataset(2), [0.5f])),
                ("a probability lies outside 0..1", () => ImageGrid.Predictions(Given.Dataset(2), [0.5f, float.NaN])),
                ("there are not two class names", () => ImageGrid.Predictions(Given.Dataset(3, classes: 3), [0, 0, 0])),
                ("count or columns are below 1", () => ImageGrid.Predictions(Given.Dataset(2), [0, 0], count: 0)),
                ("count or columns are below 1", () => ImageGrid.Predictions(Given.Dataset(2), [0, 0], columns: 0))
            ),
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Predictions(Tensor)",
                (NoImage, () => ImageGrid.Predictions(Given.Images(0), [], [], Given.TwoNames)),
                ("the numbers of images, labels and probabilities differ", () =>
                    ImageGrid.Predictions(Given.Images(2), [0, 1], [0], Given.TwoNames)
                ),
                ("a label is neither 0 nor 1", () => ImageGrid.Predictions(Given.Images(2), [0, 2], [0, 1], Given.TwoNames)),
                ("a probability lies outside 0..1", () => ImageGrid.Predictions(Given.Images(2), [0, 1], [0, 2], Given.TwoNames)),
                ("there are not two class names", () => ImageGrid.Predictions(Given.Images(2), [0, 1], [0, 1], [])),
                ("columns are below 1", () => ImageGrid.Predictions(Given.Images(2), [0, 1], [0, 1], Given.TwoNames, columns: 0))
            ),
            .. Of<ArgumentException>(
                "Visualization.ImageGrid.Painted",
                (NoImage, () => ImageGrid.Painted(Given.Images(0), zeros(0, 28, 28), Given.TwoNames)),
                ("the numbers of images, classes and captions differ", () =>
                    ImageGrid.Painted(Given.Images(2), zeros(1, 28, 28), Given.TwoNames)
                ),
                ("the numbers of images, classes and captions differ", () =>
                    ImageGrid.Painted(Given.Images(1), zeros(1, 28, 28), Given.TwoNames, [])
                ),
                ("a class is no whole number", () => ImageGrid.Painted(Given.Images(1), Given.NaN(1, 28, 28), Given.TwoNames)),
                ("a class is no whole number", () => ImageGrid.Painted(Given.Images(1), full(1, 28, 28, 0.5f), Given.TwoNames)),
                ("has no name", () => ImageGrid.Painted(Given.Images(1), full(1, 28, 28, 2f), Given.TwoNames)),
                ("there are more than seven", () =>
                    ImageGrid.Painted(Given.Images(1), zeros(1, 28, 28), [.. "abcdefgh".Select(c => $"{c}")])
                ),
                (Sizes, () => ImageGrid.Painted(Given.Images(1), zeros(1, 28, 28), Given.TwoNames, columns: 0))
            ),
        ];

    private const string Together = "the numbers of images, vectors, captions, groups or sentences do not fit together";

    private static void Space(Tensor images, Tensor vectors, string[] captions, string[] groups) =>
        Explorers.Space(images, vectors, captions, groups, ["c"], rand(1, 3));

    /// <summary>Runs a layer, and answers without it.</summary>
    private sealed class Beside : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _linear = nn.Linear(1, 1);

        public Beside()
            : base(nameof(Beside)) => RegisterComponents();

        public TorchSharp.Modules.MaxPool2d Pool { get; } = nn.MaxPool2d(2);

        public override Tensor forward(Tensor input)
        {
            Pool.call(input);
            return _linear.call(input.mean([1, 2, 3]).unsqueeze(1));
        }
    }

    /// <summary>Answers with numbers that have forgotten where they come from.</summary>
    private sealed class Detached(ShapeCnn cnn) : nn.Module<Tensor, Tensor>(nameof(Detached))
    {
        public override Tensor forward(Tensor input) => cnn.call(input).detach();
    }

    private static Tensor Cam(ShapeCnn network, Tensor images) => GradCam.Of(network, network.Pool2, images);

    private static Caption Step(Func<CaptionStep, CaptionStep> change)
    {
        Caption caption = Given.Caption();
        return caption with { Steps = [change(caption.Steps[0]), .. caption.Steps.Skip(1)] };
    }

    private static EpochResult Epoch() => new(1, 1, 0.5, 0.5, null, null, TimeSpan.Zero);

    private static DraftReport Draft() => DraftReport.From("image", "model", Given.Caption());

    private static ReviewEntry Entry() =>
        new(1, DateTimeOffset.UnixEpoch, new("me", "image", "model", "draft", 0.5, Decision.Accepted, "draft"));
}
