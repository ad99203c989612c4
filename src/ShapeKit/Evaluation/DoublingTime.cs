namespace ShapeKit.Evaluation;

/// <summary>How many days a growing nodule takes to double its volume, from its diameter on two dates.</summary>
/// <remarks>
/// Schwartz, <em>A biomathematical approach to clinical tumor growth</em>, Cancer 14, 1272–1294 (1961): a volume that grows steadily from
/// V₁ to V₂ in t days doubles in t ln 2 / ln (V₂ / V₁). For a ball, whose volume is π d³ / 6, that is t ln 2 / (3 ln (d₂ / d₁)).
/// </remarks>
public sealed class DoublingTime
{
    private DoublingTime(double before, double after, double days, double error)
    {
        Days = Of(before, after, days);
        Shortest = Of(Math.Max(before - error, 0), after + error, days);
        Longest = Of(before + error, Math.Max(after - error, 0), days);
    }

    /// <summary>The days; infinite where the nodule has not grown.</summary>
    public double Days { get; }

    /// <summary>The days if the nodule was smaller at first and is larger now than measured, each by the whole error.</summary>
    public double Shortest { get; }

    /// <summary>The days if it was larger and is smaller; infinite where it may not have grown at all.</summary>
    public double Longest { get; }

    /// <summary>Whether the nodule has grown by more than the errors of both measurements together.</summary>
    public bool HasSurelyGrown => double.IsFinite(Longest);

    /// <summary>Computes the doubling time between two dates.</summary>
    /// <param name="before">The diameter on the first date, in millimetres, at least 0.</param>
    /// <param name="after">The diameter on the second date, in millimetres, at least 0.</param>
    /// <param name="days">The days between them, above 0.</param>
    /// <param name="error">How far each diameter may be off, in millimetres, at least 0.</param>
    /// <returns>The doubling time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range or not finite.</exception>
    public static DoublingTime Between(double before, double after, double days, double error = 0)
    {
        RequireLength(before, nameof(before));
        RequireLength(after, nameof(after));
        RequireLength(error, nameof(error));
        return days is > 0 and < double.PositiveInfinity
            ? new DoublingTime(before, after, days, error)
            : throw new ArgumentOutOfRangeException(nameof(days), days, "The days between two dates are a number above 0.");
    }

    /// <summary>The doubling time as words, such as <c>93 days (47 to 310)</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        string days = double.IsFinite(Days) ? $"{Html.Number(Days, 0)} days" : "no growth";
        string longest = HasSurelyGrown ? $"to {Html.Number(Longest, 0)}" : "or no growth at all";
        return Shortest == Longest ? days
            : double.IsFinite(Shortest) ? $"{days} ({Html.Number(Shortest, 0)} {longest})"
            : days;
    }

    private static double Of(double before, double after, double days) =>
        after <= before ? double.PositiveInfinity
        : before == 0 ? 0
        : days * Math.Log(2) / (3 * Math.Log(after / before));

    private static void RequireLength(double length, string name)
    {
        if (length is not (>= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(name, length, "A diameter and its error are numbers of millimetres, at least 0.");
        }
    }
}
