namespace ShapeKit.Runtime;

/// <summary>Refuses what does not fit into memory before any time is spent on it; the system would end the program instead.</summary>
internal static class AvailableMemory
{
    /// <summary>What fits anywhere is not asked for, because asking takes a small collection.</summary>
    private const long Little = 64 << 20;

    private static readonly AsyncLocal<long?> Given = new();

    /// <summary>What the machine has, or the container gives, less what is in use.</summary>
    public static long Bytes
    {
        get
        {
            if (Given.Value is { } given)
            {
                return given;
            }

            GC.Collect(0); // .NET looks at the use of memory only then.
            GCMemoryInfo memory = GC.GetGCMemoryInfo(GCKind.Any);
            return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        }
    }

    /// <summary>Runs a test's code as if so many bytes were there.</summary>
    public static void Assume(long bytes, Action work)
    {
        Given.Value = bytes;
        try
        {
            work();
        }
        finally
        {
            Given.Value = null;
        }
    }

    /// <summary>Throws when images, as float32, don't fit.</summary>
    /// <param name="count">How many images, or images and masks, there are.</param>
    /// <param name="pixels">How many values each has.</param>
    /// <param name="what">What they are, in the plural.</param>
    /// <param name="bytes">How many bytes a value takes.</param>
    /// <exception cref="InsufficientMemoryException">They don't fit; the message says what is needed and what is there.</exception>
    public static void Require(long count, long pixels, string what, int bytes = sizeof(float)) =>
        Require((double)count * pixels * bytes, what, "take fewer images or smaller ones");

    /// <summary>Throws when the weights of a network, as float32, don't fit.</summary>
    /// <param name="weights">How many there are, at least.</param>
    /// <param name="network">The network with its numbers, such as <c>a U-Net of width 16</c>.</param>
    /// <exception cref="InsufficientMemoryException">They don't fit; the message says what is needed and what is there.</exception>
    public static void RequireWeights(double weights, string network) =>
        Require(weights * sizeof(float), $"The weights of {network}", "make it smaller");

    /// <summary>Throws when something doesn't fit.</summary>
    /// <param name="needed">How many bytes it needs.</param>
    /// <param name="what">What it is, in the plural.</param>
    /// <param name="advice">What to do where it doesn't fit.</param>
    /// <exception cref="InsufficientMemoryException">It doesn't fit; the message says what is needed and what is there.</exception>
    public static void Require(double needed, string what, string advice)
    {
        if (needed > Little && Bytes is var there && needed > there)
        {
            throw new InsufficientMemoryException(
                FormattableString.Invariant($"{what} need {needed / 1e9:0.0} GB of memory, and {there / 1e9:0.0} GB are there; {advice}.")
            );
        }
    }
}
