using System.Globalization;
using ShapeKit.Data;

namespace ShapeKit.Generation;

/// <summary>
/// What <see cref="ShapeGenerator"/> draws: one filled, anti-aliased shape in each grey image, unless an option says otherwise.
/// </summary>
/// <remarks>
/// Sizes and positions are whole numbers of pixels, each drawn equally often from its range. A position that would push the shape over
/// the edge of the image is not drawn: the range is cut to the positions that keep the whole shape inside. Ranges that are not set are
/// those of the article's data set, scaled from 28 pixels to <see cref="ImageSize"/>.
/// </remarks>
public sealed record ShapeGeneratorOptions
{
    private const int ArticleSize = 28;

    private readonly PixelRange? _circleCenter;
    private readonly PixelRange? _circleRadius;
    private readonly PixelRange? _boxCorner;
    private readonly PixelRange? _boxSide;
    private readonly IReadOnlyList<string>? _classNames;

    /// <summary>The data set of the article that the course follows, as its program drew it with matplotlib.</summary>
    /// <remarks>
    /// 28 x 28 pixels; images alternate: even index a black circle on white, centre x and y in 10..17, radius in 5..8; odd index a black
    /// rectangle, corner x and y in 5..11, width and height in 8..14; all whole numbers, both ends included. Labels are 0 "circle" and 1
    /// "square". The article's 200 images are <c>Generate(200)</c>. There are 8 x 8 x 4 = 256 circles and 7 x 7 x 7 x 7 = 2,401
    /// rectangles, of which 35 x 35 look different on whole pixels, so sets repeat images. Drawn anti-aliased within matplotlib's default
    /// margins (<see cref="PlotMargins.Matplotlib"/>, y upwards), a shape appears about 0.775 as wide and 0.77 as high as its numbers
    /// say, and a circle as a very slightly flattened ellipse. Grey values are k / 255 with a whole k in 0..255.
    /// </remarks>
    public static ShapeGeneratorOptions Article { get; } = new() { ClassNames = ["circle", "square"], Margins = PlotMargins.Matplotlib };

    /// <summary>
    /// The article's data set without matplotlib's margins: the same ranges taken as image pixels, origin top left, y downwards.
    /// </summary>
    public static ShapeGeneratorOptions ArticleWithoutMargins { get; } = Article with { Margins = null };

    /// <summary>The width and height of an image in pixels, 4 to 4096; 28 unless set.</summary>
    public int ImageSize { get; init; } = ArticleSize;

    /// <summary>
    /// The kinds of shape, which take turns: image i shows kind i modulo their number, and its label is the kind's place in this list.
    /// </summary>
    public IReadOnlyList<ShapeKind> Kinds { get; init; } = [ShapeKind.Circle, ShapeKind.Rectangle];

    /// <summary>The name of each class, in the order of <see cref="Kinds"/>; the kinds' own names in lower case unless set.</summary>
    public IReadOnlyList<string> ClassNames
    {
        get => _classNames ?? [.. (Kinds ?? []).Select(kind => kind.ToString().ToLowerInvariant())];
        init => _classNames = value;
    }

    /// <summary>The x and the y of a circle's centre; 10 to 17 at 28 pixels unless set.</summary>
    public PixelRange CircleCenter
    {
        get => _circleCenter ?? Scaled(10, 17);
        init => _circleCenter = value;
    }

    /// <summary>The radius of a circle; 5 to 8 at 28 pixels unless set.</summary>
    public PixelRange CircleRadius
    {
        get => _circleRadius ?? Scaled(5, 8);
        init => _circleRadius = value;
    }

    /// <summary>
    /// The x and the y of the corner where the bounding box of a rectangle or triangle begins; 5 to 11 at 28 pixels unless set.
    /// </summary>
    public PixelRange BoxCorner
    {
        get => _boxCorner ?? Scaled(5, 11);
        init => _boxCorner = value;
    }

    /// <summary>The width and, drawn separately, the height of a rectangle or triangle; 8 to 14 at 28 pixels unless set.</summary>
    public PixelRange BoxSide
    {
        get => _boxSide ?? Scaled(8, 14);
        init => _boxSide = value;
    }

    /// <summary>
    /// Whether shapes are filled; otherwise only an outline is drawn, along the middle of which runs the shape's edge. Masks are filled
    /// either way.
    /// </summary>
    public bool Filled { get; init; } = true;

    /// <summary>The width of an outline in pixels, used when <see cref="Filled"/> is false; above 0, 1.5 unless set.</summary>
    public double OutlineWidth { get; init; } = 1.5;

