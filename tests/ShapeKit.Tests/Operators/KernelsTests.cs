using ShapeKit.Operators;

namespace ShapeKit.Tests.Operators;

public sealed class KernelsTests
{
    private static readonly float[,] BrightOnTheRight =
    {
        { 0, 0, 1 },
        { 0, 0, 1 },
        { 0, 0, 1 },
    };
    private static readonly float[,] BrightBelow =
    {
        { 0, 0, 0 },
        { 0, 0, 0 },
        { 1, 1, 1 },
    };
    private static readonly float[,] BrightAtTheLowerRight =
    {
        { 0, 0, 0 },
        { 0, 0, 1 },
        { 0, 1, 1 },
    };

    [Fact]
    public void Edge_kernels_answer_their_own_edge_most_and_an_even_image_not_at_all()
    {
        Assert.Equal(
            (3, 0, 2),
            (
                Answer(Kernels.VerticalEdge, BrightOnTheRight),
                Answer(Kernels.VerticalEdge, BrightBelow),
                Answer(Kernels.VerticalEdge, BrightAtTheLowerRight)
            )
        );
        Assert.Equal(
            (0, 3, 2),
            (
                Answer(Kernels.HorizontalEdge, BrightOnTheRight),
                Answer(Kernels.HorizontalEdge, BrightBelow),
                Answer(Kernels.HorizontalEdge, BrightAtTheLowerRight)
            )
        );
        Assert.Equal(
            (2, 2, 3),
            (
                Answer(Kernels.Diagonal, BrightOnTheRight),
                Answer(Kernels.Diagonal, BrightBelow),
                Answer(Kernels.Diagonal, BrightAtTheLowerRight)
            )
        );
        Assert.Equal((4, 0), (Answer(Kernels.SobelX, BrightOnTheRight), Answer(Kernels.SobelX, BrightBelow)));
        Assert.Equal((0, 4), (Answer(Kernels.SobelY, BrightOnTheRight), Answer(Kernels.SobelY, BrightBelow)));

        float[,] even =
        {
            { 1, 1, 1 },
            { 1, 1, 1 },
            { 1, 1, 1 },
        };
        Assert.All([Kernels.VerticalEdge, Kernels.HorizontalEdge, Kernels.Diagonal, Kernels.SobelX, Kernels.SobelY], kernel =>
            Assert.Equal(0, Convolution.Apply(even, kernel)[0, 0])
        );
    }

    [Fact]
    public void Blur_and_sharpen_keep_the_brightness_of_an_even_image()
    {
        float[,] even =
        {
            { 0.5f, 0.5f, 0.5f },
            { 0.5f, 0.5f, 0.5f },
            { 0.5f, 0.5f, 0.5f },
        };

        Assert.All([Kernels.Blur, Kernels.GaussianBlur, Kernels.Sharpen, Kernels.Identity], kernel =>
            Assert.Equal(0.5f, Convolution.Apply(even, kernel)[0, 0], 1e-6f)
        );
    }

    [Fact]
    public void Blur_lowers_a_bright_dot_and_sharpen_raises_it()
    {
        float[,] dot =
        {
            { 0, 0, 0 },
            { 0, 1, 0 },
            { 0, 0, 0 },
        };

        Assert.Equal(1 / 9f, Convolution.Apply(dot, Kernels.Blur)[0, 0], 1e-6f);
        Assert.Equal(1 / 4f, Convolution.Apply(dot, Kernels.GaussianBlur)[0, 0], 1e-6f);
        Assert.Equal(5, Convolution.Apply(dot, Kernels.Sharpen)[0, 0]);
        Assert.Equal(dot, Convolution.Apply(dot, Kernels.Identity, padding: 1));
    }

    [Fact]
    public void A_kernel_that_a_reader_changed_is_whole_again_the_next_time()
    {
        Kernels.Identity[1, 1] = 7;

        Assert.Equal(1, Kernels.Identity[1, 1]);
    }

    private static float Answer(float[,] kernel, float[,] image) => Convolution.Apply(image, kernel)[0, 0];
}
