namespace ShapeKit.Operators;

/// <summary>Named kernels, each 3 x 3; every call makes a new array that may be changed.</summary>
/// <remarks>
/// An edge kernel's numbers sum to 0, so that it answers 0 where the image is even; a blur kernel's sum to 1, so that it keeps the
/// brightness. Numbers as in Gonzalez and Woods, Digital Image Processing, 4th edition, chapters 3 and 10.
/// </remarks>
public static class Kernels
{
    /// <summary>Leaves the image as it is.</summary>
    public static float[,] Identity =>
        new float[,]
        {
            { 0, 0, 0 },
            { 0, 1, 0 },
            { 0, 0, 0 },
        };

    /// <summary>
    /// Finds vertical edges: above 0 where it gets brighter from left to right, below 0 where it gets darker (Prewitt 1970).
    /// </summary>
    public static float[,] VerticalEdge =>
        new float[,]
        {
            { -1, 0, 1 },
            { -1, 0, 1 },
            { -1, 0, 1 },
        };

    /// <summary>
    /// Finds horizontal edges: above 0 where it gets brighter from top to bottom, below 0 where it gets darker (Prewitt 1970).
    /// </summary>
    public static float[,] HorizontalEdge =>
        new float[,]
        {
            { -1, -1, -1 },
            { 0, 0, 0 },
            { 1, 1, 1 },
        };

    /// <summary>
    /// Finds edges that run from the lower left to the upper right: above 0 where it gets brighter towards the lower right, below 0 where
    /// it gets darker (Prewitt's kernel, turned).
    /// </summary>
    public static float[,] Diagonal =>
        new float[,]
        {
            { -1, -1, 0 },
            { -1, 0, 1 },
            { 0, 1, 1 },
        };

    /// <summary>The change of brightness from left to right, smoothed downwards (Sobel and Feldman 1968): vertical edges.</summary>
    public static float[,] SobelX =>
        new float[,]
        {
            { -1, 0, 1 },
            { -2, 0, 2 },
            { -1, 0, 1 },
        };

    /// <summary>The change of brightness from top to bottom, smoothed sideways (Sobel and Feldman 1968): horizontal edges.</summary>
    public static float[,] SobelY =>
        new float[,]
        {
            { -1, -2, -1 },
            { 0, 0, 0 },
            { 1, 2, 1 },
        };

    /// <summary>Blurs: every pixel becomes the mean of its 3 x 3 neighbourhood (box blur).</summary>
    public static float[,] Blur =>
        new float[,]
        {
            { 1 / 9f, 1 / 9f, 1 / 9f },
            { 1 / 9f, 1 / 9f, 1 / 9f },
            { 1 / 9f, 1 / 9f, 1 / 9f },
        };

    /// <summary>Blurs with more weight on the middle: the binomial approximation of a Gaussian.</summary>
    public static float[,] GaussianBlur =>
        new float[,]
        {
            { 1 / 16f, 2 / 16f, 1 / 16f },
            { 2 / 16f, 4 / 16f, 2 / 16f },
            { 1 / 16f, 2 / 16f, 1 / 16f },
        };

    /// <summary>Sharpens: the image plus its difference from its four neighbours.</summary>
    public static float[,] Sharpen =>
        new float[,]
        {
            { 0, -1, 0 },
            { -1, 5, -1 },
            { 0, -1, 0 },
        };
}
