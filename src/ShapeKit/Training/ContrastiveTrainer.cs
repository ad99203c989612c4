using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Teaches a model to see, and then to match images with sentences.</summary>
/// <remarks>
/// <para>
/// Lesson one, <see cref="Look"/>: each cell of the image encoder's grid learns to name the nodule whose centre lies in it or near it.
/// Half of each batch is mirrored, because what a nodule looks like does not depend on its side. Without this lesson the encoder would
/// have to find out from sentences alone what there is to see, which takes far more pairs: CLIP had 400 million.
/// </para>
/// <para>
/// Lesson two, <see cref="Match"/>: the part that looks stays as it is (Zhai et al., <em>LiT: Zero-shot transfer with locked-image text
/// tuning</em>, 2022); what makes vectors of images and sentences learns by <see cref="ContrastiveLoss.SymmetricInfoNce"/>.
/// </para>
/// <para>
/// Both use AdamW (Loshchilov and Hutter, <em>Decoupled weight decay regularization</em>, 2019) with the learning rate of
/// <see cref="SegmentationTrainer"/>: up over a fifth of all steps, then down to zero. The same model, data, options and number of
/// threads give the same numbers to the last bit.
/// </para>
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="options">How to train; null takes the defaults.</param>
public sealed class ContrastiveTrainer(ImageTextModel model, ContrastiveOptions? options = null)
{
    private const double LookingWeightDecay = 0.05;
    private const double MatchingWeightDecay = 0.01;

    /// <summary>How near, in millimetres, a cell's centre lies to a nodule's to name it.</summary>
    private const double Near = 14;

    private readonly ImageTextModel _model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly ContrastiveOptions _options = options ?? new ContrastiveOptions();

    /// <summary>Lesson one: trains the part that looks.</summary>
    /// <param name="train">The images to learn from, and where their nodules lie.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached; the loss is the cross-entropy of an image's cells, summed.</returns>
    /// <exception cref="ArgumentException">The data set is empty, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the model keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or no weight learns.</exception>
    public IReadOnlyList<ContrastiveEpoch> Look(PhantomDataset train, CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(train);
        using Tensor classes = NoduleCells.Classes(train.Findings, _model.GridSize, Near),
            cells = classes.select(1, 0);
        var loop = new TrainingLoop<ContrastiveEpoch>(_model)
        {
            Part = " of looking",
            Epochs = _options.LookingEpochs,
            BatchSize = _options.LookingBatchSize,
            Seed = _options.Seed,
            LearningRate = _options.LookingLearningRate,
            WeightDecay = LookingWeightDecay,
            Learning = _model.LookingParameters,
            AfterEpoch = _options.AfterEpoch,
        };
        return loop.Run(
            epoch => new(train.Count, Loss, (loss, watch) => new("looking", epoch, _options.LookingEpochs, loss, watch.Elapsed)),
            cancellationToken
        );

        Tensor Loss(long[] chosen)
        {
            Tensor indices = tensor(chosen);
            Tensor images = HalfMirrored(train.Images.index_select(0, indices)),
                asked = HalfMirrored(cells.index_select(0, indices));
            return nn
                .functional.cross_entropy(_model.Locate(_model.Look(images)), asked, reduction: nn.Reduction.Sum)
                .DividedBy(chosen.Length);
        }
    }

    /// <summary>Lesson two: trains what makes vectors of images and sentences; the part that looks stays as it is.</summary>
    /// <param name="train">The images and their findings, from which the sentences are written.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached; the loss is the symmetric InfoNCE of a batch.</returns>
    /// <exception cref="ArgumentException">The data set is empty, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the model keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or no weight learns.</exception>
    public IReadOnlyList<ContrastiveEpoch> Match(PhantomDataset train, CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(train);
        IReadOnlyList<int> wordings = _options.Wordings ?? [.. Enumerable.Range(0, ReportGrammar.WordingCount)];
        var numbers = new Dictionary<string, int>();
        int[] meanings = [.. train.Findings.Select(findings => Number(string.Join("; ", findings.Select(ReportedFinding.From))))];
        using Tensor features = _model.LookAtAll(train.Images);
        return Contrast("matching", _model.MatchingParameters, train.Count, Loss, cancellationToken);

        Tensor Loss(long[] chosen, int epoch)
        {
            Tensor images = _model.ProjectImages(features.index_select(0, tensor(chosen)));
            Tensor sentences = _model.ProjectSentences(_model.Vocabulary.Encode([.. chosen.Select(i => Sentence((int)i, epoch))]));
            return ContrastiveLoss.SymmetricInfoNce(_model.Compare(images, sentences), [.. chosen.Select(i => meanings[i])]);
        }

        int Number(string meaning)
        {
            numbers.TryAdd(meaning, numbers.Count);
            return numbers[meaning];
        }

        string Sentence(int image, int epoch) =>
            ReportGrammar.Write(
                train.Findings[image],
                wordings[new RepeatableRandom(unchecked((_options.Seed * 1009) + epoch), image).Next(0, wordings.Count - 1)]
            );
    }

