using ShapeKit.Models;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

[Collection(nameof(TorchState))]
public sealed class PositionalEncodingTests
{
    [Fact]
    public void The_patterns_are_the_papers_sines_and_cosines()
    {
        using Tensor table = PositionalEncoding.Table(3, 4);

        // Wavelengths 2π and 2π · 100.
        double[] expected =
        [
            0,
            1,
            0,
            1,
            Math.Sin(1),
            Math.Cos(1),
            Math.Sin(0.01),
            Math.Cos(0.01),
            Math.Sin(2),
            Math.Cos(2),
            Math.Sin(0.02),
            Math.Cos(0.02),
        ];
        Assert.Equal(expected.Select(value => (float)value), table.data<float>().ToArray());
    }

    [Fact]
    public void They_are_added_to_every_sentence_and_nothing_is_learnt()
    {
        using var model = new PositionalEncoding(4, maxLength: 5);
        using Tensor words = ones(2, 3, 4),
            encoded = model.call(words),
            table = PositionalEncoding.Table(3, 4),
            expected = table + 1;

        Assert.Empty(model.parameters());
        Assert.Empty(model.state_dict());
        using Tensor first = encoded[0],
            second = encoded[1];
        Assert.True(first.Equals(expected) && second.Equals(expected));

        long before = TorchState.LiveTensors();
        model.call(words).Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Odd_widths_and_too_long_sentences_are_refused()
    {
        using var model = new PositionalEncoding(4, maxLength: 5);
        using Tensor words = ones(1, 6, 4);

        Assert.StartsWith(
            "The width is an even number",
            Assert.Throws<ArgumentOutOfRangeException>(() => new PositionalEncoding(3)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The positional encoding takes [N, L, 4] with L up to 5; this is [1, 6, 4].",
            Assert.Throws<ArgumentException>(() => model.call(words)).Message,
            StringComparison.Ordinal
        );
    }
}
