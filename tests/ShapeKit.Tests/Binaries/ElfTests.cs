using System.Runtime.InteropServices;
using CsCheck;
using ShapeKit.Binaries;
using ShapeKit.Runtime;

namespace ShapeKit.Tests.Binaries;

public sealed class ElfTests
{
    private const string Start = "_ZN3c1011initLoggingEv",
        End = "_ZN3c1028UpdateLoggingLevelsFromFlagsEv";

    [Fact]
    public void Symbols_lie_as_far_apart_as_the_loader_puts_them()
    {
        (byte[] elf, nint library) = C10();

        ulong[] values = Elf.Values(elf, Start, End);

        Assert.Equal(NativeLibrary.GetExport(library, End) - NativeLibrary.GetExport(library, Start), (nint)values[1] - (nint)values[0]);
    }

    [Fact]
    public void A_name_that_is_only_part_of_one_is_no_symbol() =>
        Assert.Equal(
            "it has no symbol ZN3c1011initLoggingEv",
            Assert.Throws<InvalidDataException>(() => Elf.Values(C10().Elf, Start[1..])).Message
        );

    [Fact]
    public void A_file_that_is_no_library_is_refused() =>
        Assert.Throws<InvalidDataException>(() =>
            Elf.Values("This is not a library, and too long for a header, too. It ends here."u8, Start)
        );

    [Fact]
    public void A_damaged_library_gives_values_or_a_refusal_and_never_a_crash()
    {
        byte[] library = C10().Elf;
        int sections = (int)BitConverter.ToInt64(library, 40);
        Gen.Select(Gen.OneOf(Gen.Int[0, 63], Gen.Int[sections, library.Length - 1]), Gen.Byte, Gen.Int[0, library.Length])
            .Sample(
                (position, value, length) =>
                {
                    byte[] damaged = (byte[])library.Clone();
                    damaged[position] = value;
                    try
                    {
                        _ = Elf.Values(damaged.AsSpan(0, length), Start);
                    }
                    catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException or OverflowException) { }
                },
                iter: 40
            );
    }

    private static (byte[] Elf, nint Library) C10()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF is Linux's format of libraries.");
        string path = Path.Combine(LibTorch.Status.Directory, "libc10.so");
        return (File.ReadAllBytes(path), NativeLibrary.Load(path));
    }
}
