using System.Runtime.InteropServices;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Labelled images, with masks and shapes where they are known.</summary>
/// <remarks>
/// A data set owns its tensors: they outlive any TorchSharp dispose scope and are released by <see cref="Dispose"/>, after which the
/// data set cannot be used. Slices share their pixels with the set they were cut from and are released separately; the pixels live as
/// long as any of them.
/// </remarks>
public sealed class ImageDataset : IDisposable
{
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly Lock _drawing = new();
    private readonly bool _masksFollowShapes;
    private readonly ArraySegment<Shape>? _shapes;
    private Tensor? _masks;
    private bool _disposed;

    /// <summary>Makes a data set, which from then on owns the tensors.</summary>
    /// <param name="images">Images <c>[N, 1, H, W]</c>, or <c>[N, 3, H, W]</c> in colour, float32, values in 0..1.</param>
    /// <param name="labels">Labels <c>[N]</c>, int64, each the index of a class name; or, where an image can show several findings,
    /// <c>[N, K]</c>, int64, 1 for each of the K findings that it shows and 0 for the others.</param>
    /// <param name="classNames">The name of each class or finding.</param>
    /// <param name="masks">Masks <c>[N, 1, H, W]</c>, float32, 1 inside the shape and 0 outside; null when unknown.</param>
    /// <param name="shapes">The N drawn shapes; null when unknown.</param>
    /// <exception cref="ArgumentException">A shape, a dtype or a value is not as described; the message says which and what to
    /// do.</exception>
    public ImageDataset(
        Tensor images,
        Tensor labels,
        IReadOnlyList<string> classNames,
        Tensor? masks = null,
        IReadOnlyList<Shape>? shapes = null
    )
        : this(
            [.. classNames ?? throw new ArgumentNullException(nameof(classNames))],
            Checked(images, labels, classNames, masks, shapes),
            labels,
            masks,
            shapes is null ? null : new([.. shapes])
        ) { }

    /// <summary>
    /// Takes tensors that are known to fit together; where the masks follow from the shapes, they are drawn when first asked for.
    /// </summary>
    internal ImageDataset(
        IReadOnlyList<string> classNames,
        Tensor images,
        Tensor labels,
        Tensor? masks,
        ArraySegment<Shape>? shapes,
        bool masksFollowShapes = false
    )
    {
        _masksFollowShapes = masksFollowShapes;
        _images = images.DetachFromDisposeScope();
        _labels = labels.DetachFromDisposeScope();
        _masks = masks?.DetachFromDisposeScope();
        _shapes = shapes;
        ClassNames = classNames;
        IsMultiLabel = labels.dim() == 2;
        Count = (int)images.shape[0];
        Height = (int)images.shape[2];
        Width = (int)images.shape[3];
    }

    /// <summary>The images, <c>[N, 1, H, W]</c>, or <c>[N, 3, H, W]</c> in colour, float32, values in 0..1.</summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor Images => Alive(_images);

    /// <summary>
    /// The labels, <c>[N]</c>, int64, each an index into <see cref="ClassNames"/>; <c>[N, K]</c>, 0 or 1, where an image can show several
    /// findings.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor Labels => Alive(_labels);

    /// <summary>
    /// The masks, <c>[N, 1, H, W]</c>, float32, 1 inside the shape and 0 outside; null when unknown. Those of drawn shapes are made when
    /// they are first asked for.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough to make them.</exception>
    public Tensor? Masks
    {
        get
        {
            lock (_drawing)
            {
                return Alive(_masksFollowShapes ? _masks ??= ShapeMasks.Draw(_shapes!.Value, Height) : _masks);
            }
        }
    }

    /// <summary>The N drawn shapes; null when unknown.</summary>
    public IReadOnlyList<Shape>? Shapes => _shapes;

    /// <summary>The name of each class or finding; a label is an index into this list.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Whether an image can show several findings, so that it has a label for each.</summary>
    public bool IsMultiLabel { get; }

    /// <summary>The number of images, N.</summary>
    public int Count { get; }

    /// <summary>The height of an image in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of an image in pixels.</summary>
    public int Width { get; }

