namespace ShapeKit.Operators;

/// <summary>The pooling layer's arithmetic, written out: each window of a feature map becomes one number.</summary>
public static class Pooling
{
    /// <summary>Keeps the largest number of each window: the strongest response survives, its exact place is forgotten.</summary>
    /// <param name="featureMap">The feature map, <c>[H, W]</c>: first the row, then the column.</param>
    /// <param name="size">The height and width of the window; at least 1.</param>
    /// <param name="stride">How far the window moves at a time; as far as it is wide unless given.</param>
    /// <returns>The pooled map, <c>[(H - size) / stride + 1, (W - size) / stride + 1]</c>, divisions rounded down: rows and columns left
    /// over at the end are dropped.</returns>
    /// <remarks>
    /// The same as <c>torch.nn.functional.max_pool2d</c> with one channel. Not-a-number in a window makes its result not-a-number.
    /// </remarks>
    /// <exception cref="ArgumentException">The window does not fit into the feature map, or size or stride is below 1.</exception>
    public static float[,] Max(float[,] featureMap, int size = 2, int? stride = null)
    {
        int step = stride ?? size;
        float[,] pooled = EmptyResult(featureMap, size, step);
        for (int i = 0; i < pooled.GetLength(0); i++)
        {
            for (int j = 0; j < pooled.GetLength(1); j++)
            {
                float largest = float.NegativeInfinity;
                for (int m = 0; m < size; m++)
                {
                    for (int n = 0; n < size; n++)
                    {
                        largest = MathF.Max(largest, featureMap[(i * step) + m, (j * step) + n]);
                    }
                }

                pooled[i, j] = largest;
            }
        }

        return pooled;
    }

    /// <summary>Takes the mean of each window.</summary>
    /// <param name="featureMap">The feature map, <c>[H, W]</c>: first the row, then the column.</param>
    /// <param name="size">The height and width of the window; at least 1.</param>
    /// <param name="stride">How far the window moves at a time; as far as it is wide unless given.</param>
    /// <returns>The pooled map, <c>[(H - size) / stride + 1, (W - size) / stride + 1]</c>, divisions rounded down: rows and columns left
    /// over at the end are dropped.</returns>
    /// <remarks>The same as <c>torch.nn.functional.avg_pool2d</c> with one channel.</remarks>
    /// <exception cref="ArgumentException">The window does not fit into the feature map, or size or stride is below 1.</exception>
    public static float[,] Average(float[,] featureMap, int size = 2, int? stride = null)
    {
        int step = stride ?? size;
        float[,] pooled = EmptyResult(featureMap, size, step);
        for (int i = 0; i < pooled.GetLength(0); i++)
        {
            for (int j = 0; j < pooled.GetLength(1); j++)
            {
                float sum = 0;
                for (int m = 0; m < size; m++)
                {
                    for (int n = 0; n < size; n++)
                    {
                        sum += featureMap[(i * step) + m, (j * step) + n];
                    }
                }

                pooled[i, j] = sum / (size * size);
            }
        }

        return pooled;
    }

    private static float[,] EmptyResult(float[,] featureMap, int size, int stride)
    {
        ArgumentNullException.ThrowIfNull(featureMap);
        if (size < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(size), $"The window's size is {size}; use at least 1.");
        }

        if (stride < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(stride), $"The stride is {stride}; use at least 1.");
        }

        int rows = featureMap.GetLength(0),
            columns = featureMap.GetLength(1);
        if (size > rows || size > columns)
        {
            throw new ArgumentException(
                $"The {size} x {size} window does not fit into the {rows} x {columns} feature map; use a smaller window.",
                nameof(featureMap)
            );
        }

        return new float[((rows - size) / stride) + 1, ((columns - size) / stride) + 1];
    }
}
