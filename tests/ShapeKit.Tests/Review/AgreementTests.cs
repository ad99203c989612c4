using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

public sealed class AgreementTests
{
    [Fact]
    public void The_share_accepted_is_that_of_the_last_decisions()
    {
        ReviewEntry[] entries = Entries(
            Decision.Accepted,
            Decision.Edited,
            Decision.Accepted,
            Decision.Accepted,
            Decision.Rejected,
            Decision.Rejected
        );

        Assert.Equal([double.NaN, double.NaN, 2.0 / 3, 2.0 / 3, 2.0 / 3, 1.0 / 3], Agreement.OverTime(entries, window: 3));
        Assert.Equal([1, 0, 1, 1, 0, 0], Agreement.OverTime(entries, window: 1));
        Assert.All(Agreement.OverTime(entries, window: 7), share => Assert.True(double.IsNaN(share)));
        Assert.Empty(Agreement.OverTime([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Agreement.OverTime(entries, window: 0));
    }

    internal static ReviewEntry[] Entries(params Decision[] decisions) =>
        [
            .. decisions.Select(
                (decision, i) =>
                    new ReviewEntry(
                        i + 1,
                        DateTimeOffset.UnixEpoch,
                        new ReviewedDraft(
                            "a",
                            $"chest {i}",
                            i < 3 ? "first" : "second",
                            "draft",
                            0.5,
                            decision,
                            decision == Decision.Accepted ? "draft" : "final"
                        )
                    )
            ),
        ];
}
