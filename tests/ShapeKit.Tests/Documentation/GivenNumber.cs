using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Operators;
using ShapeKit.Review;
using ShapeKit.Runtime;
using ShapeKit.Training;
using ShapeKit.Visualization;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

/// <summary>A number that a caller gives and that has documented bounds.</summary>
/// <param name="Member">The member, as <see cref="Docs"/> writes it.</param>
/// <param name="Parameter">The parameter; empty for a property.</param>
/// <param name="Give">Gives the member a value.</param>
internal sealed record GivenNumber(string Member, string Parameter, Action<double> Give)
{
    private static readonly float[,] Table = new float[4, 4];

    public static GivenNumber[] All { get; } =
    [
        new("Data.Augmentation.RandomAffine", "shift", v => Augmentation.RandomAffine(Given.Images(), Given.Random, shift: v)),
        new("Data.Augmentation.RandomAffine", "scale", v => Augmentation.RandomAffine(Given.Images(), Given.Random, scale: v)),
        new("Data.Augmentation.RandomAffine", "degrees", v => Augmentation.RandomAffine(Given.Images(), Given.Random, degrees: v)),
        new("Data.Batches.#ctor", "batchSize", v => _ = new Batches(Given.Dataset(), (int)v, 1)),
        new("Data.ImageFolder.Load", "size", v => WithImages(folder => InLittleMemory(() => ImageFolder.Load(folder, (int)v)))),
        new("Data.NihChestXrays.Load", "size", v => WithImages(folder =>
            {
                File.WriteAllText(
                    Path.Combine(folder, "Data_Entry_2017.csv"),
                    "Image Index,Finding Labels,Patient ID\n1.png,No Finding,1\n"
                );
                File.Delete(Path.Combine(folder, Given.TwoNames[1], "1.png"));
                InLittleMemory(() => NihChestXrays.Load(folder, (int)v));
            })),
        new("Data.TrainTestSplit.Stratified", "testFraction", v => TrainTestSplit.Stratified(Given.Dataset(), v)),
        new("Data.TrainTestSplit.ByPatient", "testFraction", v => TrainTestSplit.ByPatient(Given.Dataset(4), [1, 2, 3, 4], v)),
        new("Evaluation.CalibrationCurve.From", "bins", v => CalibrationCurve.From([0, 1], [0.1f, 0.9f], (int)v)),
        new("Evaluation.ClassificationReport.From(IReadOnlyList<Int32>)", "threshold", v =>
            ClassificationReport.From([0, 1], [0.1f, 0.9f], Given.TwoNames, v)
        ),
        new("Evaluation.ClassificationReport.From(ImageDataset)", "threshold", v =>
            ClassificationReport.From(Given.Dataset(2), [0.1f, 0.9f], v)
        ),
        new("Evaluation.ConfidenceInterval.Wilson", "cases", v => ConfidenceInterval.Wilson(0, (int)v)),
        new("Evaluation.ControlChart.From", "standardError", v => ControlChart.From([0], 0, v)),
        new("Evaluation.DoublingTime.Between", "before", v => DoublingTime.Between(v, 1, 1)),
        new("Evaluation.DoublingTime.Between", "after", v => DoublingTime.Between(1, v, 1)),
        new("Evaluation.DoublingTime.Between", "days", v => DoublingTime.Between(1, 2, v)),
        new("Evaluation.DoublingTime.Between", "error", v => DoublingTime.Between(1, 2, 1, v)),
        new("Evaluation.Retrieval.RecallAt", "k", v => Retrieval.RecallAt(rand(3, 3), (int)v)),
        new("Evaluation.Retrieval.PrecisionAt", "k", v => Retrieval.PrecisionAt(rand(3, 3), (int)v, ones(3, 3) > 0)),
        new("Evaluation.Retrieval.Nearest", "count", v => Retrieval.Nearest(rand(1, 3), (int)v)),
        new("Evaluation.SegmentationReport.From", "millimetresPerPixel", v =>
            SegmentationReport.From(zeros(1, 2, 2, int64), zeros(1, 2, 2, int64), Given.TwoNames, v)
        ),
        new("Generation.ChartNote.Write", "wording", v => new ChartNote(50, true, true, true, true).Write((int)v)),
        new("Generation.PhantomGenerator.Generate", "count", v => new PhantomGenerator(new()).Generate((int)v)),
        new("Generation.PhantomGenerator.Generate", "threads", v => new PhantomGenerator(new()).Generate(1, (int)v)),
        new("Generation.PhantomGeneratorOptions.ImageSize", "", v => _ = new PhantomGenerator(new() { ImageSize = (int)v })),
        new("Generation.PhantomGeneratorOptions.MinNodules", "", v =>
            _ = new PhantomGenerator(new() { MinNodules = (int)v, MaxNodules = 6 })
        ),
        new("Generation.PhantomGeneratorOptions.MaxNodules", "", v => _ = new PhantomGenerator(new() { MaxNodules = (int)v })),
        new("Generation.PhantomGeneratorOptions.NoiseStandardDeviation", "", v =>
            _ = new PhantomGenerator(new() { NoiseStandardDeviation = v })
        ),
        new("Generation.PhantomGeneratorOptions.ExposureVariation", "", v => _ = new PhantomGenerator(new() { ExposureVariation = v })),
        new("Generation.ReportGrammar.Write", "wording", v => ReportGrammar.Write([], (int)v)),
        new("Generation.ShapeGenerator.Generate", "count", v => new ShapeGenerator(new()).Generate((int)v)),
        new("Generation.ShapeGenerator.Generate", "threads", v => new ShapeGenerator(new()).Generate(1, (int)v)),
        new("Generation.ShapeGeneratorOptions.ImageSize", "", v => _ = new ShapeGenerator(new() { ImageSize = (int)v })),
        new("Generation.ShapeGeneratorOptions.OutlineWidth", "", v => _ = new ShapeGenerator(new() { Filled = false, OutlineWidth = v })),
        new("Generation.ShapeGeneratorOptions.NoiseStandardDeviation", "", v =>
            _ = new ShapeGenerator(new() { NoiseStandardDeviation = v })
        ),
        new("Models.CaptionModel.#ctor", "heads", v => _ = new CaptionModel(Given.Vocabulary, width: 4, heads: (int)v)),
        new("Models.CaptionModel.#ctor", "layers", v => _ = new CaptionModel(Given.Vocabulary, width: 4, layers: (int)v)),
        new("Models.CaptionModel.#ctor", "maxLength", v => _ = new CaptionModel(Given.Vocabulary, width: 4, maxLength: (int)v)),
        new("Models.CaptionModel.Search", "beams", v => Given.CaptionModel().Search(rand(1, 1, 8, 8), (int)v)),
        new("Models.ImageEncoder.#ctor", "width", v => _ = new ImageEncoder((int)v)),
        new("Models.ImageTextModel.#ctor", "imageSize", v => _ = new ImageTextModel(Given.Vocabulary, imageSize: (int)v)),
        new("Models.ImageTextModel.#ctor", "width", v => _ = new ImageTextModel(Given.Vocabulary, width: (int)v)),
        new("Models.ImageTextModel.#ctor", "dimensions", v => _ = new ImageTextModel(Given.Vocabulary, dimensions: (int)v)),
        new("Models.ImageTextModel.#ctor", "layers", v => _ = new ImageTextModel(Given.Vocabulary, layers: (int)v)),
        new("Models.Standardization.#ctor(Double)", "deviation", v => _ = new Standardization(0.5, v)),
        new("Models.UNet.#ctor", "classes", v => _ = new UNet((int)v, depth: 1, width: 1)),
        new("Models.UNet.#ctor", "depth", v => _ = new UNet(depth: (int)v, width: 1)),
        new("Models.UNet.#ctor", "width", v => _ = new UNet(depth: 1, width: (int)v)),
        new("Operators.Convolution.Apply", "stride", v => Convolution.Apply(Table, Table, stride: (int)v)),
        new("Operators.Convolution.Apply", "padding", v => Convolution.Apply(Table, Table, padding: (int)v)),
        new("Operators.Pooling.Max", "size", v => Pooling.Max(Table, (int)v)),
        new("Operators.Pooling.Average", "size", v => Pooling.Average(Table, (int)v)),
        new("Review.Agreement.OverTime", "window", v => Agreement.OverTime([], (int)v)),
        new("Review.DraftReport.Threshold", "", v => _ = DraftReport.From("image", "model", Given.Caption()) with { Threshold = v }),
        new("Review.DraftReport.From", "threshold", v => DraftReport.From("image", "model", Given.Caption(), v)),
        new("Review.RiskCoverageCurve.ForRisk", "risk", v => RiskCoverageCurve.From([true], [0.5]).ForRisk(v)),
        new("Review.ScriptedReviewer.#ctor", "attention", v => _ = new ScriptedReviewer(_ => [], v)),
        new("Runtime.Session.Start", "threads", v => OnThreads(() => Session.Start(threads: (int)v))),
        new("Training.CaptionOptions.LookingEpochs", "", v => new CaptionOptions { LookingEpochs = (int)v }.ThrowIfInvalid()),
        new("Training.CaptionOptions.Epochs", "", v => new CaptionOptions { Epochs = (int)v }.ThrowIfInvalid()),
        new("Training.CaptionOptions.BatchSize", "", v => new CaptionOptions { BatchSize = (int)v }.ThrowIfInvalid()),
        new("Training.CaptionOptions.LearningRate", "", v => new CaptionOptions { LearningRate = v }.ThrowIfInvalid()),
        new("Training.CaptionOptions.WeightDecay", "", v => new CaptionOptions { WeightDecay = v }.ThrowIfInvalid()),
        new("Training.ContrastiveOptions.LookingEpochs", "", v => new ContrastiveOptions { LookingEpochs = (int)v }.ThrowIfInvalid()),
        new("Training.ContrastiveOptions.LookingBatchSize", "", v => new ContrastiveOptions { LookingBatchSize = (int)v }.ThrowIfInvalid()),
        new("Training.ContrastiveOptions.LookingLearningRate", "", v =>
            new ContrastiveOptions { LookingLearningRate = v }.ThrowIfInvalid()
        ),
        new("Training.ContrastiveOptions.Epochs", "", v => new ContrastiveOptions { Epochs = (int)v }.ThrowIfInvalid()),
        new("Training.ContrastiveOptions.BatchSize", "", v => new ContrastiveOptions { BatchSize = (int)v }.ThrowIfInvalid()),
        new("Training.ContrastiveOptions.LearningRate", "", v => new ContrastiveOptions { LearningRate = v }.ThrowIfInvalid()),
        new("Training.SegmentationOptions.Epochs", "", v => new SegmentationOptions { Epochs = (int)v }.ThrowIfInvalid()),
        new("Training.SegmentationOptions.BatchSize", "", v => new SegmentationOptions { BatchSize = (int)v }.ThrowIfInvalid()),
        new("Training.SegmentationOptions.LearningRate", "", v => new SegmentationOptions { LearningRate = v }.ThrowIfInvalid()),
        new("Training.TrainingOptions.Epochs", "", v => new TrainingOptions { Epochs = (int)v }.ThrowIfInvalid()),
        new("Training.TrainingOptions.BatchSize", "", v => new TrainingOptions { BatchSize = (int)v }.ThrowIfInvalid()),
        new("Training.TrainingOptions.LearningRate", "", v => new TrainingOptions { LearningRate = v }.ThrowIfInvalid()),
        new("Training.TrainingOptions.WeightDecay", "", v => new TrainingOptions { WeightDecay = v }.ThrowIfInvalid()),
        new("Training.TrainingOptions.ValidationFraction", "", v => new TrainingOptions { ValidationFraction = v }.ThrowIfInvalid()),
        new("Visualization.Charts.AgreementOverTime", "window", v => Agreement.OverTime([], (int)v)),
        new("Visualization.Charts.HeatMap(Single[0:,0:])", "decimals", v => Charts.HeatMap(Table, "table", decimals: (int)v)),
        new("Visualization.Charts.HeatMap(Tensor)", "decimals", v => Charts.HeatMap(rand(2, 2), "table", decimals: (int)v)),
        new("Visualization.Explorers.Painting", "millimetresPerPixel", v =>
            Explorers.Painting(rand(2, 2), rand(2, 2), [rand(2, 2)], ["a"], v)
        ),
        new("Visualization.FeatureMaps.Of", "columns", v => FeatureMaps.Of(rand(2, 4, 4), columns: (int)v)),
        new("Visualization.FeatureMaps.Of", "imageSize", v => FeatureMaps.Of(rand(2, 4, 4), imageSize: (int)v)),
        new("Visualization.FeatureMaps.Kernels", "columns", v => FeatureMaps.Kernels(rand(2, 1, 3, 3), columns: (int)v)),
        new("Visualization.FeatureMaps.Kernels", "imageSize", v => FeatureMaps.Kernels(rand(2, 1, 3, 3), imageSize: (int)v)),
        new("Visualization.Figure.#ctor", "height", v => _ = new Figure(Charts.HeatMap(Table, "table").Chart, "title", "text", (int)v)),
        new("Visualization.Figure.#ctor", "width", v =>
            _ = new Figure(Charts.HeatMap(Table, "table").Chart, "title", "text", width: (int)v)
        ),
        new("Visualization.ImageGrid.Of(Tensor)", "columns", v => ImageGrid.Of(Given.Images(), columns: (int)v)),
        new("Visualization.ImageGrid.Of(Tensor)", "imageSize", v => ImageGrid.Of(Given.Images(), imageSize: (int)v)),
        new("Visualization.ImageGrid.Of(IReadOnlyList<Single[0:,0:]>)", "columns", v => ImageGrid.Of([Table], columns: (int)v)),
        new("Visualization.ImageGrid.Of(IReadOnlyList<Single[0:,0:]>)", "imageSize", v => ImageGrid.Of([Table], imageSize: (int)v)),
        new("Visualization.ImageGrid.Of(ImageDataset)", "columns", v => ImageGrid.Of(Given.Dataset(), columns: (int)v)),
        new("Visualization.ImageGrid.Of(ImageDataset)", "imageSize", v => ImageGrid.Of(Given.Dataset(), imageSize: (int)v)),
        new("Visualization.ImageGrid.Heat", "columns", v => ImageGrid.Heat(Given.Images(), Given.Images(), columns: (int)v)),
        new("Visualization.ImageGrid.Heat", "imageSize", v => ImageGrid.Heat(Given.Images(), Given.Images(), imageSize: (int)v)),
        new("Visualization.ImageGrid.Predictions(ImageDataset)", "count", v =>
            ImageGrid.Predictions(Given.Dataset(2), [0, 0], count: (int)v)
        ),
        new("Visualization.ImageGrid.Predictions(ImageDataset)", "columns", v =>
            ImageGrid.Predictions(Given.Dataset(2), [0, 0], columns: (int)v)
        ),
        new("Visualization.ImageGrid.Predictions(Tensor)", "columns", v =>
            ImageGrid.Predictions(Given.Images(), [0, 1], [0, 1], Given.TwoNames, columns: (int)v)
        ),
        new("Visualization.ImageGrid.Painted", "columns", v =>
            ImageGrid.Painted(Given.Images(1), zeros(1, 28, 28), Given.TwoNames, columns: (int)v)
        ),
        new("Visualization.ImageGrid.Painted", "imageSize", v =>
            ImageGrid.Painted(Given.Images(1), zeros(1, 28, 28), Given.TwoNames, imageSize: (int)v)
        ),
    ];

    private static void OnThreads(Action use)
    {
        int before = get_num_threads();
        try
        {
            use();
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>A size that is accepted may need more memory than there is.</summary>
    private static void InLittleMemory(Action use)
    {
        try
        {
            AvailableMemory.Assume(0, use);
        }
        catch (InsufficientMemoryException)
        {
            // The size itself was accepted.
        }
    }

    /// <summary>Uses a folder with an image of each of two classes.</summary>
    private static void WithImages(Action<string> use) =>
        Given.Folder(folder =>
        {
            using var bitmap = new SkiaSharp.SKBitmap(4, 4);
            foreach (string name in Given.TwoNames)
            {
                Directory.CreateDirectory(Path.Combine(folder, name));
                using FileStream file = File.Create(Path.Combine(folder, name, "1.png"));
                bitmap.Encode(file, SkiaSharp.SKEncodedImageFormat.Png, 100);
            }

            use(folder);
        });
}
