using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Generation;

/// <summary>Synthetic chest radiographs with the exact masks of lungs and nodules, and the findings as data.</summary>
/// <remarks>
/// It owns its tensors, as <see cref="Data.ImageDataset"/> does: they outlive any dispose scope and are released by
/// <see cref="Dispose"/>.
/// </remarks>
public sealed class PhantomDataset : IDisposable
{
    private readonly Tensor _images;
    private readonly Tensor _lungMasks;
    private readonly Tensor _noduleMasks;
    private readonly ArraySegment<IReadOnlyList<Finding>> _findings;
    private bool _disposed;

    /// <summary>Takes tensors that are known to fit together.</summary>
    internal PhantomDataset(
        Tensor images,
        Tensor lungMasks,
        Tensor noduleMasks,
        ArraySegment<IReadOnlyList<Finding>> findings,
        double millimetresPerPixel
    )
    {
        _images = images.DetachFromDisposeScope();
        _lungMasks = lungMasks.DetachFromDisposeScope();
        _noduleMasks = noduleMasks.DetachFromDisposeScope();
        _findings = findings;
        MillimetresPerPixel = millimetresPerPixel;
        Count = (int)images.shape[0];
        ImageSize = (int)images.shape[2];
    }

    /// <summary>The names of the classes that <see cref="Classes"/> gives to pixels: background, lung, nodule.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["background", "lung", "nodule"];

    /// <summary>The images, <c>[N, 1, S, S]</c>, float32, values in 0..1; air is dark, bone light.</summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor Images => Alive(_images);

    /// <summary>
    /// The masks of both lung fields, <c>[N, 1, S, S]</c>, float32, 1 inside and 0 outside; nodules are not cut out of them, heart and
    /// mediastinum are.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor LungMasks => Alive(_lungMasks);

    /// <summary>
    /// The masks of all nodules, <c>[N, 1, S, S]</c>, float32, 1 for each pixel whose centre lies inside a nodule, 0 elsewhere.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor NoduleMasks => Alive(_noduleMasks);

    /// <summary>The nodules of each image, none to six, ordered from the right lung to the left and from top to bottom.</summary>
    public IReadOnlyList<IReadOnlyList<Finding>> Findings => _findings;

    /// <summary>The side of a pixel in millimetres; a pixel's area is its square.</summary>
    public double MillimetresPerPixel { get; }

    /// <summary>The number of images, N.</summary>
    public int Count { get; }

    /// <summary>The height and width of an image in pixels, S.</summary>
    public int ImageSize { get; }

    /// <summary>The class of every pixel: 0 background, 1 lung, 2 nodule. A nodule's pixels count as nodule wherever it lies.</summary>
    /// <returns>A new tensor <c>[N, S, S]</c>, int64.</returns>
    /// <exception cref="ObjectDisposedException">The data set was disposed.</exception>
    public Tensor Classes()
    {
        using var scope = NewDisposeScope();
        return where(NoduleMasks.IsEqualTo(1), Held.Number(2, nodule => full_like(NoduleMasks, nodule)), LungMasks)
            .squeeze(1)
            .to(ScalarType.Int64)
            .MoveToOuterDisposeScope();
    }

    /// <summary>A part of the data set that shares its pixels: what is written into one is read from the other.</summary>
    /// <param name="start">The index of the first image.</param>
    /// <param name="count">The number of images.</param>
    /// <returns>The part, to be disposed separately.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the data set.</exception>
    public PhantomDataset Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"A slice of {count} images from index {start} reaches beyond the data set's {Count} images; choose a smaller part."
            );
        }

        return new PhantomDataset(
            Images.narrow(0, start, count),
            LungMasks.narrow(0, start, count),
            NoduleMasks.narrow(0, start, count),
            _findings.Slice(start, count),
            MillimetresPerPixel
        );
    }

    /// <summary>Copies the chosen images into a new data set, for example those with a certain finding.</summary>
    /// <param name="indices">The indices of the images, in the order wanted; an index may appear more than once.</param>
    /// <returns>The new data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the data set.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the copies; the message says how much is needed and
    /// how much is there.</exception>
    public PhantomDataset Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (int index in indices)
        {
            if (index < 0 || index >= Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    $"There is no image {index}; the data set has {Count} images, numbered from 0."
                );
            }
        }

        AvailableMemory.Require(
            3L * indices.Count,
            (long)ImageSize * ImageSize,
            $"{indices.Count} phantoms of {ImageSize} x {ImageSize} pixels, each with two masks,"
        );
        using Tensor chosen = tensor(indices.Select(index => (long)index).ToArray());
        IReadOnlyList<Finding>[] chosenFindings = [.. indices.Select(index => _findings[index])];
        return new PhantomDataset(
            Images.index_select(0, chosen),
            LungMasks.index_select(0, chosen),
            NoduleMasks.index_select(0, chosen),
            new(chosenFindings),
            MillimetresPerPixel
        );
    }

    /// <summary>Releases the tensors; pixels that a slice shares live on with it.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _images.Dispose();
            _lungMasks.Dispose();
            _noduleMasks.Dispose();
        }
    }

    /// <summary>
    /// The data set as words, such as <c>100 phantoms of 64 x 64 pixels (5 mm each): 33 without a nodule, 34 with one, 33 with two</c>.
    /// </summary>
    /// <returns>The words.</returns>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{Count} phantoms of {ImageSize} x {ImageSize} pixels ({MillimetresPerPixel:0.##} mm each): {With(0)} without a nodule, {With(1)} with one, {With(2)} with two{(_findings.Any(ofImage => ofImage.Count > 2) ? $", {_findings.Count(ofImage => ofImage.Count > 2)} with more" : "")}"
        );

    private int With(int nodules) => _findings.Count(ofImage => ofImage.Count == nodules);

    private Tensor Alive(Tensor tensor) =>
        _disposed
            ? throw new ObjectDisposedException(nameof(PhantomDataset), "The data set was disposed; make it anew, or dispose of it later.")
            : tensor;
}
