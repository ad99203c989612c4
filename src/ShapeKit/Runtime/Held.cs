using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Runtime;

/// <summary>Operations of tensors with numbers, which stay alive until libtorch has read them.</summary>
/// <remarks>
/// TorchSharp hands libtorch a number by its address, and lets .NET free it as soon as the address is taken. When another thread starts a
/// collection at that moment, libtorch reads what is no number any more. Sums have one more, the factor 1 of what is added.
/// </remarks>
internal static class Held
{
    public static Tensor Plus(this Tensor left, Tensor right) => Number(1, factor => left.add(right, factor));

    public static Tensor Plus(this Tensor left, Scalar right) => Number(right, number => Number(1, factor => left.add(number, factor)));

    public static Tensor Minus(this Tensor left, Scalar right) => Number(right, left.sub);

    public static Tensor Times(this Tensor left, Scalar right) => Number(right, left.mul);

    public static Tensor DividedBy(this Tensor left, Scalar right) => Number(right, number => left.div(number));

    public static Tensor IsEqualTo(this Tensor left, Scalar right) => Number(right, left.eq);

    /// <summary>Does something with a number.</summary>
    /// <param name="number">The number, which nothing else uses.</param>
    /// <param name="use">Hands it to libtorch.</param>
    public static T Number<T>(Scalar number, Func<Scalar, T> use)
    {
        using (number)
        {
            return use(number);
        }
    }

    /// <summary>The numbers 0 to one below a count, int64.</summary>
    public static Tensor Range(long count) =>
        Number(0, start => Number(count, end => Number(1, step => arange(start, end, step, ScalarType.Int64))));
}
