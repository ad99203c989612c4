using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Runtime;
using static ShapeKit.Tests.Documentation.Promise;

namespace ShapeKit.Tests.Documentation;

internal static class GenerationPromises
{
    private const string OutOfRange = "An option is out of its range";

    private const string NoMemory = "There is not memory enough";

    public static Promise[] All { get; } =
    [
        .. Of<ObjectDisposedException>(
            "Generation.PhantomDataset.Images",
            ("The data set was disposed", () => _ = Given.Disposed(Given.Phantoms()).Images)
        ),
        .. Of<ObjectDisposedException>(
            "Generation.PhantomDataset.LungMasks",
            ("The data set was disposed", () => _ = Given.Disposed(Given.Phantoms()).LungMasks)
        ),
        .. Of<ObjectDisposedException>(
            "Generation.PhantomDataset.NoduleMasks",
            ("The data set was disposed", () => _ = Given.Disposed(Given.Phantoms()).NoduleMasks)
        ),
        .. Of<ObjectDisposedException>(
            "Generation.PhantomDataset.Classes",
            ("The data set was disposed", () => Given.Disposed(Given.Phantoms()).Classes())
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Generation.PhantomDataset.Slice",
            ("The part reaches beyond the data set", () => Given.Phantoms(2).Slice(1, 2))
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Generation.PhantomDataset.Select",
            ("An index lies outside the data set", () => Given.Phantoms(2).Select([2]))
        ),
        .. Of<InsufficientMemoryException>(
            "Generation.PhantomDataset.Select",
            ("There is not memory enough for the copies", () =>
                AvailableMemory.Assume(0, () => Given.Phantoms(1).Select([.. Enumerable.Repeat(0, 100_000)]))
            )
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Generation.ChartNote.Write",
            ("There is no such wording", () => new ChartNote(50, true, true, true, true).Write(10))
        ),
        .. Of<ArgumentException>(
            "Generation.ClinicalCase.Draw",
            ("An image has no nodule", () => ClinicalCase.Draw(Phantoms(nodules: 0))),
            ("more than one", () => ClinicalCase.Draw(Phantoms(nodules: 2)))
        ),
        .. Of<ArgumentException>(
            "Generation.PhantomGenerator.#ctor",
            [
                .. new PhantomGeneratorOptions[]
                {
                    new() { ImageSize = 31 },
                    new() { MinNodules = 2, MaxNodules = 1 },
                    new() { Sizes = null! },
                    new() { Sizes = [] },
                    new() { Sizes = [(NoduleSize)3] },
                    new() { Sizes = [NoduleSize.Small, NoduleSize.Small] },
                    new() { NoiseStandardDeviation = double.NaN },
                    new() { ExposureVariation = double.PositiveInfinity },
                }.Select(options => (OutOfRange, (Action)(() => _ = new PhantomGenerator(options)))),
            ]
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Generation.PhantomGenerator.Generate",
            ("The number of images is negative", () => new PhantomGenerator(new()).Generate(-1)),
            ("the number of threads is below 1", () => new PhantomGenerator(new()).Generate(1, threads: 0))
        ),
        .. Of<InsufficientMemoryException>(
            "Generation.PhantomGenerator.Generate",
            (NoMemory, () => AvailableMemory.Assume(0, () => new PhantomGenerator(new()).Generate(1_000_000)))
        ),
        .. Of<ArgumentException>(
            "Generation.PhantomGenerator.FollowUp",
            ("There is no diameter", () => new PhantomGenerator(new()).FollowUp(0))
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Generation.PhantomGenerator.FollowUp",
            ("The number of the patient is negative", () => new PhantomGenerator(new()).FollowUp(-1, 10)),
            ("a diameter is below 10", () => new PhantomGenerator(new()).FollowUp(0, 10, 9)),
            ("above 30", () => new PhantomGenerator(new()).FollowUp(0, 31))
        ),
        .. Of<InsufficientMemoryException>(
            "Generation.PhantomGenerator.FollowUp",
            (NoMemory, () => AvailableMemory.Assume(0, () => new PhantomGenerator(new()).FollowUp(0, [.. Enumerable.Repeat(10, 100_000)])))
        ),
        .. Of<ArgumentException>(
            "Generation.ReportGrammar.Write",
            ("There are more than two findings", () => ReportGrammar.Write([Given.Nodule, Given.Nodule, Given.Nodule])),
            ("one has no such side or zone", () => ReportGrammar.Write([Given.Nodule with { Side = (LungSide)7 }])),
            ("one has no such side or zone", () => ReportGrammar.Write([Given.Nodule with { Zone = (LungZone)(-1) }])),
            ("one has no such side or zone", () => ReportGrammar.Write([null!])),
            ("there is no such wording", () => ReportGrammar.Write([], 20)),
            ("there is no such wording", () => ReportGrammar.Write([], -1))
        ),
        .. Of<ArgumentException>(
            "Generation.ShapeGenerator.#ctor",
            [
                .. new ShapeGeneratorOptions[]
                {
                    new() { ImageSize = 3 },
                    new() { Kinds = null! },
                    new() { Kinds = [] },
                    new() { Kinds = [(ShapeKind)9] },
                    new() { Kinds = [ShapeKind.Circle, ShapeKind.Circle] },
                    new() { ClassNames = ["one"] },
                    new() { ClassNames = ["one", null!] },
                    new() { CircleCenter = (9, 8) },
                    new() { CircleRadius = (0, 3) },
                    new() { BoxSide = (8, 99) },
                    new() { Filled = false, OutlineWidth = double.NaN },
                    new() { NoiseStandardDeviation = double.NaN },
                    new() { Polarity = (Polarity)5 },
                    new() { Margins = new(0.9, 0.1, 0, 1) },
                    new() { Margins = new(double.NaN, 0.1, 0, 1) },
                }.Select(options => (OutOfRange, (Action)(() => _ = new ShapeGenerator(options)))),
            ]
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Generation.ShapeGenerator.Generate",
            ("The number of images is negative", () => new ShapeGenerator(new()).Generate(-1)),
            ("the number of threads is below 1", () => new ShapeGenerator(new()).Generate(1, threads: 0))
        ),
        .. Of<InsufficientMemoryException>(
            "Generation.ShapeGenerator.Generate",
            (NoMemory, () => AvailableMemory.Assume(0, () => new ShapeGenerator(new()).Generate(1_000_000)))
        ),
    ];

    private static PhantomDataset Phantoms(int nodules) =>
        new PhantomGenerator(
            new()
            {
                ImageSize = 32,
                MinNodules = nodules,
                MaxNodules = nodules,
            }
        ).Generate(1);
}
