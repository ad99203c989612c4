using System.Runtime.Intrinsics.X86;
using ShapeKit.Runtime;

namespace ShapeKit.Notebooks.Tests.Commands;

/// <summary>
/// A copy of libtorch that computes on this AMD processor as on one that hides its caches: one byte of it asks for a leaf of CPUID that no processor has, in
/// the place of 8000_001Dh, and is answered zeros.
/// </summary>
internal sealed class LibTorchWithoutCaches : IDisposable
{
    private const int EndOfAmd = 0x444D4163, Caches = unchecked((int)0x8000001D);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-libtorch-");

    private LibTorchWithoutCaches()
    {
        foreach (string file in Directory.GetFiles(LibTorch.Status.Directory))
        {
            string name = Path.GetFileName(file), copy = Path.Combine(Folder, name);
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
        // mov r10d, 8000001Dh
        ReadOnlySpan<byte> asks = [0x41, 0xBA, 0x1D, 0x00, 0x00, 0x80];
        int place = bytes.AsSpan().IndexOf(asks);
        Assert.True(place > 0 && bytes.AsSpan(place + 1).IndexOf(asks) < 0, "oneDNN asks for the caches in another way than it did.");
        library.Position = place + 3;
        library.WriteByte(0xFF);
    }

    /// <summary>Whether this processor itself hides its caches.</summary>
    public static bool IsLikeThisMachine => X86Base.CpuId(Caches, 0) is (_, 0, 0, _);

    public string Folder => _folder.FullName;

    public static LibTorchWithoutCaches CreateOrSkip()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && X86Base.IsSupported && X86Base.CpuId(0, 0).Ecx == EndOfAmd, "Only on AMD's processors, and only under Linux, oneDNN can be led astray in this way.");
        return new LibTorchWithoutCaches();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
