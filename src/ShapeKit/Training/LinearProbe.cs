using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>A yes-or-no question answered from vectors that a trained encoder gives: a weight for each number, a sum, a sigmoid.</summary>
/// <remarks>
/// The encoder stays as it is. Radford et al., <em>Learning transferable visual models from natural language supervision</em> (2021),
/// section 3.2, judge encoders so. It is a logistic regression with a small penalty on the squares of its weights; it has one best
/// solution, which Newton's method finds in a few steps without a seed (Bishop, <em>Pattern recognition and machine learning</em>,
/// 2006, section 4.3.3).
/// </remarks>
public sealed class LinearProbe
{
    private const double Penalty = 0.3;
    private const int Steps = 30;

    /// <summary>A step that moves no weight farther ends the search.</summary>
    private const double Still = 1e-6;

    private readonly double[] _weights;

    private LinearProbe(double[] weights) => _weights = weights;

    /// <summary>Finds the weights.</summary>
    /// <param name="vectors">A vector for each case, <c>[N, D]</c>, float32.</param>
    /// <param name="labels">The answers, 0 or 1, in the same order; both must occur.</param>
    /// <returns>The trained probe.</returns>
    /// <exception cref="ArgumentException">There are no vectors <c>[N, D]</c>, one is not a number, there are not N labels, one is
    /// neither 0 nor 1, or only one of both occurs.</exception>
    public static LinearProbe Fit(Tensor vectors, IReadOnlyList<int> labels)
    {
        GivenTensor.Require(vectors);
        ArgumentNullException.ThrowIfNull(labels);
        if (
            vectors.shape is not [> 0, > 0]
            || labels.Count != vectors.shape[0]
            || labels.Any(label => label is not (0 or 1))
            || labels.Distinct().Count() < 2
        )
        {
            throw new ArgumentException(
                $"A probe learns from vectors [N, D] and N labels of which some are 0 and the others 1; these are "
                    + $"[{string.Join(", ", vectors.shape)}] with {labels.Count} labels, {labels.Count(label => label == 1)} of them 1.",
                nameof(labels)
            );
        }

        GivenTensor.RequireNumbers(vectors, nameof(vectors));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable withoutGradients = no_grad();
        Tensor inputs = WithOne(vectors),
            answers = tensor(labels.Select(label => (double)label).ToArray());
        long count = inputs.shape[1];
        // The last weight, that of the one, is free.
        Tensor penalties = ones(count, ScalarType.Float64).Times(Penalty);
        Held.Number(0, penalties[count - 1].fill_);
        Tensor weights = zeros(count, ScalarType.Float64);
        for (int step = 0; step < Steps; step++)
        {
            Tensor chances = inputs.matmul(weights).sigmoid();
            Tensor slope = inputs.t().matmul(chances - answers).Plus(penalties * weights);
            Tensor spread = (chances - (chances * chances)).unsqueeze(1);
            Tensor curvature = inputs.t().matmul(inputs * spread).Plus(diag(penalties));
            Tensor move = linalg.solve(curvature, slope.unsqueeze(1)).squeeze(1);
            weights -= move;
            if (move.abs().max().item<double>() < Still)
            {
                break;
            }
        }

        return new LinearProbe(weights.data<double>().ToArray());
    }

    /// <summary>Answers the question for other cases.</summary>
    /// <param name="vectors">A vector for each case, <c>[N, D]</c>, float32, of the length that the probe learned from.</param>
    /// <returns>N probabilities of the answer 1, in 0..1.</returns>
    /// <exception cref="ArgumentException">The vectors have another shape.</exception>
    public float[] Predict(Tensor vectors)
    {
        GivenTensor.Require(vectors);
        if (vectors.dim() != 2 || vectors.shape[1] != _weights.Length - 1)
        {
            throw new ArgumentException(
                $"The probe learned from vectors of {_weights.Length - 1} numbers; these are [{string.Join(", ", vectors.shape)}].",
                nameof(vectors)
            );
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable withoutGradients = no_grad();
        return WithOne(vectors).matmul(tensor(_weights)).sigmoid().to(ScalarType.Float32).data<float>().ToArray();
    }

    /// <summary>The vectors in double precision, each with a 1 behind it, whose weight is the bias.</summary>
    private static Tensor WithOne(Tensor vectors) =>
        cat([vectors.detach().to(ScalarType.Float64), ones(vectors.shape[0], 1, ScalarType.Float64)], 1);
}
