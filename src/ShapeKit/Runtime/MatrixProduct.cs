using static TorchSharp.torch;

namespace ShapeKit.Runtime;

/// <summary>
/// Looks at the operands of <c>matmul</c> before libtorch does: TorchSharp lets libtorch's exception through there, and the process
/// would end.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>Throws when two tensors have no matrix product, by the rules of <c>torch.matmul</c>.</summary>
    /// <param name="left">Any tensor; something else has no sides, as a number has none.</param>
    /// <param name="right">Any tensor; something else has no sides, as a number has none.</param>
    /// <exception cref="ArgumentException">Their shapes, types or devices don't fit.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for their product.</exception>
    public static void ThrowIfUndefined(object? left, object? right)
    {
        long[] a = (left as Tensor)?.shape ?? [];
        long[] b = (right as Tensor)?.shape ?? [];
        if (a.Length == 0 || b.Length == 0)
        {
            throw new ArgumentException($"matmul needs tensors of one dimension and more; these are {Text(a)} and {Text(b)}.");
        }

        if (a[^1] != b[b.Length == 1 ? 0 : b.Length - 2])
        {
            throw new ArgumentException(
                $"matmul needs a left tensor with as many columns as the right one has rows; these are {Text(a)} and {Text(b)}."
                    + (b.Length == 2 && a[^1] == b[1] ? " Is the right one's transpose, `.t()`, meant?" : "")
            );
        }

        long[] stack = a.Length > 2 ? a[..^2] : [];
        long[] other = b.Length > 2 ? b[..^2] : [];
        if (stack.Reverse().Zip(other.Reverse()).Any(sides => sides.First != sides.Second && sides.First != 1 && sides.Second != 1))
        {
            throw new ArgumentException(
                $"matmul needs stacks of matrices that are as long as each other, or one; these are {Text(a)} and {Text(b)}."
            );
        }

        (ScalarType type, ScalarType otherType) = (((Tensor)left!).dtype, ((Tensor)right!).dtype);
        if (type != otherType || type == ScalarType.Bool)
        {
            throw new ArgumentException(
                $"matmul needs numbers of one type; these are {type} and {otherType}. `.to({nameof(ScalarType)}.Float32)` changes a tensor's."
            );
        }

        if (left is Tensor { is_sparse: true } || right is Tensor { is_sparse: true } || IsQuantized(type))
        {
            throw new ArgumentException(
                "matmul is for ordinary tensors here; `.to_dense()` makes one of a sparse tensor, `.dequantize()` of a quantized one."
            );
        }

        if (((Tensor)left).device.ToString() is var device && device != ((Tensor)right).device.ToString())
        {
            throw new ArgumentException($"matmul needs tensors on one device; these are on {device} and {((Tensor)right).device}.");
        }

        long rows = a.Length == 1 ? 1 : a[^2],
            columns = b.Length == 1 ? 1 : b[^1];
        double matrices = stack
            .Reverse()
            .Concat(Enumerable.Repeat(1L, Math.Max(0, other.Length - stack.Length)))
            .Zip(other.Reverse().Concat(Enumerable.Repeat(1L, Math.Max(0, stack.Length - other.Length))), Math.Max)
            .Aggregate(1.0, (product, side) => product * side);
        AvailableMemory.Require((long)Math.Min(matrices * rows, long.MaxValue), columns, $"The products of {Text(a)} and {Text(b)}");
    }

    private static bool IsQuantized(ScalarType type) => type is ScalarType.QInt8 or ScalarType.QUInt8 or ScalarType.QInt32;

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
