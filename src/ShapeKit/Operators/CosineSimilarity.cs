namespace ShapeKit.Operators;

/// <summary>How far two vectors point the same way, whatever their lengths.</summary>
public static class CosineSimilarity
{
    /// <summary>The shortest length that is divided by, as in <c>torch.nn.functional.cosine_similarity</c>.</summary>
    private const double ShortestLength = 1e-8;

    /// <summary>The cosine of the angle between two vectors: A · B / (|A| |B|).</summary>
    /// <param name="a">The numbers of the first vector; at least one.</param>
    /// <param name="b">The numbers of the second vector; as many.</param>
    /// <returns>1 for the same direction, 0 for a right angle or a vector of zeros, -1 for the opposite direction.</returns>
    /// <remarks>
    /// The same as <c>torch.nn.functional.cosine_similarity</c>. Not-a-number in a vector makes the result not-a-number.
    /// </remarks>
    /// <exception cref="ArgumentException">The vectors are empty or differ in length.</exception>
    public static float Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The first vector has {a.Length} numbers, the second {b.Length}; both need the same.", nameof(b));
        }

        if (a.IsEmpty)
        {
            throw new ArgumentException("The vectors are empty; each needs at least one number.", nameof(a));
        }

        double product = 0,
            squareOfA = 0,
            squareOfB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            squareOfA += (double)a[i] * a[i];
            squareOfB += (double)b[i] * b[i];
        }

        double lengthOfA = Math.Max(Math.Sqrt(squareOfA), ShortestLength);
        double lengthOfB = Math.Max(Math.Sqrt(squareOfB), ShortestLength);
        return (float)(product / (lengthOfA * lengthOfB));
    }
}
