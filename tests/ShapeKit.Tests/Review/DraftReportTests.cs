using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

public sealed class DraftReportTests
{
    internal static DraftReport Draft(string text, params double[] probabilities)
    {
        string[] words = [.. Vocabulary.Tokenize(text), "<end>"];
        CaptionStep[] steps =
        [
            .. words.Select((word, i) => new CaptionStep(word, i < probabilities.Length ? probabilities[i] : 1, [], new float[1, 1])),
        ];
        return DraftReport.From("chest 7", "first model", new Caption(text, steps));
    }

    internal static Finding Nodule(LungSide side, LungZone zone, int diameter) => new(side, zone, diameter, 0, 0);

    [Fact]
    public void Its_confidence_is_the_product_of_its_words_and_each_findings_that_of_the_words_which_state_it()
    {
        //                        two  nodules  :  about  20  mm  in  the  right upper lung field and about 30 mm  in  the  left lower
        // lung field .  end
        DraftReport draft = Draft(
            "two nodules : about 20 mm in the right upper lung field and about 30 mm in the left lower lung field .",
            0.9,
            1,
            1,
            1,
            0.8,
            1,
            1,
            1,
            0.7,
            0.6,
            1,
            1,
            1,
            1,
            0.5,
            1,
            1,
            1,
            0.95,
            0.85
        );

        Assert.Equal(0.9 * 0.8 * 0.7 * 0.6 * 0.5 * 0.95 * 0.85, draft.Confidence, 12);
        Assert.Equal(
            [
                new ReportedFinding(LungSide.Right, LungZone.Upper, NoduleSize.Medium),
                new ReportedFinding(LungSide.Left, LungZone.Lower, NoduleSize.Large),
            ],
            draft.Findings!.Select(drafted => drafted.Finding)
        );
        Assert.Equal(0.9 * 0.8 * 0.7 * 0.6, draft.Findings![0].Confidence, 12);
        Assert.Equal(0.9 * 0.5 * 0.95 * 0.85, draft.Findings![1].Confidence, 12);
        Assert.Equal("medium nodule, right upper zone (confidence 0.30)", draft.Findings![0].ToString());
    }

    [Fact]
    public void A_word_counts_with_the_likely_words_that_state_the_same()
    {
        CaptionStep[] steps =
        [
            new(
                "medium",
                0.5,
                [new("medium", 0.5), new("20", 0.2), new("small", 0.15), new("15", 0.1), new("upper", 0.05)],
                new float[1, 1]
            ),
            new("nodule", 0.6, [new("nodule", 0.6), new("shadow", 0.4)], new float[1, 1]),
            new("<end>", 0.9, [new("<end>", 0.9)], new float[1, 1]),
        ];
        DraftReport draft = DraftReport.From("chest 7", "first model", new Caption("medium nodule", steps));

        Assert.Equal([0.8, 0.6, 0.9], draft.Words.Select(word => Math.Round(word.Probability, 12)));
        Assert.Equal(0.8 * 0.6 * 0.9, draft.Confidence, 12);
    }

    [Fact]
    public void Every_wording_of_every_pair_of_findings_gives_its_findings_a_confidence()
    {
        Finding[] all = [Nodule(LungSide.Left, LungZone.Middle, 12), Nodule(LungSide.Right, LungZone.Lower, 26)];
        for (int count = 0; count <= 2; count++)
        {
            for (int wording = 0; wording < ReportGrammar.WordingCount; wording++)
            {
                Finding[] findings = all[..count];
                DraftReport draft = Draft(ReportGrammar.Write(findings, wording), [.. Enumerable.Repeat(0.5, 40)]);

                Assert.Equal(findings.Select(ReportedFinding.From), draft.Findings!.Select(drafted => drafted.Finding));
                int others = draft.Words.Count - (3 * count);
                Assert.All(draft.Findings!, drafted => Assert.Equal(Math.Pow(0.5, 3 + others), drafted.Confidence, 12));
                Assert.True(draft.Says(findings));
            }
        }
    }

