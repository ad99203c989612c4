using System.Globalization;

namespace ShapeKit.Data;

/// <summary>
/// The exact geometry of a drawn shape, in image pixels: the origin is the image's top left corner, x counts to the right and y down.
/// </summary>
/// <param name="Kind">What was drawn.</param>
/// <param name="Left">The left edge of the bounding box.</param>
/// <param name="Top">The top edge of the bounding box.</param>
/// <param name="Width">The width of the bounding box; a circle's diameter.</param>
/// <param name="Height">The height of the bounding box; a circle's diameter.</param>
/// <remarks>
/// A pixel (x, y) covers the square from x to x + 1 and from y to y + 1; its centre is (x + 0.5, y + 0.5). A circle fills its bounding
/// box as an ellipse; a triangle has its tip in the middle of the top edge and its base on the bottom edge.
/// </remarks>
public readonly record struct Shape(ShapeKind Kind, float Left, float Top, float Width, float Height)
{
    /// <summary>The right edge of the bounding box.</summary>
    public float Right => Left + Width;

    /// <summary>The bottom edge of the bounding box.</summary>
    public float Bottom => Top + Height;

    /// <summary>The x of the bounding box's centre.</summary>
    public float CenterX => Left + (Width / 2);

    /// <summary>The y of the bounding box's centre.</summary>
    public float CenterY => Top + (Height / 2);

    /// <summary>The radius of a circle: a quarter of width plus height, which for an ellipse is the mean of its two half axes.</summary>
    public float Radius => (Width + Height) / 4;

    /// <summary>The area of the shape in square pixels.</summary>
    public float Area =>
        Kind switch
        {
            ShapeKind.Circle => MathF.PI * Width * Height / 4,
            ShapeKind.Triangle => Width * Height / 2,
            _ => Width * Height,
        };

    /// <summary>
    /// Whether a point lies inside the shape; a point on its left or top edge does, a point on its right or bottom edge does not.
    /// </summary>
    /// <param name="x">The point's x in image pixels.</param>
    /// <param name="y">The point's y in image pixels.</param>
    /// <returns>True for a point inside.</returns>
    public bool Contains(double x, double y)
    {
        (double from, double to) = Extent(y);
        return x >= from && x < to;
    }

    /// <summary>The shape as words, such as <c>circle, centre (12.8, 14.0), radius 5.4</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() =>
        Kind == ShapeKind.Circle
            ? string.Create(CultureInfo.InvariantCulture, $"circle, centre ({CenterX:0.0}, {CenterY:0.0}), radius {Radius:0.0}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(Kind == ShapeKind.Triangle ? "triangle" : "rectangle")}, corner ({Left:0.0}, {Top:0.0}), {Width:0.0} wide, "
                    + $"{Height:0.0} high"
            );

    /// <summary>Where a horizontal line at height y enters the shape and where it leaves it; an empty extent where it misses it.</summary>
    internal (double From, double To) Extent(double y)
    {
        double fromTop = y - Top;
        if (fromTop < 0 || fromTop >= Height)
        {
            return (0, 0);
        }

        double halfWidth = Width / 2.0;
        double fromMiddle = (fromTop / (Height / 2.0)) - 1;
        double reach = Kind switch
        {
            ShapeKind.Circle => halfWidth * Math.Sqrt(1 - (fromMiddle * fromMiddle)),
            ShapeKind.Triangle => halfWidth * fromTop / Height,
            _ => halfWidth,
        };
        double middle = Left + halfWidth;
        return (middle - reach, middle + reach);
    }
}
