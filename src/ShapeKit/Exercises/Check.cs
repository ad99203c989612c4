using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Exercises;

/// <summary>
/// Feedback on an exercise: says what agrees, or what is still wrong and where. It never throws, so the notebook goes on.
/// </summary>
public static class Check
{
    /// <summary>More than any exercise has, and few enough to be held in float64.</summary>
    private const long MostValues = 100_000_000;

    /// <summary>Checks a statement.</summary>
    /// <param name="condition">Whether the exercise is solved.</param>
    /// <param name="success">What to say when it is.</param>
    /// <param name="hint">What to say when it is not: what to look at next.</param>
    /// <returns>The feedback, to be the cell's last expression.</returns>
    public static CheckResult That(bool condition, string success, string hint) => new(condition, condition ? success : hint);

    /// <summary>Checks a number.</summary>
    /// <param name="actual">The reader's number; null where the exercise is still open.</param>
    /// <param name="expected">The right number.</param>
    /// <param name="name">What the number is called, such as <c>the sum</c>.</param>
    /// <param name="tolerance">The largest difference that still counts as equal.</param>
    /// <returns>The feedback.</returns>
    public static CheckResult Close(double? actual, double expected, string name = "your value", double tolerance = 1e-5)
    {
        if (actual is not { } value)
        {
            return Open(name);
        }

        double difference = Difference(value, expected);
        return difference <= tolerance ? Agrees(name, difference)
            : double.IsNaN(value)
                ? new CheckResult(
                    false,
                    $"{name} is not a number (NaN); look for a division by zero or a square root of a negative number."
                )
            : new CheckResult(false, $"{name} is {Show(value)}, expected {Show(expected)} (difference {Show(difference)}).");
    }

    /// <summary>Checks a whole number, of any size.</summary>
    /// <param name="actual">The reader's number; null where the exercise is still open.</param>
    /// <param name="expected">The right number.</param>
    /// <param name="name">What the number is called, such as <c>the number of weights</c>.</param>
    /// <param name="tolerance">The largest difference that still counts as equal.</param>
    /// <returns>The feedback.</returns>
    public static CheckResult Close(long? actual, long expected, string name = "your value", double tolerance = 1e-5) =>
        actual is not { } value ? Open(name)
        : Distance(value, expected) is var distance && distance <= tolerance ? Agrees(name, distance)
        : new CheckResult(false, $"{name} is {Show(value)}, expected {Show(expected)} (difference {Show(distance)}).");

    /// <summary>Checks a row of numbers.</summary>
    /// <param name="actual">The reader's numbers; null where the exercise is still open.</param>
    /// <param name="expected">The right numbers.</param>
    /// <param name="name">What the numbers are called, such as <c>your vector</c>.</param>
    /// <param name="tolerance">The largest difference that still counts as equal.</param>
    /// <returns>The feedback; it names the first place that differs.</returns>
    public static CheckResult Close(float[]? actual, float[] expected, string name = "your result", double tolerance = 1e-5) =>
        Compare(Numbers(actual), [actual?.Length ?? 0], Numbers(expected), [expected?.Length ?? 0], name, tolerance);

    /// <summary>Checks a table of numbers, such as an image, a kernel or a feature map.</summary>
    /// <param name="actual">The reader's numbers, indexed [row, column]; null where the exercise is still open.</param>
    /// <param name="expected">The right numbers.</param>
    /// <param name="name">What the numbers are called, such as <c>your feature map</c>.</param>
    /// <param name="tolerance">The largest difference that still counts as equal.</param>
    /// <returns>The feedback; it names the first place that differs.</returns>
    public static CheckResult Close(float[,]? actual, float[,] expected, string name = "your result", double tolerance = 1e-5) =>
        Compare(Numbers(actual?.Cast<float>()), Shape(actual), Numbers(expected?.Cast<float>()), Shape(expected), name, tolerance);

