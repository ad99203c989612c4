using ShapeKit.Training;

namespace ShapeKit.Tests.Training;

public sealed class TrainingHistoryTests
{
    [Fact]
    public void The_best_epoch_has_the_lowest_validation_loss()
    {
        var history = new TrainingHistory([Epoch(1, 0.7, 0.6), Epoch(2, 0.5, 0.4), Epoch(3, 0.3, 0.45)]);

        Assert.Equal(2, history.BestEpoch);
        Assert.Equal(3, history.Last.Epoch);
    }

    [Fact]
    public void An_epoch_whose_loss_is_no_number_is_not_the_best() =>
        Assert.Equal(1, new TrainingHistory([Epoch(1, 0.7, 0.69), Epoch(2, 0.6, double.NaN), Epoch(3, 0.5, 0.70)]).BestEpoch);

    [Fact]
    public void Without_validation_the_best_epoch_has_the_lowest_loss() =>
        Assert.Equal(3, new TrainingHistory([Epoch(1, 0.7, null), Epoch(2, 0.5, null), Epoch(3, 0.3, null)]).BestEpoch);

    [Fact]
    public void An_epoch_reads_as_one_line() =>
        Assert.Equal(
            "epoch 2/10: loss 0.5000, accuracy 0.7500, validation loss 0.4000, validation accuracy 0.8125, 0.25 s",
            Epoch(2, 0.5, 0.4).ToString()
        );

    [Fact]
    public void The_history_reads_as_a_table() =>
        Assert.Equal(
            """
            Training history
            epoch    loss  accuracy  validation loss  validation accuracy  seconds
            -----  ------  --------  ---------------  -------------------  -------
                1  0.7000    0.7500           0.6000               0.8125     0.25
                2  0.5000    0.7500           0.4000               0.8125     0.25
            Best epoch: 2, with the lowest validation loss.
            """,
            new TrainingHistory([Epoch(1, 0.7, 0.6), Epoch(2, 0.5, 0.4)]).ToString()
        );

    [Fact]
    public void The_history_shows_in_a_notebook_in_the_colours_of_the_page()
    {
        string html = new TrainingHistory([Epoch(1, 0.7, null)]).ToHtml();

        Assert.Contains(">0.7000</td>", html, StringComparison.Ordinal);
        Assert.Contains("color:inherit", html, StringComparison.Ordinal);
        Assert.DoesNotContain("validation", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_without_epochs_is_refused() =>
        Assert.Contains(
            "at least one epoch",
            Assert.Throws<ArgumentException>(() => new TrainingHistory([])).Message,
            StringComparison.Ordinal
        );

    private static EpochResult Epoch(int number, double loss, double? validationLoss) =>
        new(number, 10, loss, 0.75, validationLoss, validationLoss is null ? null : 0.8125, TimeSpan.FromSeconds(0.25));
}
