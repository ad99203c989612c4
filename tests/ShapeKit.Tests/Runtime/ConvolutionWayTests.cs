using ShapeKit.Runtime;

namespace ShapeKit.Tests.Runtime;

public sealed class ConvolutionWayTests
{
    private const string NoCaches = "The processor hides its caches.";

    [Theory]
    [InlineData(null, null, null, null, "fast: 3 small convolutions and their gradients agree with plain arithmetic.")]
    [InlineData("", null, null, null, "fast: 3 small convolutions and their gradients agree with plain arithmetic.")]
    [InlineData(
        null,
        null,
        "1 to 8 channels, output: not a number.",
        null,
        "plain: oneDNN computes wrong convolutions on this machine: 1 to 8 channels, output: not a number."
    )]
    [InlineData(
        null,
        NoCaches,
        null,
        null,
        "mended: The processor hides its caches. oneDNN would compute wrong convolutions. With usual cache sizes, 3 small convolutions "
            + "and their gradients agree with plain arithmetic."
    )]
    [InlineData(
        null,
        NoCaches,
        "output: off.",
        null,
        "plain: The processor hides its caches. oneDNN would compute wrong convolutions. Mended, it is still wrong: output: off."
    )]
    [InlineData(
        null,
        NoCaches,
        null,
        "there is no way",
        "plain: The processor hides its caches. oneDNN would compute wrong convolutions. It can't be mended: there is no way."
    )]
    [InlineData("fast", NoCaches, "wrong", null, "fast: SHAPEKIT_CONVOLUTIONS asks for it.")]
    [InlineData("plain", null, null, null, "plain: SHAPEKIT_CONVOLUTIONS asks for it.")]
    [InlineData(
        "mended",
        null,
        null,
        null,
        "mended: SHAPEKIT_CONVOLUTIONS asks for it. With usual cache sizes, 3 small convolutions and their gradients agree with plain "
            + "arithmetic."
    )]
    [InlineData("mended", null, null, "there is no way", "plain: SHAPEKIT_CONVOLUTIONS asks for it. It can't be mended: there is no way.")]
    public void The_way_follows_what_was_asked_then_the_caches_then_the_comparison(
        string? asked,
        string? hidden,
        string? difference,
        string? obstacle,
        string expected
    )
    {
        var way = ConvolutionWay.Choose(asked, hidden, () => difference, () => obstacle);

        Assert.Equal(expected, $"{way.Name}: {way.Reason}");
    }

    [Fact]
    public void A_variable_with_another_value_says_which_there_are() =>
        Assert.Equal(
            "The variable SHAPEKIT_CONVOLUTIONS is \"slow\"; it can be fast, mended or plain, or empty to have ShapeKit find out which "
                + "is right on this machine.",
            Assert.Throws<DllNotFoundException>(() => ConvolutionWay.Choose("slow", null, () => null, () => null)).Message
        );

    [Theory]
    [InlineData("fast", NoCaches)]
    [InlineData("plain", NoCaches)]
    public void Nothing_is_computed_where_the_answer_is_given(string asked, string hidden) =>
        ConvolutionWay.Choose(asked, hidden, () => throw new InvalidOperationException(), () => throw new InvalidOperationException());

    [Fact]
    public void What_is_to_be_mended_computes_nothing_before()
    {
        var order = new List<string>();
        string? Did(string what)
        {
            order.Add(what);
            return null;
        }

        _ = ConvolutionWay.Choose(null, NoCaches, () => Did("compared"), () => Did("mended"));

        Assert.Equal(["mended", "compared"], order);
    }

    [Fact]
    public void This_process_says_how_it_computes_and_computes_right()
    {
        string? asked = Environment.GetEnvironmentVariable(ConvolutionWay.Variable);

        Assert.Equal(string.IsNullOrEmpty(asked) ? LibTorch.Status.Convolutions.Name : asked, LibTorch.Status.Convolutions.Name);
        Assert.Same(LibTorch.Status, LibTorch.Current);
        Assert.All(Arithmetic.Compare(), each => Assert.True(each.IsRight, $"{each.Name}, {each.Case}: {each.Error}"));
    }

    [Fact]
    public void The_thorough_comparison_meets_every_operation_with_odd_sizes() =>
        Assert.Equal(
            ["batch norm", "convolution", "matrix product", "pooling", "softmax", "transposed convolution"],
            Arithmetic.Operations.Select(each => each.Name).Distinct().Order()
        );

    public static TheoryData<int, double> Damages =>
        new MatrixTheoryData<int, double>([.. Enumerable.Range(0, Arithmetic.Operations.Count)], [double.NaN, 0.01]);

    [Theory]
    [MemberData(nameof(Damages))]
    public void The_thorough_comparison_catches_a_wrong_output_and_a_wrong_gradient(int index, double error)
    {
        Arithmetic.Operation operation = Arithmetic.Operations[index];

        Assert.True(Arithmetic.Compare(operation, operation.Compute).IsRight);
        Assert.False(
            Arithmetic
                .Compare(operation, inputs => operation.Compute(inputs) + (error * operation.Compute(inputs).detach().abs().max()))
                .IsRight
        );
        // A term without value that has a gradient.
        Assert.False(
            Arithmetic
                .Compare(operation, inputs =>
                    operation.Compute(inputs) + (double.IsNaN(error) ? 1e30 : 1) * (inputs[0] - inputs[0].detach()).sum()
                )
                .IsRight
        );
    }
}
