using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Runtime;

[Collection(nameof(TorchState))]
public sealed class MatrixProductTests
{
    [Theory]
    [InlineData(
        "matmul needs a left tensor with as many columns as the right one has rows; these are [2, 3] and [2, 3]. Is the",
        2,
        3,
        0,
        2,
        3
    )]
    [InlineData("these are [3] and [4].", 3, 0, 4)]
    [InlineData("these are [2, 3] and [2].", 2, 3, 0, 2)]
    [InlineData("these are [2] and [3, 2].", 2, 0, 3, 2)]
    [InlineData("stacks of matrices that are as long as each other, or one; these are [2, 4, 5] and [3, 5, 6].", 2, 4, 5, 0, 3, 5, 6)]
    public void Shapes_that_do_not_fit_are_named(string expected, params int[] shapes) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Compare(shapes)).Message);

    [Fact]
    public void Numbers_other_types_and_truth_values_have_no_product()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor matrix = zeros(2, 2);

        Assert.Contains(
            "[] and [2, 2]",
            Assert.Throws<ArgumentException>(() => MatrixProduct.ThrowIfUndefined(tensor(1f), matrix)).Message
        );
        Assert.Contains("[2, 2] and []", Assert.Throws<ArgumentException>(() => MatrixProduct.ThrowIfUndefined(matrix, 3f)).Message);
        Assert.Contains(
            "Float32 and Float64",
            Assert.Throws<ArgumentException>(() => MatrixProduct.ThrowIfUndefined(matrix, zeros(2, 2, ScalarType.Float64))).Message
        );
        Assert.Contains(
            "Bool and Bool",
            Assert.Throws<ArgumentException>(() => MatrixProduct.ThrowIfUndefined(matrix == 0, matrix == 0)).Message
        );
    }

    [Theory]
    [InlineData(1, 4, 5, 0, 3, 5, 6)]
    [InlineData(2, 3, 4, 0, 4)]
    [InlineData(4, 0, 2, 4, 3)]
    [InlineData(2, 3, 4, 0, 4, 5)]
    public void A_single_matrix_or_vector_is_multiplied_with_each_of_a_stack(params int[] shapes) =>
        Assert.Null(Record.Exception(() => Compare(shapes)));

    [Fact]
    public void A_product_that_no_memory_holds_is_refused() =>
        AvailableMemory.Assume(1_000_000_000, () =>
            Assert.Contains("4.0 GB", Assert.Throws<InsufficientMemoryException>(() => Compare([31623, 1, 0, 1, 31623])).Message)
        );

    private static void Compare(int[] shapes)
    {
        int middle = Array.IndexOf(shapes, 0);
        using Tensor left = zeros([.. shapes[..middle].Select(Convert.ToInt64)]);
        using Tensor right = zeros([.. shapes[(middle + 1)..].Select(Convert.ToInt64)]);
        MatrixProduct.ThrowIfUndefined(left, right);
    }

    /// <summary>Whatever passes is handed to libtorch, which would end this process if it could not multiply it.</summary>
    [Fact]
    public void Whatever_passes_can_be_multiplied()
    {
        var random = new Random(1);
        int passed = 0;
        for (int round = 0; round < 3000; round++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor left = Drawn(random),
                right = Drawn(random);
            try
            {
                MatrixProduct.ThrowIfUndefined(left, right);
            }
            catch (ArgumentException)
            {
                continue;
            }

            passed++;
            Assert.False(left.matmul(right).IsInvalid);
        }

        Assert.InRange(passed, 100, 2900);
    }

    /// <summary>Whatever is refused can't be multiplied, by the rules of einsum, which throws where sides are 2 or more.</summary>
    [Fact]
    public void Whatever_is_refused_could_not_be_multiplied()
    {
        var random = new Random(2);
        for (int round = 0; round < 3000; round++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor left = Drawn(random, smallest: 2),
                right = Drawn(random, smallest: 2);
            if (Record.Exception(() => MatrixProduct.ThrowIfUndefined(left, right)) is null)
            {
                continue;
            }

            string a = left.dim() == 1 ? "k" : "...ik",
                b = right.dim() == 1 ? "k" : "...kj";
            Assert.True(
                left.dim() == 0
                    || right.dim() == 0
                    || left.dtype == ScalarType.Bool
                    || Record.Exception(() => einsum($"{a},{b}", left, right)) is not null,
                $"[{string.Join(", ", left.shape)}] and [{string.Join(", ", right.shape)}]"
            );
        }
    }

    private static Tensor Drawn(Random random, int smallest = 0) =>
        zeros(
            [.. Enumerable.Range(0, random.Next(5)).Select(_ => (long)random.Next(smallest, 4))],
            random.Next(8) switch
            {
                0 => ScalarType.Float64,
                1 => ScalarType.Int64,
                2 => ScalarType.Bool,
                _ => ScalarType.Float32,
            }
        );

    [Fact]
    public void Sparse_and_quantized_matrices_are_refused()
    {
        using Tensor sparse = ones(2, 2).to_sparse(),
            quantized = quantize_per_tensor(ones(2, 2), 0.1, 0, ScalarType.QInt8);

        Assert.All(new[] { sparse, quantized }, matrix =>
            Assert.Contains(
                "matmul is for ordinary tensors here",
                Assert.Throws<ArgumentException>(() => MatrixProduct.ThrowIfUndefined(matrix, matrix)).Message,
                StringComparison.Ordinal
            )
        );
    }
}
