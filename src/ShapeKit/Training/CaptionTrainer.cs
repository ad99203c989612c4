using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Trains a network to write reports, and judges what it writes.</summary>
/// <remarks>
/// <para>
/// Teacher forcing: at each place of a report the network is given the true words so far and asked for the next one; the loss is the
/// cross-entropy, −ln p of the true next word, averaged over all words of a batch. Padding does not count. AdamW lowers it (Loshchilov
/// and Hutter, <em>Decoupled weight decay regularization</em>, 2019) with the learning rate of <see cref="SegmentationTrainer"/>: up over
/// a fifth of all steps, then down to zero.
/// </para>
/// <para>
/// Before, where the true nodules are known, the encoder learns to see: each cell of its grid names the nodule whose centre lies in it or
/// near it (<see cref="CaptionModel.Locate"/>). Then it is locked, and only the decoder learns. Captioning networks usually begin with an
/// encoder that has learnt to see elsewhere, from a million photographs, and lock it (Vinyals et al., <em>Show and tell</em>, 2015,
/// section 4.3.1); this one learns it here. The same network, data, options and number of threads give the same numbers to the last bit.
/// </para>
/// </remarks>
/// <param name="model">The network.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class CaptionTrainer(CaptionModel model, CaptionOptions? options = null)
{
    /// <summary>
    /// How near, in sides of a cell, a nodule's centre lies to the cell's: a little more than half a diagonal, so that each nodule has a
    /// cell.
    /// </summary>
    private const double Near = 0.72;

    private readonly CaptionModel _model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly CaptionOptions _options = options ?? new CaptionOptions();

    /// <summary>Trains the network on standard reports of phantoms, new phantoms in each epoch, and leaves it in evaluation mode.</summary>
    /// <param name="textbook">Draws the phantoms of an epoch, whose number it is given, counted from 1; the trainer disposes them. All
    /// epochs have as many.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="ArgumentException">A textbook is null or empty, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the network keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or no weight learns.</exception>
    public IReadOnlyList<CaptionEpoch> Fit(Func<int, PhantomDataset> textbook, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(textbook);
        _options.ThrowIfInvalid();
        int looking = _options.LookingEpochs,
            epochs = looking + _options.Epochs;
        // Two parts, each with its own rise and fall of the learning rate: first to see, then to write.
        List<CaptionEpoch> seen = Loop(1, looking, epochs, _model.parameters())
            .Run(
                epoch =>
                {
                    using PhantomDataset data = Open(textbook, epoch);
                    return Look(epoch, epochs, data.Images.alias(), data.Findings);
                },
                cancellationToken
            );
        List<CaptionEpoch> read = Loop(looking + 1, epochs, epochs, looking > 0 ? Decoder() : _model.parameters())
            .Run(
                epoch =>
                {
                    using PhantomDataset data = Open(textbook, epoch);
                    string[] reports = [.. data.Findings.Select(findings => ReportGrammar.Write(findings))];
                    return Read(epoch, epochs, data.Images.alias(), reports, locked: looking > 0);
                },
                cancellationToken
            );
        return [.. seen, .. read];
    }

    /// <summary>Trains the network on images and their reports, such as a reader's corrections, and leaves it in evaluation mode.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="reports">A report for each image, of words that the model's vocabulary knows.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached.</returns>
    /// <exception cref="ArgumentException">There is no image, the numbers of images and reports differ, a report is null or empty, a word
    /// is not known, a report is too long, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the network keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or no weight learns.</exception>
    public IReadOnlyList<CaptionEpoch> Fit(Tensor images, IReadOnlyList<string> reports, CancellationToken cancellationToken = default)
    {
        GivenTensor.Require(images);
        ArgumentNullException.ThrowIfNull(reports);
        _options.ThrowIfInvalid();
        int epochs = _options.Epochs;
        return Loop(1, epochs, epochs, _model.parameters())
            .Run(epoch => Read(epoch, epochs, images, reports, locked: false), cancellationToken);
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
            : CaptionReport.From([.. _model.Write(data.Images).Select(caption => caption.Text)], data.Findings);
    }

    private static PhantomDataset Open(Func<int, PhantomDataset> textbook, int epoch) =>
        textbook(epoch) is { Count: > 0 } data
            ? data
            : throw new ArgumentException(
                $"The textbook of epoch {epoch} is null or has no images; draw at least one for each epoch.",
                nameof(textbook)
            );

    private TrainingLoop<CaptionEpoch> Loop(int first, int last, int epochs, IEnumerable<Parameter> learning) =>
        new(_model)
        {
            First = first,
            Last = last,
            Epochs = epochs,
            BatchSize = _options.BatchSize,
            Seed = _options.Seed,
            LearningRate = _options.LearningRate,
            Beta2 = 0.99,
            WeightDecay = _options.WeightDecay,
            Learning = learning,
            AfterEpoch = _options.AfterEpoch,
        };

    /// <summary>An epoch of learning to see.</summary>
    private Pass<CaptionEpoch> Look(int epoch, int epochs, Tensor images, IReadOnlyList<IReadOnlyList<Finding>> findings)
    {
        int count = (int)images.shape[0],
            grid = (int)images.shape[2] / ImageEncoder.Stride;
        Tensor cells = NoduleCells.Classes(findings, grid, Near * PhantomGeneratorOptions.FieldOfViewMillimetres / grid);
        double sum = 0;
        return new(count, Loss, (_, watch) => new(epoch, epochs, sum / count, double.NaN, double.NaN, watch.Elapsed));

        Tensor Loss(long[] chosen)
        {
            Tensor indices = tensor(chosen);
            Tensor located = _model.Locate(_model.Encode(images.index_select(0, indices)));
            Tensor what = cells.select(1, 0).index_select(0, indices),
                where = cells.select(1, 1).index_select(0, indices);
            Tensor sizes = located.narrow(1, 0, CaptionModel.LocationSizes);
            Tensor places = located.narrow(1, CaptionModel.LocationSizes, CaptionModel.LocationPlaces);
            // Summed over an image's cells, because nearly all of them show nothing.
            Tensor loss = nn
                .functional.cross_entropy(sizes, what, reduction: nn.Reduction.Sum)
                .Plus(nn.functional.cross_entropy(places, where, ignore_index: NoduleCells.Nowhere, reduction: nn.Reduction.Sum));
            sum += loss.item<float>();
            return loss.DividedBy(chosen.Length);
        }
    }

    /// <summary>An epoch of learning to write.</summary>
    private Pass<CaptionEpoch> Read(int epoch, int epochs, Tensor images, IReadOnlyList<string> reports, bool locked)
    {
        Tensor words = Words(images, reports);
        double sum = 0;
        long right = 0,
            all = 0;
        _model.Encoder.train(!locked);
        return new(reports.Count, Loss, (_, watch) => new(epoch, epochs, double.NaN, sum / all, (double)right / all, watch.Elapsed));

        Tensor Loss(long[] chosen)
        {
            Tensor indices = tensor(chosen);
            Tensor features,
                located;
            using (set_grad_enabled(!locked))
            {
                features = _model.Encode(images.index_select(0, indices));
                located = _model.Locate(features);
            }

            Tensor batch = words.index_select(0, indices);
            Tensor given = batch.narrow(1, 0, batch.shape[1] - 1),
                asked = batch.narrow(1, 1, batch.shape[1] - 1),
                counted = Held.Number(Vocabulary.Padding, asked.ne);
            Tensor logits = _model.Decode(_model.Remember(features, located), given).transpose(1, 2);
            long number = counted.sum().item<long>();
            right += ((logits.argmax(1) == asked) & counted).sum().item<long>();
            all += number;
            Tensor loss = nn.functional.cross_entropy(logits, asked, ignore_index: Vocabulary.Padding);
            sum += loss.item<float>() * number;
            return loss;
        }
    }

    /// <summary>All weights but those that see.</summary>
    private IEnumerable<Parameter> Decoder() =>
        _model
            .named_parameters()
            .Where(entry =>
                !entry.name.StartsWith("encoder.", StringComparison.Ordinal) && !entry.name.StartsWith("locator.", StringComparison.Ordinal)
            )
            .Select(entry => entry.parameter);

    private Tensor Words(Tensor images, IReadOnlyList<string> reports)
    {
        long count = images.dim() == 0 ? 0 : images.shape[0];
        if (reports.Count == 0 || count != reports.Count)
        {
            throw new ArgumentException(
                $"There are {count} images and {reports.Count} reports; pass one report for each image, and at least one.",
                nameof(reports)
            );
        }

        if (reports.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A report is null or empty; write one for each image.", nameof(reports));
        }

        return _model.Vocabulary.Encode(reports);
    }
}
