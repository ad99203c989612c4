using ShapeKit.Data;
using ShapeKit.Generation;

namespace ShapeKit.Tests.Generation;

public sealed class ReportGrammarTests
{
    private static readonly Finding First = new(LungSide.Right, LungZone.Upper, 15, 0, 0),
        Second = new(LungSide.Left, LungZone.Lower, 26, 0, 0);

    [Fact]
    public void Wording_0_is_the_standard_report()
    {
        Assert.Equal("no nodule.", ReportGrammar.Write([]));
        Assert.Equal("one nodule of about 15 mm in the right upper lung field.", ReportGrammar.Write([First]));
        Assert.Equal(
            "two nodules: about 10 mm in the right upper lung field and about 25 mm in the left lower lung field.",
            ReportGrammar.Write([First with { DiameterMillimetres = 13 }, Second])
        );
    }

    [Fact]
    public void What_is_written_in_any_wording_is_read_back()
    {
        Finding[] all = [.. AllFindings()];
        for (int wording = 0; wording < ReportGrammar.WordingCount; wording++)
        {
            AssertReadsBack([], wording);
            foreach (Finding finding in all)
            {
                AssertReadsBack([finding], wording);
                foreach (Finding other in all.Where(other => (other.Side, other.Zone) != (finding.Side, finding.Zone)))
                {
                    AssertReadsBack([finding, other], wording);
                }
            }
        }

        void AssertReadsBack(IReadOnlyList<Finding> findings, int wording)
        {
            string sentence = ReportGrammar.Write(findings, wording);
            IReadOnlyList<ReportedFinding>? read = ReportGrammar.Read(sentence);
            Assert.True(
                read is not null && read.SequenceEqual(findings.Select(ReportedFinding.From)),
                $"{sentence}: {(read is null ? "not read" : string.Join("; ", read))}"
            );
            string[] words = Vocabulary.Tokenize(sentence);
            Assert.True(words.Length <= ReportGrammar.LongestSentence && words.All(ReportGrammar.Words.Contains), sentence);
        }
    }

    [Fact]
    public void One_meaning_has_many_wordings_and_no_two_are_alike()
    {
        string[] sentences =
        [
            .. Enumerable
                .Range(0, ReportGrammar.WordingCount)
                .Select(wording => ReportGrammar.Write([First with { Zone = LungZone.Middle }], wording)),
        ];

        Assert.Equal(ReportGrammar.WordingCount, sentences.Distinct().Count());
        Assert.Contains("a medium-sized nodule is seen in the middle zone of the right lung.", sentences);
        Assert.Contains("right mid zone: medium nodule.", sentences);
    }

    [Theory]
    [InlineData("Right upper zone: large nodule.", "large nodule, right upper zone")]
    [InlineData("nothing abnormal in either lung .", "")]
    [InlineData("right upper zone : huge nodule .", null)]
    [InlineData("right upper zone nodule .", null)]
    [InlineData("one nodule of about 12 mm in the right upper lung field .", null)]
    [InlineData("", null)]
    public void A_sentence_of_another_language_is_not_guessed_at(string sentence, string? meaning)
    {
        IReadOnlyList<ReportedFinding>? read = ReportGrammar.Read(sentence);

        Assert.Equal(meaning, read is null ? null : string.Join("; ", read));
    }

    [Fact]
    public void Too_many_findings_and_unknown_wordings_are_refused()
    {
        Assert.StartsWith(
            "A sentence names at most two nodules; there are 3.",
            Assert.Throws<ArgumentException>(() => ReportGrammar.Write([First, Second, First])).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "There is no wording 20; choose 0 to 19.",
            Assert.Throws<ArgumentOutOfRangeException>(() => ReportGrammar.Write([], 20)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_18_things_to_say_of_a_nodule_are_all_different()
    {
        Assert.Equal(18, ReportedFinding.All.Distinct().Count());
        Assert.Equal("medium nodule, right upper zone", ReportedFinding.From(First).ToString());
    }

    private static IEnumerable<Finding> AllFindings() =>
        from side in Enum.GetValues<LungSide>()
        from zone in Enum.GetValues<LungZone>()
        from diameter in (int[])[10, 13, 15, 17, 18, 20, 24, 27, 28, 30]
        select new Finding(side, zone, diameter, 0, 0);
}
