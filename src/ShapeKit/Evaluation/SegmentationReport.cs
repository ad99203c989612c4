using System.Globalization;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Evaluation;

/// <summary>How well the classes painted over images agree with the truth.</summary>
public sealed class SegmentationReport : IShown
{
    private readonly PlainTable _table;

    private SegmentationReport(IReadOnlyList<SegmentationReportRow> rows, long images)
    {
        Rows = rows;
        _table = new PlainTable(
            $"Segmentation of {images} {(images == 1 ? "image" : "images")}",
            ["class", "Dice", "IoU", "painted mm²", "true mm²"],
            [
                .. rows.Select(row =>
                    (string[])
                        [
                            row.ClassName,
                            Number(row.Dice, "0.0000"),
                            Number(row.IntersectionOverUnion, "0.0000"),
                            Number(row.PaintedSquareMillimetres, "N0"),
                            Number(row.TrueSquareMillimetres, "N0"),
                        ]
                ),
            ],
            "Dice and IoU over the pixels of all images together; areas are means per image."
        );
    }

    /// <summary>One row for each class.</summary>
    public IReadOnlyList<SegmentationReportRow> Rows { get; }

    /// <summary>The row of a class.</summary>
    /// <param name="className">The name of the class.</param>
    /// <returns>The row.</returns>
    /// <exception cref="ArgumentException">There is no class of this name.</exception>
    public SegmentationReportRow this[string className] =>
        Rows.FirstOrDefault(row => row.ClassName == className)
        ?? throw new ArgumentException(
            $"There is no class {className}; there are {string.Join(", ", Rows.Select(row => row.ClassName))}.",
            nameof(className)
        );

    /// <summary>Compares painted classes with the true ones.</summary>
    /// <param name="painted">The predicted class of each pixel, <c>[N, H, W]</c>, int64.</param>
    /// <param name="truth">The true class of each pixel, <c>[N, H, W]</c>, int64.</param>
    /// <param name="classNames">The name of each class.</param>
    /// <param name="millimetresPerPixel">The side of a pixel in millimetres, above 0.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not <c>[N, H, W]</c>, there is no image, the classes are not int64, a
    /// class has no name, or a pixel has no millimetres.</exception>
    public static SegmentationReport From(Tensor painted, Tensor truth, IReadOnlyList<string> classNames, double millimetresPerPixel)
    {
        GivenTensor.Require(painted);
        GivenTensor.Require(truth);
        ArgumentNullException.ThrowIfNull(classNames);
        if (painted.dim() != 3 || painted.shape[0] == 0)
        {
            throw new ArgumentException(
                $"The painted classes have the shape [{string.Join(", ", painted.shape)}]; [N, H, W] with at least one image is needed.",
                nameof(painted)
            );
        }

        if (millimetresPerPixel is not (> 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(
                nameof(millimetresPerPixel),
                millimetresPerPixel,
                "A pixel's side is a number of millimetres above 0."
            );
        }

        if (classNames.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A class has no name; name each, such as background.", nameof(classNames));
        }

        RequireClasses(painted, classNames.Count, nameof(painted));
        RequireClasses(truth, classNames.Count, nameof(truth));
        double area = millimetresPerPixel * millimetresPerPixel / painted.shape[0];
        var rows = new SegmentationReportRow[classNames.Count];
        for (int c = 0; c < rows.Length; c++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor a = painted.IsEqualTo(c),
                b = truth.IsEqualTo(c);
            rows[c] = new(
                classNames[c],
                Overlap.Dice(a, b),
                Overlap.IntersectionOverUnion(a, b),
                a.sum().item<long>() * area,
                b.sum().item<long>() * area
            );
        }

        return new SegmentationReport(rows, painted.shape[0]);
    }

    /// <summary>The report as an HTML table.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => _table.ToHtml();

    /// <summary>The report as a text table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => _table.ToString();

    private static void RequireClasses(Tensor classes, int names, string parameter)
    {
        if (classes.dtype != ScalarType.Int64)
        {
            throw new ArgumentException($"The classes are {classes.dtype}; convert them with to(torch.int64).", parameter);
        }

        if (classes.numel() == 0)
        {
            return;
        }

        using Tensor lowest = classes.min(),
            highest = classes.max();
        if (lowest.item<long>() < 0 || highest.item<long>() >= names)
        {
            throw new ArgumentException(
                $"The classes run from {lowest.item<long>()} to {highest.item<long>()}; {names} class names allow 0 to {names - 1}.",
                parameter
            );
        }
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>One class of a <see cref="SegmentationReport"/>.</summary>
/// <param name="ClassName">The name of the class.</param>
/// <param name="Dice">The Dice coefficient over the pixels of all images together, in 0..1 (<see cref="Overlap.Dice"/>).</param>
/// <param name="IntersectionOverUnion">Intersection over union over the pixels of all images together, in 0..1.</param>
/// <param name="PaintedSquareMillimetres">The mean area per image that was painted with this class, in mm².</param>
/// <param name="TrueSquareMillimetres">The mean area per image that has this class, in mm².</param>
public sealed record SegmentationReportRow(
    string ClassName,
    double Dice,
    double IntersectionOverUnion,
    double PaintedSquareMillimetres,
    double TrueSquareMillimetres
);
