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

    [Fact]
    public void Kappa_is_that_of_the_table_in_Cohens_article()
    {
        // Cohen (1960), table 1: two judges, three categories, 200 cases; kappa is 0.492.
        int[][] table =
        [
            [88, 14, 18],
            [10, 40, 10],
            [2, 6, 12],
        ];
        int[] first = [.. table.SelectMany((row, i) => Enumerable.Repeat(i, row.Sum()))],
            second = [.. table.SelectMany(row => row.SelectMany((count, j) => Enumerable.Repeat(j, count)))];

        Assert.Equal(0.492, Agreement.Kappa(first, second), 0.0005);
        Assert.Equal(Agreement.Kappa(second, first), Agreement.Kappa(first, second));
    }

    [Fact]
    public void Kappa_is_one_for_readers_who_agree_zero_for_one_who_always_says_the_same_and_no_number_for_two_of_these()
    {
        Assert.Equal(1, Agreement.Kappa([0, 1, 2, 1], [0, 1, 2, 1]));
        Assert.Equal(0, Agreement.Kappa([0, 0, 0, 0, 0], [0, 0, 0, 0, 1]));
        Assert.Equal(-1, Agreement.Kappa([0, 1], [1, 0]));
        Assert.Equal(double.NaN, Agreement.Kappa([3, 3], [3, 3]));
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
