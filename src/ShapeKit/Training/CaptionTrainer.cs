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
/// Where the true nodules are known, a second lesson is added: each cell of the encoder's grid names the nodule whose centre lies in it or
/// near it (<see cref="CaptionModel.Locate"/>). Captioning networks usually begin with an encoder that has learnt to see elsewhere, from a million
/// photographs; this one learns to see and to write at the same time. The same network, data, options and number of threads give the
/// same numbers to the last bit.
/// </para>
/// </remarks>
/// <param name="model">The network.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class CaptionTrainer(CaptionModel model, CaptionOptions? options = null)
{
    private const double RisingShare = 0.2;

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
        return Fit(_ => new Lesson(images.alias(), reports, null), cancellationToken);
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

    private List<CaptionEpoch> Fit(Func<int, Lesson> lessons, CancellationToken cancellationToken)
    {
        options.Check();
        using optim.Optimizer optimizer = optim.AdamW(model.parameters(), options.LearningRate, beta2: 0.99, weight_decay: options.WeightDecay);
        var epochs = new List<CaptionEpoch>();
        int step = 0;
        try
        {
            for (int epoch = 1; epoch <= options.Epochs; epoch++)
            {
                long start = Stopwatch.GetTimestamp();
                using DisposeScope scope = NewDisposeScope();
                Lesson lesson = lessons(epoch);
                int count = lesson.Reports.Count, steps = options.Epochs * ((count + options.BatchSize - 1) / options.BatchSize);
                Tensor words = Words(lesson), places = Places(lesson);
                var sum = new Progress(0, 0, 0);
                model.train();
                foreach (long[] chosen in Batches.Indices(count, options.BatchSize, options.Seed, epoch))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Notebook.ThrowIfStopped();
                    SetLearningRate(optimizer, Math.Min((step + 0.5) / steps, 1));
                    Progress progress = Step(lesson.Images, words, places, chosen, optimizer);
                    step++;
                    if (!double.IsFinite(progress.Loss))
                    {
                        throw new InvalidOperationException($"The loss became {progress.Loss} in epoch {epoch}, step {step}: the weights have run away. Make a new network and try a smaller learning rate.");
                    }

                    sum = new Progress(sum.Loss + progress.Loss, sum.Right + progress.Right, sum.Words + progress.Words);
                }

                model.eval();
                epochs.Add(new CaptionEpoch(epoch, options.Epochs, sum.Loss / sum.Words, (double)sum.Right / sum.Words, Stopwatch.GetElapsedTime(start)));
                options.AfterEpoch?.Invoke(epochs[^1]);
            }
        }
        finally
        {
            model.eval();
        }

        return epochs;
    }

    private Progress Step(Tensor images, Tensor words, Tensor places, long[] chosen, optim.Optimizer optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor indices = tensor(chosen);
        Tensor reports = words.index_select(0, indices);
        Tensor given = reports.narrow(1, 0, reports.shape[1] - 1), asked = reports.narrow(1, 1, reports.shape[1] - 1);
        Tensor features = model.Encode(images.index_select(0, indices));
        Tensor logits = model.Decode(model.Remember(features), given).transpose(1, 2);
        Tensor wordLoss = nn.functional.cross_entropy(logits, asked, ignore_index: Vocabulary.Padding);
        Tensor loss = wordLoss;
        if (options.LocationWeight > 0 && places.numel() > 0)
        {
            // The sum over an image's cells, because nearly all of them show nothing.
            loss = loss + (options.LocationWeight / chosen.Length * nn.functional.cross_entropy(model.Locate(features), places.index_select(0, indices), reduction: nn.Reduction.Sum));
        }

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        Tensor counts = asked != Vocabulary.Padding;
        long number = counts.sum().item<long>();
        return new Progress(wordLoss.item<float>() * number, ((logits.argmax(1) == asked) & counts).sum().item<long>(), number);
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

    /// <summary>The class of each cell, <c>[N, G, G]</c>: 1 to 3 for a small, medium or large nodule whose centre is no farther from the cell's than half its diagonal, else 0.</summary>
    private static Tensor Places(Lesson lesson)
    {
        if (lesson.Findings is not { } findings)
        {
            return empty(0);
        }

        int grid = (int)lesson.Images.shape[2] / ImageEncoder.Stride;
        double cell = PhantomGeneratorOptions.FieldOfViewMillimetres / grid, reach = cell * 0.72;
        var classes = new long[findings.Count, grid, grid];
        for (int i = 0; i < findings.Count; i++)
        {
            foreach (Finding finding in findings[i])
            {
                for (int row = 0; row < grid; row++)
                {
                    for (int column = 0; column < grid; column++)
                    {
                        double dx = ((column + 0.5) * cell) - finding.XMillimetres, dy = ((row + 0.5) * cell) - finding.YMillimetres;
                        if ((dx * dx) + (dy * dy) < reach * reach)
                        {
                            classes[i, row, column] = 1 + (int)finding.Size;
                        }
                    }
                }
            }
        }

        return tensor(classes);
    }

    /// <summary>Images <c>[N, 1, S, S]</c>, their reports, and the nodules where they are known.</summary>
    private sealed record Lesson(Tensor Images, IReadOnlyList<string> Reports, IReadOnlyList<IReadOnlyList<Finding>>? Findings);

    /// <summary>The summed loss of words, how many were predicted right, and how many there were.</summary>
    private readonly record struct Progress(double Loss, long Right, long Words);
}
