namespace ShapeKit.Review;

/// <summary>What <see cref="ReviewLog.Verify"/> found in a log.</summary>
/// <param name="Entries">How many entries there are, those that can't be read included.</param>
/// <param name="ChainBegins">The number of the first entry that carries a hash; null where none does. Those before it were written by a
/// ShapeKit that knew no hashes: the first hash vouches for them as they were when it was made, and nothing for the time before.</param>
/// <param name="FirstBroken">The number of the first entry that doesn't fit its hash or the entry before it; null where all fit. Where
/// it is <paramref name="ChainBegins"/>, any entry up to this one may be the cause; else this one, or what was taken out before
/// it, or the one before, whose hash was made anew.</param>
/// <param name="Unreadable">The entries that can't be read.</param>
public sealed record LogVerification(int Entries, long? ChainBegins, long? FirstBroken, IReadOnlyList<UnreadableEntry> Unreadable)
{
    /// <summary>Whether every entry fits the one before it. A log without a hash holds as long as no number is missing.</summary>
    public bool Holds => FirstBroken is null;

    /// <summary>The findings as sentences, such as <c>5 entries. The chain holds.</c></summary>
    /// <returns>The sentences.</returns>
    public override string ToString()
    {
        string entries = Entries == 1 ? "1 entry." : $"{Entries} entries.";
        string chain = FirstBroken is { } broken
            ? $"The chain breaks at entry {broken}."
            : ChainBegins switch
            {
                null when Entries > 0 => "All were written before the chain began.",
                null => "",
                1 => "The chain holds.",
                { } begins => $"The chain holds; entries before {begins} were written before it began.",
            };
        return string.Join(' ', [entries, chain, .. Unreadable.Select(entry => entry.ToString())]).TrimEnd();
    }
}

/// <summary>An entry that <see cref="ReviewLog.Read"/> leaves out.</summary>
/// <param name="Number">Its place in the log.</param>
/// <param name="Reason">Why it can't be read, as a sentence.</param>
public sealed record UnreadableEntry(long Number, string Reason)
{
    /// <summary>The entry as a line such as <c>Entry 7 can't be read: The review has no reviewer.</c></summary>
    /// <returns>The line.</returns>
    public override string ToString() => $"Entry {Number} can't be read: {Reason}";
}
