using ShapeKit.Generation;
using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

public sealed class ReviewerTests
{
    private static readonly DraftReport Draft = DraftReportTests.Draft("right upper zone: small nodule.");
    private static readonly Finding Small = DraftReportTests.Nodule(LungSide.Right, LungZone.Upper, 11);

    [Fact]
    public void The_scripted_reviewer_accepts_what_is_right_and_corrects_the_rest()
    {
        Assert.Equal(Draft.AcceptedBy("scripted reviewer"), By([Small]));
        Assert.Equal(
            Draft.EditedBy("scripted reviewer", "one nodule of about 15 mm in the right upper lung field."),
            By([Small with { DiameterMillimetres = 15 }])
        );
        Assert.Equal(Draft.RejectedBy("scripted reviewer", "no nodule."), By([]));
        Assert.Equal(Decision.Rejected, By([Small, Small with { Side = LungSide.Left }]).Decision);
        Assert.Equal(Decision.Rejected, new ScriptedReviewer(_ => [Small]).Review(DraftReportTests.Draft("nodule nodule nodule")).Decision);

        static ReviewedDraft By(Finding[] truth) => new ScriptedReviewer(_ => truth).Review(Draft);
    }

    [Theory]
    [InlineData(0, 1000, 1000)]
    [InlineData(0.7, 250, 350)]
    [InlineData(1, 0, 0)]
    public void Without_attention_it_signs_what_is_wrong(double attention, int fewest, int most)
    {
        Decision[] decisions = Decide(),
            again = Decide();

        Assert.InRange(decisions.Count(decision => decision == Decision.Accepted), fewest, most);
        Assert.Equal(decisions, again);

        Decision[] Decide()
        {
            var reviewer = new ScriptedReviewer(_ => [], attention);
            return [.. Enumerable.Range(0, 1000).Select(_ => reviewer.Review(Draft).Decision)];
        }
    }

    [Fact]
    public void Its_attention_is_a_share() =>
        Assert.Contains(
            "The attention is 1.5",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedReviewer(_ => [], 1.5)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("a")]
    [InlineData(" Accept ")]
    [InlineData("", "yes", "A")]
    [InlineData("e", "Right upper zone: small nodule.", "a")]
    public void A_person_accepts_by_saying_so_and_not_by_pressing_enter(params string[] answers) =>
        Assert.Equal(Draft.AcceptedBy("Dr M"), Review(answers));

    [Theory]
    [InlineData("no nodule.", "e", "none", "a")]
    [InlineData(
        "one nodule of about 25 mm in the left middle lung field.",
        "edit",
        "a tumour on the left",
        "left middle",
        "Left middle 26 mm",
        "a"
    )]
    [InlineData(
        "two nodules: about 15 mm in the right lower lung field and about 10 mm in the left upper lung field.",
        "e",
        "left upper 12, right lower 15",
        "a"
    )]
    [InlineData("left upper zone: large nodule.", "e", "no nodule", "", "e", "left upper zone: large nodule", "a")]
    public void A_person_edits_in_notes_or_sentences_and_signs_what_they_then_read(string final, params string[] answers) =>
        Assert.Equal(Draft.EditedBy("Dr M", final), Review(answers));

    [Theory]
    [InlineData("", "r", "")]
    [InlineData("no nodule.", "reject", "no nodule")]
    [InlineData("", "e", "none", "r", "right upper zone: small nodule.", "r", "right upper 99", "right upper ten", "")]
    public void A_person_rejects_with_or_without_a_report_of_their_own(string final, params string[] answers) =>
        Assert.Equal(Draft.RejectedBy("Dr M", final), Review(answers));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Without_a_name_the_other_reviewer_decides(string? name)
    {
        var scripted = new ScriptedReviewer(_ => []);

        Assert.Same(scripted, ConsoleReviewer.OrElse(scripted, _ => name));
    }

    [Fact]
    public void Where_the_answers_end_nothing_is_decided() =>
        Assert.Contains(
            "Nobody answers any more",
            Assert.Throws<InvalidOperationException>(() => Review("e", "none")).Message,
            StringComparison.Ordinal
        );

    private static ReviewedDraft Review(params string[] answers)
    {
        var left = new Queue<string>(["Dr M", .. answers]);
        IReviewer reviewer = ConsoleReviewer.OrElse(new ScriptedReviewer(_ => []), _ =>
            left.TryDequeue(out string? answer) ? answer : null
        );
        Assert.Equal("Dr M", reviewer.Name);
        ReviewedDraft review = reviewer.Review(Draft);
        Assert.Empty(left);
        return review;
    }
}
