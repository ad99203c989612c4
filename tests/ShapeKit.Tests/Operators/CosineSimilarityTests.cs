using CsCheck;
using ShapeKit.Operators;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Operators;

public sealed class CosineSimilarityTests
{
    [Fact]
    public void Agrees_with_libtorch_for_vectors_of_any_length() =>
        (
            from length in Gen.Int[1, 200]
            from scale in Gen.Int[-3, 3].Select(power => MathF.Pow(10, power))
            from a in Gen.Float[-1, 1].Array[length]
            from b in Gen.Float[-1, 1].Array[length]
            select (a.Select(value => value * scale).ToArray(), b)
        ).Sample(
            (a, b) =>
            {
                using var scope = NewDisposeScope();
                float single = nn.functional.cosine_similarity(tensor(a), tensor(b), dim: 0).item<float>();
                double exact = nn
                    .functional.cosine_similarity(tensor(a).to(ScalarType.Float64), tensor(b).to(ScalarType.Float64), dim: 0)
                    .item<double>();
                Assert.Equal(single, CosineSimilarity.Between(a, b), 1e-5f);
                Assert.Equal(exact, CosineSimilarity.Between(a, b), 1e-5);
            },
            iter: 500
        );

    [Theory]
    [InlineData(2, 4, 1)]
    [InlineData(-2, 1, 0)]
    [InlineData(-3, -6, -1)]
    [InlineData(0, 0, 0)]
    public void Is_1_for_the_same_direction_0_for_a_right_angle_and_minus_1_for_the_opposite(float x, float y, float expected) =>
        Assert.Equal(expected, CosineSimilarity.Between([1, 2], [x, y]), 1e-6f);

    [Fact]
    public void Says_what_is_wrong_with_the_vectors()
    {
        Assert.Contains(
            "has 2 numbers, the second 3",
            Assert.Throws<ArgumentException>(() => CosineSimilarity.Between([1, 2], [1, 2, 3])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "empty",
            Assert.Throws<ArgumentException>(() => CosineSimilarity.Between([], [])).Message,
            StringComparison.Ordinal
        );
    }
}
