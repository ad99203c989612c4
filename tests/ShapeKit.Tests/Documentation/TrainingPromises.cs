using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static ShapeKit.Tests.Documentation.Promise;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

internal static class TrainingPromises
{
    private const string Stopped = "Training was stopped",
        LostLoss = "The loss is no longer a number",
        Frozen = "no weight learns",
        Empty = "The data set is empty",
        Option = "an option is out of range",
        Augmented = "Augment gives something other than images of the same shape",
        NoNumbers = "The network gives values that are not finite numbers",
        NoLogits = "the network gives something other than logits [N, 1], float32",
        NoPaint = "the network gives something other than logits [N, C, h, w], float32";

    public static Promise[] All { get; } = [.. Captions, .. Contrasts, .. Segmentations, .. Classifications];

    private static Promise[] Captions =>
        [
            .. Of<ArgumentException>(
                "Training.CaptionTrainer.Fit(Func<Int32,PhantomDataset>)",
                ("A textbook is null", () => Writer().Fit(_ => null!)),
                ("empty", () => Writer().Fit(_ => Given.Phantoms(0))),
                (Option, () => Writer(new() { Epochs = 0 }).Fit(_ => Given.Phantoms())),
                (Option, () => Writer(new() { LearningRate = double.NaN }).Fit(_ => Given.Phantoms())),
                (Option, () => Writer(new() { Epochs = int.MaxValue }).Fit(_ => Given.Phantoms()))
            ),
            .. Of<OperationCanceledException>(
                "Training.CaptionTrainer.Fit(Func<Int32,PhantomDataset>)",
                (Stopped, () => Writer().Fit(_ => Given.Phantoms(), Given.Stopped))
            ),
            .. Of<InvalidOperationException>(
                "Training.CaptionTrainer.Fit(Func<Int32,PhantomDataset>)",
                (LostLoss, () => new CaptionTrainer(Given.Broken(Given.CaptionModel())).Fit(_ => Given.Phantoms())),
                (Frozen, () => new CaptionTrainer(Given.Frozen(Given.CaptionModel())).Fit(_ => Given.Phantoms()))
            ),
            .. Of<ArgumentException>(
                "Training.CaptionTrainer.Fit(Tensor)",
                ("There is no image", () => Writer().Fit(rand(0, 1, 32, 32), [])),
                ("the numbers of images and reports differ", () => Writer().Fit(rand(2, 1, 32, 32), ["no nodule ."])),
                ("the numbers of images and reports differ", () => Writer().Fit(tensor(1f), ["no nodule ."])),
                ("a report is null or empty", () => Writer().Fit(rand(1, 1, 32, 32), [null!])),
                ("a report is null or empty", () => Writer().Fit(rand(1, 1, 32, 32), [" "])),
                ("a word is not known", () => Writer().Fit(rand(1, 1, 32, 32), ["no heart ."])),
                ("a report is too long", () => new CaptionTrainer(Given.CaptionModel(3)).Fit(rand(1, 1, 32, 32), ["no nodule . . . . ."])),
                (Option, () => Writer(new() { BatchSize = 0 }).Fit(rand(1, 1, 32, 32), ["no nodule ."]))
            ),
            .. Of<OperationCanceledException>(
                "Training.CaptionTrainer.Fit(Tensor)",
                (Stopped, () => Writer().Fit(rand(2, 1, 32, 32), ["no nodule .", "no nodule ."], Given.Stopped))
            ),
            .. Of<InvalidOperationException>(
                "Training.CaptionTrainer.Fit(Tensor)",
                (LostLoss, () => Writer().Fit(Given.NaN(2, 1, 32, 32), ["no nodule .", "no nodule ."])),
                (Frozen, () => new CaptionTrainer(Given.Frozen(Given.CaptionModel())).Fit(rand(1, 1, 32, 32), ["no nodule ."]))
            ),
            .. Of<ArgumentException>("Training.CaptionTrainer.Evaluate", (Empty, () => Writer().Evaluate(Given.Phantoms(0)))),
        ];

