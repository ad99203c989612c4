using ShapeKit.Evaluation;
using ShapeKit.Generation;

namespace ShapeKit.Tests.Evaluation;

public sealed class CaptionReportTests
{
    [Fact]
    public void A_report_is_right_when_number_sides_zones_and_sizes_are()
    {
        Finding upper = new(LungSide.Right, LungZone.Upper, 12, 80, 80),
            lower = new(LungSide.Left, LungZone.Lower, 18, 240, 200);
        string standard = "one nodule of about 10 mm in the right upper lung field .";
        (string Text, Finding[] Truth)[] cases =
        [
            (standard, [upper]),
            (ReportGrammar.Write([upper], 1), [upper]), // another wording
            ("no nodule .", []),
            // Another order, and 15 is as medium as 20.
            ("two nodules : about 15 mm in the left lower lung field and about 10 mm in the right upper lung field .", [upper, lower]),
            (standard, []),
            ("no nodule .", [upper]),
            ("one nodule of about 15 mm in the right upper lung field .", [upper]),
            ("one nodule of about 10 mm in the right lower lung field .", [upper]),
            ("nodule nodule .", [upper]),
            (standard, [upper, lower]),
        ];
        CaptionReport report = CaptionReport.From([.. cases.Select(c => c.Text)], [.. cases.Select(c => (IReadOnlyList<Finding>)c.Truth)]);

        Assert.Equal(0.4, report.FindingsAccuracy, 1e-12);
        Assert.Equal([4, 5, 6, 7, 8, 9], report.Wrong);
        Assert.Equal([new(0, 2, 1, 1, 0, 0), new(1, 6, 2, 2, 1, 1), new(2, 2, 1, 1, 0, 0)], report.Rows);
        Assert.Equal(1, report.Unreadable);
        Assert.Equal(Bleu.Corpus([.. cases.Select(c => c.Text)], [.. cases.Select(c => ReportGrammar.Write(c.Truth))]), report.Bleu4);
        Assert.Contains("40.0% of the reports", report.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "There are 1 reports about 0 images",
            Assert.Throws<ArgumentException>(() => CaptionReport.From(["no nodule ."], [])).Message,
            StringComparison.Ordinal
        );
    }
}
