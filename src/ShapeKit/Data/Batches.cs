using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>A few images and their labels, copied out of a data set; to be disposed after use.</summary>
/// <param name="Images">Images <c>[B, 1, H, W]</c>, float32, values in 0..1.</param>
/// <param name="Labels">Labels <c>[B]</c>, int64.</param>
public readonly record struct Batch(Tensor Images, Tensor Labels) : IDisposable
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        // Null in a batch that nobody filled.
        Images?.Dispose();
        Labels?.Dispose();
    }
}

/// <summary>Cuts a data set into batches, in a new order each epoch.</summary>
/// <remarks>The order depends on the seed and the number of the epoch alone, so that training repeats exactly.</remarks>
public sealed class Batches
{
    private readonly ImageDataset _data;
    private readonly int _batchSize;
    private readonly int _seed;

    /// <summary>Prepares batches of a data set, which stays its owner's to dispose.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="batchSize">The number of images in a batch, at least 1.</param>
    /// <param name="seed">The seed of the orders.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public Batches(ImageDataset data, int batchSize, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), $"The batch size is {batchSize}; use at least 1.");
        }

        _data = data;
        _batchSize = batchSize;
        _seed = seed;
    }

    /// <summary>The number of batches in an epoch; the last one holds what remains.</summary>
    public int Count => (int)Math.Ceiling((double)_data.Count / _batchSize);

    /// <summary>Goes through the data set once: every image is in exactly one batch.</summary>
    /// <param name="epoch">The number of the epoch; each has its own order.</param>
    /// <returns>The batches, made one at a time; dispose each after use.</returns>
    public IEnumerable<Batch> Epoch(int epoch) => Indices(_data.Count, _batchSize, _seed, epoch).Select(Copy);

    /// <summary>The indices of the images of each batch of an epoch.</summary>
    internal static IEnumerable<long[]> Indices(int count, int batchSize, int seed, int epoch)
    {
        var order = new long[count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new RepeatableRandom(seed, epoch).Shuffle(order.AsSpan());
        for (int start = 0, end; start < count; start = end)
        {
            end = start + Math.Min(batchSize, count - start);
            yield return order[start..end];
        }
    }

    private Batch Copy(long[] indices)
    {
        using Tensor chosen = tensor(indices);
        return new Batch(_data.Images.index_select(0, chosen), _data.Labels.index_select(0, chosen));
    }
}
