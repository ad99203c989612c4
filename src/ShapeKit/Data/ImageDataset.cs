using System.Runtime.InteropServices;
using ShapeKit.Generation;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Labelled grey images, with masks and shapes where they are known.</summary>
/// <remarks>
/// A data set owns its tensors: they outlive any TorchSharp dispose scope and are released by <see cref="Dispose"/>, after which the
/// data set cannot be used. Slices share their pixels with the set they were cut from and are released separately; the pixels live as
/// long as any of them.
/// </remarks>
public sealed class ImageDataset : IDisposable
{
    private readonly Tensor images;
    private readonly Tensor labels;
    private readonly Tensor? masks;
    private readonly ArraySegment<Shape>? shapes;
    private bool disposed;

    /// <summary>Makes a data set, which from then on owns the tensors.</summary>
    /// <param name="images">Images <c>[N, 1, H, W]</c>, float32, values in 0..1.</param>
    /// <param name="labels">Labels <c>[N]</c>, int64, each the index of a class name.</param>
    /// <param name="classNames">The name of each class.</param>
    /// <param name="masks">Masks <c>[N, 1, H, W]</c>, float32, 1 inside the shape and 0 outside; null when unknown.</param>
    /// <param name="shapes">The N drawn shapes; null when unknown.</param>
    /// <exception cref="ArgumentException">A shape, a dtype or a value is not as described; the message says which and what to do.</exception>
    public ImageDataset(Tensor images, Tensor labels, IReadOnlyList<string> classNames, Tensor? masks = null, IReadOnlyList<Shape>? shapes = null)
        : this([.. classNames ?? throw new ArgumentNullException(nameof(classNames))], Checked(images, labels, classNames, masks, shapes), labels, masks, shapes is null ? null : new([.. shapes]))
    {
    }

    /// <summary>Takes tensors that are known to fit together.</summary>
    internal ImageDataset(IReadOnlyList<string> classNames, Tensor images, Tensor labels, Tensor? masks, ArraySegment<Shape>? shapes)
    {
        this.images = images.DetachFromDisposeScope();
        this.labels = labels.DetachFromDisposeScope();
        this.masks = masks?.DetachFromDisposeScope();
        this.shapes = shapes;
        ClassNames = classNames;
        Count = (int)images.shape[0];
        Height = (int)images.shape[2];
        Width = (int)images.shape[3];
    }

    /// <summary>The images, <c>[N, 1, H, W]</c>, float32, values in 0..1.</summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor Images => Alive(images);

    /// <summary>The labels, <c>[N]</c>, int64, each an index into <see cref="ClassNames"/>.</summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor Labels => Alive(labels);

    /// <summary>The masks, <c>[N, 1, H, W]</c>, float32, 1 inside the shape and 0 outside; null when unknown.</summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor? Masks => Alive(masks);

    /// <summary>The N drawn shapes; null when unknown.</summary>
    public IReadOnlyList<Shape>? Shapes => shapes;

