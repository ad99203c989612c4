using ShapeKit.Operators;
using static ShapeKit.Tests.Documentation.Promise;

namespace ShapeKit.Tests.Documentation;

internal static class OperatorPromises
{
    private static readonly float[,] Small = new float[2, 2],
        Large = new float[5, 5];

    public static Promise[] All { get; } =
    [
        .. Of<ArgumentException>(
            "Operators.Convolution.Apply",
            ("The image or the kernel is empty", () => Convolution.Apply(new float[0, 3], Small)),
            ("The image or the kernel is empty", () => Convolution.Apply(Large, new float[3, 0])),
            ("the kernel does not fit", () => Convolution.Apply(Small, Large)),
            ("stride or padding is out of its range", () => Convolution.Apply(Large, Small, stride: 0)),
            ("stride or padding is out of its range", () => Convolution.Apply(Large, Small, padding: -1)),
            ("the feature map is larger than a table can be", () => Convolution.Apply(Large, Small, padding: 100_000))
        ),
        .. Of<ArgumentException>(
            "Operators.CosineSimilarity.Between",
            ("The vectors are empty", () => CosineSimilarity.Between([], [])),
            ("differ in length", () => CosineSimilarity.Between([1], [1, 2]))
        ),
        .. Of<ArgumentException>(
            "Operators.Pooling.Max",
            ("The window does not fit into the feature map", () => Pooling.Max(Small, 3)),
            ("size or stride is below 1", () => Pooling.Max(Small, 0)),
            ("size or stride is below 1", () => Pooling.Max(Small, 1, 0))
        ),
        .. Of<ArgumentException>(
            "Operators.Pooling.Average",
            ("The window does not fit into the feature map", () => Pooling.Average(new float[0, 0], 1)),
            ("size or stride is below 1", () => Pooling.Average(Small, -1)),
            ("size or stride is below 1", () => Pooling.Average(Small, 1, -1))
        ),
    ];
}
