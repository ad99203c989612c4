using System.Runtime.InteropServices;
using ShapeKit.Binaries;
using ShapeKit.Runtime;
using TorchSharp;

namespace ShapeKit.Tests.Runtime;

public sealed class LibTorchTests : IDisposable
{
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("shapekit-");

    public void Dispose() => _cache.Delete(recursive: true);

    [Fact]
    public void Large_pages_are_asked_for_beyond_what_a_span_can_hold()
    {
        // Never touched, so it takes no memory.
        using torch.Tensor images = torch.empty(1_000_000, 1, 28, 28);

        LibTorch.PreferLargePages(images);
    }

    [Fact]
    public void Torch_computes_on_this_machine()
    {
        Assert.True(File.Exists(LibTorch.Status.Binding));
        Assert.Equal(3f, TorchSharp.torch.ones(3).sum().item<float>());
    }

    [Fact]
    public void The_program_folder_holds_no_second_copy_of_libtorch() =>
        Assert.Empty(Directory.GetFiles(AppContext.BaseDirectory, "*torch_cpu*", SearchOption.AllDirectories));

    [Fact]
    public void A_library_that_needs_a_newer_runtime_is_corrected_and_loads()
    {
        string original = RequireLinux("libLibTorchSharp.so");

        string copy = LibTorch.PrepareCorrected(original, _cache.FullName);

        Assert.NotEqual(original, copy);
        Assert.Null(CxxRuntimeCorrection.Apply(File.ReadAllBytes(copy)));
        LibTorch.EnsureLoaded();
        Assert.NotEqual(0, NativeLibrary.Load(copy));
    }

    [Fact]
    public void A_library_that_needs_no_correction_is_used_as_it_is()
    {
        string original = RequireLinux("libSkiaSharp.so");

        Assert.Equal(original, LibTorch.PrepareCorrected(original, _cache.FullName));
        Assert.Empty(_cache.GetFileSystemInfos());
    }

    [Fact]
    public void Only_the_owner_can_enter_the_cache_and_read_the_copy()
    {
        string copy = LibTorch.PrepareCorrected(RequireLinux("libLibTorchSharp.so"), _cache.FullName);
        if (OperatingSystem.IsWindows())
        {
            return; // Never reached: RequireLinux has skipped the test.
        }

        const UnixFileMode others = (UnixFileMode)0b000_111_111;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(copy)!) & others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(copy) & others);
    }

    [Fact]
    public void A_copy_that_was_changed_is_made_anew()
    {
        string original = RequireLinux("libLibTorchSharp.so");
        string copy = LibTorch.PrepareCorrected(original, _cache.FullName);
        byte[] good = File.ReadAllBytes(copy);
        File.WriteAllText(copy, "something else");

        Assert.Equal(copy, LibTorch.PrepareCorrected(original, _cache.FullName));
        Assert.Equal(good, File.ReadAllBytes(copy));
    }

    [Fact]
    public void Many_starts_at_once_all_find_a_whole_copy_and_leave_nothing_else()
    {
        string original = RequireLinux("libLibTorchSharp.so");
        byte[] expected = CxxRuntimeCorrection.Apply(File.ReadAllBytes(original))!;

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            Assert.Equal(expected, File.ReadAllBytes(LibTorch.PrepareCorrected(original, _cache.FullName)))
        );

        Assert.Single(_cache.GetFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused_in_words()
    {
        string file = Path.Combine(_cache.FullName, "text.so");
        File.WriteAllText(file, "This is not a library.");

        Assert.Contains(
            "ELF",
            Assert.Throws<InvalidDataException>(() => LibTorch.PrepareCorrected(file, _cache.FullName)).Message,
            StringComparison.Ordinal
        );
    }

    private static string RequireLinux(string library)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The correction is for Linux libraries.");
        return Path.Combine(AppContext.BaseDirectory, library);
    }
}
