using TorchSharp;
using static ShapeKit.Training.OptionRange;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>How the learning rate moves during training.</summary>
public enum LearningRateSchedule
{
    /// <summary>Every step has the same learning rate.</summary>
    Constant,

    /// <summary>
    /// It rises from a twenty-fifth of <see cref="TrainingOptions.LearningRate"/> to all of it during the first 30% of the steps and
    /// then falls to nearly nothing, both along a cosine. Smith and Topin, <em>Super-convergence: very fast training of neural
    /// networks using large learning rates</em> (2019), section 3, in PyTorch's form.
    /// </summary>
    OneCycle,
}

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>How often training goes over all training images, at most; at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many images each step looks at before it moves the weights; at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>How far a step moves the weights; Adam's α, above 0. With a schedule, the largest.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate moves from step to step.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>
    /// How strongly each step also shrinks the weights: by this part of the learning rate, at least 0. Above 0 the optimizer is AdamW
    /// (Loshchilov and Hutter, <em>Decoupled weight decay regularization</em>, 2019, algorithm 2).
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// Whether the rarer class counts for more in training, so that both weigh the same: an image of class c has the weight N / (2
    /// N<sub>c</sub>), with N training images, N<sub>c</sub> of them of class c. King and Zeng, <em>Logistic regression in rare events
    /// data</em> (2001), section 4.2. Validation and evaluation count every image once.
    /// </summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// The share of the training images that is held out for validation, the same share of each class; 0 holds out none, below 1. Not
    /// used when <see cref="Trainer.Fit"/> is given validation images.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// Decides which images are held out, the order of the images in each epoch, and the random numbers of <see cref="Augment"/>.
    /// </summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Stops when this many epochs in a row brought no lower validation loss (loss, where there is no validation); null never stops
    /// early.
    /// </summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Whether the network ends with the weights of its best epoch (<see cref="TrainingHistory.BestEpoch"/>) instead of its last.
    /// </summary>
    public bool RestoreBestWeights { get; init; }

    /// <summary>
    /// Changes the images of each training batch, for example by random flips: takes images <c>[N, 1, H, W]</c>, float32 in 0..1, and
    /// random numbers that depend on the seed and the epoch; gives images of the same shape. Null leaves them as they are.
    /// </summary>
    public Func<Tensor, Random, Tensor>? Augment { get; init; }

    /// <summary>
    /// Hears of each epoch as soon as it ends, on the thread that trains; the network is in evaluation mode and can be asked.
    /// </summary>
    public Action<EpochResult>? AfterEpoch { get; init; }

    /// <summary>
    /// Where training computes: <c>cpu</c>, or a graphics card such as <c>cuda</c> or <c>cuda:1</c>. Images go there batch by batch; the
    /// network goes there for as long as it is trained or applied. A card needs another libtorch than the course's own:
    /// <c>docs/scale.md</c> says which.
    /// </summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The device, once it is known to be there.</summary>
    /// <exception cref="ArgumentException">It has no such name, or it is not there.</exception>
    internal torch.Device FindDevice()
    {
        torch.Device device;
        try
        {
            device = new torch.Device(Device);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException(
                $"There is no device called \"{Device}\": choose cpu, cuda, or one card of several, such as cuda:1.",
                nameof(Device),
                e
            );
        }

        int cards = device.type == DeviceType.CUDA && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return device.type switch
        {
            DeviceType.CPU when device.index <= 0 => device,
            DeviceType.CUDA when Math.Max(device.index, 0) < cards => device,
            DeviceType.CUDA => throw new ArgumentException(
                $"\"{Device}\" is not there: libtorch sees "
                    + $"{(cards == 0 ? "no CUDA graphics card" : $"{cards} of them, counted from 0")}. Train on \"cpu\", or give "
                    + "libtorch a card as docs/scale.md tells.",
                nameof(Device)
            ),
            _ => throw new ArgumentException($"Training on \"{Device}\" is not known: choose cpu or cuda.", nameof(Device)),
        };
    }

    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Device);
        Require(Epochs >= 1, nameof(Epochs), Epochs, "At least one epoch is needed.");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "A batch holds at least one image.");
        Require(
            LearningRate > 0 && double.IsFinite(LearningRate),
            nameof(LearningRate),
            LearningRate,
            "A learning rate is above 0, such as 0.001."
        );
        Require(Enum.IsDefined(Schedule), nameof(Schedule), Schedule, "Choose Constant or OneCycle.");
        Require(
            WeightDecay >= 0 && double.IsFinite(WeightDecay),
            nameof(WeightDecay),
            WeightDecay,
            "A weight decay is at least 0, such as 0.01."
        );
        Require(
            ValidationFraction is >= 0 and < 1,
            nameof(ValidationFraction),
            ValidationFraction,
            "A validation fraction is at least 0 and below 1, such as 0.2."
        );
        Require(
            EarlyStoppingPatience is null or >= 1,
            nameof(EarlyStoppingPatience),
            EarlyStoppingPatience,
            "Early stopping waits at least one epoch; null turns it off."
        );
    }
}