    /// <summary>A part of the data set that shares its pixels: what is written into one is read from the other.</summary>
    /// <param name="start">The index of the first image.</param>
    /// <param name="count">The number of images.</param>
    /// <returns>The part, to be disposed separately.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the data set.</exception>
    public ImageDataset Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"A slice of {count} images from index {start} reaches beyond the data set's {Count} images; choose a smaller part."
            );
        }

        return new ImageDataset(
            ClassNames,
            Images.narrow(0, start, count),
            Labels.narrow(0, start, count),
            Masks?.narrow(0, start, count),
            _shapes?.Slice(start, count)
        );
    }

    /// <summary>Copies the chosen images into a new data set.</summary>
    /// <param name="indices">The indices of the images, in the order wanted; an index may appear more than once.</param>
    /// <returns>The new data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the data set.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the copies; the message says how much is needed and
    /// how much is there.</exception>
    public ImageDataset Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (int index in indices)
        {
            CheckIndex(index, nameof(indices));
        }

        AvailableMemory.Require(
            indices.Count * (_masks is null ? 1L : 2),
            Images.shape[1] * Height * Width,
            $"{indices.Count} images of {Height} x {Width} pixels"
        );
        using Tensor chosen = tensor(indices.Select(index => (long)index).ToArray());
        ArraySegment<Shape>? chosenShapes = _shapes is { } all ? new([.. indices.Select(index => all[index])]) : null;
        return new ImageDataset(
            ClassNames,
            Images.index_select(0, chosen),
            Labels.index_select(0, chosen),
            Alive(_masks)?.index_select(0, chosen),
            chosenShapes,
            _masksFollowShapes
        );
    }

    /// <summary>The pixels of one image as an array, for the hand-written operators.</summary>
    /// <param name="index">The index of the image.</param>
    /// <returns>A copy, <c>[H, W]</c>: first the row, then the column; values in 0..1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the data set.</exception>
    /// <exception cref="InvalidOperationException">The images are in colour.</exception>
    public float[,] Pixels(int index)
    {
        CheckIndex(index, nameof(index));
        if (Images.shape[1] != 1)
        {
            throw new InvalidOperationException("The images are in colour, three values a pixel; take them from Images, [N, 3, H, W].");
        }

        var pixels = new float[Height, Width];
        using Tensor image = Images[index];
        Values<float>(image).CopyTo(MemoryMarshal.CreateSpan(ref pixels[0, 0], pixels.Length));
        return pixels;
    }

    /// <summary>Asks of each image only whether it belongs to one class, or shows one finding (one-versus-rest).</summary>
    /// <param name="className">One of <see cref="ClassNames"/>.</param>
    /// <returns>A new data set with the same images and two classes: <c>other</c> and the one asked for.</returns>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public ImageDataset OneVersusRest(string className)
    {
        int wanted = ClassNames.ToList().IndexOf(className);
        if (wanted < 0)
        {
            throw new ArgumentException($"There is no class “{className}”; there are {string.Join(", ", ClassNames)}.", nameof(className));
        }

        using var scope = NewDisposeScope();
        Tensor answers = IsMultiLabel ? Labels.select(1, wanted).contiguous() : Labels.IsEqualTo(wanted).to(ScalarType.Int64);
        return new ImageDataset(["other", className], Images.alias(), answers, Masks?.alias(), _shapes);
    }

    /// <summary>The name of the class that one image belongs to; of the findings that it shows, where it can show several.</summary>
    /// <param name="index">The index of the image.</param>
    /// <returns>The class name; <c>no finding</c> where an image shows none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the data set.</exception>
    public string ClassNameOf(int index)
    {
        CheckIndex(index, nameof(index));
        ReadOnlySpan<long> values = Values<long>(Labels);
        if (!IsMultiLabel)
        {
            return ClassNames[(int)values[index]];
        }

        long[] shown = values.Slice(index * ClassNames.Count, ClassNames.Count).ToArray();
        return shown.Sum() == 0 ? "no finding" : string.Join(", ", ClassNames.Where((_, k) => shown[k] == 1));
    }

    /// <summary>Releases the tensors; pixels that a slice shares live on with it.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _images.Dispose();
            _labels.Dispose();
            _masks?.Dispose();
        }
    }

    /// <summary>The data set as words, such as <c>200 images of 28 x 28 pixels: 100 circle, 100 square</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        if (_disposed)
        {
            return "a disposed data set";
        }

        var counts = new long[ClassNames.Count];
        ReadOnlySpan<long> values = Values<long>(Labels);
        for (int i = 0; i < values.Length; i++)
        {
            counts[IsMultiLabel ? i % ClassNames.Count : values[i]] += IsMultiLabel ? values[i] : 1;
        }

        return $"{Count} images of {Height} x {Width} pixels: "
            + $"{string.Join(", ", ClassNames.Select((name, label) => $"{counts[label]} {name}"))}";
    }

    /// <summary>The memory of a contiguous tensor.</summary>
    internal static Span<T> Values<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    private static Tensor Checked(
        Tensor images,
        Tensor labels,
        IReadOnlyList<string> classNames,
        Tensor? masks,
        IReadOnlyList<Shape>? shapes
    )
    {
        GivenTensor.Require(images);
        GivenTensor.Require(labels);
        Require(!classNames.Any(string.IsNullOrWhiteSpace), "A class name is empty; name each class.", nameof(classNames));
        CheckImages(images, "Images", nameof(images));
        Require(
            images.shape[1] is 1 or 3,
            $"Images have the shape {Text(images)}; grey images need [N, 1, H, W], colour images [N, 3, H, W].",
            nameof(images)
        );
        long count = images.shape[0];
        CheckLabels(labels, count, classNames.Count);
        if (masks is not null)
        {
            CheckMasks(masks, images);
        }

        Require(
            shapes is null || shapes.Count == count,
            $"There are {shapes?.Count} shapes for {count} images; give one for each image.",
            nameof(shapes)
        );
        if (count > 0)
        {
            CheckValues(labels, classNames.Count);
        }

        return images;
    }

    private static void CheckLabels(Tensor labels, long count, int classes)
    {
        Require(labels.dtype == ScalarType.Int64, $"Labels are {labels.dtype}; convert them with labels.to(torch.int64).", nameof(labels));
        Require(
            (labels.dim() == 1 || (labels.dim() == 2 && labels.shape[1] == classes && classes > 0)) && labels.shape[0] == count,
            $"Labels have the shape {Text(labels)}; {count} images need [{count}].",
            nameof(labels)
        );
        Require(labels.is_contiguous(), "Labels do not lie in one piece of memory; call contiguous() first.", nameof(labels));
    }

    private static void CheckMasks(Tensor masks, Tensor images)
    {
        GivenTensor.Require(masks);
        CheckImages(masks, "Masks", nameof(masks));
        Require(
            masks.shape is [var count, 1, var height, var width]
                && count == images.shape[0]
                && height == images.shape[2]
                && width == images.shape[3],
            $"Masks have the shape {Text(masks)}; the images' [{images.shape[0]}, 1, {images.shape[2]}, {images.shape[3]}] is needed.",
            nameof(masks)
        );
        using var scope = NewDisposeScope();
        Require(
            masks.IsEqualTo(0).logical_or_(masks.IsEqualTo(1)).all().item<bool>(),
            "Masks hold values between 0, outside, and 1, inside; decide for each pixel, for example with "
                + "(masks >= 0.5).to(torch.float32).",
            nameof(masks)
        );
    }

    private static void CheckValues(Tensor labels, int classes)
    {
        bool multiLabel = labels.dim() == 2;
        long lowest = labels.min().item<long>(),
            highest = labels.max().item<long>();
        Require(
            !multiLabel || (lowest >= 0 && highest <= 1),
            $"Labels run from {lowest} to {highest}; a finding is shown, 1, or not, 0.",
            nameof(labels)
        );
        Require(
            multiLabel || (lowest >= 0 && highest < classes),
            $"Labels run from {lowest} to {highest}; {classes} class names allow 0 to {classes - 1}.",
            nameof(labels)
        );
    }

    private static void CheckImages(Tensor images, string name, string parameter)
    {
        Require(images.dim() == 4, $"{name} have the shape {Text(images)}; grey images need [N, 1, H, W].", parameter);
        Require(
            images.shape[2] > 0 && images.shape[3] > 0,
            $"{name} have the shape {Text(images)}; an image needs at least one pixel.",
            parameter
        );
        Require(images.dtype == ScalarType.Float32, $"{name} are {images.dtype}; convert them with images.to(torch.float32).", parameter);
        Require(images.is_contiguous(), $"{name} do not lie in one piece of memory; call contiguous() first.", parameter);
        if (images.shape[0] > 0)
        {
            float lowest = images.min().item<float>(),
                highest = images.max().item<float>();
            Require(
                lowest >= 0 && highest <= 1,
                FormattableString.Invariant(
                    $"{name} hold values from {lowest} to {highest}; bring them into 0..1, for example by dividing by 255."
                ),
                parameter
            );
        }
    }

    private static void Require(bool holds, string otherwise, string parameter)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise, parameter);
        }
    }

    private static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";

    private void CheckIndex(int index, string parameter)
    {
        if (index < 0 || index >= Count)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                $"There is no image {index}; the data set has {Count} images, numbered from 0."
            );
        }
    }

    private T Alive<T>(T value) =>
        _disposed
            ? throw new ObjectDisposedException(nameof(ImageDataset), "The data set was disposed; make it anew, or dispose of it later.")
            : value;
}
