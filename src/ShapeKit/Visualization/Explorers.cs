using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Review;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>Pictures that answer the reader's pointer and keys. Where scripts are off they are complete still pictures.</summary>
public static class Explorers
{
    /// <summary>
    /// Shows a kernel sliding over an image: for the pixel that the reader points at, its window, every product and the sum.
    /// </summary>
    /// <param name="image">The image, indexed [row, column].</param>
    /// <param name="kernel">The kernel, indexed [row, column], not larger than the image.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The image, the products of one window and the feature map (stride 1, no padding), side by side.</returns>
    /// <exception cref="ArgumentException">Image or kernel is empty, the kernel is larger than the image, a value is not a finite number or
    /// too large, or the title is empty.</exception>
    public static Explorer Convolution(float[,] image, float[,] kernel, string title = "A kernel slides over an image")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        RequireDrawable(image, kernel);
        return new ConvolutionPicture(image, kernel).ToExplorer(title);
    }

    /// <summary>
    /// Lets the reader change a kernel's nine numbers, its stride and its padding, choose an image or draw one, and shows the feature map
    /// at once, as <see cref="Operators.Convolution.Apply"/> computes it.
    /// </summary>
    /// <param name="images">The images to choose from, indexed [row, column], in 0..1; the first is shown at first.</param>
    /// <param name="names">What they are called, in the same order.</param>
    /// <param name="kernel">The kernel to begin with, [3, 3].</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The image, the kernel and the feature map side by side.</returns>
    /// <exception cref="ArgumentException">There are no images, one is null, smaller than 3 × 3 or has a value outside 0..1, the names are
    /// not as many as the images or one is empty, the kernel is not 3 × 3 or has a number that is not finite or beyond a hundred, or the
    /// title is empty.</exception>
    public static Explorer Kernel(
        IReadOnlyList<float[,]> images,
        IReadOnlyList<string> names,
        float[,] kernel,
        string title = "Nine numbers of your own"
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        if (images.Count == 0 || images.Count != names.Count || names.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException(
                $"There are {images.Count} images and {names.Count} names, empty ones included; pass at least one image and a name for each.",
                nameof(names)
            );
        }

        if (
            images.Any(image =>
                image is null
                || Math.Min(image.GetLength(0), image.GetLength(1)) < KernelPicture.Side
                || image.Cast<float>().Any(pixel => pixel is not (>= 0 and <= 1))
            )
        )
        {
            throw new ArgumentException("An image is smaller than 3 × 3 pixels or has a pixel outside 0 to 1.", nameof(images));
        }

        bool isKernel = kernel.GetLength(0) == KernelPicture.Side && kernel.GetLength(1) == KernelPicture.Side;
        return isKernel && kernel.Cast<float>().All(weight => Math.Abs(weight) <= KernelPicture.MostWeight)
            ? new KernelPicture(images, names, kernel).ToExplorer(title)
            : throw new ArgumentException(
                $"The kernel is not 3 × 3 or has a number that is not from -{KernelPicture.MostWeight} to {KernelPicture.MostWeight}.",
                nameof(kernel)
            );
    }

    /// <summary>
    /// Lets the reader move an image, and shows what the move changes: in the image, in its feature map after ReLU, and in that map pooled
    /// once, twice and three times. The change is the length of the difference divided by the length of the unmoved.
    /// </summary>
    /// <param name="image">The image, indexed [row, column]; what is moved in from outside is 0.</param>
    /// <param name="kernel">The kernel, indexed [row, column], smaller than the image.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>Every stage of the unmoved and of the moved image, at first one pixel to the right, and the changes in numbers.</returns>
    /// <exception cref="ArgumentException">Image or kernel is empty, the kernel is not smaller than the image in both directions, a value
    /// is not a finite number or too large, or the title is empty.</exception>
    public static Explorer Pooling(float[,] image, float[,] kernel, string title = "What a shift changes, before and after pooling")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        RequireDrawable(image, kernel);
        return image.GetLength(0) > kernel.GetLength(0) && image.GetLength(1) > kernel.GetLength(1)
            ? new PoolingPicture(image, kernel).ToExplorer(title)
            : throw new ArgumentException(
                $"A feature map needs two rows and two columns to be pooled; with a kernel of {kernel.GetLength(0)} × {kernel.GetLength(1)} "
                    + "pass a larger image.",
                nameof(image)
            );
    }

    /// <summary>Shows two vectors that the reader drags, with their angle and cosine similarity.</summary>
    /// <param name="a">The first vector; each component lies between minus a million and a million.</param>
    /// <param name="b">The second vector, likewise.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The plane with both vectors, and the calculation of cos θ = a·b / (|a| |b|) beside it.</returns>
    /// <exception cref="ArgumentException">A component is not a number or beyond a million, or the title is empty.</exception>
    public static Explorer Vectors((double X, double Y) a, (double X, double Y) b, string title = "Two vectors and their angle")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        return new[] { a.X, a.Y, b.X, b.Y }.All(component => Math.Abs(component) <= VectorPicture.MostReach)
            ? new VectorPicture(a, b).ToExplorer(title)
            : throw new ArgumentException(
                FormattableString.Invariant(
                    $"The vectors are ({a.X}, {a.Y}) and ({b.X}, {b.Y}); numbers from -{VectorPicture.MostReach} to {VectorPicture.MostReach} can be drawn."
                ),
                nameof(a)
            );
    }

    /// <summary>
    /// Shows how wrong the model y = w x is, for each weight w, and lets the reader walk down this curve: choose the learning rate, put the
    /// ball somewhere, and take steps of gradient descent, w ← w - learning rate · slope, one by one or on and on.
    /// </summary>
    /// <param name="inputs">What the model is given, x.</param>
    /// <param name="targets">What it should answer, y, in the same order.</param>
    /// <param name="start">The weight at which the ball lies at first.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The loss, the mean of (w x - y)², as a curve, the ball and its path on it, and step, weight, slope and loss in
    /// numbers. Without scripts ten steps are drawn.</returns>
    /// <exception cref="ArgumentException">There are no inputs, the numbers of inputs and targets differ, a number is not finite or
    /// beyond a thousand, every input is nearly zero, or the title is empty.</exception>
    public static Explorer Descent(
        IReadOnlyList<double> inputs,
        IReadOnlyList<double> targets,
        double start = 0,
        string title = "Down the slope, step by step"
    )
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        if (inputs.Count == 0 || inputs.Count != targets.Count)
        {
            throw new ArgumentException(
                $"There are {inputs.Count} inputs and {targets.Count} targets; pass at least one input and a target for each.",
                nameof(inputs)
            );
        }

        if (!inputs.Concat(targets).Append(start).All(number => Math.Abs(number) <= DescentPicture.MostReach))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"An input, a target or the start is not a number from -{DescentPicture.MostReach} to {DescentPicture.MostReach}; only those can be drawn."
                ),
                nameof(inputs)
            );
        }

        return inputs.Max(Math.Abs) >= DescentPicture.LeastInput
            ? new DescentPicture(inputs, targets, start).ToExplorer(title)
            : throw new ArgumentException(
                FormattableString.Invariant(
                    $"Every input is nearly zero, so that no weight changes the answer; one must be {DescentPicture.LeastInput} or larger."
                ),
                nameof(inputs)
            );
    }

    /// <summary>
    /// Shows the probabilities that a test gave, and lets the reader move the line from which on it says yes: the point on the ROC curve,
    /// sensitivity, specificity and, for a chosen prevalence, the predictive values move with it.
    /// </summary>
    /// <param name="labels">The true classes, 0 or 1; both must occur.</param>
    /// <param name="probabilities">The predicted probability of class 1, in 0..1, in the same order.</param>
    /// <param name="classNames">The names of class 0 and class 1.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The picture, at first with the line at 0.5.</returns>
    /// <exception cref="ArgumentException">There are no labels, only one class occurs, the numbers of labels and probabilities differ, a
    /// value is out of range, there are not two names, or the title is empty.</exception>
    public static Explorer Threshold(
        IReadOnlyList<int> labels,
        IReadOnlyList<float> probabilities,
        IReadOnlyList<string> classNames,
        string title = "Where to draw the line"
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        // Refuses what can't be measured.
        _ = ClassificationReport.From(labels, probabilities, classNames);
        return new ThresholdPicture(labels, probabilities, classNames).ToExplorer(title);
    }

    /// <summary>
    /// Shows what a network paints over an image while it learns, and lets the reader go back and forth in its training and move the
    /// threshold: painted is where the probability reaches it.
    /// </summary>
    /// <param name="image">The image, of shape [1, 1, H, W], [1, H, W] or [H, W], in 0..1.</param>
    /// <param name="truth">What is truly there, a mask as large as the image: not 0 inside, 0 outside.</param>
    /// <param name="probabilities">The network's probability of each pixel that it belongs to the mask, in 0..1, as large as the image;
    /// one for each step of the training, the first step first.</param>
    /// <param name="names">What the steps are called, in the same order, such as <c>epoch 1</c>.</param>
    /// <param name="millimetresPerPixel">The side of a pixel in millimetres, above 0.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The image with its paint, at first that of the last step with the threshold at 0.5, and Dice and area in numbers.</returns>
    /// <exception cref="ArgumentException">There is not one image, the mask or a step is not as large as it, a probability lies outside
    /// 0..1, the names are not as many as the steps, there is none, a pixel has no millimetres, or the title is empty.</exception>
    public static Explorer Painting(
        Tensor image,
        Tensor truth,
        IReadOnlyList<Tensor> probabilities,
        IReadOnlyList<string> names,
        double millimetresPerPixel,
        string title = "It learns to paint"
    )
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        IReadOnlyList<float[,]> images = Pixels.Read(image),
            masks = Pixels.Read(truth);
        float[][,] steps = [.. probabilities.SelectMany(step => Pixels.Read(step))];
        if (steps.Length == 0 || steps.Length != probabilities.Count || steps.Length != names.Count || names.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException(
                $"There are {steps.Length} steps and {names.Count} names, empty ones included; pass at least one step and a name for each.",
                nameof(names)
            );
        }

        (int height, int width) = (images[0].GetLength(0), images[0].GetLength(1));
        if (
            images.Count != 1
            || masks.Count != 1
            || steps.Append(masks[0]).Any(table => table.GetLength(0) != height || table.GetLength(1) != width)
        )
        {
            throw new ArgumentException(
                $"There are {images.Count} images of {height} × {width} pixels and {masks.Count} masks; pass one image, and a mask and steps "
                    + "that are as large.",
                nameof(image)
            );
        }

        if (steps.Any(step => step.Cast<float>().Any(probability => probability is not (>= 0 and <= 1))))
        {
            throw new ArgumentException(
                "A probability lies outside 0 to 1; the softmax of a network's logits gives such.",
                nameof(probabilities)
            );
        }

        return millimetresPerPixel is > 0 and < double.PositiveInfinity
            ? new PaintingPicture(images[0], masks[0], steps, names, millimetresPerPixel).ToExplorer(title)
            : throw new ArgumentOutOfRangeException(
                nameof(millimetresPerPixel),
                millimetresPerPixel,
                "A pixel's side is a number of millimetres above 0."
            );
    }

    /// <summary>
    /// Shows how a report was written: for the word that the reader chooses, where the decoder looked and the five most likely words.
    /// </summary>
    /// <param name="image">The image, of shape [1, 1, H, W], [1, H, W] or [H, W], in 0..1.</param>
    /// <param name="caption">The report that a <see cref="CaptionModel"/> wrote about it.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The words, each with its probability, and one word's step worked out; at first that of the least probable word.</returns>
    /// <exception cref="ArgumentException">There is not one image, the report has no step, a step has no word, no attention or a
    /// probability outside 0..1, or the title is empty.</exception>
    public static Explorer Report(Tensor image, Caption caption, string title = "A report, word by word")
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        IReadOnlyList<float[,]> images = Pixels.Read(image);
        int steps = caption.Steps?.Count ?? 0;
        if (images.Count != 1 || steps == 0)
        {
            throw new ArgumentException(
                $"A report of {steps} steps about {images.Count} images cannot be shown; pass one image and its report.",
                nameof(image)
            );
        }

        return caption.Steps!.All(CanBeShown)
            ? new CaptionPicture(images[0], caption).ToExplorer(title)
            : throw new ArgumentException(
                "A step of the report has no word, a probability outside 0 to 1, or no attention; pass a report as a CaptionModel writes it.",
                nameof(caption)
            );
    }

    /// <summary>
    /// Shows the space that images and sentences share as a map. The reader points at the images, and chooses or types a sentence: the six
    /// images nearest to it are shown with their cosine similarities.
    /// </summary>
    /// <param name="images">Grey images <c>[N, 1, H, W]</c>, values in 0..1.</param>
    /// <param name="imageVectors">Their vectors, <c>[N, D]</c>; the map is drawn in the two directions in which these differ most.</param>
    /// <param name="captions">What each image shows, N of them.</param>
    /// <param name="groups">The name of each image's group, N of them; at most six different ones, each in a colour of its own.</param>
    /// <param name="sentences">The sentences to choose from, M of them; the first is chosen at first.</param>
    /// <param name="sentenceVectors">Their vectors, <c>[M, D]</c>.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The map, small pictures on it where there is room, and the images nearest to the sentence.</returns>
    /// <exception cref="ArgumentException">There is no image or no sentence, the numbers of images, vectors, captions, groups or sentences
    /// do not fit together, a vector is not finite, there are more than six groups, a caption or a sentence is empty, or the title is
    /// empty.</exception>
    public static Explorer Space(
        Tensor images,
        Tensor imageVectors,
        IReadOnlyList<string> captions,
        IReadOnlyList<string> groups,
        IReadOnlyList<string> sentences,
        Tensor sentenceVectors,
        string title = "The common space of images and sentences"
    )
    {
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        GivenTensor.Require(imageVectors);
        GivenTensor.Require(sentenceVectors);
        IReadOnlyList<float[,]> pictures = Pixels.Read(images);
        bool fits = imageVectors.dim() == 2 && sentenceVectors.dim() == 2 && imageVectors.shape[1] == sentenceVectors.shape[1];
        if (
            !fits
            || new[] { imageVectors.shape[0], captions.Count, groups.Count }.Any(count => count != pictures.Count)
            || sentences.Count == 0
            || sentences.Count != sentenceVectors.shape[0]
        )
        {
            throw new ArgumentException(
                $"There are {pictures.Count} images with vectors [{string.Join(", ", imageVectors.shape)}], {captions.Count} captions and "
                    + $"{groups.Count} groups, and {sentences.Count} sentences with vectors [{string.Join(", ", sentenceVectors.shape)}]; pass "
                    + "one of each for each image, at least one sentence, and vectors of one length.",
                nameof(imageVectors)
            );
        }

        if (groups.Distinct().Count() > Palette.Series.Length || captions.Concat(sentences).Concat(groups).Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException(
                $"There are {groups.Distinct().Count()} groups, or a caption, group or sentence is empty; pass at most "
                    + $"{Palette.Series.Length} groups, and words for each.",
                nameof(groups)
            );
        }

        return Pixels.ReadAll(imageVectors).Concat(Pixels.ReadAll(sentenceVectors)).All(float.IsFinite)
            ? new SpacePicture(pictures, imageVectors, captions, groups, sentences, sentenceVectors).ToExplorer(title)
            : throw new ArgumentException(
                "A vector holds a number that is not finite; only finite numbers can be drawn.",
                nameof(imageVectors)
            );
    }

    /// <summary>
    /// Shows how one image flows through a network: what each layer makes of it, and for the neuron that the reader points at its
    /// receptive field, which is the part of the image that it sees.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="image">The image, of shape [1, 1, 28, 28], [1, 28, 28] or [28, 28], float32 in 0..1.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The image with a frame around what the neuron sees, the neuron's feature map, and every layer with its shape; at first the
    /// strongest neuron of the last feature maps is chosen.</returns>
    /// <exception cref="ArgumentException">There is not one image of 28 x 28 pixels, its numbers are not the network's, or the title is
    /// empty.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not numbers.</exception>
    public static Explorer ReceptiveField(ShapeCnn network, Tensor image, string title = "One image on its way through the network")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        IReadOnlyList<float[,]> images = Pixels.Read(image);
        if (images.Count != 1 || image.shape is not [.., ShapeCnn.ImageSize, ShapeCnn.ImageSize])
        {
            throw new ArgumentException(
                $"The image has the shape [{string.Join(", ", image.shape)}]; pass one image of 28 x 28 pixels, [1, 1, 28, 28].",
                nameof(image)
            );
        }

        GivenTensor.RequireTypeOf(image, network.Conv1.weight);
        using Tensor one = image.reshape(1, 1, ShapeCnn.ImageSize, ShapeCnn.ImageSize);
        return new NetworkPicture(network, one).ToExplorer(title);
    }

    /// <summary>
    /// Lets the reader draw, and shows what a trained network says of the drawing as it grows. The network travels in the picture: its
    /// weights are rounded to half precision there, which changes a probability by less than a thousandth as a rule.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="examples">One to twelve images of 28 x 28 pixels to choose from, in two classes; the first is shown at first.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The drawing, the probabilities of the two classes, and the feature maps of both convolutions.</returns>
    /// <exception cref="ArgumentException">There are not one to twelve examples, they are not 28 x 28 pixels or not of two classes, a
    /// weight of the network is beyond 65,504, or the title is empty.</exception>
    /// <exception cref="InvalidOperationException">The network gives values that are not numbers.</exception>
    public static Explorer Drawing(ShapeCnn network, ImageDataset examples, string title = "Draw your own")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        if (
            examples.Count is < 1 or > DrawingPicture.MostExamples
            || (examples.Height, examples.Width) != (ShapeCnn.ImageSize, ShapeCnn.ImageSize)
            || examples.ClassNames.Count != 2
        )
        {
            throw new ArgumentException(
                $"There are {examples.Count} examples of {examples.Height} x {examples.Width} pixels in {examples.ClassNames.Count} classes; "
                    + $"pass 1 to {DrawingPicture.MostExamples} of 28 x 28 pixels in two classes, as data.Slice(0, 4).",
                nameof(examples)
            );
        }

        float[] weights = [.. network.parameters().SelectMany(Pixels.ReadAll)];
        return weights.Any(weight => Math.Abs(weight) > (float)Half.MaxValue)
            ? throw new ArgumentException(
                "A weight of the network is beyond 65,504, and can't travel in the picture; train the network anew.",
                nameof(network)
            )
            : new DrawingPicture(network, weights, examples).ToExplorer(title);
    }

    /// <summary>
    /// Lets the reader decide about drafts, each beside its image: accept it, edit it, or reject it and report anew. In the end it shows
    /// what was missed, how long it took, and the same of the drafts and of the <see cref="ScriptedReviewer"/>. The decisions stay in the
    /// browser.
    /// </summary>
    /// <param name="images">The images, N of them, of shape [N, 1, H, W] or [N, H, W], in 0..1.</param>
    /// <param name="drafts">The drafts, one for each image.</param>
    /// <param name="truth">What each image really shows; at most two nodules, each in a zone of its own.</param>
    /// <param name="readFirst">Whether the reader reports each image before its draft is shown.</param>
    /// <param name="title">What the picture shows.</param>
    /// <returns>The drafts one by one. Without scripts all of them, and what the scripted reviewer made of each.</returns>
    /// <exception cref="ArgumentException">There are no images, not as many drafts and truths as images, one is null, an image shows more
    /// than two nodules, or the title is empty.</exception>
    public static Explorer Drafts(
        Tensor images,
        IReadOnlyList<DraftReport> drafts,
        IReadOnlyList<IReadOnlyList<Finding>> truth,
        bool readFirst = false,
        string title = "Drafts beside their images"
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drafts);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        IReadOnlyList<float[,]> pictures = Pixels.Read(images);
        if (pictures.Count != drafts.Count || pictures.Count != truth.Count)
        {
            throw new ArgumentException(
                $"There are {pictures.Count} images, {drafts.Count} drafts and {truth.Count} truths; pass a draft and the truth of each image.",
                nameof(drafts)
            );
        }

        return drafts.All(draft => draft is not null) && truth.All(findings => findings is { Count: <= 2 })
            ? new DraftsPicture(pictures, drafts, truth, readFirst).ToExplorer(title)
            : throw new ArgumentException(
                "A draft is null, or the truth of an image is null or more than two nodules, for which there is no sentence.",
                nameof(truth)
            );
    }

    private static void RequireDrawable(float[,] image, float[,] kernel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Length == 0 || image.GetLength(0) < kernel.GetLength(0) || image.GetLength(1) < kernel.GetLength(1))
        {
            throw new ArgumentException(
                $"A kernel of {kernel.GetLength(0)} × {kernel.GetLength(1)} values does not fit into an image of {image.GetLength(0)} × "
                    + $"{image.GetLength(1)} pixels; it needs at least one value and at most as many as the image.",
                nameof(kernel)
            );
        }

        if (image.Cast<float>().Concat(kernel.Cast<float>()).FirstOrDefault(value => !float.IsFinite(value)) is not 0 and var broken)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The image or the kernel holds {broken}; only finite numbers can be drawn."),
                nameof(image)
            );
        }

        if (!float.IsFinite(image.Cast<float>().Max(Math.Abs) * kernel.Cast<float>().Max(Math.Abs) * kernel.Length))
        {
            throw new ArgumentException(
                "The products of the image and the kernel are too large to be drawn; use smaller numbers.",
                nameof(image)
            );
        }
    }

    private static bool CanBeShown(CaptionStep? step) =>
        step is { Word: not null, Probability: >= 0 and <= 1, Next: not null, Attention.Length: > 0 }
        && step.Next.All(next => next is { Word: not null, Probability: >= 0 and <= 1 })
        && step.Attention.Cast<float>().All(weight => weight is >= 0 and < float.PositiveInfinity);
}