    private static Promise[] Contrasts =>
        [
            .. Of<ArgumentException>(
                "Training.ContrastiveLoss.SymmetricInfoNce",
                ("The logits are not square", () => ContrastiveLoss.SymmetricInfoNce(zeros(2, 3))),
                ("The logits are not square", () => ContrastiveLoss.SymmetricInfoNce(zeros(0, 0))),
                ("there are not N meanings", () => ContrastiveLoss.SymmetricInfoNce(zeros(2, 2), [1]))
            ),
            .. Of<ArgumentException>(
                "Training.ContrastiveTrainer.Look",
                (Empty, () => Searcher().Look(Given.Phantoms(0))),
                (Option, () => Searcher(new() { LookingBatchSize = 0 }).Look(Given.Phantoms())),
                (Option, () => Searcher(new() { LookingLearningRate = double.PositiveInfinity }).Look(Given.Phantoms()))
            ),
            .. Of<OperationCanceledException>(
                "Training.ContrastiveTrainer.Look",
                (Stopped, () => Searcher().Look(Given.Phantoms(), Given.Stopped))
            ),
            .. Of<InvalidOperationException>(
                "Training.ContrastiveTrainer.Look",
                (LostLoss, () => new ContrastiveTrainer(Given.Broken(Given.ImageTextModel())).Look(Given.Phantoms())),
                (Frozen, () => new ContrastiveTrainer(Given.Frozen(Given.ImageTextModel())).Look(Given.Phantoms()))
            ),
            .. Of<ArgumentException>(
                "Training.ContrastiveTrainer.Match",
                (Empty, () => Searcher().Match(Given.Phantoms(0))),
                (Option, () => Searcher(new() { Wordings = [] }).Match(Given.Phantoms())),
                (Option, () => Searcher(new() { Wordings = [0, 20] }).Match(Given.Phantoms()))
            ),
            .. Of<OperationCanceledException>(
                "Training.ContrastiveTrainer.Match",
                (Stopped, () => Searcher().Match(Given.Phantoms(), Given.Stopped))
            ),
            .. Of<InvalidOperationException>(
                "Training.ContrastiveTrainer.Match",
                (LostLoss, () => new ContrastiveTrainer(Given.Broken(Given.ImageTextModel())).Match(Given.Phantoms())),
                (Frozen, () => new ContrastiveTrainer(Given.Frozen(Given.ImageTextModel())).Match(Given.Phantoms()))
            ),
            .. Of<ArgumentException>(
                "Training.ContrastiveTrainer.Read",
                ("There are no notes", () => Reader().Read([])),
                ("the model does not know their words", () => Searcher().Read(Notes)),
                ("an option is out of range", () => Reader(new() { BatchSize = 1 }).Read(Notes))
            ),
            .. Of<OperationCanceledException>("Training.ContrastiveTrainer.Read", (Stopped, () => Reader().Read(Notes, Given.Stopped))),
            .. Of<InvalidOperationException>(
                "Training.ContrastiveTrainer.Read",
                (LostLoss, () => new ContrastiveTrainer(Given.Broken(ReaderModel())).Read(Notes))
            ),
            .. Of<ArgumentException>(
                "Training.LinearProbe.Fit",
                ("There are no vectors [N, D]", () => LinearProbe.Fit(zeros(2), [0, 1])),
                ("one is not a number", () => LinearProbe.Fit(Given.NaN(2, 2), [0, 1])),
                ("there are not N labels", () => LinearProbe.Fit(zeros(3, 2), [0, 1])),
                ("one is neither 0 nor 1", () => LinearProbe.Fit(zeros(2, 2), [0, 2])),
                ("only one of both occurs", () => LinearProbe.Fit(zeros(2, 2), [1, 1]))
            ),
            .. Of<ArgumentException>(
                "Training.LinearProbe.Predict",
                ("The vectors have another shape", () => LinearProbe.Fit(rand(2, 2), [0, 1]).Predict(rand(2, 3)))
            ),
        ];