    [Fact]
    public void It_says_what_was_drawn_in_any_order_and_in_no_other_number()
    {
        DraftReport draft = Draft("right upper zone : small nodule ; left lower zone : large nodule .");
        Finding right = Nodule(LungSide.Right, LungZone.Upper, 11),
            left = Nodule(LungSide.Left, LungZone.Lower, 28);

        Assert.True(draft.Says([right, left]));
        Assert.True(draft.Says([left, right]));
        Assert.False(draft.Says([right]));
        Assert.False(draft.Says([right, right]));
        Assert.False(draft.Says([right, left with { DiameterMillimetres = 17 }]));
        Assert.False(draft.Says([]));
        Assert.True(Draft("no nodule .").Says([]));
    }

    [Fact]
    public void What_is_no_sentence_has_no_findings_and_is_never_right()
    {
        DraftReport draft = Draft("one nodule in the in the");

        Assert.Null(draft.Findings);
        Assert.False(draft.Says([]));
        Assert.Contains("cannot read", draft.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Under_its_threshold_it_is_held_back()
    {
        DraftReport draft = Draft("no nodule .", 0.8);

        Assert.False(draft.IsHeldBack);
        Assert.False((draft with { Threshold = 0.8 }).IsHeldBack);
        Assert.True((draft with { Threshold = 0.81 }).IsHeldBack);
        Assert.Contains("Held back: confidence 0.80 is under 0.81", (draft with { Threshold = 0.81 }).ToHtml(), StringComparison.Ordinal);
        Assert.Contains("Draft, unsigned: confidence 0.80", draft.ToHtml(), StringComparison.Ordinal);
        Assert.Equal("chest 7: no nodule . (confidence 0.80, held back)", (draft with { Threshold = 0.81 }).ToString());
    }

    [Fact]
    public void A_person_signs_changes_or_discards_it()
    {
        DraftReport draft = Draft("no nodule .", 0.8);

        Assert.Equal(
            new ReviewedDraft("A", "chest 7", "first model", "no nodule .", 0.8, Decision.Accepted, "no nodule ."),
            draft.AcceptedBy("A")
        );
        Assert.Equal(
            (Decision.Edited, "both lungs : normal ."),
            (draft.EditedBy("A", "both lungs : normal .").Decision, draft.EditedBy("A", "both lungs : normal .").Final)
        );
        Assert.Equal((Decision.Rejected, ""), (draft.RejectedBy("A").Decision, draft.RejectedBy("A").Final));
        Assert.Throws<ArgumentException>(() => draft.EditedBy("A", "no nodule ."));
        Assert.Throws<ArgumentException>(() => draft.AcceptedBy(""));
    }

    [Fact]
    public void Its_card_escapes_what_others_wrote()
    {
        DraftReport draft = DraftReport.From(
            "<b>",
            "m",
            new Caption("<i>", [new CaptionStep("<i>", 0.5, [], new float[1, 1]), new CaptionStep("<end>", 1, [], new float[1, 1])])
        );

        Assert.DoesNotContain("<b>", draft.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", draft.ToHtml(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DraftReport.From("", "m", new Caption("x", [])));
        Assert.Contains(
            "The threshold is 2",
            Assert.Throws<ArgumentOutOfRangeException>(() => DraftReport.From("x", "m", new Caption("x", []), 2)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_draft_is_shown_at_its_own_confidence_which_the_network_computed_in_float32()
    {
        var caption = new Caption("no", [new CaptionStep("no", 0.7f, [new("no", 0.7f)], new float[1, 1])]);

        Assert.False(DraftReport.From("1", "model", caption, 0.7).IsHeldBack);
        Assert.True(DraftReport.From("1", "model", caption, 0.7001).IsHeldBack);
        Assert.Equal(1, RiskCoverageCurve.From([true], [0.7f]).At(0.7).Shown);
    }
}
