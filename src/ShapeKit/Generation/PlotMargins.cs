namespace ShapeKit.Generation;

/// <summary>Where the axes of a plot lie within its figure, as fractions of the figure counted from its lower left corner.</summary>
/// <param name="Left">The left edge of the axes, in 0..1.</param>
/// <param name="Right">The right edge of the axes, in 0..1.</param>
/// <param name="Bottom">The lower edge of the axes, in 0..1.</param>
/// <param name="Top">The upper edge of the axes, in 0..1.</param>
/// <remarks>
/// The names and meaning are those of matplotlib's <c>subplots_adjust</c>. Within axes y counts upwards. A point (x, y) of a figure of s
/// x s pixels lands on the image pixel (s (Left + (Right - Left) x / s), s (1 - Bottom - (Top - Bottom) y / s)). As matplotlib does it in
/// a figure of one inch: the straight edges of rectangles move to whole pixels (<c>path.snap</c>), and a filled shape is drawn with a
/// black line of one point, s / 72 pixels, along its edge (<c>patch.linewidth</c>). Shape and line are drawn at once here, as one shape
/// that reaches half a line further: as much ink, and a pixel on a circle's edge differs from matplotlib's by about 0.1 (root mean
/// square), as much as from Skia's curves alone. <see cref="Data.Shape"/> and mask follow the moved edges and leave the line out.
/// </remarks>
public sealed record PlotMargins(double Left, double Right, double Bottom, double Top)
{
    /// <summary>A figure is one inch wide, and a point is 1/72 inch.</summary>
    internal const float PointsPerFigure = 72;

    /// <summary>
    /// matplotlib's defaults (<c>figure.subplot.left</c> and so on in matplotlibrc): 0.125, 0.9, 0.11, 0.88. A shape keeps 0.775 of its
    /// width and 0.77 of its height.
    /// </summary>
    public static PlotMargins Matplotlib { get; } = new(0.125, 0.9, 0.11, 0.88);
}
