using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace ShapeKit.Runtime;

/// <summary>What the processor tells of its caches, read as oneDNN reads it.</summary>
/// <remarks>
/// AMD, <em>AMD64 architecture programmer's manual</em>, volume 3, appendix E.4.15, function 8000_001Dh; Intel, <em>Software developer's
/// manual</em>, volume 2A, CPUID, leaf 4. Both give ways, partitions and line size in EBX and sets in ECX, each less one. Some
/// hypervisors answer zeros, and then the product is one byte.
/// </remarks>
internal static class ProcessorCaches
{
    private const int CacheOfAmd = unchecked((int)0x8000001D),
        CacheOfOthers = 4;

    /// <summary>The last four letters, "cAMD", of AMD's name for itself.</summary>
    private const int EndOfAmd = 0x444D4163;

    /// <summary>No data cache of any processor that libtorch runs on is smaller.</summary>
    private const long Smallest = 4096;

    public delegate (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int subleaf);

    /// <summary>A sentence about a first-level cache that can't be true, or null.</summary>
    public static string? Hidden() => X86Base.IsSupported ? Hidden(X86Base.CpuId) : null;

    /// <inheritdoc cref="Hidden()"/>
    public static string? Hidden(CpuId cpuId)
    {
        bool amd = cpuId(0, 0).Ecx == EndOfAmd;
        (int eax, int ebx, int ecx, _) = cpuId(amd ? CacheOfAmd : CacheOfOthers, 0);
        bool none = (eax & 0x1F) == 0;
        if (!amd && none)
        {
            return null; // oneDNN then takes sizes of its own, which are right enough.
        }

        double ways = (ebx >>> 22) + 1,
            partitions = ((ebx >>> 12) & 0x3FF) + 1,
            line = (ebx & 0xFFF) + 1,
            sets = (uint)ecx + 1.0;
        double size = ways * partitions * line * sets;
        return size >= Smallest
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The processor does not tell the size of its caches (CPUID leaf 0x{(amd ? CacheOfAmd : CacheOfOthers):X} gives "
                    + $"{size:0} {(size == 1 ? "byte" : "bytes")})."
            );
    }
}
