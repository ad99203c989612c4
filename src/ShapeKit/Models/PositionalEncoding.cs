using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>Adds to each word's vector a pattern of waves that tells its place in the sentence; it learns nothing.</summary>
/// <remarks>
/// Vaswani et al., <em>Attention is all you need</em> (2017), section 3.5: at place p the numbers 2i and 2i + 1 are the sine and the
/// cosine of p / 10000<sup>2i / D</sup>.
/// </remarks>
internal sealed class PositionalEncoding : nn.Module<Tensor, Tensor>
{
    private readonly Tensor table;

    /// <summary>Prepares the patterns.</summary>
    /// <param name="width">The length of a word's vector, D; even, at least 2.</param>
    /// <param name="maxLength">The largest number of places; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PositionalEncoding(int width, int maxLength = 128)
        : base(nameof(PositionalEncoding))
    {
        table = Table(maxLength, width).DetachFromDisposeScope();
        register_buffer(nameof(table), table, persistent: false);
    }

    /// <summary>The patterns of the first places.</summary>
    /// <param name="length">How many places, L; at least 1.</param>
    /// <param name="width">The length of a pattern, D; even, at least 2.</param>
    /// <returns>A new tensor <c>[L, D]</c>, float32 in -1..1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static Tensor Table(int length, int width)
    {
        if (length < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "At least one place is needed.");
        }

        if (width < 2 || width % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "The width is an even number: each wave has a sine and a cosine.");
        }

        var values = new float[length, width];
        for (int place = 0; place < length; place++)
        {
            for (int i = 0; i < width; i += 2)
            {
                (double sine, double cosine) = Math.SinCos(place / Math.Pow(10000, (double)i / width));
                (values[place, i], values[place, i + 1]) = ((float)sine, (float)cosine);
            }
        }

        return tensor(values);
    }

    /// <summary>The pattern of one place, <c>[1, D]</c>.</summary>
    internal Tensor At(int place) => table.narrow(0, place, 1);

    /// <summary>Adds each place's pattern.</summary>
    /// <param name="input">Word vectors <c>[N, L, D]</c>, float32.</param>
    /// <returns>Vectors of the same shape.</returns>
    /// <exception cref="ArgumentException">The vectors have another width, or there are more places than were prepared.</exception>
    public override Tensor forward(Tensor input)
    {
        GivenTensor.Require(input);
        if (input.dim() != 3 || input.shape[2] != table.shape[1] || input.shape[1] > table.shape[0])
        {
            throw new ArgumentException(
                $"The positional encoding takes [N, L, {table.shape[1]}] with L up to {table.shape[0]}; this is "
                    + $"[{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }

        using Tensor places = table.narrow(0, 0, input.shape[1]);
        return input.Plus(places);
    }
}