    /// <summary>The name of each class; a label is an index into this list.</summary>
    public IReadOnlyList<string> ClassNames { get; }

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
            throw new ArgumentOutOfRangeException(nameof(count), $"A slice of {count} images from index {start} reaches beyond the data set's {Count} images; choose a smaller part.");
        }

        return new ImageDataset(ClassNames, Images.narrow(0, start, count), Labels.narrow(0, start, count), Masks?.narrow(0, start, count), shapes?.Slice(start, count));
    }

    /// <summary>Copies the chosen images into a new data set.</summary>
    /// <param name="indices">The indices of the images, in the order wanted; an index may appear more than once.</param>
    /// <returns>The new data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the data set.</exception>
    public ImageDataset Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (int index in indices)
        {
            CheckIndex(index, nameof(indices));
        }

        using Tensor chosen = tensor(indices.Select(index => (long)index).ToArray());
        ArraySegment<Shape>? chosenShapes = shapes is { } all ? new([.. indices.Select(index => all[index])]) : null;
        return new ImageDataset(ClassNames, Images.index_select(0, chosen), Labels.index_select(0, chosen), Masks?.index_select(0, chosen), chosenShapes);
    }

    /// <summary>The pixels of one image as an array, for the hand-written operators.</summary>
    /// <param name="index">The index of the image.</param>
    /// <returns>A copy, <c>[H, W]</c>: first the row, then the column; values in 0..1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the data set.</exception>
    public float[,] Pixels(int index)
    {
        CheckIndex(index, nameof(index));
        var pixels = new float[Height, Width];
        using Tensor image = Images[index];
        Values<float>(image).CopyTo(MemoryMarshal.CreateSpan(ref pixels[0, 0], pixels.Length));
        return pixels;
    }

    /// <summary>The name of the class that one image belongs to.</summary>
    /// <param name="index">The index of the image.</param>
    /// <returns>The class name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the data set.</exception>
    public string ClassNameOf(int index)
    {
        CheckIndex(index, nameof(index));
        return ClassNames[(int)Values<long>(Labels)[index]];
    }

    /// <summary>Releases the tensors; pixels that a slice shares live on with it.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            images.Dispose();
            labels.Dispose();
            masks?.Dispose();
        }
    }

    /// <summary>The data set as words, such as <c>200 images of 28 x 28 pixels: 100 circle, 100 square</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        if (disposed)
        {
            return "a disposed data set";
        }

        var counts = new int[ClassNames.Count];
        foreach (long label in Values<long>(Labels))
        {
            counts[label]++;
        }

        return $"{Count} images of {Height} x {Width} pixels: {string.Join(", ", ClassNames.Select((name, label) => $"{counts[label]} {name}"))}";
    }

    /// <summary>The memory of a contiguous tensor.</summary>
    internal static Span<T> Values<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    private static Tensor Checked(Tensor images, Tensor labels, IReadOnlyList<string> classNames, Tensor? masks, IReadOnlyList<Shape>? shapes)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        CheckImages(images, "Images", nameof(images));
        long count = images.shape[0];
        Require(labels.dtype == ScalarType.Int64, $"Labels are {labels.dtype}; convert them with labels.to(torch.int64).", nameof(labels));
        Require(labels.dim() == 1 && labels.shape[0] == count, $"Labels have the shape {Text(labels)}; {count} images need [{count}].", nameof(labels));
        Require(labels.is_contiguous(), "Labels do not lie in one piece of memory; call contiguous() first.", nameof(labels));
        if (masks is not null)
        {
            CheckImages(masks, "Masks", nameof(masks));
            Require(masks.shape.SequenceEqual(images.shape), $"Masks have the shape {Text(masks)}; the images' {Text(images)} is needed.", nameof(masks));
        }

        Require(shapes is null || shapes.Count == count, $"There are {shapes?.Count} shapes for {count} images; give one for each image.", nameof(shapes));
        if (count > 0)
        {
            long lowest = labels.min().item<long>(), highest = labels.max().item<long>();
            Require(lowest >= 0 && highest < classNames.Count, $"Labels run from {lowest} to {highest}; {classNames.Count} class names allow 0 to {classNames.Count - 1}.", nameof(labels));
        }

        return images;
    }

    private static void CheckImages(Tensor images, string name, string parameter)
    {
        Require(images.dim() == 4 && images.shape[1] == 1, $"{name} have the shape {Text(images)}; grey images need [N, 1, H, W].", parameter);
        Require(images.shape[2] > 0 && images.shape[3] > 0, $"{name} have the shape {Text(images)}; an image needs at least one pixel.", parameter);
        Require(images.dtype == ScalarType.Float32, $"{name} are {images.dtype}; convert them with images.to(torch.float32).", parameter);
        Require(images.is_contiguous(), $"{name} do not lie in one piece of memory; call contiguous() first.", parameter);
        if (images.shape[0] > 0)
        {
            float lowest = images.min().item<float>(), highest = images.max().item<float>();
            Require(lowest >= 0 && highest <= 1, FormattableString.Invariant($"{name} hold values from {lowest} to {highest}; bring them into 0..1, for example by dividing by 255."), parameter);
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
            throw new ArgumentOutOfRangeException(parameter, $"There is no image {index}; the data set has {Count} images, numbered from 0.");
        }
    }

    private T Alive<T>(T value)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return value;
    }
}
