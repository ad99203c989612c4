using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Operators;

/// <summary>Random arrays, and their comparison with what libtorch computes.</summary>
internal static class Arrays
{
    public static Gen<float[,]> Random(int rows, int columns) => Gen.Float[-1, 1].Array2D[rows, columns];

    /// <summary>
    /// Compares with what libtorch computes of arrays <c>[1, 1, rows, columns]</c>, once in float64 and once in float32, which other code
    /// computes.
    /// </summary>
    public static void AssertClose(Func<Tensor[], Tensor> expected, float[,] actual, params float[][,] arrays)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (ScalarType type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            using Tensor result = expected([
                .. arrays.Select(array => tensor(array).reshape(1, 1, array.GetLength(0), array.GetLength(1)).to(type)),
            ]);
            Assert.Equal([1, 1, actual.GetLength(0), actual.GetLength(1)], result.shape);
            Assert.All(result.to(ScalarType.Float64).data<double>().Zip(actual.Cast<float>()), pair =>
                Assert.Equal(pair.First, pair.Second, 1e-5)
            );
        }
    }
}
