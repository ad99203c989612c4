using System.Runtime.Intrinsics.X86;
using ShapeKit.Runtime;

namespace ShapeKit.Notebooks.Tests.Commands;

/// <summary>
/// A copy of libtorch that computes on this processor as on one that hides its caches: oneDNN does not write down the sizes that it
/// reads, so each stays 0.
/// </summary>
internal sealed class LibTorchWithoutCaches : IDisposable
{
    private const int EndOfAmd = 0x444D4163,
        Caches = unchecked((int)0x8000001D);

    /// <summary>
    /// Where Xbyak::util::Cpu's constructor writes a size down, on Intel's processors and on AMD's: mov [r13+1Ch], ecx and mov [r11+1Ch],
    /// edx, each with what follows.
    /// </summary>
    private static readonly byte[][] Writes =
    [
        [0x41, 0x89, 0x4D, 0x1C, 0x41, 0x83, 0xFE, 0x01],
        [0x41, 0x89, 0x53, 0x1C, 0x8B, 0x57, 0x18],
    ];

    /// <summary>An instruction of four bytes that does nothing.</summary>
    private static readonly byte[] Nothing = [0x0F, 0x1F, 0x40, 0x00];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-libtorch-");

    private LibTorchWithoutCaches()
    {
        foreach (string file in Directory.GetFiles(LibTorch.Status.Directory))
        {
            string name = Path.GetFileName(file),
                copy = Path.Combine(Folder, name);
            if (name == "libtorch_cpu.so")
            {
                File.Copy(file, copy);
            }
            else
            {
                File.CreateSymbolicLink(copy, file);
            }
        }

        using FileStream library = File.Open(Path.Combine(Folder, "libtorch_cpu.so"), FileMode.Open, FileAccess.ReadWrite);
        byte[] bytes = new byte[library.Length];
        library.ReadExactly(bytes);
        foreach (byte[] write in Writes)
        {
            int place = bytes.AsSpan().IndexOf(write);
            Assert.True(
                place > 0 && bytes.AsSpan(place + 1).IndexOf(write) < 0,
                "oneDNN writes the sizes of the caches down in another way than it did."
            );
            library.Position = place;
            library.Write(Nothing);
        }
    }

    /// <summary>Whether this processor itself hides its caches.</summary>
    public static bool IsLikeThisMachine => X86Base.CpuId(0, 0).Ecx == EndOfAmd && X86Base.CpuId(Caches, 0) is (_, 0, 0, _);

    public string Folder => _folder.FullName;

    public static LibTorchWithoutCaches CreateOrSkip()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && X86Base.IsSupported,
            "oneDNN can be led astray in this way under Linux only, on processors with the x86 instructions."
        );
        return new LibTorchWithoutCaches();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
