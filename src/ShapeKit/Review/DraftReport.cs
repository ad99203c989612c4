using System.Globalization;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;

namespace ShapeKit.Review;

/// <summary>A report that a model wrote and nobody has signed: what it says, and how sure the model was.</summary>
/// <remarks>
/// The confidence of a draft is the product of its words' probabilities, where a word counts with all likely words that state the same:
/// 15 mm and 20 mm are both a medium-sized nodule. So it is about what the report says, not about how it says it. A draft under the
/// <see cref="Threshold"/> is held back: the reader gets the image without it, so as not to be led by it.
/// </remarks>
public sealed record DraftReport : IShown
{
    private DraftReport(string image, string model, Caption caption)
    {
        (Image, Model, Text, Words) = (
            image,
            model,
            caption.Text,
            [.. caption.Steps.Select(step => new WordProbability(step.Word, OfMeaning(step)))]
        );
        Confidence = Words.Aggregate(1.0, (product, word) => product * word.Probability);
        Findings = Find();
    }

    /// <summary>Which image it reports.</summary>
    public string Image { get; }

    /// <summary>Which model wrote it.</summary>
    public string Model { get; }

    /// <summary>The report.</summary>
    public string Text { get; }

    /// <summary>
    /// The words, the end of the report included, and the probability that the model gave to each or to another word that states the
    /// same.
    /// </summary>
    public IReadOnlyList<WordProbability> Words { get; }

    /// <summary>The product of the probabilities of <see cref="Words"/>, in 0..1.</summary>
    public double Confidence { get; }

    /// <summary>
    /// The nodules that it names, in its order, each with its confidence; none where it says that there is none; null where it is no
    /// sentence of <see cref="ReportGrammar"/>.
    /// </summary>
    public IReadOnlyList<DraftedFinding>? Findings { get; }

    /// <summary>The confidence from which on a draft is shown to the reader, in 0..1; 0 shows every draft.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The threshold lies outside 0..1.</exception>
    public double Threshold
    {
        get;
        init => field = Share(value);
    }

    /// <summary>Whether its confidence is under the <see cref="Threshold"/>, both as float32, which the network computes with.</summary>
    public bool IsHeldBack => (float)Confidence < (float)Threshold;

    /// <summary>Makes a draft of what a model wrote.</summary>
    /// <param name="image">Which image it reports, such as a file name or a number; not empty.</param>
    /// <param name="model">Which model wrote it; not empty.</param>
    /// <param name="caption">What it wrote.</param>
    /// <param name="threshold">The confidence under which the draft is held back, in 0..1.</param>
    /// <returns>The draft.</returns>
    /// <exception cref="ArgumentException">A name is empty, a step of the caption is missing, its word is not the text's or its probability
    /// lies outside 0..1, or the threshold lies outside 0..1.</exception>
    public static DraftReport From(string image, string model, Caption caption, double threshold = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(image);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentNullException.ThrowIfNull(caption);
        double shownFrom = Share(threshold);
        RequireSteps(caption);
        return new DraftReport(image, model, caption) { Threshold = shownFrom };
    }

    /// <summary>Whether it says what was drawn: the same number of nodules with the same sides, zones and sizes, in any order.</summary>
    /// <param name="truth">The findings of the image.</param>
    /// <returns>Whether it is right.</returns>
    public bool Says(IReadOnlyList<Finding> truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return Findings is not null
            && Ordered(Findings.Select(drafted => drafted.Finding)).SequenceEqual(Ordered(truth.Select(ReportedFinding.From)));

        static IEnumerable<ReportedFinding> Ordered(IEnumerable<ReportedFinding> findings) =>
            findings.OrderBy(f => f.Side).ThenBy(f => f.Zone).ThenBy(f => f.Size);
    }

    /// <summary>The draft, signed as it is.</summary>
    /// <param name="reviewer">Who signs.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException">Nobody signs.</exception>
    public ReviewedDraft AcceptedBy(string reviewer) => Decided(reviewer, Decision.Accepted, Text);

    /// <summary>The draft, changed and then signed.</summary>
    /// <param name="reviewer">Who signs.</param>
    /// <param name="final">What the report says now.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException">Nobody signs, or the report is empty or the draft's own.</exception>
    public ReviewedDraft EditedBy(string reviewer, string final) => Decided(reviewer, Decision.Edited, final);

    /// <summary>The draft, discarded.</summary>
    /// <param name="reviewer">Who discards it.</param>
    /// <param name="final">The report that was written instead; empty where there is none.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException">Nobody discards it, or the report is null or the draft's own.</exception>
    public ReviewedDraft RejectedBy(string reviewer, string final = "") => Decided(reviewer, Decision.Rejected, final);

