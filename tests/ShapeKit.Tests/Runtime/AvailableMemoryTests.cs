using ShapeKit.Models;
using ShapeKit.Runtime;

namespace ShapeKit.Tests.Runtime;

public sealed class AvailableMemoryTests
{
    private const long Gigabyte = 1_000_000_000;

    [Theory]
    [InlineData(250, 1_000_000, 4, null)]
    [InlineData(251, 1_000_000, 5, "251 pictures need 1.3 GB of memory, and 1.0 GB are there; take fewer images or smaller ones.")]
    [InlineData(3, 1_000_000_000, 4, "3 pictures need 12.0 GB of memory, and 1.0 GB are there")]
    [InlineData(long.MaxValue, long.MaxValue, 4, "GB of memory, and 1.0 GB are there")]
    public void What_does_not_fit_is_refused_with_what_is_needed_and_what_is_there(long count, long pixels, int bytes, string? refusal)
    {
        Exception? found = Record.Exception(() =>
            AvailableMemory.Assume(Gigabyte, () => AvailableMemory.Require(count, pixels, $"{count} pictures", bytes))
        );

        Assert.Equal(refusal is null, found is null);
        Assert.True(refusal is null || found is InsufficientMemoryException);
        Assert.Contains(refusal ?? "", found?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_memory_that_is_there_is_less_than_the_machine_has()
    {
        Assert.InRange(AvailableMemory.Bytes, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - 1);
        Assert.Throws<InsufficientMemoryException>(() => AvailableMemory.Require(1 << 20, 1L << 40, "Everything"));
    }

    [Fact]
    public void A_network_that_does_not_fit_is_refused_before_any_of_it_is_made()
    {
        Assert.Equal(
            "The weights of a U-Net of 2147483647 classes, depth 3 and width 16 need 137.4 GB of memory, and 1.0 GB are there; make it smaller.",
            Assert
                .Throws<InsufficientMemoryException>(() =>
                    AvailableMemory.Assume(Gigabyte, () => new UNet(classes: int.MaxValue).Dispose())
                )
                .Message
        );
        AvailableMemory.Assume(Gigabyte, () => new UNet(2, depth: 4, width: 64).Dispose());
    }
}