    /// <summary>Whether a pixel that a shape covers in part is grey; otherwise every pixel is black or white.</summary>
    /// <remarks>
    /// Skia draws: a rectangle's edges are exact; at small sizes a pixel on a curve is off by about 0.08 (root mean square), a single one
    /// by up to about 0.35. The same shape looks the same wherever it lies on whole pixels. Where geometry must be exact, use masks and
    /// shapes.
    /// </remarks>
    public bool AntiAlias { get; init; } = true;

    /// <summary>
    /// The standard deviation of Gaussian noise that is added to every pixel, in grey values of 0..1, at least 0; results are cut to 0..1.
    /// No noise unless set.
    /// </summary>
    public double NoiseStandardDeviation { get; init; }

    /// <summary>Whether shapes are dark on light, as in the article, or light on dark.</summary>
    public Polarity Polarity { get; init; }

    /// <summary>Draws as a plot with these margins and y upwards; null, as unless set, draws on the whole image with y downwards.</summary>
    public PlotMargins? Margins { get; init; }

    /// <summary>Throws when the options cannot be drawn.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it and says what to do.</exception>
    internal void Validate()
    {
        Require(ImageSize is >= 4 and <= 4096, $"ImageSize is {ImageSize}; use 4 to 4096 pixels.");
        Require(Kinds is { Count: > 0 }, "Kinds is empty; name at least one kind of shape.");
        Require(Kinds.All(Enum.IsDefined), "Kinds holds a value that is not a ShapeKind; use Circle, Rectangle or Triangle.");
        Require(Kinds.Distinct().Count() == Kinds.Count, "Kinds names a kind twice; name each kind once.");
        Require(
            ClassNames.Count == Kinds.Count,
            $"ClassNames holds {ClassNames.Count} names for {Kinds.Count} kinds of shape; give one name for each kind."
        );
        Require(!ClassNames.Any(string.IsNullOrWhiteSpace), "ClassNames holds an empty name; name each kind.");
        Require(
            double.IsFinite(NoiseStandardDeviation) && NoiseStandardDeviation >= 0,
            FormattableString.Invariant($"NoiseStandardDeviation is {NoiseStandardDeviation}; use 0 or more.")
        );
        Require(
            Filled || (double.IsFinite(OutlineWidth) && OutlineWidth > 0),
            FormattableString.Invariant($"OutlineWidth is {OutlineWidth}; use a number of pixels above 0.")
        );
        Require(Enum.IsDefined(Polarity), $"Polarity is {(int)Polarity}; use DarkOnLight or LightOnDark.");
        if (Margins is { } m)
        {
            Require(
                0 <= m.Left && m.Left < m.Right && m.Right <= 1 && 0 <= m.Bottom && m.Bottom < m.Top && m.Top <= 1,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Margins are left {m.Left}, right {m.Right}, bottom {m.Bottom}, top {m.Top}; use fractions of 0..1 with left below "
                        + $"right and bottom below top."
                )
            );
        }

        if (Kinds.Contains(ShapeKind.Circle))
        {
            RequireFit("CircleCenter", CircleCenter, "CircleRadius", CircleRadius, before: 1);
        }

        if (Kinds.Any(kind => kind != ShapeKind.Circle))
        {
            RequireFit("BoxCorner", BoxCorner, "BoxSide", BoxSide, before: 0);
        }
    }

    /// <summary>
    /// The positions of a shape that reaches <paramref name="before"/> pixels to the left of or above its position, and
    /// <paramref name="after"/> beyond it.
    /// </summary>
    internal PixelRange Fitting(PixelRange position, int before, int after) =>
        new(Math.Max(position.Min, before), Math.Min(position.Max, ImageSize - after));

    private void RequireFit(string positionName, PixelRange position, string sizeName, PixelRange size, int before)
    {
        Require(position.Min <= position.Max, $"{positionName} runs from {position.Min} to {position.Max}; put the smaller number first.");
        Require(size.Min <= size.Max, $"{sizeName} runs from {size.Min} to {size.Max}; put the smaller number first.");
        Require(size.Min >= 1, $"{sizeName} starts at {size.Min}; use sizes of at least 1 pixel.");

        // The largest shape has the fewest positions: when it fits, all do.
        PixelRange left = Fitting(position, before * size.Max, size.Max);
        Require(
            left.Min <= left.Max,
            $"A shape of {sizeName} {size.Max} fits nowhere in an image of {ImageSize} pixels with {positionName} {position}; make it "
                + $"smaller or widen {positionName}."
        );
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }

    private PixelRange Scaled(int min, int max) => new(Scaled(min), Scaled(max));

    private int Scaled(int pixels) => Math.Max(1, pixels * ImageSize / ArticleSize);
}
