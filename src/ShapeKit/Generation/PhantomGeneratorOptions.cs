namespace ShapeKit.Generation;

/// <summary>
/// What <see cref="PhantomGenerator"/> draws: 64x64 pixels with zero, one or two nodules of any size, unless an option says otherwise.
/// </summary>
/// <remarks>The same seed draws the same patients, with the same findings, at every image size.</remarks>
public sealed record PhantomGeneratorOptions
{
    /// <summary>The side of the square that an image shows, in millimetres: 320.</summary>
    public const double FieldOfViewMillimetres = 320;

    /// <summary>The width and height of an image in pixels, 32 to 2048; 64 unless set.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>The side of a pixel in millimetres: 320 / <see cref="ImageSize"/>, which is 5 mm at 64 pixels and 2.5 mm at 128.</summary>
    public double MillimetresPerPixel => FieldOfViewMillimetres / ImageSize;

    /// <summary>
    /// The smallest number of nodules in an image, 0 to 6; 0 unless set. Each number up to <see cref="MaxNodules"/> is drawn equally
    /// often.
    /// </summary>
    public int MinNodules { get; init; }

    /// <summary>The largest number of nodules in an image, 0 to 6; 2 unless set. Each lies in another zone or side.</summary>
    public int MaxNodules { get; init; } = 2;

    /// <summary>The sizes of nodules, each drawn equally often; all three unless set.</summary>
    public IReadOnlyList<NoduleSize> Sizes { get; init; } = [NoduleSize.Small, NoduleSize.Medium, NoduleSize.Large];

    /// <summary>
    /// The standard deviation of the nearly normal noise that is added to every pixel, in grey values, 0 to 1; 0.02 unless set. Results are
    /// cut to 0..1.
    /// </summary>
    public double NoiseStandardDeviation { get; init; } = 0.02;

    /// <summary>How much exposure and contrast differ from image to image, 0 (not at all) to 1; 0.5 unless set.</summary>
    /// <remarks>
    /// With variation v a grey value g becomes h + e h (1 − h), where h = 1/2 + c (g − 1/2), contrast c in 1 ± 0.3 v and exposure e in ±
    /// 0.5 v; h is cut to 0..1.
    /// </remarks>
    public double ExposureVariation { get; init; } = 0.5;

    /// <summary>Throws when the options cannot be drawn.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it and says what to do.</exception>
    internal void Validate()
    {
        Require(ImageSize is >= 32 and <= 2048, $"ImageSize is {ImageSize}; use 32 to 2048 pixels.");
        Require(MinNodules is >= 0 and <= 6, $"MinNodules is {MinNodules}; use 0 to 6.");
        Require(MaxNodules is >= 0 and <= 6, $"MaxNodules is {MaxNodules}; use 0 to 6.");
        Require(
            MinNodules <= MaxNodules,
            $"MinNodules is {MinNodules} and MaxNodules {MaxNodules}; put the smaller number into MinNodules."
        );
        Require(Sizes is { Count: > 0 }, "Sizes is empty; name at least one size of nodule.");
        Require(Sizes.All(Enum.IsDefined), "Sizes holds a value that is not a NoduleSize; use Small, Medium or Large.");
        Require(Sizes.Distinct().Count() == Sizes.Count, "Sizes names a size twice; name each size once.");
        Require(
            NoiseStandardDeviation is >= 0 and <= 1,
            FormattableString.Invariant($"NoiseStandardDeviation is {NoiseStandardDeviation}; use 0 to 1.")
        );
        Require(ExposureVariation is >= 0 and <= 1, FormattableString.Invariant($"ExposureVariation is {ExposureVariation}; use 0 to 1."));
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
