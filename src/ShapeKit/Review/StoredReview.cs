using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ShapeKit.Review;

/// <summary>An entry as the log's file holds it, whether it can be read or not.</summary>
internal sealed record StoredReview(
    long Number,
    string? Time,
    string? Reviewer,
    string? Image,
    string? Model,
    string? Draft,
    double Confidence,
    string? Decision,
    string? Final,
    string? Hash = null
)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The columns of the table, in the order of <see cref="From(SqliteDataReader)"/>.</summary>
    public const string Columns = "number, time, reviewer, image, model, draft, confidence, decision, final, hash";

    public static StoredReview From(SqliteDataReader row)
    {
        return new(
            row.IsDBNull(0) ? 0 : row.GetInt64(0),
            Text(1),
            Text(2),
            Text(3),
            Text(4),
            Text(5),
            row.IsDBNull(6) ? double.NaN : row.GetDouble(6),
            Text(7),
            Text(8),
            Text(9)
        );

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }

    /// <summary>A new entry, with the hash that follows that of the one before.</summary>
    public static StoredReview From(long number, DateTimeOffset time, ReviewedDraft review, string before)
    {
        var entry = new StoredReview(
            number,
            time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            review.Reviewer,
            review.Image,
            review.Model,
            review.Draft,
            review.Confidence + 0.0, // SQLite keeps -0 as 0.
            review.Decision.ToString(),
            review.Final
        );
        return entry with { Hash = entry.HashAfter(before) };
    }

    /// <summary>
    /// The SHA-256 of the hash before and of this entry, in the encoding that <see cref="ReviewLog"/> describes: each field's length in
    /// bytes, a colon, the field, a comma (D. J. Bernstein, <em>Netstrings</em>, 1997). So no two entries have the same encoding.
    /// </summary>
    public string HashAfter(string before)
    {
        string?[] fields =
        [
            before,
            Number.ToString(CultureInfo.InvariantCulture),
            Time,
            Reviewer,
            Image,
            Model,
            Draft,
            BitConverter.DoubleToInt64Bits(Confidence).ToString("x16", CultureInfo.InvariantCulture),
            Decision,
            Final,
        ];
        string encoding = string.Concat(
            fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field ?? "")}:{field},"))
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(encoding)));
    }

    /// <summary>The entry, or null and the reason why it is none.</summary>
    public ReviewEntry? Read(out string reason)
    {
        int decision = Array.IndexOf(Enum.GetNames<Decision>(), Decision);
        if (
            !DateTimeOffset.TryParseExact(
                Time,
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset time
            )
        )
        {
            reason = $"Its time is '{Time}', which does not read like 2026-01-31T08:30:00.000Z.";
            return null;
        }

        if (decision < 0)
        {
            reason = $"Its decision is '{Decision}', which is none of {string.Join(", ", Enum.GetNames<Decision>())}.";
            return null;
        }

        var review = new ReviewedDraft(Reviewer!, Image!, Model!, Draft!, Confidence, (Decision)decision, Final!);
        reason = review.Flaw() is (string flaw, _) ? $"{flaw}." : "";
        return reason.Length == 0 ? new ReviewEntry(Number, time, review) { Hash = Hash } : null;
    }
}
