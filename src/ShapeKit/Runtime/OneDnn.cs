using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShapeKit.Binaries;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Runtime;

/// <summary>
/// libtorch's own switches for the libraries that compute convolutions for it, which Python has as <c>torch.backends.mkldnn</c> and
/// TorchSharp lacks; and what oneDNN knows of the caches.
/// </summary>
/// <param name="torchFile">The path of the library torch_cpu, which is loaded.</param>
internal sealed unsafe class OneDnn(string torchFile)
{
    // Functions of at::Context, as the two C++ compilers name them.
    private static readonly (string Context, string OneDnn, string Nnpack) Names = OperatingSystem.IsWindows()
        ? (
            "?globalContext@at@@YAAEAVContext@1@XZ",
            "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z",
            "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z"
        )
        : ("_ZN2at13globalContextEv", "_ZN2at7Context20setUserEnabledMkldnnEb", "_ZN2at7Context20setUserEnabledNNPACKEb");

    private readonly nint _library = NativeLibrary.Load(torchFile);

    /// <summary>Has libtorch's own code compute what oneDNN would.</summary>
    /// <exception cref="DllNotFoundException">The library has no such switch.</exception>
    public void LeaveOut()
    {
        if (!TrySwitchOff(Names.OneDnn))
        {
            throw new DllNotFoundException(
                $"oneDNN computes wrong convolutions on this machine, and {torchFile} has no switch that leaves it out: use the "
                    + "libtorch that ShapeKit restores, without SHAPEKIT_LIBTORCH."
            );
        }
    }

    /// <summary>
    /// Has libtorch's own code compute what NNPACK would: it serves only where oneDNN does not, has no code for gradients, and warns at
    /// each convolution on processors that it does not know.
    /// </summary>
    public void LeaveNnpackOut() => _ = TrySwitchOff(Names.Nnpack);

    /// <summary>Lets oneDNN take usual sizes for the caches (32 KiB, 512 KiB, 1 MiB) in place of what the processor told it.</summary>
    /// <returns>Null, or why it could not be done.</returns>
    /// <remarks>
    /// oneDNN 3.7 asks the processor once, in the constructor of <c>Xbyak::util::Cpu</c>, and this object ever since
    /// (<c>src/cpu/platform.cpp</c>, <c>get_per_core_cache_size</c>); where the object knows of no cache level, it takes the usual sizes.
    /// So the number of levels becomes 0.
    /// </remarks>
    public string? AssumeUsualCaches()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return "where oneDNN keeps its cache sizes is known for Linux only";
        }

        AskOneDnn();
        try
        {
            (nint processor, nint asked) = Find();
            var sizes = new ReadOnlySpan<int>((int*)(processor + 0x1C), 10);
            var sharing = new ReadOnlySpan<int>((int*)(processor + 0x44), 10);
            int* levels = (int*)(processor + 0x6C);
            bool known =
                *(byte*)asked == 1
                && *levels is >= 0 and <= 10
                && !sizes[..*levels].ContainsAnyExceptInRange(0, int.MaxValue)
                && !sizes[*levels..].ContainsAnyExcept(0)
                && !sharing[..*levels].ContainsAnyExceptInRange(1, 4096)
                && !sharing[*levels..].ContainsAnyExcept(0);
            if (!known)
            {
                return "oneDNN's memory looks otherwise than that of version 3.7";
            }

            Volatile.Write(ref *levels, 0);
            return null;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or ArgumentOutOfRangeException
                        or OverflowException
            )
        {
            return $"oneDNN's cache sizes were not found: {e.Message.TrimEnd('.')}";
        }
    }

    /// <summary>A convolution, of a shape that no network uses, after which oneDNN has asked the processor.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AskOneDnn()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable withoutGradients = no_grad();
        _ = nn.functional.conv2d(zeros(3, 1, 2, 3), zeros(1, 1, 2, 2));
    }

    /// <summary>Where the object is, and where the byte that says that it has asked.</summary>
    private (nint Processor, nint Asked) Find()
    {
        using var file = MemoryMappedFile.CreateFromFile(torchFile, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var elf = new ReadOnlySpan<byte>(start, checked((int)new FileInfo(torchFile).Length));
            ulong[] at = Elf.Values(elf, Names.Context, "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_", "_ZGVZN4dnnl4impl3cpu3x643cpuEvE4cpu_");
            nint loaded = NativeLibrary.GetExport(_library, Names.Context) - (nint)at[0];
            return (loaded + (nint)at[1], loaded + (nint)at[2]);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private bool TrySwitchOff(string name)
    {
        if (
            !NativeLibrary.TryGetExport(_library, Names.Context, out nint context)
            || !NativeLibrary.TryGetExport(_library, name, out nint setEnabled)
        )
        {
            return false;
        }

        ((delegate* unmanaged<nint, byte, void>)setEnabled)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }
}
