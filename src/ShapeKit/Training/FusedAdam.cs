using System.Numerics;
using ShapeKit.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>
/// TorchSharp's Adam, whose step goes through the memory of each parameter once, where TorchSharp's goes through it for each of a dozen
/// operations.
/// </summary>
/// <remarks>
/// Kingma and Ba, <em>Adam: a method for stochastic optimization</em> (2015), algorithm 1; with weight decay, Loshchilov and Hutter,
/// <em>Decoupled weight decay regularization</em> (2019), algorithm 2. β₁ 0.9, ε 10⁻⁸; schedules set learning rate and β₁ as they do with
/// TorchSharp's.
/// </remarks>
internal sealed class FusedAdam : Adam
{
    private const double Epsilon = 1e-8;

    private readonly Parameter[] _weights;
    private readonly double _weightDecay;

    private FusedAdam(Parameter[] weights, double learningRate, double beta2, double weightDecay)
        : base(weights, learningRate, beta2: beta2, eps: Epsilon) => (_weights, _weightDecay) = (weights, weightDecay);

    /// <summary>
    /// Adam, or AdamW with weight decay: fused where all parameters are float32 in the processor's memory, TorchSharp's elsewhere.
    /// </summary>
    public static optim.Optimizer For(IEnumerable<Parameter> parameters, double learningRate, double beta2 = 0.999, double weightDecay = 0)
    {
        Parameter[] weights = [.. parameters];
        return weights.All(weight => weight.dtype == ScalarType.Float32 && weight.device_type == DeviceType.CPU && weight.is_contiguous())
                ? new FusedAdam(weights, learningRate, beta2, weightDecay)
            : weightDecay == 0 ? optim.Adam(weights, learningRate, beta2: beta2)
            : optim.AdamW(weights, learningRate, beta2: beta2, weight_decay: weightDecay);
    }

    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        Tensor? loss = closure?.Invoke();
        var group = (ParamGroup)ParamGroups.Single();
        foreach (Parameter weight in _weights)
        {
            using Tensor? gradient = weight.grad;
            if (gradient is null)
            {
                continue;
            }

            using Tensor inOrder = gradient.contiguous();
            var state = (State)_state[weight.Handle];
            state.step++;
            Update(
                ImageDataset.Values<float>(weight),
                ImageDataset.Values<float>(inOrder),
                ImageDataset.Values<float>(state.exp_avg),
                ImageDataset.Values<float>(state.exp_avg_sq),
                group.LearningRate,
                group.Betas,
                state.step
            );
        }

        return loss!; // null without a closure, as TorchSharp's
    }

    private void Update(
        Span<float> weights,
        Span<float> gradients,
        Span<float> means,
        Span<float> squares,
        double learningRate,
        (double First, double Second) betas,
        long step
    )
    {
        float first = (float)betas.First,
            second = (float)betas.Second,
            keep = (float)(1 - (learningRate * _weightDecay));
        float ofGradient = (float)(1 - betas.First),
            ofSquare = (float)(1 - betas.Second);
        float stride = (float)(learningRate / (1 - Math.Pow(betas.First, step))),
            unbiased = (float)(1 / Math.Sqrt(1 - Math.Pow(betas.Second, step)));
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradients[i..]);
            Vector<float> m = (new Vector<float>(means[i..]) * first) + (g * ofGradient);
            Vector<float> v = (new Vector<float>(squares[i..]) * second) + (g * g * ofSquare);
            m.CopyTo(means[i..]);
            v.CopyTo(squares[i..]);
            (
                (new Vector<float>(weights[i..]) * keep)
                - (m * stride / ((Vector.SquareRoot(v) * unbiased) + new Vector<float>((float)Epsilon)))
            ).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            float m = means[i] = (means[i] * first) + (gradients[i] * ofGradient);
            float v = squares[i] = (squares[i] * second) + (gradients[i] * gradients[i] * ofSquare);
            weights[i] = (weights[i] * keep) - (m * stride / ((MathF.Sqrt(v) * unbiased) + (float)Epsilon));
        }
    }
}
