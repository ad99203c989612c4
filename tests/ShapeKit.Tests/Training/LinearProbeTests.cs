using ShapeKit.Evaluation;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

public sealed class LinearProbeTests
{
    [Fact]
    public void It_finds_what_the_vectors_tell_and_says_yes_as_often_as_it_is_true()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        float[] numbers = [.. Enumerable.Range(0, 4000).Select(_ => (random.NextSingle() * 2) - 1)];
        // The chance of a 1 grows with the first of four numbers; the others tell nothing.
        int[] labels = [.. numbers.Chunk(4).Select(v => random.NextDouble() < 1 / (1 + Math.Exp(1 - (4 * v[0]))) ? 1 : 0)];
        Tensor vectors = tensor(numbers).reshape(1000, 4);

        LinearProbe probe = LinearProbe.Fit(vectors[..800], labels[..800]);
        float[] learned = probe.Predict(vectors[..800]),
            asked = probe.Predict(vectors[800..]);

        Assert.Equal(labels[..800].Average(), learned.Average(), 1e-4);
        double truth = RocCurve.From(labels[800..], [.. numbers.Chunk(4).Skip(800).Select(v => v[0])]).AreaUnderCurve;
        Assert.InRange(RocCurve.From(labels[800..], asked).AreaUnderCurve, truth - 0.02, truth + 0.02);
        Assert.Equal(learned, LinearProbe.Fit(vectors[..800], labels[..800]).Predict(vectors[..800]));
    }

    [Fact]
    public void Classes_that_a_line_parts_give_sure_answers_that_stay_numbers()
    {
        using Tensor vectors = tensor(new float[] { -2, -1, 1, 2 }).reshape(4, 1);

        float[] answers = LinearProbe.Fit(vectors, [0, 0, 1, 1]).Predict(vectors);

        Assert.True(answers[0] < answers[1] && answers[1] < 0.2 && answers[2] > 0.8 && answers[3] < 1);
    }
}
