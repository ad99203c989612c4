using ShapeKit.Review;
using ShapeKit.Tests.Review;
using ShapeKit.Visualization;

namespace ShapeKit.Tests.Visualization;

public sealed class ReviewChartsTests
{
    [Fact]
    public void Coverage_against_error_names_what_a_threshold_buys()
    {
        RiskCoverageCurve curve = RiskCoverageCurve.From([true, false, true, false, true], [0.9, 0.5, 0.8, 0.7, 0.7]);
        Figure figure = Charts.RiskCoverage(curve, "What it buys", threshold: 0.75);

        Assert.Equal(
            "What it buys. Of 5 drafts, a share of 0.4 is wrong. With the least confident held back first: 0.8 shown, 0.25 of these "
                + "wrong; 0.8 shown, 0.25 of these wrong; 1 shown, 0.4 of these wrong. "
                + "The threshold 0.75 shows a share of 0.4, of which 0 are wrong.",
            figure.AlternativeText
        );
        Assert.Contains("\"name\":\"threshold 0.75\"", figure.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("threshold 0.", Charts.RiskCoverage(curve).AlternativeText, StringComparison.Ordinal);
    }

    [Fact]
    public void Agreement_over_time_counts_decisions_and_names_a_new_model()
    {
        ReviewEntry[] entries = AgreementTests.Entries(
            Decision.Accepted,
            Decision.Edited,
            Decision.Accepted,
            Decision.Accepted,
            Decision.Rejected
        );

        Assert.Equal(
            "Agreement over time: 5 decisions, 3 accepted, 1 edited, 1 rejected. Among 2 decisions, the share accepted goes from 0.5 to "
                + "0.5. From decision 4 on the drafts are by second.",
            Charts.AgreementOverTime(entries, window: 2).AlternativeText
        );
        Assert.DoesNotContain("goes from", Charts.AgreementOverTime(entries, window: 9).AlternativeText, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Charts.AgreementOverTime([]));
    }
}
