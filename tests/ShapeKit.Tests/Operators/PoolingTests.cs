using CsCheck;
using ShapeKit.Operators;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Operators;

public sealed class PoolingTests
{
    private static readonly Gen<(float[,] Map, int Size, int Stride)> Cases =
        from rows in Gen.Int[1, 12]
        from columns in Gen.Int[1, 12]
        from size in Gen.Int[1, Math.Min(5, Math.Min(rows, columns))]
        from stride in Gen.Int[1, 5]
        from map in Arrays.Random(rows, columns)
        select (map, size, stride);

    [Fact]
    public void Max_agrees_with_libtorch_for_any_size_and_stride() =>
        Cases.Sample(
            (map, size, stride) =>
                Arrays.AssertClose(t => nn.functional.max_pool2d(t[0], size, stride), Pooling.Max(map, size, stride), map),
            iter: 300
        );

    [Fact]
    public void Average_agrees_with_libtorch_for_any_size_and_stride() =>
        Cases.Sample(
            (map, size, stride) =>
                Arrays.AssertClose(t => nn.functional.avg_pool2d(t[0], size, stride), Pooling.Average(map, size, stride), map),
            iter: 300
        );

    [Fact]
    public void Windows_lie_side_by_side_unless_a_stride_is_given()
    {
        float[,] map =
        {
            { 1, 2, 5, 6, 0 },
            { 3, 4, 7, 8, 9 },
        };

        Assert.Equal(
            new float[,]
            {
                { 4, 8 },
            },
            Pooling.Max(map)
        );
        Assert.Equal(
            new float[,]
            {
                { 2.5f, 6.5f },
            },
            Pooling.Average(map)
        );
        Assert.Equal(
            new float[,]
            {
                { 4, 7, 8, 9 },
            },
            Pooling.Max(map, size: 2, stride: 1)
        );
    }

    [Theory]
    [InlineData(1, 4, 2, 1, "2 x 2 window does not fit into the 1 x 4")]
    [InlineData(4, 4, 0, 1, "size is 0")]
    [InlineData(4, 4, 2, 0, "stride is 0")]
    public void Says_what_is_wrong_with_an_argument(int rows, int columns, int size, int stride, string message)
    {
        var map = new float[rows, columns];

        Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => Pooling.Max(map, size, stride)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => Pooling.Average(map, size, stride)).Message,
            StringComparison.Ordinal
        );
    }
}
