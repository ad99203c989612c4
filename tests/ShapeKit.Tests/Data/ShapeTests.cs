using ShapeKit.Data;

namespace ShapeKit.Tests.Data;

public sealed class ShapeTests
{
    [Fact]
    public void Derives_centre_radius_edges_and_area()
    {
        var circle = new Shape(ShapeKind.Circle, 5, 7, 10, 10);

        Assert.Equal((10f, 12f, 5f), (circle.CenterX, circle.CenterY, circle.Radius));
        Assert.Equal((15f, 17f), (circle.Right, circle.Bottom));
        Assert.Equal(78.54f, circle.Area, 0.01f);
        Assert.Equal(80, new Shape(ShapeKind.Rectangle, 0, 0, 8, 10).Area);
        Assert.Equal(40, new Shape(ShapeKind.Triangle, 0, 0, 8, 10).Area);
    }

    [Theory]
    [InlineData(ShapeKind.Rectangle, 2, 3, true)]
    [InlineData(ShapeKind.Rectangle, 6, 3, false)]
    [InlineData(ShapeKind.Rectangle, 2, 11, false)]
    [InlineData(ShapeKind.Rectangle, 5.9, 10.9, true)]
    [InlineData(ShapeKind.Circle, 2.1, 3.1, false)]
    [InlineData(ShapeKind.Circle, 4, 3.1, true)]
    [InlineData(ShapeKind.Circle, 2, 7, true)]
    [InlineData(ShapeKind.Circle, 6, 7, false)]
    [InlineData(ShapeKind.Triangle, 4, 3.1, true)]
    [InlineData(ShapeKind.Triangle, 3, 6.9, false)]
    [InlineData(ShapeKind.Triangle, 3, 7.1, true)]
    [InlineData(ShapeKind.Triangle, 2.1, 10.9, true)]
    public void Knows_which_points_lie_inside_it(ShapeKind kind, double x, double y, bool inside) =>
        Assert.Equal(inside, new Shape(kind, 2, 3, 4, 8).Contains(x, y));

    [Fact]
    public void Describes_itself_in_words()
    {
        Assert.Equal("circle, centre (10.0, 12.0), radius 5.0", new Shape(ShapeKind.Circle, 5, 7, 10, 10).ToString());
        Assert.Equal("rectangle, corner (5.0, 7.5), 8.0 wide, 9.0 high", new Shape(ShapeKind.Rectangle, 5, 7.5f, 8, 9).ToString());
        Assert.Equal("triangle, corner (5.0, 7.5), 8.0 wide, 9.0 high", new Shape(ShapeKind.Triangle, 5, 7.5f, 8, 9).ToString());
    }
}
