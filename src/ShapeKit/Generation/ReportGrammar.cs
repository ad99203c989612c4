using System.Globalization;
using ShapeKit.Data;

namespace ShapeKit.Generation;

/// <summary>Writes findings as sentences of a small language, in several wordings of one meaning, and reads them back.</summary>
/// <remarks>
/// A wording is one of ten frames with one of two sets of synonyms. Sentences are lowercase; <see cref="Vocabulary.Tokenize"/> cuts them
/// into words, with punctuation as words of its own. Some wordings name a size class, others round millimetres: 10 for a small nodule,
/// 15 or 20 for a medium one, 25 or 30 for a large one.
/// </remarks>
public static class ReportGrammar
{
    // SIDE, ZONE, SIZE and MM are filled in; each is one word.
    private static readonly Frame[] Frames =
    [
        new(
            "no nodule .",
            "one nodule of about MM mm in the SIDE ZONE lung field .",
            "two nodules : about MM mm in the SIDE ZONE lung field and about MM mm in the SIDE ZONE lung field ."
        ),
        new(
            "the lungs are clear .",
            "a SIZE nodule is seen in the ZONE zone of the SIDE lung .",
            "a SIZE nodule is seen in the ZONE zone of the SIDE lung and a SIZE nodule in the ZONE zone of the SIDE lung ."
        ),
        new("both lungs : normal .", "SIDE ZONE zone : SIZE nodule .", "SIDE ZONE zone : SIZE nodule ; SIDE ZONE zone : SIZE nodule ."),
        new(
            "there is no nodule in the lungs .",
            "there is a SIZE nodule in the SIDE lung , ZONE zone .",
            "there are two nodules : SIZE in the SIDE lung , ZONE zone , and SIZE in the SIDE lung , ZONE zone ."
        ),
        new(
            "both lungs are free of nodules .",
            "the SIDE lung shows a nodule of MM mm in the ZONE third .",
            "the SIDE lung shows a nodule of MM mm in the ZONE third , the SIDE lung a nodule of MM mm in the ZONE third ."
        ),
        new(
            "no round shadow is seen .",
            "a round shadow of about MM mm lies in the ZONE third of the SIDE lung .",
            "round shadows lie in the ZONE third of the SIDE lung , about MM mm , and in the ZONE third of the SIDE lung , about MM mm ."
        ),
        new(
            "nothing abnormal in either lung .",
            "nodule , SIZE , SIDE lung , ZONE field .",
            "nodules , SIZE , SIDE lung , ZONE field ; SIZE , SIDE lung , ZONE field ."
        ),
        new(
            "normal lungs .",
            "SIZE round shadow in the ZONE SIDE lung field .",
            "SIZE round shadow in the ZONE SIDE lung field and SIZE round shadow in the ZONE SIDE lung field ."
        ),
        new(
            "no nodule is seen in either lung .",
            "in the SIDE lung , ZONE zone , a SIZE nodule is seen .",
            "in the SIDE lung , ZONE zone , a SIZE nodule is seen , and in the SIDE lung , ZONE zone , a SIZE nodule ."
        ),
        new(
            "the lungs are normal .",
            "the ZONE field of the SIDE lung shows a round shadow of MM mm .",
            "the ZONE field of the SIDE lung shows a round shadow of MM mm , the ZONE field of the SIDE lung a round shadow of MM mm ."
        ),
    ];

    private static readonly string[] Sides = ["right", "left"];
    private static readonly string[][] Zones =
    [
        ["upper", "middle", "lower"],
        ["upper", "mid", "lower"],
    ];
    private static readonly string[][] Sizes =
    [
        ["small", "medium-sized", "large"],
        ["little", "medium", "big"],
    ];
    private static readonly (string Word, NoduleSize Size)[] Millimetres =
    [
        ("10", NoduleSize.Small),
        ("15", NoduleSize.Medium),
        ("20", NoduleSize.Medium),
        ("25", NoduleSize.Large),
        ("30", NoduleSize.Large),
    ];

    /// <summary>How many wordings there are for one meaning.</summary>
    internal static int WordingCount => Frames.Length * Sizes.Length;

    /// <summary>All words that sentences can hold, sorted; punctuation counts as words.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. Frames
            .SelectMany(frame => frame.Sentences)
            .SelectMany(sentence => sentence)
            .Where(word => !IsSlot(word))
            .Concat(Sides)
            .Concat(Zones.SelectMany(words => words))
            .Concat(Sizes.SelectMany(words => words))
            .Concat(Millimetres.Select(entry => entry.Word))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The number of words of the longest sentence.</summary>
    internal static int LongestSentence { get; } = Frames.SelectMany(frame => frame.Sentences).Max(sentence => sentence.Length);

    /// <summary>
    /// The standard report about none, one and two nodules, with <c>MM</c>, <c>SIDE</c> and <c>ZONE</c> for what is to be filled in.
    /// </summary>
    internal static IReadOnlyList<string> Forms { get; } = [.. Frames[0].Sentences.Select(Vocabulary.Sentence)];

