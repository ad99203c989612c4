namespace ShapeKit.Runtime;

/// <summary>With which code libtorch computes convolutions in this process, and why.</summary>
/// <remarks>
/// libtorch has two: oneDNN (formerly MKL-DNN), and slower code of its own. On processors that do not tell the sizes of their caches, as
/// virtual ones may not, oneDNN 3.7 leaves cells of memory unwritten that take part in its sums. There it is made to assume usual sizes,
/// and what it then computes is compared with plain arithmetic.
/// </remarks>
/// <param name="Name"><see cref="Fast"/>, <see cref="Mended"/> or <see cref="Plain"/>.</param>
/// <param name="Reason">What was found or asked for, as a sentence or two.</param>
public sealed record ConvolutionWay(string Name, string Reason)
{
    /// <summary>The environment variable that chooses the way by its name; empty, the kit finds out which is right.</summary>
    public const string Variable = "SHAPEKIT_CONVOLUTIONS";

    /// <summary>oneDNN as it is.</summary>
    public const string Fast = "fast";

    /// <summary>oneDNN with usual sizes for caches that the processor hides: as fast as <see cref="Fast"/>.</summary>
    public const string Mended = "mended";

    /// <summary>libtorch's own code: right on every processor, and slower.</summary>
    public const string Plain = "plain";

    /// <summary>Chooses the way.</summary>
    /// <param name="asked">What <see cref="Variable"/> says.</param>
    /// <param name="hidden">What the processor does not tell of its caches, as a sentence; null when it tells.</param>
    /// <param name="compare">Compares oneDNN with plain arithmetic: a sentence about the first difference, or null when there is
    /// none.</param>
    /// <param name="mend">Mends oneDNN: null, or why that can't be done.</param>
    /// <exception cref="DllNotFoundException">The variable says something else.</exception>
    internal static ConvolutionWay Choose(string? asked, string? hidden, Func<string?> compare, Func<string?> mend)
    {
        string agree = $"{ConvolutionProbe.Cases.Count} small convolutions and their gradients agree with plain arithmetic.";
        switch (asked)
        {
            case Fast or Plain:
                return new(asked, $"{Variable} asks for it.");
            case Mended:
                return MendedOrPlain($"{Variable} asks for it.");
            case null or "" when hidden is not null:
                return MendedOrPlain($"{hidden} oneDNN would compute wrong convolutions.");
            case null or "":
                return compare() is { } difference
                    ? new(Plain, $"oneDNN computes wrong convolutions on this machine: {difference}")
                    : new(Fast, agree);
            default:
                throw new DllNotFoundException(
                    $"The variable {Variable} is \"{asked}\"; it can be {Fast}, {Mended} or {Plain}, or empty to have ShapeKit find out "
                        + "which is right on this machine."
                );
        }

        ConvolutionWay MendedOrPlain(string why) =>
            mend() is { } obstacle ? new(Plain, $"{why} It can't be mended: {obstacle}.")
            : compare() is { } difference ? new(Plain, $"{why} Mended, it is still wrong: {difference}")
            : new(Mended, $"{why} With usual cache sizes, {agree}");
    }
}
