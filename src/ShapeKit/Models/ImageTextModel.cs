using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>
/// Two encoders, one for images and one for sentences, that give vectors of one common space: near together when they mean the same.
/// </summary>
/// <remarks>
/// <para>
/// Radford et al., <em>Learning transferable visual models from natural language supervision</em> (CLIP, 2021), section 2.4 and figure 3:
/// the vectors have length 1, so that their dot product is the cosine similarity, and it is divided by a temperature that is learnt; its
/// inverse is kept as a logarithm and cut at 100 (section 2.5).
/// </para>
/// <para>
/// Images: convolutions give a grid with a feature vector for each cell of 4x4 pixels, and a last one says for each cell how probably it
/// shows nothing, or the centre of a small, medium or large nodule (<see cref="Locate"/>). Two summaries of these probabilities make the
/// image's vector: <em>where</em>, the probability of any nodule in each cell, and <em>what</em>, the sum over all cells for each size.
/// Because size and place are kept apart in them, combinations of both are understood that training never showed.
/// </para>
/// <para>
/// Sentences: word vectors with <see cref="PositionalEncoding"/>, the encoder of Vaswani et al., <em>Attention is all you need</em>
/// (2017), section 3.1, and the mean over the words.
/// </para>
/// </remarks>
public sealed class ImageTextModel : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>How large the inverse of the temperature may become; CLIP's section 2.5.</summary>
    internal const double LargestScale = 100;

    /// <summary>The inverse of CLIP's first temperature, 0.07.</summary>
    private const double FirstScale = 1 / 0.07;

    private const int Heads = 4;
    private const int ImagesAtATime = 64;

    /// <summary>More than any has, and few enough to be made.</summary>
    private const int MostLayers = 1000;

    private static readonly int Sizes = Enum.GetValues<NoduleSize>().Length;

    private readonly VisionEncoder vision;
    private readonly Conv2d locator;
    private readonly Linear imageProjection;
    private readonly Embedding embedding;
    private readonly PositionalEncoding places;
    private readonly TransformerEncoder text;
    private readonly Linear textProjection;
    private readonly TorchSharp.Modules.Parameter logScale;
    private readonly int imageSize;
    private readonly int dimensions;

    /// <summary>Makes a model with fresh weights.</summary>
    /// <param name="vocabulary">The words that it knows.</param>
    /// <param name="imageSize">The height and width of its images in pixels; a multiple of 4, at least 8.</param>
    /// <param name="width">The length of a cell's and of a word's vector; a multiple of 4, at least 4.</param>
    /// <param name="dimensions">The dimensions of the common space, D; at least 2.</param>
    /// <param name="layers">How many layers the text encoder has; 1 to 1000.</param>
    /// <param name="seed">Draws the same weights each time; null draws from torch's own generator, which
    /// <see cref="Runtime.Session.Start"/> seeds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the weights.</exception>
    public ImageTextModel(Vocabulary vocabulary, int imageSize = 64, int width = 32, int dimensions = 64, int layers = 1, int? seed = null)
        : base(nameof(ImageTextModel))
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Require(imageSize >= 8 && imageSize % 4 == 0, nameof(imageSize), imageSize, "The image size is a multiple of 4, at least 8.");
        Require(width >= 4 && width % 4 == 0, nameof(width), width, "The width is a multiple of 4.");
        Require(dimensions >= 2, nameof(dimensions), dimensions, "The common space has at least two dimensions.");
        Require(layers is >= 1 and <= MostLayers, nameof(layers), layers, $"The text encoder has 1 to {MostLayers} layers.");
        double cells = (imageSize / 4.0) * (imageSize / 4.0);
        AvailableMemory.RequireWeights(
            ImageEncoder.Weights(width)
                + (8.0 * layers * width * width)
                + (dimensions * (cells + width))
                + ((double)vocabulary.Count * width),
            $"a model of width {width}, {layers} layers, {dimensions} dimensions and images of {imageSize} pixels"
        );
        (Vocabulary, this.imageSize, this.dimensions, GridSize) = (vocabulary, imageSize, dimensions, imageSize / 4);
        vision = new VisionEncoder(width);
        locator = nn.Conv2d(width, 1 + Sizes, 1);
        imageProjection = nn.Linear((GridSize * GridSize) + Sizes, dimensions);
        embedding = nn.Embedding(vocabulary.Count, width);
        places = new PositionalEncoding(width);
        text = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, Heads, 2 * width, dropout: 0), layers);
        textProjection = nn.Linear(width, dimensions);
        logScale = new TorchSharp.Modules.Parameter(tensor((float)Math.Log(FirstScale)), requires_grad: true);
        RegisterComponents();
        Initialize(seed);
    }

    /// <summary>The words that it knows.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>How many cells the grid has in each direction, G: a quarter of the image's pixels.</summary>
    internal int GridSize { get; }

    /// <summary>What cosine similarities are divided by before the softmax; learnt.</summary>
    public double Temperature => Math.Exp(-logScale.item<float>());

    /// <summary>How well each sentence fits each image.</summary>
    /// <param name="input1">Images <c>[N, 1, S, S]</c>, float32 in 0..1.</param>
    /// <param name="input2">Sentences as numbers <c>[M, L]</c>, int64, of
    /// <see cref="Data.Vocabulary.Encode(IReadOnlyList{string}, int?)"/>.</param>
    /// <returns>Logits <c>[N, M]</c>, float32: cosine similarities divided by the temperature.</returns>
    /// <exception cref="ArgumentException">Images or sentences have another shape, a sentence is nothing but padding, or a number stands
    /// for no word.</exception>
    public override Tensor forward(Tensor input1, Tensor input2)
    {
        using DisposeScope scope = NewDisposeScope();
        return Compare(ProjectImages(Look(input1)), ProjectSentences(input2)).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors of images in the common space, without keeping what training would need.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1, at least one.</param>
    /// <returns>Vectors of length 1, <c>[N, D]</c>, float32.</returns>
    /// <exception cref="ArgumentException">There is no image, or the images have another shape.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public Tensor EncodeImages(Tensor images) => NetworkOutput.Require(Apart(() => InParts(images, part => ProjectImages(Look(part)))));

    /// <summary>The vectors of sentences in the common space, without keeping what training would need.</summary>
    /// <param name="sentences">Sentences of words that the model knows, N of them, at least one.</param>
    /// <returns>Vectors of length 1, <c>[N, D]</c>, float32.</returns>
    /// <exception cref="ArgumentException">There is no sentence, a word is not known (the message names it and those most like it), or a
    /// sentence is too long.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public Tensor EncodeSentences(params IReadOnlyList<string> sentences) =>
        NetworkOutput.Require(Apart(() => ProjectSentences(Vocabulary.Encode(sentences))));

    /// <summary>Looks at images: a vector for each cell of a grid.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1.</param>
    /// <returns>Feature maps <c>[N, W, G, G]</c>, float32.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or there is none.</exception>
    public Tensor Look(Tensor images)
    {
        GivenTensor.Require(images);
        return images.shape is [> 0, 1, var height, var width] && height == imageSize && width == imageSize
            ? vision.call(images)
            : throw new ArgumentException(
                $"The model takes grey images [N, 1, {imageSize}, {imageSize}]; these have [{string.Join(", ", images.shape)}].",
                nameof(images)
            );
    }

    /// <summary>Names what each cell of the grid shows.</summary>
    /// <param name="features">Feature maps <c>[N, W, G, G]</c> of <see cref="Look"/>.</param>
    /// <returns>Logits <c>[N, 4, G, G]</c>: nothing, or a small, medium or large nodule whose centre lies there.</returns>
    /// <exception cref="ArgumentException">The feature maps have another shape.</exception>
    public Tensor Locate(Tensor features)
    {
        GivenTensor.Require(features);
        long width = locator.weight.shape[1];
        if (features.shape is not [_, var depth, var rows, var columns] || depth != width || rows != GridSize || columns != GridSize)
        {
            throw new ArgumentException(
                $"The model takes the feature maps of Look, [N, {width}, {GridSize}, {GridSize}]; these have "
                    + $"[{string.Join(", ", features.shape)}].",
                nameof(features)
            );
        }

        GivenTensor.RequireTypeOf(features, locator.weight);
        return locator.call(features);
    }

    /// <summary>Where on images nodules are seen, in the size of the images.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1, at least one.</param>
    /// <returns>Maps <c>[N, 1, S, S]</c>, float32 in 0..1: the probability of a nodule of any size in the cell that holds the
    /// pixel.</returns>
    /// <exception cref="ArgumentException">There is no image, or the images have another shape.</exception>
    public Tensor NoduleMap(Tensor images) =>
        Apart(() =>
        {
            Tensor nodules = InParts(images, part => Locate(Look(part)).softmax(1).narrow(1, 1, Sizes).sum(1, keepdim: true));
            return nn.functional.interpolate(nodules, size: [imageSize, imageSize]);
        });

    /// <summary>The vectors of images that were looked at; training uses it.</summary>
    /// <param name="features">Feature maps <c>[N, W, G, G]</c> of <see cref="Look"/>.</param>
    /// <returns>Vectors of length 1, <c>[N, D]</c>, float32.</returns>
    internal Tensor ProjectImages(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor nodules = Locate(features).softmax(1).narrow(1, 1, Sizes);
        Tensor where = nodules.sum(1).flatten(1),
            what = nodules.sum([2, 3]);
        return nn.functional.normalize(imageProjection.call(cat([where, what], 1)), 2, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors of sentences given as numbers; training uses it.</summary>
    /// <param name="words">Sentences <c>[N, L]</c>, int64; L is at most 128.</param>
    /// <returns>Vectors of length 1, <c>[N, D]</c>, float32.</returns>
    /// <exception cref="ArgumentException">The sentences have another shape, one is nothing but padding, or a number stands for no
    /// word.</exception>
    internal Tensor ProjectSentences(Tensor words)
    {
        GivenTensor.Require(words);
        if (words.shape is not [> 0, > 0] || words.dtype != ScalarType.Int64)
        {
            throw new ArgumentException(
                $"Sentences are numbers [N, L], int64; these are [{string.Join(", ", words.shape)}], {words.dtype}.",
                nameof(words)
            );
        }

        Vocabulary.RequireNumbers(words, nameof(words));
        using DisposeScope scope = NewDisposeScope();
        Tensor padding = words.IsEqualTo(Vocabulary.Padding);
        if (padding.all(1).any().item<bool>())
        {
            throw new ArgumentException(
                "A sentence is nothing but padding; Vocabulary.Encode puts start and end around its words.",
                nameof(words)
            );
        }

        Tensor read = text.call(places.call(embedding.call(words)).transpose(0, 1), null!, padding).transpose(0, 1);
        Tensor counted = padding.logical_not().to(ScalarType.Float32).unsqueeze(2);
        return nn.functional.normalize(textProjection.call((read * counted).sum(1) / counted.sum(1)), 2, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The table of how similar each image and each sentence are.</summary>
    /// <param name="images">Images <c>[N, 1, S, S]</c>, float32 in 0..1, at least one.</param>
    /// <param name="sentences">Sentences of words that the model knows, M of them, at least one.</param>
    /// <returns>Cosine similarities, indexed [image, sentence].</returns>
    /// <exception cref="ArgumentException">There is no image, the images have another shape, there is no sentence, or a word is not
    /// known.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not finite numbers.</exception>
    public float[,] Similarities(Tensor images, params IReadOnlyList<string> sentences)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor similarities = EncodeImages(images).matmul(EncodeSentences(sentences).t());
        var table = new float[similarities.shape[0], similarities.shape[1]];
        Buffer.BlockCopy(similarities.data<float>().ToArray(), 0, table, 0, table.Length * sizeof(float));
        return table;
    }

    /// <summary>Compares vectors of images with vectors of sentences.</summary>
    /// <param name="images">Vectors of length 1, <c>[N, D]</c>.</param>
    /// <param name="sentences">Vectors of length 1, <c>[M, D]</c>.</param>
    /// <returns>Logits <c>[N, M]</c>: cosine similarities divided by the temperature.</returns>
    /// <exception cref="ArgumentException">The vectors have another shape or type, as images and sentences that are not encoded
    /// have.</exception>
    public Tensor Compare(Tensor images, Tensor sentences)
    {
        RequireVectors(images, nameof(images), nameof(EncodeImages));
        RequireVectors(sentences, nameof(sentences), nameof(EncodeSentences));
        using DisposeScope scope = NewDisposeScope();
        return (images.matmul(sentences.t()) * logScale.exp()).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses what are no vectors of the common space.</summary>
    internal void RequireVectors(Tensor vectors, string name, string encoder)
    {
        GivenTensor.Require(vectors, name);
        if (vectors.dim() != 2 || vectors.shape[1] != dimensions || vectors.dtype != ScalarType.Float32)
        {
            throw new ArgumentException(
                $"Vectors to compare are [N, {dimensions}], float32, as {encoder} makes them; these are [{string.Join(", ", vectors.shape)}], "
                    + $"{vectors.dtype}.",
                name
            );
        }
    }

    /// <summary>What lesson one trains: the part that looks.</summary>
    internal IEnumerable<TorchSharp.Modules.Parameter> LookingParameters => vision.parameters().Concat(locator.parameters());

    /// <summary>What lesson two trains: everything that makes vectors of what was seen and read.</summary>
    internal IEnumerable<TorchSharp.Modules.Parameter> MatchingParameters =>
        ((nn.Module[])[imageProjection, embedding, text, textProjection]).SelectMany(part => part.parameters()).Append(logScale);

    /// <summary>What reading alone trains: the part that makes vectors of sentences.</summary>
    internal IEnumerable<TorchSharp.Modules.Parameter> ReadingParameters =>
        ((nn.Module[])[embedding, text, textProjection]).SelectMany(part => part.parameters()).Append(logScale);

    /// <summary>
    /// Prepares lesson two: batch statistics are learnt where vectors are made, and stay as they are where the model looks.
    /// </summary>
    internal void LockLooking()
    {
        train();
        vision.eval();
    }

    /// <summary>Keeps the temperature at or above 0.01, and at most 1.</summary>
    internal void ClampScale()
    {
        using IDisposable withoutGradients = no_grad();
        Held.Number(0, least => Held.Number(Math.Log(LargestScale), most => logScale.clamp_(least, most)));
    }

    /// <summary>Features of many images, without keeping what training would need.</summary>
    internal Tensor LookAtAll(Tensor images) => Apart(() => InParts(images, Look));

    private static Tensor InParts(Tensor images, Func<Tensor, Tensor> use)
    {
        GivenTensor.Require(images);
        if (images.numel() == 0 || images.dim() == 0)
        {
            throw new ArgumentException($"There is no image to look at; these have [{string.Join(", ", images.shape)}].", nameof(images));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts =
        [
            .. images
                .split(ImagesAtATime)
                .Select(part =>
                {
                    using DisposeScope partScope = NewDisposeScope();
                    return use(part).MoveToOuterDisposeScope();
                }),
        ];
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Computes in evaluation mode and without gradients.</summary>
    private Tensor Apart(Func<Tensor> compute)
    {
        using var evaluating = new EvaluationMode(this);
        using IDisposable withoutGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return compute().MoveToOuterDisposeScope();
    }

    private static void Require(bool met, string name, int value, string message)
    {
        if (!met)
        {
            throw new ArgumentOutOfRangeException(name, value, message);
        }
    }

    private void Initialize(int? seed)
    {
        using IDisposable withoutGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Generator? generator = seed is { } number ? new Generator((ulong)number) : null;
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in named_parameters())
        {
            if (name.StartsWith("embedding", StringComparison.Ordinal))
            {
                parameter.normal_(0, 1, generator);
            }
            else if (name == "locator.weight")
            {
                parameter.normal_(0, 0.01, generator);
            }
            else if (parameter.dim() >= 2)
            {
                // Convolutions feed a ReLU, the others do not.
                long fanIn = parameter.numel() / parameter.shape[0],
                    fanOut = parameter.shape[0];
                parameter.normal_(0, Math.Sqrt(parameter.dim() == 4 ? 2.0 / fanIn : 2.0 / (fanIn + fanOut)), generator);
            }
            else if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                parameter.zero_();
            }
        }

        // At first every cell shows nothing, as nearly all of them do (Lin et al., Focal loss for dense object detection, 2017, section
        // 4.1).
        Held.Number(5, locator.bias![0].fill_);
    }

    /// <summary>
    /// Standardised images through five convolutions, each with batch normalisation and ReLU; what the last two give is added to what
    /// came in.
    /// </summary>
    /// <remarks>
    /// Not an <see cref="ImageEncoder"/>: its first convolution looks at each pixel, not at every other one, and none has a bias.
    /// </remarks>
    private sealed class VisionEncoder : nn.Module<Tensor, Tensor>
    {
        // The last two convolutions keep the size.
        private const int FirstResidual = 3;

        private readonly Standardization standardization = new();
        private readonly ModuleList<Conv2d> convolutions = [];
        private readonly ModuleList<BatchNorm2d> norms = [];

        public VisionEncoder(int width)
            : base(nameof(VisionEncoder))
        {
            convolutions.Add(nn.Conv2d(1, width / 4, 3, padding: 1, bias: false));
            convolutions.Add(nn.Conv2d(width / 4, width / 2, 3, stride: 2, padding: 1, bias: false));
            convolutions.Add(nn.Conv2d(width / 2, width, 3, stride: 2, padding: 1, bias: false));
            convolutions.Add(nn.Conv2d(width, width, 3, padding: 1, bias: false));
            convolutions.Add(nn.Conv2d(width, width, 3, padding: 2, dilation: 2, bias: false));
            foreach (Conv2d convolution in convolutions)
            {
                norms.Add(nn.BatchNorm2d(convolution.weight.shape[0]));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            GivenTensor.RequireTypeOf(input, convolutions[0].weight);
            using DisposeScope scope = NewDisposeScope();
            Tensor x = standardization.call(input);
            for (int i = 0; i < convolutions.Count; i++)
            {
                Tensor next = nn.functional.relu(norms[i].call(convolutions[i].call(x)), inplace: true);
                x = i >= FirstResidual ? x.Plus(next) : next;
            }

            return x.MoveToOuterDisposeScope();
        }
    }
}