    private static Promise[] Segmentations =>
        [
            .. Loss("CrossEntropy", SegmentationLoss.CrossEntropy),
            .. Loss("SoftDice", SegmentationLoss.SoftDice),
            .. Loss("CrossEntropyAndDice", SegmentationLoss.CrossEntropyAndDice),
            .. Of<ArgumentException>(
                "Training.SegmentationTrainer.Fit",
                (Empty, () => Painter().Fit(Given.Phantoms(0))),
                (Option, () => Painter(new() { Epochs = 0 }).Fit(Given.Phantoms())),
                (Option, () => Painter(new() { Loss = null! }).Fit(Given.Phantoms())),
                (NoPaint, () => new SegmentationTrainer(nn.Flatten()).Fit(Given.Phantoms())),
                ("the loss is no single number", () => Painter(new() { Loss = (_, _) => null! }).Fit(Given.Phantoms())),
                ("the loss is no single number", () => Painter(new() { Loss = (logits, _) => logits }).Fit(Given.Phantoms())),
                ("the loss is no single number", () =>
                    Painter(new() { Loss = (logits, _) => Given.Disposed(logits.sum()) }).Fit(Given.Phantoms())
                )
            ),
            .. Of<OperationCanceledException>(
                "Training.SegmentationTrainer.Fit",
                (Stopped, () => Painter().Fit(Given.Phantoms(), Given.Stopped))
            ),
            .. Of<InvalidOperationException>(
                "Training.SegmentationTrainer.Fit",
                (LostLoss, () => new SegmentationTrainer(Given.Broken(Given.UNet())).Fit(Given.Phantoms())),
                (Frozen, () => new SegmentationTrainer(Given.Frozen(Given.UNet())).Fit(Given.Phantoms()))
            ),
            .. Of<ArgumentException>(
                "Training.SegmentationTrainer.Predict",
                ("There is no image", () => Painter().Predict(rand(0, 1, 32, 32))),
                ("There is no image", () => new SegmentationTrainer(new Given.Gives(_ => rand(9, 3, 1, 1))).Predict(rand(9))),
                (NoPaint, () => new SegmentationTrainer(nn.Flatten()).Predict(rand(1, 1, 32, 32))),
                (NoPaint, () => new SegmentationTrainer(new Given.Gives(images => images > 0.5)).Predict(rand(1, 1, 32, 32))),
                (NoPaint, () => new SegmentationTrainer(new Given.Gives(images => images[.., ..0])).Predict(rand(1, 1, 32, 32)))
            ),
            .. Of<InvalidOperationException>(
                "Training.SegmentationTrainer.Predict",
                (NoNumbers, () => Painter().Predict(Given.NaN(1, 1, 32, 32)))
            ),
            .. Of<ArgumentException>(
                "Training.SegmentationTrainer.Evaluate",
                (Empty, () => Painter().Evaluate(Given.Phantoms(0))),
                (NoPaint, () => new SegmentationTrainer(nn.Flatten()).Evaluate(Given.Phantoms()))
            ),
            .. Of<InvalidOperationException>(
                "Training.SegmentationTrainer.Evaluate",
                (NoNumbers, () => new SegmentationTrainer(Given.Broken(Given.UNet())).Evaluate(Given.Phantoms()))
            ),
        ];

