namespace ShapeKit.Review;

/// <summary>How often readers agree: with the model's drafts, and with one another.</summary>
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

    /// <summary>
    /// Cohen's kappa: how far two readers of the same cases agree beyond what chance alone would bring about,
    /// (p<sub>o</sub> - p<sub>e</sub>) / (1 - p<sub>e</sub>). p<sub>o</sub> is the share of cases in which they agree; p<sub>e</sub> is
    /// the share in which they would if each gave as many answers of each kind as here, but to cases drawn by lot.
    /// </summary>
    /// <remarks>
    /// Cohen, <em>A coefficient of agreement for nominal scales</em>, Educational and Psychological Measurement 20 (1960), formula 1.
    /// </remarks>
    /// <param name="first">What the first reader answered, case by case, each kind of answer a number; at least one.</param>
    /// <param name="second">What the second reader answered, in the same order.</param>
    /// <returns>1 where they always agree, 0 where no more than by chance, below 0 where less; NaN where both give one and the same answer
    /// to all cases.</returns>
    /// <exception cref="ArgumentException">There are no cases, or the numbers of cases differ.</exception>
    public static double Kappa(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0 || first.Count != second.Count)
        {
            throw new ArgumentException(
                $"The first reader answered {first.Count} cases and the second {second.Count}; pass both for the same cases, at least one.",
                nameof(second)
            );
        }

        // Both shares times the square of the number of cases, so that they are whole numbers.
        double all = (double)first.Count * first.Count,
            observed = (double)first.Count * first.Zip(second).Count(pair => pair.First == pair.Second),
            byChance = first.CountBy(answer => answer).Sum(kind => (double)kind.Value * second.Count(answer => answer == kind.Key));
        return (observed - byChance) / (all - byChance);
    }
}
