using ShapeKit.Data;
using ShapeKit.Evaluation;
using static ShapeKit.Tests.Documentation.Promise;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

internal static class EvaluationPromises
{
    private static readonly int[] Both = [0, 1];

    public static Promise[] All { get; } =
    [
        .. Of<ArgumentException>(
            "Evaluation.Bleu.Corpus",
            ("There is no text", () => Bleu.Corpus([], [])),
            ("one is null", () => Bleu.Corpus([null!], ["a"])),
            ("one is null", () => Bleu.Corpus(["a"], [null!])),
            ("the numbers of texts and references differ", () => Bleu.Corpus(["a"], ["a", "b"]))
        ),
        .. Of<ArgumentException>(
            "Evaluation.CalibrationCurve.From",
            ("There are no labels", () => CalibrationCurve.From([], [])),
            ("the numbers of labels and probabilities differ", () => CalibrationCurve.From(Both, [0.5f])),
            ("a value is out of range", () => CalibrationCurve.From([0, 2], [0.1f, 0.9f])),
            ("a value is out of range", () => CalibrationCurve.From(Both, [0.1f, 1.1f])),
            ("a value is out of range", () => CalibrationCurve.From(Both, [0.1f, float.NaN])),
            ("a value is out of range", () => CalibrationCurve.From(Both, [0.1f, 0.9f], bins: 0))
        ),
        .. Of<ArgumentException>(
            "Evaluation.CaptionReport.From",
            ("There is no report", () => CaptionReport.From([], [])),
            ("one is null", () => CaptionReport.From(
                    [null!],
                    [
                        [],
                    ]
                )),
            ("one is null", () => CaptionReport.From(["no nodule ."], [null!])),
            ("the numbers differ", () => CaptionReport.From(
                    ["no nodule ."],
                    [
                        [],
                        [],
                    ]
                )),
            ("an image has findings for which there is no sentence", () => CaptionReport.From(
                    ["no nodule ."],
                    [
                        [Given.Nodule, Given.Nodule, Given.Nodule],
                    ]
                ))
        ),
        .. Of<ArgumentException>(
            "Evaluation.ClassificationReport.From(IReadOnlyList<Int32>)",
            ("There are no labels", () => ClassificationReport.From([], [], Given.TwoNames)),
            ("only one class occurs", () => ClassificationReport.From([1, 1], [0.1f, 0.2f], Given.TwoNames)),
            ("the numbers of labels and probabilities differ", () => ClassificationReport.From(Both, [0.1f], Given.TwoNames)),
            ("a value is out of range", () => ClassificationReport.From([0, 1, 2], [0.1f, 0.2f, 0.3f], Given.TwoNames)),
            ("a value is out of range", () => ClassificationReport.From(Both, [0.1f, 1.5f], Given.TwoNames)),
            ("a value is out of range", () => ClassificationReport.From(Both, [float.NaN, 0.5f], Given.TwoNames)),
            ("a value is out of range", () => ClassificationReport.From(Both, [0.1f, 0.5f], Given.TwoNames, double.NaN)),
            ("there are not two names", () => ClassificationReport.From(Both, [0.1f, 0.5f], ["one"])),
            ("there are not two names", () => ClassificationReport.From(Both, [0.1f, 0.5f], ["one", null!]))
        ),
        .. Of<ArgumentException>(
            "Evaluation.ClassificationReport.From(ImageDataset)",
            ("The data set is empty", () => ClassificationReport.From(Given.Dataset(0), [])),
            ("does not hold two classes", () => ClassificationReport.From(Given.Dataset(3, classes: 3), [0.1f, 0.2f, 0.3f])),
            ("does not hold two classes", () => ClassificationReport.From(Given.Dataset(1), [0.1f])),
            ("does not hold two classes", () =>
                ClassificationReport.From(new ImageDataset(Given.Images(), zeros(2, 2, int64), Given.TwoNames), [0.1f, 0.2f])
            ),
            ("the numbers of images and probabilities differ", () => ClassificationReport.From(Given.Dataset(4), [0.1f])),
            ("a value is out of range", () => ClassificationReport.From(Given.Dataset(2), [0.1f, -0.1f])),
            ("a value is out of range", () => ClassificationReport.From(Given.Dataset(2), [0.1f, 0.2f], threshold: 2))
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Evaluation.ConfidenceInterval.Wilson",
            ("There is no case", () => ConfidenceInterval.Wilson(0, 0)),
            ("fewer cases than successes", () => ConfidenceInterval.Wilson(3, 2))
        ),
        .. Of<ArgumentException>(
            "Evaluation.ConfusionMatrix.From",
            ("There are no labels", () => ConfusionMatrix.From([], [], Given.TwoNames)),
            ("the numbers of labels and predictions differ", () => ConfusionMatrix.From(Both, [0], Given.TwoNames)),
            ("a class is neither 0 nor 1", () => ConfusionMatrix.From([0, 2], Both, Given.TwoNames)),
            ("a class is neither 0 nor 1", () => ConfusionMatrix.From(Both, [0, -1], Given.TwoNames)),
            ("there are not two names", () => ConfusionMatrix.From(Both, Both, []))
        ),
        .. Of<ArgumentException>(
            "Evaluation.McNemar.From",
            ("There are no cases", () => McNemar.From([], [])),
            ("the numbers of cases differ", () => McNemar.From([true], [true, false]))
        ),
        .. Of<ArgumentException>(
            "Evaluation.ControlChart.From",
            ("There are no numbers", () => ControlChart.From([], 0, 1)),
            ("one that is given is not finite", () => ControlChart.From([0, double.NaN], 0, 1)),
            ("one that is given is not finite", () => ControlChart.From([0], double.NegativeInfinity, 1)),
            ("one that is given is not finite", () => ControlChart.From([0], 0, double.NaN))
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Evaluation.ControlChart.From",
            ("The standard error is not above 0", () => ControlChart.From([0], 0, 0)),
            ("The standard error is not above 0", () => ControlChart.From([0], 0, -1))
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Evaluation.DoublingTime.Between",
            ("A number is out of its range", () => DoublingTime.Between(-1, 2, 90)),
            ("A number is out of its range", () => DoublingTime.Between(1, 2, 0)),
            ("not finite", () => DoublingTime.Between(1, double.PositiveInfinity, 90)),
            ("not finite", () => DoublingTime.Between(1, 2, 90, double.NaN))
        ),
        .. Of<ArgumentException>(
            "Evaluation.Overlap.Dice",
            ("The shapes differ", () => Overlap.Dice(zeros(2), zeros(3))),
            ("a value is not a number", () => Overlap.Dice(Given.NaN(2), zeros(2))),
            ("a value is not a number", () => Overlap.Dice(zeros(2), Given.NaN(2)))
        ),
        .. Of<ArgumentException>(
            "Evaluation.Overlap.IntersectionOverUnion",
            ("The shapes differ", () => Overlap.IntersectionOverUnion(zeros(2), zeros(3))),
            ("a value is not a number", () => Overlap.IntersectionOverUnion(Given.NaN(2), zeros(2)))
        ),
        .. Of<ArgumentException>(
            "Evaluation.Retrieval.RecallAt",
            ("The shapes do not fit together", () => Retrieval.RecallAt(zeros(3, 2), 1)),
            ("The shapes do not fit together", () => Retrieval.RecallAt(zeros(2, 2), 1, ones(1, 2, ScalarType.Bool))),
            ("there is no query", () => Retrieval.RecallAt(zeros(0, 2), 1)),
            ("a similarity is not a number", () => Retrieval.RecallAt(Given.NaN(2, 2), 1)),
            ("k is out of range", () => Retrieval.RecallAt(zeros(2, 2), 3)),
            ("k is out of range", () => Retrieval.RecallAt(zeros(2, 2), 0))
        ),
        .. Of<ArgumentException>(
            "Evaluation.Retrieval.PrecisionAt",
            ("The shapes do not fit together", () => Retrieval.PrecisionAt(zeros(2, 2), 1, ones(1, 2, ScalarType.Bool))),
            ("there is no query", () => Retrieval.PrecisionAt(zeros(0, 2), 1, ones(0, 2, ScalarType.Bool))),
            ("a similarity is not a number", () => Retrieval.PrecisionAt(Given.NaN(2, 2), 1, ones(2, 2, ScalarType.Bool))),
            ("k is out of range", () => Retrieval.PrecisionAt(zeros(2, 2), 3, ones(2, 2, ScalarType.Bool)))
        ),
        .. Of<ArgumentException>(
            "Evaluation.Retrieval.Cosines",
            ("The vectors are not [Q, D] and [N, D], float32", () => Retrieval.Cosines(rand(2, 3), rand(2, 4))),
            ("The vectors are not [Q, D] and [N, D], float32", () => Retrieval.Cosines(rand(3), rand(2, 3))),
            ("The vectors are not [Q, D] and [N, D], float32", () => Retrieval.Cosines(rand(2, 3), ones(2, 3, ScalarType.Int64)))
        ),
        .. Of<ArgumentException>(
            "Evaluation.Retrieval.Nearest",
            ("There is not one query", () => Retrieval.Nearest(rand(2, 3), 1)),
            ("a similarity is not a number", () => Retrieval.Nearest(Given.NaN(1, 3), 1)),
            ("the count is out of range", () => Retrieval.Nearest(rand(1, 3), 4))
        ),
        .. Of<ArgumentException>(
            "Evaluation.RocCurve.From",
            ("There are no labels", () => RocCurve.From([], [])),
            ("only one class occurs", () => RocCurve.From([0, 0], [1, 2])),
            ("the numbers of labels and scores differ", () => RocCurve.From(Both, [1])),
            ("a label is neither 0 nor 1", () => RocCurve.From([0, -1], [1, 2])),
            ("a score is not a number", () => RocCurve.From(Both, [1, float.NaN]))
        ),
        .. Of<ArgumentException>(
            "Evaluation.SegmentationReport.Item",
            ("There is no class of this name", () => _ = SegmentationReport.From(Painted(), Painted(), Given.TwoNames, 5)["heart"])
        ),
        .. Of<ArgumentException>(
            "Evaluation.SegmentationReport.From",
            ("The shapes differ", () => SegmentationReport.From(Painted(), Painted(2), Given.TwoNames, 5)),
            ("are not [N, H, W]", () => SegmentationReport.From(zeros(2, 2, int64), zeros(2, 2, int64), Given.TwoNames, 5)),
            ("there is no image", () => SegmentationReport.From(Painted(0), Painted(0), Given.TwoNames, 5)),
            ("the classes are not int64", () => SegmentationReport.From(Given.NaN(1, 2, 2), Painted(), Given.TwoNames, 5)),
            ("a class has no name", () => SegmentationReport.From(Painted(), Painted() + 2, Given.TwoNames, 5)),
            ("a class has no name", () => SegmentationReport.From(Painted(), Painted(), ["no", null!], 5)),
            ("a pixel has no millimetres", () => SegmentationReport.From(Painted(), Painted(), Given.TwoNames, 0)),
            ("a pixel has no millimetres", () => SegmentationReport.From(Painted(), Painted(), Given.TwoNames, double.NaN))
        ),
    ];

    private static Tensor Painted(int count = 1) => zeros(count, 2, 2, int64);
}