    private static Promise[] Classifications =>
        [
            .. Of<ArgumentException>(
                "Training.Trainer.Fit",
                ("A data set is empty", () => Learner().Fit(Given.Dataset(0))),
                ("A data set is empty", () => Learner().Fit(Given.Dataset(), Given.Dataset(0))),
                ("does not have two classes", () => Learner().Fit(Given.Dataset(6, classes: 3))),
                ("does not have two classes", () => Learner().Fit(Given.OfNoClasses())),
                ("the validation images have another size than those to learn from", () =>
                    Learner().Fit(Given.Dataset(), Given.Dataset(channels: 3))
                ),
                ("the validation classes stand in another order", () =>
                    Learner().Fit(Given.Dataset(), new ImageDataset(Given.Dataset().Images, Given.Dataset().Labels, ["class 1", "class 0"]))
                ),
                (Option, () => Learner(new() { Epochs = 0 }).Fit(Given.Dataset())),
                (Option, () => Learner(TooManySteps).Fit(Given.Dataset(20))),
                (Option, () => Learner(new() { Device = null! }).Fit(Given.Dataset())),
                (Option, () => Learner(new() { Device = "abacus" }).Fit(Given.Dataset())),
                (Option, () => Learner(new() { Schedule = (LearningRateSchedule)9 }).Fit(Given.Dataset())),
                (Option, () => Learner(new() { WeightDecay = double.NaN }).Fit(Given.Dataset())),
                (NoLogits, () => new Trainer(Given.Flattens()).Fit(Given.Dataset(8))),
                (Augmented, () => Learner(new() { Augment = (_, _) => null! }).Fit(Given.Dataset(8))),
                (Augmented, () => Learner(new() { Augment = (images, _) => images[..1] }).Fit(Given.Dataset(8))),
                (Augmented, () => Learner(new() { Augment = (images, _) => Given.Disposed(images.clone()) }).Fit(Given.Dataset(8)))
            ),
            .. Of<OperationCanceledException>(
                "Training.Trainer.Fit",
                (Stopped, () => Learner().Fit(Given.Dataset(8), cancellationToken: Given.Stopped))
            ),
            .. Of<InvalidOperationException>(
                "Training.Trainer.Fit",
                ("The loss", () => new Trainer(Given.Broken(new ShapeCnn())).Fit(Given.Dataset(8))),
                ("what the network gives for the validation images, is no longer a number", () =>
                    new Trainer(new Given.WrongWhenJudged()).Fit(Given.Dataset(8))
                ),
                (Frozen, () => new Trainer(Given.Frozen(new ShapeCnn())).Fit(Given.Dataset(8)))
            ),
            .. Of<ArgumentException>(
                "Training.Trainer.Evaluate",
                (Empty, () => Learner().Evaluate(Given.Dataset(0))),
                ("does not have two classes", () => Learner().Evaluate(Given.Dataset(6, classes: 3))),
                (NoLogits, () => new Trainer(Given.Flattens()).Evaluate(Given.Dataset())),
                (NoLogits, () => new Trainer(Doubles()).Evaluate(Given.Dataset()))
            ),
            .. Of<InvalidOperationException>(
                "Training.Trainer.Evaluate",
                (NoNumbers, () => new Trainer(Given.Broken(new ShapeCnn())).Evaluate(Given.Dataset()))
            ),
            .. Of<ArgumentException>(
                "Training.Trainer.Predict",
                (Empty, () => Learner().Predict(Given.Dataset(0))),
                ("does not have two classes", () => Learner().Predict(Given.OfNoClasses())),
                (NoLogits, () => new Trainer(Given.Flattens()).Predict(Given.Dataset())),
                (NoLogits, () => new Trainer(Doubles()).Predict(Given.Dataset()))
            ),
            .. Of<InvalidOperationException>(
                "Training.Trainer.Predict",
                (NoNumbers, () => new Trainer(Given.Broken(new ShapeCnn())).Predict(Given.Dataset()))
            ),
            .. Of<ArgumentException>(
                "Training.TrainingHistory.#ctor",
                ("There is no epoch", () => _ = new TrainingHistory([])),
                ("one is null", () => _ = new TrainingHistory([null!]))
            ),
        ];

    private static Promise[] Loss(string name, Func<Tensor, Tensor, Tensor> loss) =>
        Of<ArgumentException>(
            $"Training.SegmentationLoss.{name}",
            ("The shapes do not fit together", () => loss(rand(1, 3, 4, 4), zeros(1, 4, 5, int64))),
            ("The shapes do not fit together", () => loss(rand(3, 4, 4), zeros(4, 4, int64))),
            ("The shapes do not fit together", () => loss(rand(0, 3, 4, 4), zeros(0, 4, 4, int64))),
            ("the classes are none of the logits'", () => loss(rand(1, 3, 4, 4), full(1, 4, 4, 3, int64))),
            ("the classes are none of the logits'", () => loss(rand(1, 3, 4, 4), full(1, 4, 4, -1, int64))),
            ("the classes are none of the logits'", () => loss(rand(1, 3, 4, 4), zeros(1, 4, 4)))
        );

    private static TrainingOptions TooManySteps =>
        new()
        {
            Epochs = int.MaxValue,
            BatchSize = 1,
            Schedule = LearningRateSchedule.OneCycle,
        };

    private static Given.Gives Doubles() => new(images => images.to(float64).mean([2, 3]));

    private static SegmentationTrainer Painter(SegmentationOptions? options = null) => new(Given.UNet(), options);

    private static Trainer Learner(TrainingOptions? options = null) => new(new ShapeCnn(seed: 1), options);

    private static CaptionTrainer Writer(CaptionOptions? options = null) => new(Given.CaptionModel(), options);

    private static ChartNote[] Notes => [new(50, true, true, true, true), new(20, true, false, true, false)];

    private static ImageTextModel ReaderModel() => new(new Vocabulary(ChartNote.Words), imageSize: 32, width: 4, dimensions: 2, seed: 1);

    private static ContrastiveTrainer Reader(ContrastiveOptions? options = null) => new(ReaderModel(), options);

    private static ContrastiveTrainer Searcher(ContrastiveOptions? options = null) => new(Given.ImageTextModel(), options);
}
