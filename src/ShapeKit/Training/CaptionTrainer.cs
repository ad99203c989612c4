using System.Diagnostics;
using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Trains a network to write reports, and judges what it writes.</summary>
/// <remarks>
/// <para>
/// Teacher forcing: at each place of a report the network is given the true words so far and asked for the next one; the loss is the
/// cross-entropy, −ln p of the true next word, averaged over all words of a batch. Padding does not count. AdamW lowers it (Loshchilov and Hutter,
/// <em>Decoupled weight decay regularization</em>, 2019) with the learning rate of <see cref="SegmentationTrainer"/>: up over a fifth of all steps, then down to zero.
/// </para>
/// <para>
/// Before, where the true nodules are known, the encoder learns to see: each cell of its grid names the nodule whose centre lies in it or near it
/// (<see cref="CaptionModel.Locate"/>). Then it is locked, and only the decoder learns. Captioning networks usually begin with an encoder that has learnt to see elsewhere, from
/// a million photographs, and lock it (Vinyals et al., <em>Show and tell</em>, 2015, section 4.3.1); this one learns it here. The same network, data, options and
/// number of threads give the same numbers to the last bit.
/// </para>
/// </remarks>
/// <param name="model">The network.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class CaptionTrainer(CaptionModel model, CaptionOptions? options = null)
{
    /// <summary>The place of a cell without a nodule; the loss leaves it out.</summary>
    private const long Nowhere = -100;

    private readonly CaptionModel model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly CaptionOptions options = options ?? new CaptionOptions();

    /// <summary>Trains the network on standard reports of phantoms, new phantoms in each epoch, and leaves it in evaluation mode.</summary>
    /// <param name="textbook">Draws the phantoms of an epoch, whose number it is given, counted from 1; the trainer disposes them. All epochs have as many.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="ArgumentException">A textbook is empty, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the network keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public IReadOnlyList<CaptionEpoch> Fit(Func<int, PhantomDataset> textbook, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(textbook);
        return Fit(
            epoch =>
            {
                using PhantomDataset data = textbook(epoch);
                bool reads = epoch > options.LookingEpochs;
                return new Lesson(data.Images.alias(), reads ? [.. data.Findings.Select(findings => ReportGrammar.Write(findings))] : null, data.Findings);
            },
            located: true,
            cancellationToken);
    }

    /// <summary>Trains the network on images and their reports, such as a reader's corrections, and leaves it in evaluation mode.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="reports">A report for each image, of words that the model's vocabulary knows.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="ArgumentException">There is no image, the numbers of images and reports differ, a word is not known, a report is too long, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the network keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public IReadOnlyList<CaptionEpoch> Fit(Tensor images, IReadOnlyList<string> reports, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(reports);
        return Fit(_ => new Lesson(images.alias(), reports, null), located: false, cancellationToken);
    }

    /// <summary>Lets the network write a report about each phantom and compares with what was drawn.</summary>
    /// <param name="data">The phantoms.</param>
    /// <returns>How many reports are right, and what is wrong with the others.</returns>
    /// <exception cref="ArgumentException">The data set is empty.</exception>
    public CaptionReport Evaluate(PhantomDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count == 0
            ? throw new ArgumentException("The data set has no images; nothing can be measured on it.", nameof(data))
            : CaptionReport.From([.. model.Write(data.Images).Select(caption => caption.Text)], data.Findings);
    }

    private List<CaptionEpoch> Fit(Func<int, Lesson> lessons, bool located, CancellationToken cancellationToken)
    {
        options.Check();
        var epochs = new List<CaptionEpoch>();
        int looking = located ? options.LookingEpochs : 0;
        try
        {
            // Two parts, each with its own rise and fall of the learning rate: first to see, then to write.
            foreach ((int first, int last) in new[] { (1, looking), (looking + 1, looking + options.Epochs) })
            {
                using optim.Optimizer optimizer = FusedAdam.For(first > 1 ? Decoder() : model.parameters(), options.LearningRate, beta2: 0.99, options.WeightDecay);
                for (int epoch = first; epoch <= last; epoch++)
                {
                    epochs.Add(FitEpoch(lessons(epoch), epoch, first, last, looking, optimizer, cancellationToken));
                    options.AfterEpoch?.Invoke(epochs[^1]);
                }
            }
        }
        finally
        {
            model.eval();
        }

        return epochs;
    }

    private CaptionEpoch FitEpoch(Lesson lesson, int epoch, int first, int last, int looking, optim.Optimizer optimizer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using DisposeScope scope = NewDisposeScope();
        using Tensor images = lesson.Images;
        Tensor? words = lesson.Reports is { } reports ? Words(images, reports) : null;
        Tensor? cells = words is null ? Cells(lesson.Findings!, (int)images.shape[2] / ImageEncoder.Stride) : null;
        bool locked = words is not null && looking > 0;
        int count = (int)images.shape[0], steps = (count + options.BatchSize - 1) / options.BatchSize, step = 0;
        var sum = new Progress(0, 0, 0, 0);
        model.train();
        model.Encoder.train(!locked);
        foreach (long[] chosen in Batches.Indices(count, options.BatchSize, options.Seed, epoch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Notebook.ThrowIfStopped();
            RiseAndFall.Set(optimizer, options.LearningRate, (epoch - first + ((step + 0.5) / steps)) / (last - first + 1));
            using Tensor indices = tensor(chosen);
            Progress progress = words is null ? Look(images, cells!, indices, optimizer) : Read(images, words, indices, locked, optimizer);
            step++;
            LossGuard.Require(progress.WordLoss + progress.CellLoss, epoch, step);
            sum = new Progress(sum.CellLoss + progress.CellLoss, sum.WordLoss + progress.WordLoss, sum.Right + progress.Right, sum.Words + progress.Words);
        }

        model.eval();
        return new CaptionEpoch(
            epoch, looking + options.Epochs, cells is null ? double.NaN : sum.CellLoss / count, sum.WordLoss / sum.Words, (double)sum.Right / sum.Words, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>A step of learning to see.</summary>
    private Progress Look(Tensor images, Tensor cells, Tensor indices, optim.Optimizer optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor located = model.Locate(model.Encode(images.index_select(0, indices)));
        Tensor what = cells.select(1, 0).index_select(0, indices), where = cells.select(1, 1).index_select(0, indices);
        // Summed over an image's cells, because nearly all of them show nothing.
        Tensor loss = nn.functional.cross_entropy(located.narrow(1, 0, CaptionModel.LocationSizes), what, reduction: nn.Reduction.Sum)
            + nn.functional.cross_entropy(located.narrow(1, CaptionModel.LocationSizes, CaptionModel.LocationPlaces), where, ignore_index: Nowhere, reduction: nn.Reduction.Sum);
        Update(loss / indices.shape[0], optimizer);
        return new Progress(loss.item<float>(), 0, 0, 0);
    }

    /// <summary>A step of learning to write.</summary>
    private Progress Read(Tensor images, Tensor words, Tensor indices, bool locked, optim.Optimizer optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features, located;
        using (set_grad_enabled(!locked))
        {
            features = model.Encode(images.index_select(0, indices));
            located = model.Locate(features);
        }

        Tensor reports = words.index_select(0, indices);
        Tensor given = reports.narrow(1, 0, reports.shape[1] - 1), asked = reports.narrow(1, 1, reports.shape[1] - 1), counted = asked != Vocabulary.Padding;
        Tensor logits = model.Decode(model.Remember(features, located), given).transpose(1, 2);
        Tensor loss = nn.functional.cross_entropy(logits, asked, ignore_index: Vocabulary.Padding);
        Update(loss, optimizer);
        long number = counted.sum().item<long>();
        return new Progress(0, loss.item<float>() * number, ((logits.argmax(1) == asked) & counted).sum().item<long>(), number);
    }

    private static void Update(Tensor loss, optim.Optimizer optimizer)
    {
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    /// <summary>All weights but those that see.</summary>
    private IEnumerable<Parameter> Decoder() =>
        model.named_parameters().Where(entry => !entry.name.StartsWith("encoder.", StringComparison.Ordinal) && !entry.name.StartsWith("locator.", StringComparison.Ordinal)).Select(entry => entry.parameter);

    private Tensor Words(Tensor images, IReadOnlyList<string> reports)
    {
        if (reports.Count == 0 || images.shape[0] != reports.Count)
        {
            throw new ArgumentException($"There are {images.shape[0]} images and {reports.Count} reports; pass one report for each image, and at least one.");
        }

        return model.Vocabulary.Encode(reports);
    }

    /// <summary>
    /// The classes of each cell, <c>[N, 2, G, G]</c>: what, 1 to 3 for a small, medium or large nodule whose centre is no farther from the cell's than
    /// half its diagonal, else 0; and where, 0 to 5 for its side and zone, else <see cref="Nowhere"/>.
    /// </summary>
    private static Tensor Cells(IReadOnlyList<IReadOnlyList<Finding>> findings, int grid)
    {
        double cell = PhantomGeneratorOptions.FieldOfViewMillimetres / grid, reach = 0.72 * cell;
        var classes = new long[findings.Count, 2, grid, grid];
        for (int i = 0; i < findings.Count; i++)
        {
            for (int row = 0; row < grid; row++)
            {
                for (int column = 0; column < grid; column++)
                {
                    Finding? near = findings[i].FirstOrDefault(finding => Math.Sqrt(Square(finding.XMillimetres - ((column + 0.5) * cell)) + Square(finding.YMillimetres - ((row + 0.5) * cell))) < reach);
                    classes[i, 0, row, column] = near is null ? 0 : 1 + (int)near.Size;
                    classes[i, 1, row, column] = near is null ? Nowhere : ((int)near.Side * 3) + (int)near.Zone;
                }
            }
        }

        return tensor(classes);

        static double Square(double value) => value * value;
    }

    /// <summary>Images <c>[N, 1, S, S]</c>, their reports where they are to be read, and the nodules where they are known.</summary>
    private sealed record Lesson(Tensor Images, IReadOnlyList<string>? Reports, IReadOnlyList<IReadOnlyList<Finding>>? Findings);

    /// <summary>The summed losses of cells and of words, how many words were predicted right, and how many there were.</summary>
    private readonly record struct Progress(double CellLoss, double WordLoss, long Right, long Words);
}
