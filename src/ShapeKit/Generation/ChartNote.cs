using ShapeKit.Data;

namespace ShapeKit.Generation;

/// <summary>What a patient's chart says beside the image: age, smoking, fever, cough and night sweats.</summary>
/// <remarks>
/// Its sentences share no word with those of <see cref="ReportGrammar"/>, so that each word of a mixed sentence has one reader.
/// </remarks>
/// <param name="Age">In years; a note tells the decade alone, from the twenties or below to the eighties or above.</param>
/// <param name="Smokes">Whether the patient smokes.</param>
/// <param name="HasFever">Whether the patient has a fever.</param>
/// <param name="Coughs">Whether the patient coughs.</param>
/// <param name="SweatsAtNight">Whether the patient sweats at night.</param>
public sealed record ChartNote(int Age, bool Smokes, bool HasFever, bool Coughs, bool SweatsAtNight)
{
    /// <summary>The youngest age.</summary>
    internal const int Youngest = 20;

    /// <summary>How many decades of age there are, from the twenties to the eighties.</summary>
    internal const int Decades = 7;

    /// <summary>For smoking, fever, cough and night sweats: how yes and no are said, with each of two sets of synonyms.</summary>
    private static readonly (string Yes, string No)[][] Facts =
    [
        [("smoker", "nonsmoker"), ("fever", "without fever"), ("cough", "without cough"), ("night sweats", "without night sweats")],
        [("smokes", "never smoked"), ("febrile", "afebrile"), ("coughing", "denies cough"), ("sweats nightly", "denies sweats")],
    ];

    /// <summary>How many wordings there are: both sets of synonyms, each beginning with any of the five facts.</summary>
    internal static int WordingCount => Facts.Length * (Facts[0].Length + 1);

    /// <summary>The number of the decade of age: 0 for the twenties and below, and so on.</summary>
    internal int Decade => Math.Clamp((Age - Youngest) / 10, 0, Decades - 1);

    /// <summary>All words that notes can hold, sorted; punctuation counts as words.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. Facts
            .SelectMany(facts => facts)
            .SelectMany(fact => $"{fact.Yes} {fact.No}".Split(' '))
            .Concat(Enumerable.Range(0, Decades).Select(InWords))
            .Append(",")
            .Append(".")
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Writes the note as a sentence.</summary>
    /// <param name="wording">Which wording, 0 to 9; 0 is such as <c>70s, smoker, fever, without cough, without night sweats.</c></param>
    /// <returns>The sentence; the same note and wording always give the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such wording.</exception>
    public string Write(int wording = 0)
    {
        if (wording < 0 || wording >= WordingCount)
        {
            throw new ArgumentOutOfRangeException(nameof(wording), $"There is no wording {wording}; choose 0 to {WordingCount - 1}.");
        }

        return string.Join(", ", Phrases(wording)) + ".";
    }

    /// <summary>The note in its first wording.</summary>
    /// <returns>The sentence.</returns>
    public override string ToString() => Write();

    /// <summary>Some of the facts, at least one, in a wording of their own: what somebody might search for.</summary>
    internal string WritePart(ref RepeatableRandom random)
    {
        string[] phrases = Phrases(random.Next(0, WordingCount - 1));
        random.Shuffle<string>(phrases);
        return string.Join(", ", phrases.Take(random.Next(1, phrases.Length)));
    }

    private string[] Phrases(int wording)
    {
        (int synonyms, int first) = Math.DivRem(wording, Facts[0].Length + 1);
        bool[] answers = [Smokes, HasFever, Coughs, SweatsAtNight];
        string[] phrases = [InWords(Decade), .. Facts[synonyms].Select((fact, i) => answers[i] ? fact.Yes : fact.No)];
        return [.. phrases[first..], .. phrases[..first]];
    }

    private static string InWords(int decade) => $"{Youngest + (10 * decade)}s";
}
