using ShapeKit.Runtime;

namespace ShapeKit.Tests.Runtime;

public sealed class ProcessorCachesTests
{
    private const int Amd = 0x444D4163,
        Intel = 0x6C65746E,
        Hygon = 0x656E6975;

    [Theory]
    [InlineData(Amd, 0x4121, 0x01C0003F, 63)] // 8 ways of 64 lines of 64 bytes: 32 KiB
    [InlineData(Amd, 0x4121, 0x02C0003F, 63)] // 48 KiB
    [InlineData(Intel, 0x4121, 0x02C0003F, 63)]
    [InlineData(Intel, 0, 0, 0)] // no leaf 4 at all: oneDNN then takes sizes of its own
    [InlineData(Hygon, 0x4121, 0x01C0003F, 63)]
    public void A_processor_that_tells_its_caches_is_believed(int vendor, int eax, int ebx, int ecx) =>
        Assert.Null(Ask(vendor, eax, ebx, ecx));

    [Theory]
    [InlineData(Amd, 0, 0, 0, "The processor does not tell the size of its caches (CPUID leaf 0x8000001D gives 1 byte).")]
    [InlineData(Amd, 0x21, 0x3F, 0, "The processor does not tell the size of its caches (CPUID leaf 0x8000001D gives 64 bytes).")]
    [InlineData(Intel, 0x21, 0, 0, "The processor does not tell the size of its caches (CPUID leaf 0x4 gives 1 byte).")]
    public void A_processor_whose_cache_can_hold_nothing_hides_it(int vendor, int eax, int ebx, int ecx, string expected) =>
        Assert.Equal(expected, Ask(vendor, eax, ebx, ecx));

    [Fact]
    public void The_largest_numbers_that_a_processor_can_give_are_no_small_ones() => Assert.Null(Ask(Intel, 0x21, -1, -1));

    [Fact]
    public void This_processor_is_asked_without_a_failure()
    {
        string? hidden = ProcessorCaches.Hidden();

        Assert.True(hidden is null || hidden.StartsWith("The processor does not tell", StringComparison.Ordinal));
    }

    private static string? Ask(int vendor, int eax, int ebx, int ecx) =>
        ProcessorCaches.Hidden(
            (leaf, _) =>
                leaf switch
                {
                    0 => (0x10, 0, vendor, 0),
                    4 when vendor != Amd => (eax, ebx, ecx, 0),
                    unchecked((int)0x8000001D) when vendor == Amd => (eax, ebx, ecx, 0),
                    _ => default,
                }
        );
}
