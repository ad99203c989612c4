using System.Diagnostics;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
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
/// Before, and at the same time, where the true nodules are known, the encoder learns to see: each cell of its grid names the nodule whose centre
/// lies in it or near it (<see cref="CaptionModel.Locate"/>). Captioning networks usually begin with an encoder that has learnt to see elsewhere, from a
/// million photographs (Vinyals et al., <em>Show and tell</em>, 2015, section 3.1); this one learns it here. The same network, data, options and number of threads give the
/// same numbers to the last bit.
/// </para>
/// </remarks>
/// <param name="model">The network.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class CaptionTrainer(CaptionModel model, CaptionOptions? options = null)
{
    private const double RisingShare = 0.2;

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
                return new Lesson(data.Images.alias(), [.. data.Findings.Select(findings => ReportGrammar.Write(findings))], data.Findings);
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
            // Two parts, each with its own rise and fall of the learning rate: first to see, then to see and to write.
            foreach ((int first, int last) in new[] { (1, looking), (looking + 1, looking + options.Epochs) })
            {
                using optim.Optimizer optimizer = optim.AdamW(model.parameters(), options.LearningRate, beta2: 0.99, weight_decay: options.WeightDecay);
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
        Tensor? words = epoch > looking ? Words(lesson) : null;
        Tensor? cells = lesson.Findings is { } findings && (words is null || options.LocationWeight > 0) ? Cells(findings, (int)images.shape[2] / ImageEncoder.Stride) : null;
        int count = (int)images.shape[0], steps = (count + options.BatchSize - 1) / options.BatchSize, step = 0;
        var sum = new Progress(0, 0, 0, 0);
        model.train();
        foreach (long[] chosen in Batches.Indices(count, options.BatchSize, options.Seed, epoch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Notebook.ThrowIfStopped();
            SetLearningRate(optimizer, (epoch - first + ((step + 0.5) / steps)) / (last - first + 1));
            Progress progress = Step(images, words, cells, chosen, optimizer);
            step++;
            if (!double.IsFinite(progress.WordLoss + progress.CellLoss))
            {
                throw new InvalidOperationException($"The loss is no longer a number in epoch {epoch}, step {step}: the weights have run away. Make a new network and try a smaller learning rate.");
            }

            sum = new Progress(sum.CellLoss + progress.CellLoss, sum.WordLoss + progress.WordLoss, sum.Right + progress.Right, sum.Words + progress.Words);
        }

        model.eval();
        return new CaptionEpoch(
            epoch, looking + options.Epochs, cells is null ? double.NaN : sum.CellLoss / count, sum.WordLoss / sum.Words, (double)sum.Right / sum.Words, Stopwatch.GetElapsedTime(start));
    }

    private Progress Step(Tensor images, Tensor? words, Tensor? cells, long[] chosen, optim.Optimizer optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor indices = tensor(chosen);
        Tensor features = model.Encode(images.index_select(0, indices)), located = model.Locate(features), loss = zeros(1);
        var progress = new Progress(0, 0, 0, 0);
        if (cells is not null)
        {
            // Summed over an image's cells, because nearly all of them show nothing.
            Tensor what = cells.select(1, 0).index_select(0, indices), where = cells.select(1, 1).index_select(0, indices);
            Tensor cellLoss = nn.functional.cross_entropy(located.narrow(1, 0, CaptionModel.LocationSizes), what, reduction: nn.Reduction.Sum)
                + nn.functional.cross_entropy(located.narrow(1, CaptionModel.LocationSizes, CaptionModel.LocationPlaces), where, ignore_index: Nowhere, reduction: nn.Reduction.Sum);
            loss = loss + (cellLoss * ((words is null ? 1 : options.LocationWeight) / chosen.Length));
            progress = progress with { CellLoss = cellLoss.item<float>() };
        }

        if (words is not null)
        {
            Tensor reports = words.index_select(0, indices);
            Tensor given = reports.narrow(1, 0, reports.shape[1] - 1), asked = reports.narrow(1, 1, reports.shape[1] - 1), counted = asked != Vocabulary.Padding;
            Tensor logits = model.Decode(model.Remember(features, located), given).transpose(1, 2);
            Tensor wordLoss = nn.functional.cross_entropy(logits, asked, ignore_index: Vocabulary.Padding);
            loss = loss + wordLoss;
            long number = counted.sum().item<long>();
            progress = progress with { WordLoss = wordLoss.item<float>() * number, Right = ((logits.argmax(1) == asked) & counted).sum().item<long>(), Words = number };
        }

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return progress;
    }

    private void SetLearningRate(optim.Optimizer optimizer, double done)
    {
        double share = done < RisingShare ? done / RisingShare : (1 + Math.Cos(Math.PI * (done - RisingShare) / (1 - RisingShare))) / 2;
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = options.LearningRate * share;
        }
    }

    private Tensor Words(Lesson lesson)
    {
        if (lesson.Reports.Count == 0 || lesson.Images.shape[0] != lesson.Reports.Count)
        {
            throw new ArgumentException($"There are {lesson.Images.shape[0]} images and {lesson.Reports.Count} reports; pass one report for each image, and at least one.");
        }

        return model.Vocabulary.Encode(lesson.Reports);
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

    /// <summary>Images <c>[N, 1, S, S]</c>, their reports, and the nodules where they are known.</summary>
    private sealed record Lesson(Tensor Images, IReadOnlyList<string> Reports, IReadOnlyList<IReadOnlyList<Finding>>? Findings);

    /// <summary>The summed losses of cells and of words, how many words were predicted right, and how many there were.</summary>
    private readonly record struct Progress(double CellLoss, double WordLoss, long Right, long Words);
}
