using CsCheck;
using ShapeKit.Data;

namespace ShapeKit.Tests.Data;

public sealed class BatchesTests
{
    [Fact]
    public void Every_image_is_in_exactly_one_batch_of_an_epoch_with_its_own_label() =>
        (
            from count in Gen.Int[0, 60]
            from batchSize in Gen.Int[1, 70]
            from seed in Gen.Int
            from epoch in Gen.Int[0, 1000]
            select (count, batchSize, seed, epoch)
        ).Sample(
            (count, batchSize, seed, epoch) =>
            {
                using ImageDataset data = Numbered.Images(count, classes: 3);
                var batches = new Batches(data, batchSize, seed);
                List<(int[] Numbers, int[] Labels)> seen = Read(batches, epoch);

                Assert.Equal(batches.Count, seen.Count);
                Assert.All(seen.SkipLast(1), batch => Assert.Equal(batchSize, batch.Numbers.Length));
                Assert.All(seen, batch => Assert.Equal(batch.Numbers.Select(number => number % 3), batch.Labels));
                Assert.Equal(Enumerable.Range(0, count), seen.SelectMany(batch => batch.Numbers).Order());
            },
            iter: 200
        );

    [Fact]
    public void Each_epoch_and_each_seed_has_its_own_order_and_repeats_it()
    {
        using ImageDataset data = Numbered.Images(128);

        int[] Order(int seed, int epoch) => [.. Read(new Batches(data, 32, seed), epoch).SelectMany(batch => batch.Numbers)];

        int[] first = Order(42, 0);
        Assert.Equal(first, Order(42, 0));
        Assert.Equal(
            4,
            new[] { first, Order(42, 1), Order(42, 2), Order(43, 0) }.Select(order => string.Join(' ', order)).Distinct().Count()
        );
        Assert.NotEqual(Enumerable.Range(0, 128), first);
    }

    [Fact]
    public void Every_image_comes_first_about_equally_often()
    {
        using ImageDataset data = Numbered.Images(8);
        var timesFirst = new int[8];
        for (int epoch = 0; epoch < 4000; epoch++)
        {
            using Batch batch = new Batches(data, 1, seed: 7).Epoch(epoch).First();
            timesFirst[Numbered.Of(batch.Images)[0]]++;
        }

        // 500 each on average, standard deviation 21.
        Assert.All(timesFirst, times => Assert.InRange(times, 400, 600));
    }

    [Fact]
    public void A_batch_is_a_copy()
    {
        using ImageDataset data = Numbered.Images(4);
        using Batch batch = new Batches(data, 4, seed: 1).Epoch(0).Single();

        batch.Images.zero_();

        Assert.Equal([0, 1, 2, 3], Numbered.Of(data));
    }

    [Fact]
    public void A_batch_size_below_1_is_refused()
    {
        using ImageDataset data = Numbered.Images(4);

        Assert.Contains(
            "batch size is 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Batches(data, 0, seed: 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 3)]
    public void A_batch_may_be_larger_than_any_data_set(int batchSize)
    {
        using ImageDataset data = Numbered.Images(7, classes: 2);
        var batches = new Batches(data, batchSize, seed: 1);

        Assert.Equal(1, batches.Count);
        Assert.Equal(Enumerable.Range(0, 7), Assert.Single(Read(batches, epoch: 0)).Numbers.Order());
    }

    private static List<(int[] Numbers, int[] Labels)> Read(Batches batches, int epoch)
    {
        var seen = new List<(int[], int[])>();
        foreach (Batch batch in batches.Epoch(epoch))
        {
            using (batch)
            {
                seen.Add((Numbered.Of(batch.Images), [.. batch.Labels.data<long>().Select(label => (int)label)]));
            }
        }

        return seen;
    }
}
