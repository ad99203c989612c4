using CsCheck;
using ShapeKit.Binaries;

namespace ShapeKit.Tests.Binaries;

public sealed class CxxRuntimeCorrectionTests
{
    [Fact]
    public void Damaged_libraries_are_refused_or_corrected_but_never_crash()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The correction is for Linux libraries.");
        byte[] library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        int sections = (int)BitConverter.ToInt64(library, 40);

        // The headers that the correction follows lie in the first 64 bytes and in the section table.
        Gen.Select(Gen.OneOf(Gen.Int[0, 63], Gen.Int[sections, library.Length - 1]), Gen.Byte, Gen.Int[0, library.Length])
            .Sample(
                (position, value, length) =>
                {
                    byte[] damaged = (byte[])library.Clone();
                    damaged[position] = value;
                    TryApply(damaged);
                    TryApply(damaged.AsSpan(0, length));
                },
                iter: 40
            );

        static void TryApply(ReadOnlySpan<byte> bytes)
        {
            try
            {
                _ = CxxRuntimeCorrection.Apply(bytes);
            }
            catch (InvalidDataException) { }
        }
    }
}