    /// <summary>Checks a tensor, for example what libtorch computes against what was computed by hand.</summary>
    /// <param name="actual">The reader's tensor, of any shape and numeric dtype; null where the exercise is still open.</param>
    /// <param name="expected">The right tensor, of the same shape.</param>
    /// <param name="name">What the tensor is called, such as <c>your batch</c>.</param>
    /// <param name="tolerance">The largest difference that still counts as equal.</param>
    /// <returns>The feedback; it names the first place that differs.</returns>
    public static CheckResult Close(Tensor? actual, Tensor expected, string name = "your tensor", double tolerance = 1e-5) =>
        actual is { IsInvalid: true } || expected is { IsInvalid: true }
            ? new CheckResult(
                false,
                $"{(actual is { IsInvalid: true } ? name : "what to compare with")} was disposed, by hand or at the end of its dispose scope; "
                    + "run the cells above again."
            )
        : HasNoNumbers(actual) || HasNoNumbers(expected)
            ? new CheckResult(false, $"{name} can't be compared number by number; make it an ordinary tensor of real numbers.")
        : actual is null ? Open(name)
        : Math.Max(actual.numel(), expected?.numel() ?? 0) > MostValues
            ? new CheckResult(
                false,
                $"{name}, or what to compare it with, has more than {MostValues / 1_000_000} million values; compare a part of them."
            )
        : Compare(
            Values(actual),
            actual.shape,
            Values(expected),
            expected?.shape ?? [],
            name,
            tolerance,
            WholeNumbers(actual),
            WholeNumbers(expected)
        );

    /// <summary>The numbers of an int64 tensor, of which float64 rounds the large ones; null for any other tensor.</summary>
    private static long[]? WholeNumbers(Tensor? values)
    {
        using DisposeScope scope = NewDisposeScope();
        return values is null || values.dtype != ScalarType.Int64 ? null
            : values.numel() == 0 ? []
            : values.cpu().contiguous().data<long>().ToArray();
    }

    private static double Distance(Int128 actual, Int128 expected) => (double)Int128.Abs(actual - expected);

    private static bool HasNoNumbers(Tensor? values) =>
        values is not null
        && (
            values.is_sparse
            || values.device_type == DeviceType.META
            || values.is_complex()
            || values.dtype is ScalarType.QInt8 or ScalarType.QUInt8 or ScalarType.QInt32
        );

    private static CheckResult Compare(
        double[]? actual,
        long[] actualShape,
        double[]? expected,
        long[] expectedShape,
        string name,
        double tolerance,
        long[]? wholeActual = null,
        long[]? wholeExpected = null
    )
    {
        if (actual is null)
        {
            return Open(name);
        }

        if (expected is null)
        {
            return new CheckResult(false, $"There is nothing yet to compare {name} with; run the cells above first.");
        }

        if (!actualShape.SequenceEqual(expectedShape))
        {
            return new CheckResult(false, $"{name} has {Size(actualShape)}, expected {Size(expectedShape)}.");
        }

        double[] differences = Differences(actual, expected, wholeActual, wholeExpected);
        int wrong = differences.Count(IsWrong);
        if (wrong == 0)
        {
            return Agrees(name, differences.DefaultIfEmpty(0).Max());
        }

        if (actual.Length > 1 && actual.All(value => value == 0))
        {
            return new CheckResult(false, $"{name} is still zero everywhere; fill in the line that computes its values.");
        }

        int first = Array.FindIndex(differences, IsWrong);
        string value = wholeActual is null ? Show(actual[first]) : Show(wholeActual[first]),
            right = wholeExpected is null ? Show(expected[first]) : Show(wholeExpected[first]);
        string count =
            wrong == actual.Length
                ? $"all {wrong} values differ"
                : $"{wrong} of {actual.Length} values {(wrong == 1 ? "differs" : "differ")}";
        return new CheckResult(false, $"{name} differs first at {Place(first, actualShape)}: it is {value}, expected {right} ({count}).");

        // Also where the tolerance is not a number.
        bool IsWrong(double difference) => !(difference <= tolerance);
    }

