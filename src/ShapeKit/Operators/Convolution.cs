namespace ShapeKit.Operators;

/// <summary>The convolution layer's arithmetic, written out.</summary>
public static class Convolution
{
    /// <summary>Slides a kernel over an image and writes down, at every place, the sum of the products.</summary>
    /// <param name="image">The image, <c>[H, W]</c>: first the row, then the column.</param>
    /// <param name="kernel">The kernel, <c>[h, w]</c>, of any size that fits into the padded image.</param>
    /// <param name="stride">How many pixels the kernel moves at a time; at least 1.</param>
    /// <param name="padding">How many rows and columns of zeros are laid around the image; 0 or more.</param>
    /// <returns>The feature map, <c>[(H + 2 padding - h) / stride + 1, (W + 2 padding - w) / stride + 1]</c>, divisions rounded
    /// down.</returns>
    /// <remarks>
    /// FeatureMap(i, j) = sum over m, n of Image(stride i + m - padding, stride j + n - padding) Kernel(m, n). As everywhere in deep
    /// learning the kernel is not turned around; mathematics calls this cross-correlation (Goodfellow, Bengio and Courville, Deep
    /// Learning, 2016, equation 9.6). The same as <c>torch.nn.functional.conv2d</c> with one channel and no bias.
    /// </remarks>
    /// <exception cref="ArgumentException">The image or the kernel is empty, the kernel does not fit, stride or padding is out of its
    /// range, or the feature map is larger than a table can be.</exception>
    public static float[,] Apply(float[,] image, float[,] kernel, int stride = 1, int padding = 0)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(kernel);
        ThrowIfInvalid(image, kernel, stride, padding);

        int imageRows = image.GetLength(0),
            imageColumns = image.GetLength(1);
        int kernelRows = kernel.GetLength(0),
            kernelColumns = kernel.GetLength(1);
        long rows = ((imageRows + (2L * padding) - kernelRows) / stride) + 1;
        long columns = ((imageColumns + (2L * padding) - kernelColumns) / stride) + 1;
        if ((double)rows * columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"The feature map would have {rows} x {columns} values, more than a table holds; use less padding or a larger stride.",
                nameof(padding)
            );
        }

        var featureMap = new float[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            int top = (int)(((long)i * stride) - padding);
            for (int j = 0; j < columns; j++)
            {
                int left = (int)(((long)j * stride) - padding);
                float sum = 0;
                for (int m = 0; m < kernelRows; m++)
                {
                    for (int n = 0; n < kernelColumns; n++)
                    {
                        int y = top + m;
                        int x = left + n;
                        if (y >= 0 && y < imageRows && x >= 0 && x < imageColumns)
                        {
                            sum += image[y, x] * kernel[m, n];
                        }
                    }
                }

                featureMap[i, j] = sum;
            }
        }

        return featureMap;
    }

    private static void ThrowIfInvalid(float[,] image, float[,] kernel, int stride, int padding)
    {
        string imageSize = $"{image.GetLength(0)} x {image.GetLength(1)}",
            kernelSize = $"{kernel.GetLength(0)} x {kernel.GetLength(1)}";
        if (image.Length == 0)
        {
            throw new ArgumentException($"The image is {imageSize}; it needs at least one pixel.", nameof(image));
        }

        if (kernel.Length == 0)
        {
            throw new ArgumentException($"The kernel is {kernelSize}; it needs at least one number.", nameof(kernel));
        }

        if (stride < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(stride), $"The stride is {stride}; use at least 1.");
        }

        if (padding < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(padding), $"The padding is {padding}; use 0 or more.");
        }

        if (kernel.GetLength(0) > image.GetLength(0) + (2L * padding) || kernel.GetLength(1) > image.GetLength(1) + (2L * padding))
        {
            throw new ArgumentException(
                $"The {kernelSize} kernel does not fit into the {imageSize} image with padding {padding}; use a smaller kernel or more "
                    + "padding.",
                nameof(kernel)
            );
        }
    }
}