    /// <summary>
    /// Teaches the text encoder alone to read the notes of charts: a part of a note, in words of its own, learns to find the whole
    /// note, as sentences find images in lesson two. The model's words are those of <see cref="ChartNote.Words"/>.
    /// </summary>
    /// <param name="notes">The notes.</param>
    /// <param name="cancellationToken">Stops training after the current step.</param>
    /// <returns>What each epoch reached; the loss is the symmetric InfoNCE of a batch.</returns>
    /// <exception cref="ArgumentException">There are no notes, the model does not know their words, or an option is out of
    /// range.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped; the model keeps the weights of its last step.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public IReadOnlyList<ContrastiveEpoch> Read(IReadOnlyList<ChartNote> notes, CancellationToken cancellationToken = default)
    {
        _options.ThrowIfInvalid();
        ArgumentNullException.ThrowIfNull(notes);
        if (notes.Count == 0)
        {
            throw new ArgumentException("There are no notes; nothing can be learnt from them.", nameof(notes));
        }

        string[] meanings = [.. notes.Select(note => note.Write())];
        return Contrast("reading", _model.ReadingParameters, notes.Count, Loss, cancellationToken);

        Tensor Loss(long[] chosen, int epoch)
        {
            var parts = new string[chosen.Length];
            var wholes = new string[chosen.Length];
            for (int i = 0; i < chosen.Length; i++)
            {
                ChartNote note = notes[(int)chosen[i]];
                var random = new RepeatableRandom(unchecked((_options.Seed * 1009) + epoch), (int)chosen[i]);
                parts[i] = note.WritePart(ref random);
                wholes[i] = note.Write(random.Next(0, ChartNote.WordingCount - 1));
            }

            // Notes that say the same share a number: that of the first of them.
            int[] same = [.. chosen.Select(i => Array.FindIndex(chosen, j => meanings[j] == meanings[i]))];
            return ContrastiveLoss.SymmetricInfoNce(_model.Compare(Vectors(parts), Vectors(wholes)), same);
        }

        Tensor Vectors(string[] sentences) => _model.ProjectSentences(_model.Vocabulary.Encode(sentences));
    }

    /// <summary>Brings the vectors of what belongs together nearer to each other, while the model looks as it has learned to.</summary>
    private IReadOnlyList<ContrastiveEpoch> Contrast(
        string lesson,
        IEnumerable<TorchSharp.Modules.Parameter> learning,
        int count,
        Func<long[], int, Tensor> loss,
        CancellationToken cancellationToken
    )
    {
        var loop = new TrainingLoop<ContrastiveEpoch>(_model)
        {
            Part = $" of {lesson}",
            Epochs = _options.Epochs,
            BatchSize = _options.BatchSize,
            Seed = _options.Seed,
            LearningRate = _options.LearningRate,
            WeightDecay = MatchingWeightDecay,
            Learning = learning,
            AfterStep = _model.ClampScale,
            AfterEpoch = _options.AfterEpoch,
        };
        return loop.Run(
            epoch =>
            {
                _model.LockLooking();
                return new(
                    count,
                    chosen => loss(chosen, epoch),
                    (reached, watch) => new(lesson, epoch, _options.Epochs, reached, watch.Elapsed)
                );
            },
            cancellationToken
        );
    }

    /// <summary>Mirrors the first half of a batch left to right, images or cells.</summary>
    private static Tensor HalfMirrored(Tensor batch)
    {
        long half = batch.shape[0] / 2;
        return cat([batch.narrow(0, 0, half).flip(batch.dim() - 1), batch.narrow(0, half, batch.shape[0] - half)]);
    }

    private void ThrowIfInvalid(PhantomDataset data)
    {
        _options.ThrowIfInvalid();
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
        {
            throw new ArgumentException("The data set has no images; nothing can be learnt from it.", nameof(data));
        }
    }
}
