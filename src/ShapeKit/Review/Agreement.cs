namespace ShapeKit.Review;

/// <summary>How often readers accept what the model drafts.</summary>
public static class Agreement
{
    /// <summary>The share of accepted drafts among the last ones, decision by decision.</summary>
    /// <param name="entries">The log's entries, the oldest first.</param>
    /// <param name="window">How many decisions are looked back at, this one included; at least 1.</param>
    /// <returns>A share in 0..1 for each entry; NaN for the first ones, behind which there are not yet so many.</returns>
    /// <exception cref="ArgumentException">An entry is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window is shorter than 1.</exception>
    public static double[] OverTime(IReadOnlyList<ReviewEntry> entries, int window = 20)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (entries.Any(entry => entry?.Review is null))
        {
            throw new ArgumentException("An entry is null, or has no review; pass those that a ReviewLog reads.", nameof(entries));
        }

        double[] shares = new double[entries.Count];
        int accepted = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            accepted += Accepted(i) - (i >= window ? Accepted(i - window) : 0);
            shares[i] = i + 1 < window ? double.NaN : (double)accepted / window;
        }

        return shares;

        int Accepted(int i) => entries[i].Review.Decision == Decision.Accepted ? 1 : 0;
    }
}
