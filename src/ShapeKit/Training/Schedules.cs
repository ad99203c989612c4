using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Prepares how an optimizer's learning rate moves.</summary>
/// <param name="optimizer">The optimizer.</param>
/// <param name="highest">The highest learning rate.</param>
/// <param name="steps">How many steps there will be.</param>
/// <returns>Sets the learning rate of a step; it is called before each one, in order, with its number counted from 0.</returns>
internal delegate Action<long> Schedule(optim.Optimizer optimizer, double highest, long steps);

/// <summary>How learning rates move from step to step.</summary>
internal static class Schedules
{
    private const double RisingShare = 0.2;

    /// <summary>Every step has the same learning rate.</summary>
    public static Action<long> Constant(optim.Optimizer optimizer, double highest, long steps) => _ => { };

    /// <summary><see cref="LearningRateSchedule.OneCycle"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more steps than torch counts.</exception>
    public static Action<long> OneCycle(optim.Optimizer optimizer, double highest, long steps)
    {
        OptionRange.Require(
            steps <= int.MaxValue,
            nameof(TrainingOptions.Epochs),
            steps,
            $"One cycle of {steps} steps is too long, at most {int.MaxValue} are counted; choose fewer epochs, larger batches, or Constant."
        );
        optim.lr_scheduler.LRScheduler cycle = optim.lr_scheduler.OneCycleLR(optimizer, highest, total_steps: (int)steps);
        return step =>
        {
            // It has set the rate of the first step.
            if (step > 0)
            {
                cycle.step();
            }
        };
    }

    /// <summary>Rises in a straight line over a fifth of all steps and falls to zero along half a wave of the cosine.</summary>
    /// <remarks>
    /// Loshchilov and Hutter, <em>SGDR: stochastic gradient descent with warm restarts</em> (2017), section 3, equation 5, after a linear
    /// warm-up.
    /// </remarks>
    public static Action<long> RiseAndFall(optim.Optimizer optimizer, double highest, long steps) =>
        step =>
        {
            double done = (step + 0.5) / steps;
            double share = done < RisingShare ? done / RisingShare : (1 + Math.Cos(Math.PI * (done - RisingShare) / (1 - RisingShare))) / 2;
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = highest * share;
            }
        };
}