    /// <summary>Writes the findings of an image as a sentence.</summary>
    /// <param name="findings">None, one or two nodules; they are named in this order.</param>
    /// <param name="wording">Which wording, 0 to 19; 0 is the standard report, such as <c>one nodule of about 15 mm in the right upper lung
    /// field.</c></param>
    /// <returns>The sentence; the same findings and wording always give the same.</returns>
    /// <exception cref="ArgumentException">There are more than two findings, one has no such side or zone, or there is no such
    /// wording.</exception>
    public static string Write(IReadOnlyList<Finding> findings, int wording = 0)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (findings.Count > 2)
        {
            throw new ArgumentException($"A sentence names at most two nodules; there are {findings.Count}.", nameof(findings));
        }

        if (wording < 0 || wording >= WordingCount)
        {
            throw new ArgumentOutOfRangeException(nameof(wording), $"There is no wording {wording}; choose 0 to {WordingCount - 1}.");
        }

        if (findings.Any(finding => finding is null || !Enum.IsDefined(finding.Side) || !Enum.IsDefined(finding.Zone)))
        {
            throw new ArgumentException(
                "A finding is null, or its side or zone is none of LungSide and LungZone; there is no sentence for it.",
                nameof(findings)
            );
        }

        (int synonyms, int frame) = Math.DivRem(wording, Frames.Length);
        string[] words = [.. Frames[frame].Sentences[findings.Count]];
        var next = new Dictionary<string, int>();
        for (int i = 0; i < words.Length; i++)
        {
            if (IsSlot(words[i]))
            {
                // The second SIDE of a sentence speaks of the second finding, and so on.
                int which = next.GetValueOrDefault(words[i]);
                next[words[i]] = which + 1;
                words[i] = Fill(words[i], findings[which], synonyms);
            }
        }

        return Vocabulary.Sentence(words);
    }

    /// <summary>Reads what a sentence says, in any wording.</summary>
    /// <param name="sentence">A sentence such as <see cref="Write"/> gives; upper case and missing blanks before punctuation do not
    /// matter.</param>
    /// <returns>The findings in the order in which they are named, none for a sentence that says so; null when it is no sentence of this
    /// language.</returns>
    public static IReadOnlyList<ReportedFinding>? Read(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        string[] words = Vocabulary.Tokenize(sentence);
        return Frames
            .SelectMany(frame => frame.Sentences)
            .Select(pattern => Match(pattern, words))
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>
    /// What a word states of a nodule: its <c>SIDE</c>, <c>ZONE</c> or <c>SIZE</c>, and which; null for all other words. Words that state
    /// the same are equal here, as 15 and 20 mm are.
    /// </summary>
    internal static (string What, int Which)? Stated(string word)
    {
        int side = Array.IndexOf(Sides, word),
            zone = Zones.Max(set => Array.IndexOf(set, word)),
            size = Sizes.Max(set => Array.IndexOf(set, word));
        return side >= 0 ? ("SIDE", side)
            : zone >= 0 ? ("ZONE", zone)
            : size >= 0 ? ("SIZE", size)
            : Array.Find(Millimetres, entry => entry.Word == word) is { Word: not null } entry ? ("SIZE", (int)entry.Size)
            : null;
    }

    private static string Fill(string slot, Finding finding, int synonyms) =>
        slot switch
        {
            "SIDE" => Sides[(int)finding.Side],
            "ZONE" => Zones[synonyms][(int)finding.Zone],
            "SIZE" => Sizes[synonyms][(int)finding.Size],
            _ => Round(finding).ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>Millimetres that a report would say, which lie in the nodule's size class.</summary>
    private static int Round(Finding finding) =>
        finding.Size switch
        {
            NoduleSize.Small => 10,
            NoduleSize.Medium => finding.DiameterMillimetres <= 17 ? 15 : 20,
            _ => finding.DiameterMillimetres <= 27 ? 25 : 30,
        };

    /// <summary>What the words say by a pattern, or null where they do not follow it.</summary>
    private static ReportedFinding[]? Match(string[] pattern, string[] words)
    {
        if (pattern.Length != words.Length)
        {
            return null;
        }

        var (sides, zones, sizes) = (new List<LungSide>(), new List<LungZone>(), new List<NoduleSize>());
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            bool fits = pattern[i] switch
            {
                "SIDE" => Add(sides, (LungSide)Array.IndexOf(Sides, word)),
                "ZONE" => Add(zones, (LungZone)Zones.Max(set => Array.IndexOf(set, word))),
                "SIZE" => Add(sizes, (NoduleSize)Sizes.Max(set => Array.IndexOf(set, word))),
                "MM" => Add(
                    sizes,
                    Array.Find(Millimetres, entry => entry.Word == word) is { Word: not null } entry ? entry.Size : (NoduleSize)(-1)
                ),
                string literal => literal == word,
            };
            if (!fits)
            {
                return null;
            }
        }

        return [.. sides.Select((side, i) => new ReportedFinding(side, zones[i], sizes[i]))];

        static bool Add<T>(List<T> values, T value)
            where T : struct, Enum
        {
            values.Add(value);
            return Enum.IsDefined(value);
        }
    }

    private static bool IsSlot(string word) => word is "SIDE" or "ZONE" or "SIZE" or "MM";

    /// <summary>A way to say that there is no nodule, one, or two.</summary>
    private sealed class Frame(string none, string one, string two)
    {
        public string[][] Sentences { get; } = [none.Split(' '), one.Split(' '), two.Split(' ')];
    }
}
