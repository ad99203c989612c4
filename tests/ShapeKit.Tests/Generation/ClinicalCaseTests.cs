using ShapeKit.Data;
using ShapeKit.Generation;

namespace ShapeKit.Tests.Generation;

public sealed class ClinicalCaseTests
{
    private static readonly IReadOnlyList<ClinicalCase> Cases = Draw(4000);

    [Fact]
    public void Causes_and_charts_are_as_frequent_as_documented()
    {
        Assert.Equal(0.06, Share(Cases.Where(c => c.Finding.Zone == LungZone.Upper), c => c.Cause == ShadowCause.Tuberculosis), 0.02);
        Assert.Equal(0.03, Share(Cases.Where(c => c.Finding.Zone != LungZone.Upper), c => c.Cause == ShadowCause.Tuberculosis), 0.01);
        IEnumerable<ClinicalCase> common = Cases.Where(c => c.Cause != ShadowCause.Tuberculosis);
        Assert.Equal(0.75, Share(common.Where(c => c.Finding.Size == NoduleSize.Large), c => c.Cause == ShadowCause.Tumour), 0.04);
        Assert.Equal(0.25, Share(common.Where(c => c.Finding.Size == NoduleSize.Medium), c => c.Cause == ShadowCause.Tumour), 0.04);

        (double Smokes, double Fever, double Cough, double Sweats, double Old)[] documented =
        [
            (0.35, 0.60, 0.60, 0.05, 3 / 7.0),
            (0.65, 0.20, 0.60, 0.05, 0.60),
            (0.40, 0.60, 0.60, 0.75, 3 / 7.0),
        ];
        foreach (ShadowCause cause in Enum.GetValues<ShadowCause>())
        {
            ClinicalCase[] of = [.. Cases.Where(c => c.Cause == cause)];
            double within = cause == ShadowCause.Tuberculosis ? 0.12 : 0.04;
            Assert.Equal(documented[(int)cause].Smokes, Share(of, c => c.Note.Smokes), within);
            Assert.Equal(documented[(int)cause].Fever, Share(of, c => c.Note.HasFever), within);
            Assert.Equal(documented[(int)cause].Cough, Share(of, c => c.Note.Coughs), within);
            Assert.Equal(documented[(int)cause].Sweats, Share(of, c => c.Note.SweatsAtNight), within);
            Assert.Equal(documented[(int)cause].Old, Share(of, c => c.Note.Age >= 60), within);
        }
    }

    [Fact]
    public void The_chance_of_a_cause_is_how_often_it_is_the_cause()
    {
        foreach (ShadowCause cause in Enum.GetValues<ShadowCause>())
        {
            foreach (ClinicalCase[] alike in Cases.OrderBy(c => c.ChanceOf(cause)).Chunk(800))
            {
                Assert.Equal(alike.Average(c => c.ChanceOf(cause)), Share(alike, c => c.Cause == cause), 0.05);
            }
        }

        Assert.All(Cases.Take(20), c => Assert.Equal(1, Enum.GetValues<ShadowCause>().Sum(c.ChanceOf), 1e-12));
    }

    [Fact]
    public void A_case_depends_on_its_number_alone_and_its_sentences_are_of_two_languages_without_a_common_word()
    {
        var images = new Vocabulary(ReportGrammar.Words);
        var charts = new Vocabulary(ChartNote.Words);

        Assert.Equal(Cases.Take(10), Draw(10));
        Assert.Equal([",", "."], ReportGrammar.Words.Intersect(ChartNote.Words).Order());
        foreach (ClinicalCase c in Cases.Take(100))
        {
            Assert.NotEmpty(charts.Encode([c.ChartText]).shape);
            Assert.Equal([ReportedFinding.From(c.Finding)], ReportGrammar.Read(c.Report[(c.ChartText.Length + 1)..]));
            Assert.True(c.Fits(c));
            string[] parts = c.Question.Split(", ");
            images.Encode(string.Join(", ", parts[..2]), 20);
            charts.Encode(string.Join(", ", parts[2..]), 20);
        }
    }

    [Fact]
    public void A_note_says_the_same_in_ten_wordings()
    {
        ChartNote note = new(72, Smokes: true, HasFever: true, Coughs: false, SweatsAtNight: false);

        Assert.Equal("70s, smoker, fever, without cough, without night sweats.", note.ToString());
        Assert.Equal("febrile, denies cough, denies sweats, 70s, smokes.", note.Write(7));
        Assert.Equal(10, Enumerable.Range(0, 10).Select(note.Write).Distinct().Count());
        Assert.StartsWith("20s, ", (note with { Age = 4 }).Write(), StringComparison.Ordinal);
        Assert.StartsWith("80s, ", (note with { Age = 104 }).Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_with_two_nodules_is_no_case() =>
        Assert.StartsWith(
            "Image 0 has 2 nodules",
            Assert
                .Throws<ArgumentException>(() =>
                    ClinicalCase.Draw(new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 32, MinNodules = 2 }).Generate(1))
                )
                .Message,
            StringComparison.Ordinal
        );

    private static double Share(IEnumerable<ClinicalCase> cases, Func<ClinicalCase, bool> counts) =>
        cases.Average(c => counts(c) ? 1.0 : 0.0);

    private static IReadOnlyList<ClinicalCase> Draw(int count)
    {
        var options = new PhantomGeneratorOptions
        {
            ImageSize = 32,
            MinNodules = 1,
            MaxNodules = 1,
            Sizes = [NoduleSize.Medium, NoduleSize.Large],
        };
        using PhantomDataset images = new PhantomGenerator(options, seed: 3).Generate(count);
        return ClinicalCase.Draw(images, seed: 3);
    }
}
