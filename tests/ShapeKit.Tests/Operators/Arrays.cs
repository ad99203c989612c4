using CsCheck;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Operators;

/// <summary>Random arrays, and their comparison with what libtorch computes.</summary>
internal static class Arrays
{
    public static Gen<float[,]> Random(int rows, int columns) => Gen.Float[-1, 1].Array2D[rows, columns];

    public static Tensor OneChannel(float[,] array) => tensor(array).reshape(1, 1, array.GetLength(0), array.GetLength(1));

    public static void AssertClose(Tensor expected, float[,] actual)
    {
        Assert.Equal([1, 1, actual.GetLength(0), actual.GetLength(1)], expected.shape);
        Assert.All(expected.data<float>().Zip(actual.Cast<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
