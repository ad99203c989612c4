using CsCheck;
using ShapeKit.Operators;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Operators;

public sealed class ConvolutionTests
{
    private static readonly Gen<(float[,] Image, float[,] Kernel, int Stride, int Padding)> Cases =
        from padding in Gen.Int[0, 3]
        from imageRows in Gen.Int[1, 12]
        from imageColumns in Gen.Int[1, 12]
        from kernelRows in Gen.Int[1, Math.Min(7, imageRows + (2 * padding))]
        from kernelColumns in Gen.Int[1, Math.Min(7, imageColumns + (2 * padding))]
        from stride in Gen.Int[1, 4]
        from image in Arrays.Random(imageRows, imageColumns)
        from kernel in Arrays.Random(kernelRows, kernelColumns)
        select (image, kernel, stride, padding);

    [Fact]
    public void Agrees_with_libtorch_for_any_size_stride_and_padding() =>
        Cases.Sample(
            (image, kernel, stride, padding) =>
                Arrays.AssertClose(
                    t => nn.functional.conv2d(t[0], t[1], strides: [stride, stride], padding: [padding, padding]),
                    Convolution.Apply(image, kernel, stride, padding),
                    image,
                    kernel
                ),
            iter: 500
        );

    [Fact]
    public void Does_not_turn_the_kernel_around()
    {
        float[,] brighterToTheRight =
        {
            { 0, 0, 1 },
            { 0, 0, 1 },
            { 0, 0, 1 },
        };

        Assert.Equal(3, Convolution.Apply(brighterToTheRight, Kernels.VerticalEdge)[0, 0]);
    }

    [Fact]
    public void Strides_and_padding_may_be_as_large_as_numbers_are()
    {
        float[,] map = Convolution.Apply(
            new float[,]
            {
                { 2 },
            },
            new float[,]
            {
                { 3 },
            },
            stride: 1 << 30,
            padding: 1 << 30
        );

        Assert.Equal((3, 3, 6, 6), (map.GetLength(0), map.GetLength(1), map[1, 1], map.Cast<float>().Sum()));
    }

    [Fact]
    public void Leaves_image_and_kernel_as_they_were()
    {
        float[,] image =
            {
                { 1, 2 },
                { 3, 4 },
            },
            kernel =
            {
                { 5, 6 },
            };

        _ = Convolution.Apply(image, kernel, padding: 1);

        Assert.Equal(
            new float[,]
            {
                { 1, 2 },
                { 3, 4 },
            },
            image
        );
        Assert.Equal(
            new float[,]
            {
                { 5, 6 },
            },
            kernel
        );
    }

    [Theory]
    [InlineData(0, 3, 3, 1, 0, "image is 0 x 3")]
    [InlineData(3, 3, 0, 1, 0, "kernel is 0 x 0")]
    [InlineData(3, 2, 3, 1, 0, "3 x 3 kernel does not fit into the 3 x 2 image")]
    [InlineData(3, 3, 3, 0, 0, "stride is 0")]
    [InlineData(3, 3, 3, 1, -1, "padding is -1")]
    public void Says_what_is_wrong_with_an_argument(int rows, int columns, int kernel, int stride, int padding, string message) =>
        Assert.Contains(
            message,
            Assert
                .ThrowsAny<ArgumentException>(() => Convolution.Apply(new float[rows, columns], new float[kernel, kernel], stride, padding))
                .Message,
            StringComparison.Ordinal
        );
}
