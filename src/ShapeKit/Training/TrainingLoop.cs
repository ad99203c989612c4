using System.Diagnostics;
using ShapeKit.Data;
using ShapeKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>
/// The loop that every trainer runs: epochs of steps, each of which lowers the loss of a batch with Adam, or with AdamW where weights
/// decay.
/// </summary>
/// <param name="model">What is trained. It ends in evaluation mode, in which each epoch is reported, too.</param>
internal sealed class TrainingLoop<TEpoch>(nn.Module model)
{
    /// <summary>How many epochs the training has, counted from 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>The first epoch of this loop, where others went before.</summary>
    public int First { get; init; } = 1;

    /// <summary>The last epoch of this loop, where others follow; null for the last of all.</summary>
    public int? Last { get; init; }

    /// <summary>What is taught, in words after an epoch's number, such as <c> of looking</c>.</summary>
    public string Part { get; init; } = "";

    public required int BatchSize { get; init; }

    /// <summary>Decides the order of the images in each epoch.</summary>
    public required int Seed { get; init; }

    /// <summary>The learning rate, or the highest of a schedule.</summary>
    public required double LearningRate { get; init; }

    public Schedule Schedule { get; init; } = Schedules.RiseAndFall;

    public double Beta2 { get; init; } = 0.999;

    public double WeightDecay { get; init; }

    /// <summary>What learns; null lets the whole model learn.</summary>
    public IEnumerable<Parameter>? Learning { get; init; }

    /// <summary>Where the model is while it trains; batches go there on their own.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>What each step ends with, such as keeping a weight in its range.</summary>
    public Action? AfterStep { get; init; }

    /// <summary>Hears of each epoch as soon as it ends.</summary>
    public required Action<TEpoch>? AfterEpoch { get; init; }

    /// <summary>Says of each epoch, before it is reported, whether training stops early with it; null never does.</summary>
    public Func<TEpoch, bool>? IsLast { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="begin">Prepares an epoch, whose number it gets, with the model in training mode; the tensors that it makes live as
    /// long as the epoch.</param>
    /// <param name="cancellationToken">Stops training after the current step, as the notebook's own stop does.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="OperationCanceledException">Training was stopped; the message names the epoch.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or no weight learns.</exception>
    public List<TEpoch> Run(Func<int, Pass<TEpoch>> begin, CancellationToken cancellationToken)
    {
        using var moved = new OnDevice(model, Device);
        using optim.Optimizer optimizer = FusedAdam.For(Learning ?? model.parameters(), LearningRate, Beta2, WeightDecay);
        var epochs = new List<TEpoch>();
        Action<long>? schedule = null;
        int last = Last ?? Epochs;
        bool ends = false;
        try
        {
            for (int epoch = First; epoch <= last && !ends; epoch++)
            {
                epochs.Add(RunEpoch(epoch));
                ends = IsLast?.Invoke(epochs[^1]) ?? false;
                AfterEpoch?.Invoke(epochs[^1]);
            }
        }
        finally
        {
            model.eval();
        }

        return epochs;

        TEpoch RunEpoch(int epoch)
        {
            using DisposeScope scope = NewDisposeScope();
            model.train();
            Pass<TEpoch> pass = begin(epoch);
            var watch = Stopwatch.StartNew();
            List<long[]> batches = BatchesOf(pass.Images, epoch);
            int steps = batches.Count,
                step = 0;
            schedule ??= Schedule(optimizer, LearningRate, steps * (last - First + 1L));
            double sum = 0;
            try
            {
                foreach (long[] chosen in batches)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Notebook.ThrowIfStopped();
                    schedule(((long)(epoch - First) * steps) + step);
                    double loss = Step(pass, chosen, optimizer);
                    step++;
                    LossGuard.Require(loss, epoch, step, Part);
                    sum += loss * chosen.Length;
                }

                LossGuard.RequireStatistics(model, epoch, Part);
                model.eval();
                return pass.Result(sum / pass.Images, watch);
            }
            catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
            {
                throw Stopped(epoch, e, cancellationToken);
            }
        }
    }

    private OperationCanceledException Stopped(int epoch, Exception reason, CancellationToken cancellationToken) =>
        new(
            $"Training was stopped in epoch {epoch} of {Epochs}{Part}; the network keeps the weights of its last step.",
            reason,
            cancellationToken
        );

    /// <summary>
    /// The images of each batch. One that is left over joins the batch before, where a batch norm can make nothing of a single one.
    /// </summary>
    private List<long[]> BatchesOf(int images, int epoch)
    {
        List<long[]> batches = [.. Batches.Indices(images, BatchSize, Seed, epoch)];
        if (batches is [.., var before, [var single]] && BatchSize > 1 && model.modules().Any(part => part is BatchNorm1d))
        {
            batches[^2] = [.. before, single];
            batches.RemoveAt(batches.Count - 1);
        }

        return batches;
    }

    private double Step(Pass<TEpoch> pass, long[] chosen, optim.Optimizer optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = pass.Loss(chosen);
        if (!loss.requires_grad)
        {
            throw new InvalidOperationException(
                "No weight learns from the loss: the network has none, all are frozen, or slopes are switched off around it, as in "
                    + "no_grad(). Set requires_grad of the weights that are to learn to true, and train outside of no_grad()."
            );
        }

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        AfterStep?.Invoke();
        return loss.item<float>();
    }
}
