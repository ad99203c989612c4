using System.Globalization;

namespace ShapeKit.Review;

/// <summary>A review as the log keeps it.</summary>
/// <param name="Number">Its place in the log, counted from 1 without gaps.</param>
/// <param name="Time">When it was written, in UTC, to the millisecond.</param>
/// <param name="Review">Who decided what.</param>
public sealed record ReviewEntry(long Number, DateTimeOffset Time, ReviewedDraft Review)
{
    /// <summary>
    /// The SHA-256 of this entry and the hash before it, as <see cref="ReviewLog"/> describes, in 64 hexadecimal digits; null for an
    /// entry that was written before the chain began. Noted elsewhere, it vouches for this entry and all before it.
    /// </summary>
    public string? Hash { get; init; }

    /// <summary>The entry as a line such as <c>12, 2026-11-25 08:30:00 UTC, A. Reader, chest-7: Edited</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Number}, {Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {Review.Reviewer}, {Review.Image}: {Review.Decision}"
        );
}