    /// <summary>
    /// The draft as a card: the report with each word's probability, the findings with their confidence, and whether it is held back.
    /// </summary>
    /// <returns>A <c>div</c> element.</returns>
    public string ToHtml()
    {
        string words = string.Concat(
            Words
                .SkipLast(1)
                .Select(word =>
                    (
                        "<span style=\"display:inline-block;text-align:center;margin:0 .35em .3em 0\"><span style=\"border-bottom:3px "
                        + $"solid {Color(word.Probability)}\">{Html.Escape(word.Word)}</span><br><small "
                        + $"style=\"opacity:.75\">{Percent(word.Probability)}</small></span>"
                    )
                )
        );
        string findings = Findings switch
        {
            null => "The kit cannot read this sentence.",
            { Count: 0 } => "No nodule.",
            _ => string.Join("<br>", Findings.Select(drafted => Html.Escape(drafted.ToString()))),
        };
        (string color, string state) = IsHeldBack
            ? (
                Palette.Orange,
                string.Create(CultureInfo.InvariantCulture, $"Held back: confidence {Confidence:0.00} is under {Threshold:0.00}")
            )
            : (Palette.Blue, string.Create(CultureInfo.InvariantCulture, $"Draft, unsigned: confidence {Confidence:0.00}"));
        return $"""
            <div style="margin:.5em 0;padding:.6em .9em;border:1px solid {Html.Line};border-left:4px solid {color};border-radius:3px;max-width:720px;line-height:1.4;font-family:{Html.FontFamily}"><strong>{Html.Escape(
                Image
            )}</strong> <span style="font-weight:600">{state}</span><div style="margin:.5em 0">{words}</div><div>{findings}</div></div>
            """;
    }

    /// <summary>The draft as a line such as <c>chest-7: no nodule. (confidence 0.97)</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Image}: {Text} (confidence {Confidence:0.00}{(IsHeldBack ? ", held back" : "")})");

    private ReviewedDraft Decided(string reviewer, Decision decision, string final)
    {
        var review = new ReviewedDraft(reviewer, Image, Model, Text, Confidence, decision, final);
        review.Validate();
        return review;
    }

    /// <summary>
    /// The nodules of the text with their confidences: the first word that states a side belongs to the first nodule, the second to the
    /// second, and so on.
    /// </summary>
    private DraftedFinding[]? Find()
    {
        double common = 1;
        var stated = new Dictionary<(string What, int Finding), double>();
        foreach (WordProbability word in Words)
        {
            if (ReportGrammar.Stated(word.Word) is ({ } what, _))
            {
                stated[(what, stated.Keys.Count(key => key.What == what))] = word.Probability;
            }
            else
            {
                common *= word.Probability;
            }
        }

        return ReportGrammar.Read(Text) is { } findings
            ?
            [
                .. findings.Select(
                    (finding, i) => new DraftedFinding(finding, common * stated[("SIDE", i)] * stated[("ZONE", i)] * stated[("SIZE", i)])
                ),
            ]
            : null;
    }

    private static double Share(double threshold) =>
        threshold is >= 0 and <= 1
            ? threshold
            : throw new ArgumentOutOfRangeException(
                nameof(threshold),
                FormattableString.Invariant($"The threshold is {threshold}; it must lie in 0 to 1.")
            );

    /// <summary>Refuses a caption whose words and steps don't tell the same, so that no confidence follows from them.</summary>
    private static void RequireSteps(Caption caption)
    {
        if (caption.Text is null || caption.Steps is null || caption.Steps.Any(step => step?.Word is null || step.Next is null))
        {
            throw new ArgumentException("The caption has no text, or a step without its word or the words likely there.", nameof(caption));
        }

        string[] words = Vocabulary.Tokenize(caption.Text),
            written = [.. caption.Steps.Select(step => step.Word).TakeWhile(word => word != "<end>")];
        if (!words.SequenceEqual(written) || caption.Steps.Count > words.Length + 1)
        {
            throw new ArgumentException(
                $"The caption's text is \"{caption.Text}\", and its steps write \"{string.Join(' ', written)}\"; there must be a step for "
                    + "each word, and one for the end.",
                nameof(caption)
            );
        }

        CaptionStep? broken = caption.Steps.FirstOrDefault(step =>
            step.Probability is not (>= 0 and <= 1) || step.Next.Any(next => next.Probability is not (>= 0 and <= 1))
        );
        if (broken is not null)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The probabilities of the word {broken.Word}, {broken.Probability}, or of those likely there ")
                    + "lie outside 0 to 1; a network that gives no numbers writes no draft.",
                nameof(caption)
            );
        }
    }

    /// <summary>The probability of a step's word and, of the five likely words of which the step tells, all that state the same.</summary>
    private static double OfMeaning(CaptionStep step)
    {
        (string, int)? meaning = ReportGrammar.Stated(step.Word);
        return Math.Min(
            1,
            step.Probability
                + (
                    meaning is null
                        ? 0
                        : step
                            .Next.Where(next => next.Word != step.Word && ReportGrammar.Stated(next.Word) == meaning)
                            .Sum(next => next.Probability)
                )
        );
    }

    private static string Percent(double probability) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * probability):0}%");

    private static string Color(double probability) =>
        probability >= 0.9 ? Palette.Green
        : probability >= 0.6 ? Palette.Orange
        : Palette.Red;
}
