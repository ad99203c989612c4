namespace ShapeKit.Generation;

/// <summary>
/// Whole numbers of pixels from <paramref name="Min"/> to <paramref name="Max"/>, both included; each is drawn equally often.
/// </summary>
/// <param name="Min">The smallest number.</param>
/// <param name="Max">The largest number.</param>
public readonly record struct PixelRange(int Min, int Max)
{
    /// <summary>Makes a range from a pair, so that <c>(5, 8)</c> can be written for it.</summary>
    /// <param name="range">The smallest and the largest number.</param>
    public static implicit operator PixelRange((int Min, int Max) range) => new(range.Min, range.Max);

    /// <summary>The range as <c>5 to 8</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Min} to {Max}";
}