    private static double[] Differences(double[] actual, double[] expected, long[]? wholeActual, long[]? wholeExpected)
    {
        return
        [
            .. actual.Select(
                (value, i) =>
                    Whole(wholeActual, value, i) is { } a && Whole(wholeExpected, expected[i], i) is { } b
                        ? Distance(a, b)
                        : Difference(value, expected[i])
            ),
        ];

        // A number that no float64 has rounded.
        static Int128? Whole(long[]? exact, double value, int i) =>
            exact is not null ? exact[i]
            : value == Math.Truncate(value) && Math.Abs(value) < 1e30 ? (Int128)value
            : null;
    }

    private static double[]? Numbers(IEnumerable<float>? values) => values?.Select(value => (double)value).ToArray();

    /// <summary>In float64, which tells whole numbers apart that float32 rounds to one.</summary>
    private static double[]? Values(Tensor? values)
    {
        using DisposeScope scope = NewDisposeScope();
        return values is null ? null
            : values.numel() == 0 ? []
            : values.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    private static CheckResult Agrees(string name, double difference) =>
        new(true, $"{name} agrees (largest difference {Show(difference)}).");

    private static CheckResult Open(string name) =>
        new(false, $"{name} is not there yet; fill in the gap above, run that cell, then run this one again.");

    /// <summary>
    /// The distance of two numbers: 0 for two that are equal (infinities and NaN too), infinite where only one is a number.
    /// </summary>
    private static double Difference(double actual, double expected) =>
        actual.Equals(expected) ? 0
        : double.IsFinite(actual) && double.IsFinite(expected) ? Math.Abs(actual - expected)
        : double.PositiveInfinity;

    private static long[] Shape(float[,]? values) => values is null ? [] : [values.GetLength(0), values.GetLength(1)];

    private static string Size(long[] shape) =>
        shape.Length switch
        {
            0 => "a single value",
            1 => $"{shape[0]} {(shape[0] == 1 ? "value" : "values")}",
            2 => $"{shape[0]} rows and {shape[1]} columns",
            _ => $"the shape [{string.Join(", ", shape)}]",
        };

    private static string Place(int position, long[] shape)
    {
        long[] index = new long[shape.Length];
        long rest = position;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
        }

        return shape.Length == 2 ? $"row {index[0]}, column {index[1]}" : $"[{string.Join(", ", index)}]";
    }

    /// <summary>A whole number, in digits alone where float64 would round it.</summary>
    private static string Show(long value) =>
        value is > -(1L << 53) and < 1L << 53 ? Show((double)value) : value.ToString(CultureInfo.InvariantCulture);

    private static string Show(double value) =>
        value != 0 && Math.Abs(value) < 0.001 ? value.ToString("0.0e+0", CultureInfo.InvariantCulture).Replace('-', '\u2212')
        : double.IsFinite(value) ? Html.Number(value, 4)
        : double.IsNaN(value) ? "not a number (NaN)"
        : value > 0 ? "infinity"
        : "\u2212infinity";
}

/// <summary>What a check found.</summary>
/// <param name="Passed">Whether the exercise is solved.</param>
/// <param name="Message">What agrees, or what is still wrong and where.</param>
public sealed record CheckResult(bool Passed, string Message) : IShown
{
    /// <summary>The feedback as a line with a green check, or with an amber sign and the words <c>Not yet</c>.</summary>
    /// <returns>A <c>div</c> element.</returns>
    public string ToHtml()
    {
        (string color, string tint, string sign) = Passed
            ? (Palette.Green, "rgba(42,146,102,.12)", "✓")
            : (Palette.Orange, "rgba(204,119,34,.12)", "➜ Not yet:");
        return $"""
            <div role="status" style="margin:.5em 0;padding:.5em .9em;border-left:4px solid {color};border-radius:3px;background:{tint};max-width:720px;line-height:1.5;font-family:{Html.FontFamily}"><strong>{sign}</strong> {Html.Escape(
                Sentence
            )}</div>
            """;
    }

    /// <summary>The feedback as a line of text.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => (Passed ? "✓ " : "Not yet: ") + Sentence;

    private string Sentence =>
        string.IsNullOrEmpty(Message)
            ? (Passed ? "Solved." : "Look at the cell above again.")
            : char.ToUpperInvariant(Message[0]) + Message[1..];
}
