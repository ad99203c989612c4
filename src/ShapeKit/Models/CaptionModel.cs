using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>Looks at an image and writes a report about it, one word at a time.</summary>
/// <remarks>
/// <para>
/// The encoder, an <see cref="ImageEncoder"/>, turns the image into a grid of feature vectors; with a pattern of waves added that tells
/// each vector's row and column, this grid is the memory. The decoder is that of Vaswani et al., <em>Attention is all you need</em>
/// (2017), section 3.1: each layer is masked self-attention (a word sees the words before it), cross-attention (a word looks at the
/// memory) and a feed-forward network, each with a residual connection. Layer normalisation stands before each of them, not after as in
/// the paper: so the network trains without a long warm-up (Xiong et al., <em>On layer normalization in the Transformer
/// architecture</em>, 2020, figure 1b).
/// </para>
/// <para>
/// A second, small output names what each cell of the grid shows (<see cref="Locate"/>). Training on it teaches the encoder to see, and its
/// probabilities are added to the memory, each with a learnt vector of its own, so that the decoder finds at once where something is.
/// </para>
/// </remarks>
public sealed class CaptionModel : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>How many of the most likely words a step names.</summary>
    internal const int NextWords = 5;

    private const int ImagesAtATime = 64;

    /// <summary>More than any decoder has, and few enough to be made.</summary>
    private const int MostLayers = 1000;

    /// <summary>More words than any report has, and few enough for each to look at all before it.</summary>
    private const int LongestReport = 10_000;

    private readonly ImageEncoder encoder;
    private readonly Conv2d locator;
    private readonly Linear named;
    private readonly LayerNorm memoryNorm;
    private readonly Embedding embedding;
    private readonly PositionalEncoding places;
    private readonly ModuleList<DecoderLayer> decoder = [];
    private readonly LayerNorm norm;
    private readonly Linear output;
    private readonly int width;

    /// <summary>Makes a network with fresh weights.</summary>
    /// <param name="vocabulary">The words that it can write, V with the special ones.</param>
    /// <param name="width">The length of every vector, D: of a word, and of a cell of the grid; a multiple of 4 and of
    /// <paramref name="heads"/>.</param>
    /// <param name="heads">How many attentions look side by side; at least 1.</param>
    /// <param name="layers">How many layers the decoder has; 1 to 1000.</param>
    /// <param name="maxLength">The longest report that it writes, in words with start and end; 2 to 10000.</param>
    /// <param name="seed">Draws the same weights each time; null draws from torch's own generator, which
    /// <see cref="Runtime.Session.Start"/> seeds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the weights.</exception>
    public CaptionModel(Vocabulary vocabulary, int width = 48, int heads = 4, int layers = 2, int maxLength = 25, int? seed = null)
        : base(nameof(CaptionModel))
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Require(heads >= 1, nameof(heads), heads, "At least one attention head is needed.");
        Require(
            width >= 4 && width % 4 == 0 && width % heads == 0,
            nameof(width),
            width,
            $"The width is a multiple of 4 and of the {heads} heads."
        );
        Require(layers is >= 1 and <= MostLayers, nameof(layers), layers, $"The decoder has 1 to {MostLayers} layers.");
        Require(
            maxLength is >= 2 and <= LongestReport,
            nameof(maxLength),
            maxLength,
            $"A report has a start and an end, and at most {LongestReport} words with them."
        );
        double wordVectors = (2.0 * vocabulary.Count) + maxLength;
        AvailableMemory.RequireWeights(
            ImageEncoder.Weights(width) + (16.0 * layers * width * width) + (wordVectors * width),
            $"a caption model of width {width}, {layers} layers and reports of {maxLength} words"
        );
        (Vocabulary, MaxLength, this.width) = (vocabulary, maxLength, width);
        encoder = new ImageEncoder(width);
        locator = nn.Conv2d(width, LocationSizes + LocationPlaces, 1);
        named = nn.Linear(LocationSizes + LocationPlaces, width);
        memoryNorm = nn.LayerNorm(width);
        embedding = nn.Embedding(vocabulary.Count, width);
        places = new PositionalEncoding(width, maxLength);
        for (int layer = 0; layer < layers; layer++)
        {
            decoder.Add(new DecoderLayer(width, heads));
        }

        norm = nn.LayerNorm(width);
        output = nn.Linear(width, vocabulary.Count);
        RegisterComponents();
        Initialize(seed);
    }

    /// <summary>What a cell of the grid can hold: nothing, or the centre of a small, medium or large nodule.</summary>
    internal static int LocationSizes { get; } = 1 + Enum.GetValues<NoduleSize>().Length;

    /// <summary>Where a cell with a nodule can lie: in one of three zones of two sides.</summary>
    internal static int LocationPlaces { get; } = Enum.GetValues<LungSide>().Length * Enum.GetValues<LungZone>().Length;

    /// <summary>The part that looks at images.</summary>
    public ImageEncoder Encoder => encoder;

    /// <summary>The words that it can write.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The longest report that it writes, in words with start and end.</summary>
    public int MaxLength { get; }

    /// <summary>
    /// Computes, for each place of given reports, the logits of the word that follows: what training asks (teacher forcing).
    /// </summary>
    /// <param name="input1">Images <c>[N, 1, S, S]</c>, float32 in 0..1; S is a multiple of <see cref="ImageEncoder.Stride"/>.</param>
    /// <param name="input2">Reports as numbers <c>[N, L]</c>, int64, beginning with <see cref="Vocabulary.Start"/>; L is at most
    /// <see cref="MaxLength"/>. What follows the end does not matter.</param>
    /// <returns>Logits <c>[N, L, V]</c>, float32: at place i those of word i + 1, computed from words 0 to i alone. Padding and start
    /// never follow, nor does the end follow the start: theirs are −∞.</returns>
    /// <exception cref="ArgumentException">Images or reports have another shape, or a number stands for no word.</exception>
    public override Tensor forward(Tensor input1, Tensor input2)
    {
        using DisposeScope scope = NewDisposeScope();
        return Decode(Remember(Encode(input1)), input2).MoveToOuterDisposeScope();
    }

    /// <summary>Looks at images: the grid of feature vectors that the encoder makes of each.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1.</param>
    /// <returns>Feature maps <c>[N, D, G, G]</c>, float32, with G = S / <see cref="ImageEncoder.Stride"/>.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Encode(Tensor images)
    {
        GivenTensor.Require(images);
        Tensor features = encoder.call(images);
        return features.shape[2] == features.shape[3]
            ? features
            : throw new ArgumentException(
                $"The model takes square grey images [N, 1, S, S]; these have [{string.Join(", ", images.shape)}].",
                nameof(images)
            );
    }

    /// <summary>Names what each cell of the grid shows: the lesson that teaches the encoder to see.</summary>
    /// <param name="features">Feature maps <c>[N, D, G, G]</c> of <see cref="Encode"/>.</param>
    /// <returns>Logits <c>[N, 10, G, G]</c>: four for what lies there (nothing, or the centre of a small, medium or large nodule), and
    /// six for where it lies (right upper, middle and lower zone, then left).</returns>
    /// <exception cref="ArgumentException">The feature maps have another shape.</exception>
    public Tensor Locate(Tensor features)
    {
        RequireFeatures(features);
        return locator.call(features);
    }

    /// <summary>
    /// Turns feature maps into what the decoder looks at: one vector for each cell, which tells what it shows and its row and column.
    /// </summary>
    /// <param name="features">Feature maps <c>[N, D, G, G]</c> of <see cref="Encode"/>.</param>
    /// <returns>Memory <c>[G·G, N, D]</c>, float32, row after row.</returns>
    /// <exception cref="ArgumentException">The feature maps have another shape.</exception>
    public Tensor Remember(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return Remember(features, Locate(features)).MoveToOuterDisposeScope();
    }

    /// <summary>The memory of feature maps whose cells are already named by logits <c>[N, 10, G, G]</c>.</summary>
    internal Tensor Remember(Tensor features, Tensor located)
    {
        using DisposeScope scope = NewDisposeScope();
        long grid = features.shape[2];
        Tensor axis = PositionalEncoding.Table((int)grid, width / 2);
        Tensor rows = axis.unsqueeze(1).expand(grid, grid, width / 2),
            columns = axis.unsqueeze(0).expand(grid, grid, width / 2);
        Tensor place = cat([rows, columns], 2).reshape(grid * grid, 1, width);

        // Where there is something: its sizes' probabilities, and those of its places as far as there is something.
        Tensor sizes = located.narrow(1, 0, LocationSizes).softmax(1);
        Tensor places = located.narrow(1, LocationSizes, LocationPlaces).softmax(1) * sizes.narrow(1, 0, 1).negative().Plus(1);
        Tensor names = named.call(cat([sizes, places], 1).flatten(2).permute(2, 0, 1)).Times(Math.Sqrt(width));
        return memoryNorm.call(features.flatten(2).permute(2, 0, 1)).Plus(names).Plus(place).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits of the next words from a memory.</summary>
    /// <param name="memory">Memory <c>[G·G, N, D]</c> of <see cref="Remember(Tensor)"/>.</param>
    /// <param name="words">Reports as numbers <c>[N, L]</c>, int64.</param>
    /// <returns>Logits <c>[N, L, V]</c>.</returns>
    /// <exception cref="ArgumentException">Memory or reports have another shape, the reports are too long, or a number stands for no
    /// word.</exception>
    public Tensor Decode(Tensor memory, Tensor words)
    {
        (Tensor logits, Tensor attention) = DecodeAndLook(memory, words);
        attention.Dispose();
        return logits;
    }

    /// <summary>Writes reports greedily: at each step the most likely word.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1, at least one.</param>
    /// <returns>N reports. The network is in evaluation mode while it writes.</returns>
    /// <exception cref="ArgumentException">There is no image, or the images have another shape.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public IReadOnlyList<Caption> Write(Tensor images)
    {
        GivenTensor.Require(images);
        if (images.numel() == 0 || images.dim() == 0)
        {
            throw new ArgumentException(
                $"There is no image to write about; these have [{string.Join(", ", images.shape)}].",
                nameof(images)
            );
        }

        GivenTensor.RequireFloat32(images);

        using DisposeScope parts = NewDisposeScope();
        return Evaluating(() =>
            images
                .split(ImagesAtATime)
                .SelectMany(part =>
                {
                    using DisposeScope scope = NewDisposeScope();
                    Tensor memory = Remember(Encode(part));
                    Draft draft = new(this, memory);
                    var words = new List<Tensor> { Held.Number(Vocabulary.Start, start => full([part.shape[0]], start, ScalarType.Int64)) };
                    Tensor ended = zeros(part.shape[0], ScalarType.Bool);
                    while (words.Count < MaxLength && !ended.all().item<bool>())
                    {
                        Tensor next = Held.Number(Vocabulary.Padding, padding =>
                            draft.Append(words[^1]).argmax(-1).masked_fill(ended, padding)
                        );
                        ended = ended | next.IsEqualTo(Vocabulary.End);
                        words.Add(next);
                    }

                    return Explain(memory, stack(words, 1));
                })
                .ToArray()
        );
    }

    /// <summary>Writes the most probable reports that a beam search finds: it keeps several beginnings at a time instead of one.</summary>
    /// <remarks>
    /// A report's probability is the product of its words' probabilities; nothing corrects for its length. With one beam this is
    /// <see cref="Write"/>.
    /// </remarks>
    /// <param name="image">One image <c>[1, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="beams">How many beginnings are kept, k; 1 to the size of the vocabulary.</param>
    /// <returns>k reports, or fewer where there are no more, the most probable first.</returns>
    /// <exception cref="ArgumentException">There is not one image, or the number of beams is out of range.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public IReadOnlyList<Caption> Search(Tensor image, int beams = 4)
    {
        GivenTensor.Require(image);
        Require(beams >= 1 && beams <= Vocabulary.Count, nameof(beams), beams, $"A beam search keeps 1 to {Vocabulary.Count} beginnings.");
        if (image.shape is not [1, ..])
        {
            throw new ArgumentException(
                $"A beam search takes one image, [1, 1, S, S]; this is [{string.Join(", ", image.shape)}].",
                nameof(image)
            );
        }

        return Evaluating(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor memory = Remember(Encode(image));
            Draft draft = new(this, memory);
            List<Beginning> kept = [new([Vocabulary.Start], 0, 0)];
            while (kept.Exists(beginning => !HasEnded(beginning)))
            {
                Beginning[] open = [.. kept.Where(beginning => !HasEnded(beginning))];
                draft = draft.Select([.. open.Select(beginning => beginning.Row)]);
                float[] logProbabilities = NetworkOutput
                    .Require(draft.Append(tensor(open.Select(beginning => beginning.Words[^1]).ToArray())))
                    .log_softmax(-1)
                    .data<float>()
                    .ToArray();
                IEnumerable<Beginning> longer = open.SelectMany(
                    (beginning, row) =>
                        Enumerable
                            .Range(0, Vocabulary.Count)
                            .Select(word => new Beginning(
                                [.. beginning.Words, word],
                                beginning.LogProbability + logProbabilities[(row * Vocabulary.Count) + word],
                                row
                            ))
                );
                kept =
                [
                    .. kept.Where(HasEnded)
                        .Concat(longer.Where(beginning => double.IsFinite(beginning.LogProbability)))
                        .OrderByDescending(beginning => beginning.LogProbability)
                        .Take(beams),
                ];
            }

            long longest = kept.Max(beginning => beginning.Words.Length);
            Tensor found = stack(kept.Select(beginning => tensor([.. beginning.Words, .. new long[longest - beginning.Words.Length]])));
            return Explain(memory.expand(-1, kept.Count, -1), found);
        });
    }

    /// <summary>
    /// Reads a given report with the eyes of the network: how probable it finds each word, and where it looks. It writes nothing.
    /// </summary>
    /// <param name="image">One image <c>[1, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="text">The report, of words that the vocabulary knows.</param>
    /// <returns>The report with a step for each word and for its end.</returns>
    /// <exception cref="ArgumentException">There is not one image, a word is not known, or the report is longer than
    /// <see cref="MaxLength"/>.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public Caption Explain(Tensor image, string text)
    {
        GivenTensor.Require(image);
        long[] words = Vocabulary.Encode(text, MaxLength);
        if (image.shape is not [1, ..])
        {
            throw new ArgumentException(
                $"A report is about one image, [1, 1, S, S]; this is [{string.Join(", ", image.shape)}].",
                nameof(image)
            );
        }

        return Evaluating(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            return Explain(Remember(Encode(image)), tensor(words).unsqueeze(0))[0];
        });
    }

    private bool HasEnded(Beginning beginning) => beginning.Words[^1] == Vocabulary.End || beginning.Words.Length == MaxLength;

    /// <summary>Goes through written reports <c>[N, L]</c> once more and notes each step.</summary>
    private Caption[] Explain(Tensor memory, Tensor words)
    {
        (Tensor logits, Tensor attention) = DecodeAndLook(memory, words);
        NetworkOutput.Require(logits);
        (Tensor probabilities, Tensor numbers) = logits.softmax(-1).sort(-1, descending: true);
        float[] p = probabilities.contiguous().data<float>().ToArray(),
            looks = attention.contiguous().data<float>().ToArray();
        long[] order = numbers.contiguous().data<long>().ToArray(),
            written = words.contiguous().data<long>().ToArray();
        (int length, int count, int cells) = ((int)words.shape[1], Vocabulary.Count, (int)attention.shape[2]);
        int grid = (int)Math.Sqrt(cells);
        return
        [
            .. Enumerable
                .Range(0, (int)words.shape[0])
                .Select(report =>
                {
                    var steps = new List<CaptionStep>();
                    for (int place = 0; place + 1 < length && (place == 0 || written[(report * length) + place] != Vocabulary.End); place++)
                    {
                        int from = ((report * length) + place) * count;
                        long word = written[(report * length) + place + 1];
                        var map = new float[grid, grid];
                        Buffer.BlockCopy(looks, ((report * length) + place) * cells * sizeof(float), map, 0, cells * sizeof(float));
                        steps.Add(
                            new CaptionStep(
                                Vocabulary.Words[(int)word],
                                p[from + Array.IndexOf(order, word, from, count) - from],
                                [
                                    .. Enumerable
                                        .Range(from, Math.Min(NextWords, count))
                                        .Select(i => new WordProbability(Vocabulary.Words[(int)order[i]], p[i])),
                                ],
                                map
                            )
                        );
                    }

                    return new Caption(Vocabulary.Decode(written.Skip(report * length).Take(length)), steps);
                }),
        ];
    }

    /// <summary>Logits <c>[N, L, V]</c> and the last layer's cross-attention <c>[N, L, G·G]</c>, the mean of its heads.</summary>
    private (Tensor Logits, Tensor Attention) DecodeAndLook(Tensor memory, Tensor words)
    {
        RequireReports(memory, words);

        using DisposeScope scope = NewDisposeScope();
        Tensor x = places.call(embedding.call(words).Times(Math.Sqrt(width))).transpose(0, 1);
        // Added to the products: minus infinity is not to be seen.
        Tensor mask = Held.Number(float.NegativeInfinity, unseen => full([words.shape[1], words.shape[1]], unseen)).triu(1);
        Tensor attention = empty(0);
        foreach (DecoderLayer layer in decoder)
        {
            (x, attention) = layer.Call(x, memory, mask);
        }

        Tensor never = cat([Never(first: true), Never(first: false).expand(words.shape[1] - 1, -1)]);
        return (output.call(norm.call(x)).transpose(0, 1).Plus(never).MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    private void RequireFeatures(Tensor features)
    {
        GivenTensor.Require(features);
        if (features.shape is not [_, var depth, var rows, var columns] || depth != width || rows != columns || rows == 0)
        {
            throw new ArgumentException(
                $"The model takes its encoder's feature maps, [N, {width}, G, G]; these have [{string.Join(", ", features.shape)}].",
                nameof(features)
            );
        }

        GivenTensor.RequireTypeOf(features, locator.weight);
    }

    private void RequireReports(Tensor memory, Tensor words)
    {
        GivenTensor.Require(memory);
        GivenTensor.Require(words);
        if (memory.shape is not [> 0, var count, var depth] || depth != width)
        {
            throw new ArgumentException(
                $"The memory is [G·G, N, {width}], as Remember makes it; this is [{string.Join(", ", memory.shape)}].",
                nameof(memory)
            );
        }

        GivenTensor.RequireTypeOf(memory, output.weight);

        if (words.shape is not [var reports, > 0 and var length] || reports != count || length > MaxLength)
        {
            throw new ArgumentException(
                $"{count} images need as many reports of at most {MaxLength} words, [N, L]; these are [{string.Join(", ", words.shape)}].",
                nameof(words)
            );
        }

        Vocabulary.RequireNumbers(words, nameof(words));
    }

    /// <summary>
    /// What to add to the logits of a place, <c>[1, V]</c>: padding and start never follow a word, and the end never follows the start,
    /// so a report says something.
    /// </summary>
    private Tensor Never(bool first)
    {
        float[] never = new float[Vocabulary.Count];
        never[Vocabulary.Padding] = never[Vocabulary.Start] = float.NegativeInfinity;
        never[Vocabulary.End] = first ? float.NegativeInfinity : 0;
        return tensor(never).unsqueeze(0);
    }

    private T Evaluating<T>(Func<T> write)
    {
        using var evaluating = new EvaluationMode(this);
        using IDisposable withoutGradients = no_grad();
        return write();
    }

    private void Initialize(int? seed)
    {
        using Generator? generator = seed is { } number ? new Generator((ulong)number) : null;
        using IDisposable withoutGradients = no_grad();
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            switch (parameter.dim())
            {
                case 1 when name.EndsWith("bias", StringComparison.Ordinal):
                    parameter.zero_();
                    break;
                case 2 when name == "embedding.weight":
                    parameter.normal_(0, 1 / Math.Sqrt(width), generator);
                    break;
                case 2:
                    // Glorot's; the three projections of an attention share one tensor [3D, D].
                    long outputs = name.EndsWith("in_proj_weight", StringComparison.Ordinal) ? width : parameter.shape[0];
                    double limit = Math.Sqrt(6.0 / (outputs + parameter.shape[1]));
                    parameter.uniform_(-limit, limit, generator);
                    break;
                case 4 when name == "locator.weight":
                    parameter.normal_(0, 0.01, generator);
                    break;
                case 4:
                    parameter.normal_(0, Math.Sqrt(2.0 / (parameter.shape[1] * parameter.shape[2] * parameter.shape[3])), generator);
                    break;
            }
        }

        // Nearly all cells show nothing, and the network says so from the start (Lin et al., Focal loss for dense object detection, 2017,
        // section 4.1).
        locator.bias![0] = 5;
    }

    private static void Require(bool met, string name, int value, string message)
    {
        if (!met)
        {
            throw new ArgumentOutOfRangeException(name, value, message);
        }
    }

    /// <summary>A beginning of a report, and its row in the draft.</summary>
    private sealed record Beginning(long[] Words, double LogProbability, long Row);

    /// <summary>
    /// Reports that grow word by word, one a row: it keeps what each layer computed of the memory and of the words so far, which later
    /// words look at but do not change. The words get the logits that <see cref="Decode"/> computes, without going through the whole
    /// beginning again.
    /// </summary>
    private sealed class Draft
    {
        private readonly CaptionModel _model;
        private readonly Looked[] _memory;
        private readonly Looked[] _words;
        private int _length;

        /// <summary>Begins empty reports about a memory <c>[M, N, D]</c>.</summary>
        public Draft(CaptionModel model, Tensor memory)
            : this(model, [.. model.decoder.Select(layer => layer.LookAt(memory))], [.. model.decoder.Select(_ => Looked.Nothing)], 0) { }

        private Draft(CaptionModel model, Looked[] memory, Looked[] words, int length) =>
            (_model, _memory, _words, _length) = (model, memory, words, length);

        /// <summary>Adds a word to each report, <c>[N]</c>, and gives the logits of the next, <c>[N, V]</c>.</summary>
        public Tensor Append(Tensor word)
        {
            Tensor x = _model.embedding.call(word).Times(Math.Sqrt(_model.width)).Plus(_model.places.At(_length)).unsqueeze(0);
            for (int layer = 0; layer < _words.Length; layer++)
            {
                x = _model.decoder[layer].Append(x, ref _words[layer], _memory[layer]);
            }

            Tensor logits = _model.output.call(_model.norm.call(x)).squeeze(0).Plus(_model.Never(_length == 0));
            _length++;
            return logits;
        }

        /// <summary>Some of the reports, some perhaps more than once.</summary>
        public Draft Select(long[] rows)
        {
            Tensor chosen = tensor(rows);
            return new Draft(
                _model,
                [.. _memory.Select(looked => looked.Select(chosen))],
                [.. _words.Select(looked => looked.Select(chosen))],
                _length
            );
        }
    }

    /// <summary>Keys and values of what an attention looks at, <c>[N, heads, L, D / heads]</c> each.</summary>
    private sealed record Looked(Tensor? Keys, Tensor? Values)
    {
        public static Looked Nothing { get; } = new(null, null);

        public Looked With(Looked more) => Keys is null ? more : new(cat([Keys, more.Keys!], 2), cat([Values!, more.Values!], 2));

        public Looked Select(Tensor rows) => Keys is null ? this : new(Keys.index_select(0, rows), Values!.index_select(0, rows));
    }

    /// <summary>One layer of the decoder; normalisation first.</summary>
    private sealed class DecoderLayer : nn.Module
    {
        private readonly LayerNorm norm1;
        private readonly MultiheadAttention self_attention;
        private readonly LayerNorm norm2;
        private readonly MultiheadAttention cross_attention;
        private readonly LayerNorm norm3;
        private readonly Linear linear1;
        private readonly Linear linear2;

        private readonly int heads;

        public DecoderLayer(int width, int heads)
            : base(nameof(DecoderLayer))
        {
            this.heads = heads;
            norm1 = nn.LayerNorm(width);
            self_attention = nn.MultiheadAttention(width, heads);
            norm2 = nn.LayerNorm(width);
            cross_attention = nn.MultiheadAttention(width, heads);
            norm3 = nn.LayerNorm(width);
            linear1 = nn.Linear(width, 4 * width);
            linear2 = nn.Linear(4 * width, width);
            RegisterComponents();
        }

        /// <summary>
        /// Words <c>[L, N, D]</c>, memory <c>[M, N, D]</c> and mask <c>[L, L]</c> to words and attention <c>[N, L, M]</c>.
        /// </summary>
        public (Tensor Words, Tensor Attention) Call(Tensor x, Tensor memory, Tensor mask)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor y = norm1.call(x);
            x = x.Plus(self_attention.call(y, y, y, null, true, mask).Item1);
            (Tensor seen, Tensor attention) = cross_attention.call(norm2.call(x), memory, memory, null, true, null);
            x = x.Plus(seen);
            x = x.Plus(linear2.call(nn.functional.relu(linear1.call(norm3.call(x)))));
            return (x.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
        }

        /// <summary>The same for one more word of each report, <c>[1, N, D]</c>, which sees the words before it.</summary>
        public Tensor Append(Tensor x, ref Looked words, Looked memory)
        {
            Tensor y = norm1.call(x);
            words = words.With(Project(self_attention, y));
            x = x.Plus(Attend(self_attention, y, words));
            x = x.Plus(Attend(cross_attention, norm2.call(x), memory));
            return x.Plus(linear2.call(nn.functional.relu(linear1.call(norm3.call(x)))));
        }

        /// <summary>What the cross-attention sees of a memory <c>[M, N, D]</c>.</summary>
        public Looked LookAt(Tensor memory) => Project(cross_attention, memory);

        /// <summary>
        /// Keys and values of vectors <c>[L, N, D]</c>; queries, keys and values have one weight <c>[3 D, D]</c>, one after the other.
        /// </summary>
        private Looked Project(MultiheadAttention attention, Tensor x)
        {
            Tensor[] projected = Linear(attention, x, 1, 2).chunk(2, -1);
            return new Looked(Heads(projected[0]), Heads(projected[1]));
        }

        private Tensor Attend(MultiheadAttention attention, Tensor x, Looked looked)
        {
            Tensor seen = nn.functional.scaled_dot_product_attention(Heads(Linear(attention, x, 0, 1)), looked.Keys!, looked.Values!);
            return nn.functional.linear(
                seen.permute(2, 0, 1, 3).flatten(2),
                attention.get_parameter("out_proj.weight")!,
                attention.get_parameter("out_proj.bias")!
            );
        }

        private static Tensor Linear(MultiheadAttention attention, Tensor x, int first, int count)
        {
            long width = x.shape[^1];
            return nn.functional.linear(
                x,
                attention.get_parameter("in_proj_weight")!.narrow(0, first * width, count * width),
                attention.get_parameter("in_proj_bias")!.narrow(0, first * width, count * width)
            );
        }

        /// <summary>Vectors <c>[L, N, D]</c> as <c>[N, heads, L, D / heads]</c>.</summary>
        private Tensor Heads(Tensor x) => x.reshape(x.shape[0], x.shape[1], heads, -1).permute(1, 2, 0, 3);
    }
}
