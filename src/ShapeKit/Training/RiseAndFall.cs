using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>A learning rate that rises in a straight line over a fifth of all steps and falls to zero along half a wave of the cosine.</summary>
/// <remarks>Loshchilov and Hutter, <em>SGDR: stochastic gradient descent with warm restarts</em> (2017), section 3, equation 5, after a linear warm-up.</remarks>
internal static class RiseAndFall
{
    private const double RisingShare = 0.2;

    /// <summary>Sets an optimizer's learning rate.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="highest">The rate after a fifth of the steps.</param>
    /// <param name="done">The share of all steps that is done, 0..1.</param>
    public static void Set(optim.Optimizer optimizer, double highest, double done)
    {
        double share = done < RisingShare ? done / RisingShare : (1 + Math.Cos(Math.PI * (done - RisingShare) / (1 - RisingShare))) / 2;
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = highest * share;
        }
    }
}
