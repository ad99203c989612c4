using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ShapeKit.Binaries;

namespace ShapeKit.Runtime;

/// <summary>Finds libtorch, the native library behind TorchSharp, and loads it before TorchSharp is first used.</summary>
/// <remarks>
/// The library is looked for in the directory that the environment variable <c>SHAPEKIT_LIBTORCH</c> names, then where the program was
/// built to expect it, then beside the program, then in NuGet's package folder. On Linux systems whose C++ runtime is older than GCC 13
/// (Debian 12, Ubuntu 22.04) a corrected copy of TorchSharp's native part is prepared once in the user's cache and loaded instead. It
/// sees to it that convolutions come out right on this processor (<see cref="ConvolutionWay"/>).
/// </remarks>
public static class LibTorch
{
    private static readonly Lazy<LibTorchStatus> Loaded = new(() =>
    {
        _loading = true;
        try
        {
            return Load();
        }
        finally
        {
            _loading = false;
        }
    });

    /// <summary>Whether this thread is loading libtorch, which may load TorchSharp in passing.</summary>
    [ThreadStatic]
    private static bool _loading;

    /// <summary>What was loaded, and from where. Loads libtorch when that has not happened yet.</summary>
    /// <exception cref="DllNotFoundException">libtorch is missing, or the C++ runtime is too old and no corrected copy could be made, or
    /// <see cref="ConvolutionWay.Variable"/> says something it can't; the message says what to do.</exception>
    public static LibTorchStatus Status => Loaded.Value;

    /// <summary>What was loaded, or null while nothing is: asking does not load it.</summary>
    public static LibTorchStatus? Current => Loaded.IsValueCreated ? Loaded.Value : null;

    /// <summary>Loads libtorch and sees to it that its convolutions are right; calling it again does nothing.</summary>
    /// <exception cref="DllNotFoundException">libtorch is missing, or the C++ runtime is too old and no corrected copy could be made, or
    /// <see cref="ConvolutionWay.Variable"/> says something it can't; the message says what to do.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>The folder for files that ShapeKit prepares once for each user, such as the corrected copy.</summary>
    /// <exception cref="DllNotFoundException">The user has no home folder.</exception>
    internal static string CacheDirectory
    {
        get
        {
            string? cache = OperatingSystem.IsLinux() ? Environment.GetEnvironmentVariable("XDG_CACHE_HOME") : null;
            // The XDG specification has relative paths ignored.
            if (!Path.IsPathFullyQualified(cache ?? ""))
            {
                cache = OperatingSystem.IsLinux()
                    ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
                    : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            }

            // Without a home .NET gives an empty path, and files would be left in the current folder.
            return Path.IsPathFullyQualified(cache!)
                ? Path.Combine(cache!, "shapekit")
                : throw new DllNotFoundException(
                    "There is no home folder for the files that ShapeKit prepares: set HOME or XDG_CACHE_HOME to a folder of yours."
                );
        }
    }

    /// <summary>Loads libtorch as soon as the program loads TorchSharp, so that a cell that uses only TorchSharp works too.</summary>
#pragma warning disable CA2255 // A module initializer in a library: nothing else runs early enough, and it only subscribes.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void LoadWithTorchSharp()
    {
        if (AppDomain.CurrentDomain.GetAssemblies().Any(IsTorchSharp))
        {
            EnsureLoaded();
        }
        else
        {
            AppDomain.CurrentDomain.AssemblyLoad += (_, e) =>
            {
                if (IsTorchSharp(e.LoadedAssembly) && !_loading)
                {
                    EnsureLoaded();
                }
            };
        }
    }

    /// <summary>
    /// Writes the corrected copy of a library into a cache folder that only its owner can enter, or finds it there intact.
    /// </summary>
    /// <param name="original">Path of the library as NuGet delivered it.</param>
    /// <param name="cache">The cache folder; made when missing.</param>
    /// <returns>The path to load: the corrected copy, or <paramref name="original"/> when it needs no correction.</returns>
    internal static string PrepareCorrected(string original, string cache)
    {
        byte[] source = File.ReadAllBytes(original);
        byte[]? corrected = CxxRuntimeCorrection.Apply(source);
        if (corrected is null)
        {
            return original;
        }

        string folder = Path.Combine(cache, "native-" + Convert.ToHexStringLower(SHA256.HashData(source))[..16]);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            // Fails when somebody else owns the folder: their copy is not to be trusted.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string copy = Path.Combine(folder, Path.GetFileName(original));
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(corrected))
        {
            string draft = Path.Combine(folder, Path.GetRandomFileName());
            using (FileStream stream = CreatePrivate(draft))
            {
                stream.Write(corrected);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, copy, overwrite: true);
        }

        return copy;
    }

    private static FileStream CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static bool IsTorchSharp(Assembly assembly) => assembly.GetName().Name == "TorchSharp";

    private static LibTorchStatus Load()
    {
        string system =
            OperatingSystem.IsWindows() ? "win-x64"
            : OperatingSystem.IsMacOS() ? "osx-arm64"
            : "linux-x64";
        string torchFile = FileName("torch_cpu");
        string directory = LibTorchDirectories(system).FirstOrDefault(d => File.Exists(Path.Combine(d, torchFile)))
            ?? throw new DllNotFoundException(
                $"{torchFile} (libtorch {LibTorchVersion}) was not found: run `dotnet restore` in the ShapeKit folder, or set "
                    + "SHAPEKIT_LIBTORCH to the folder that holds it."
            );
        string binding = BindingDirectories(system).Select(d => Path.Combine(d, FileName("LibTorchSharp"))).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException(
                $"{FileName("LibTorchSharp")}, TorchSharp's native part, was not found beside the program: build it again with "
                    + "`dotnet build`."
            );

        bool corrected = false;
        if (OperatingSystem.IsLinux() && !CxxRuntimeIsRecent(out string? cxxVersion))
        {
            string original = binding;
            try
            {
                binding = PrepareCorrected(original, CacheDirectory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                throw new DllNotFoundException(
                    $"{original} needs libstdc++.so.6 with {CxxRuntimeCorrection.NeededVersion}, found {cxxVersion}, and no corrected "
                        + $"copy could be made in {CacheDirectory}: {e.Message.TrimEnd('.')}. Make that folder writable, or set "
                        + "XDG_CACHE_HOME to one that is.",
                    e
                );
            }

            corrected = binding != original;
        }

        if (OperatingSystem.IsLinux())
        {
            // libgomp's threads otherwise spin while they wait, which on a busy machine makes training many times slower.
            // It reads the native environment, which Environment.SetEnvironmentVariable does not change.
            _ = SetNativeVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            KeepFreedMemory();
        }

        // In the order of their dependencies: a library that is already loaded is found by its name.
        foreach (string name in new[] { "c10", "torch_cpu", "torch" })
        {
            LoadLibrary(Path.Combine(directory, FileName(name)));
        }

        SilenceWarnings(Path.Combine(directory, FileName("c10")));
        LoadLibrary(binding);
        return new LibTorchStatus(LibTorchVersion, directory, binding, corrected, ChooseConvolutions(Path.Combine(directory, torchFile)));
    }

    /// <summary>
    /// Keeps from stderr what libtorch warns of, which is for those who build on it; its errors are exceptions, or come all the same.
    /// </summary>
    private static unsafe void SilenceWarnings(string c10)
    {
        const int error = 2;
        string name = OperatingSystem.IsWindows() ? "?FLAGS_caffe2_log_level@@3HA" : "FLAGS_caffe2_log_level";
        if (NativeLibrary.TryGetExport(NativeLibrary.Load(c10), name, out nint level))
        {
            *(int*)level = error;
        }
    }

    private static ConvolutionWay ChooseConvolutions(string torchFile)
    {
        var oneDnn = new OneDnn(torchFile);
        oneDnn.LeaveNnpackOut();
        var way = ConvolutionWay.Choose(
            Environment.GetEnvironmentVariable(ConvolutionWay.Variable),
            ProcessorCaches.Hidden(),
            () => ConvolutionProbe.Difference(ConvolutionProbe.Torch),
            oneDnn.AssumeUsualCaches
        );
        if (way.Name == ConvolutionWay.Plain)
        {
            oneDnn.LeaveOut();
        }

        return way;
    }

    /// <summary>
    /// Lets glibc keep the blocks that libtorch frees after each operation, rather than give them back to the system and be handed them
    /// again page by page.
    /// </summary>
    /// <remarks>
    /// Measured: a training step of <see cref="Models.ShapeCnn"/> with 32 images meets 1,000 to 2,000 page faults without, and hardly one
    /// with it. What the reader has set (mallopt(3): <c>MALLOC_TRIM_THRESHOLD_</c> and its like, or <c>GLIBC_TUNABLES</c>) stays.
    /// </remarks>
    private static unsafe void KeepFreedMemory()
    {
        string[] chosen = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES"];
        if (
            Array.Exists(chosen, name => Environment.GetEnvironmentVariable(name) is { Length: > 0 })
            || !NativeLibrary.TryLoad("libc.so.6", out nint library)
            || !NativeLibrary.TryGetExport(library, "mallopt", out nint address)
        )
        {
            return;
        }

        const int trimThreshold = -1,
            topPad = -2,
            mmapThreshold = -3;
        var mallopt = (delegate* unmanaged<int, int, int>)address;
        mallopt(mmapThreshold, 32 << 20); // the largest that glibc takes
        mallopt(trimThreshold, 512 << 20);
        mallopt(topPad, 16 << 20);
    }

    /// <summary>
    /// Asks Linux to back a large new tensor with pages of 2 MiB, so that the first touch of its memory costs one page fault where it
    /// would cost 512.
    /// </summary>
    /// <remarks>madvise(2), MADV_HUGEPAGE: advice only, and harmless where the system does not take it.</remarks>
    internal static unsafe void PreferLargePages(TorchSharp.torch.Tensor tensor)
    {
        const int largePage = 2 << 20,
            page = 4096,
            hugePages = 14;
        long length = tensor.numel() * tensor.element_size();
        if (OperatingSystem.IsLinux() && length >= 2 * largePage)
        {
            // A span cannot hold 2 GiB, which 685,000 images of 28x28 fill.
            using TorchSharp.torch.Tensor flat = tensor.view(-1),
                first = flat.narrow(0, 0, 1);
            nint start = (nint)Unsafe.AsPointer(ref first.bytes[0]),
                whole = (start + page - 1) / page * page;
            _ = Advise(whole, (nuint)((start + length - whole) / page * page), hugePages);
        }
    }

    private static string LibTorchVersion { get; } =
        typeof(LibTorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "LibTorchVersion").Value!;

    private static IEnumerable<string> LibTorchDirectories(string system)
    {
        if (Environment.GetEnvironmentVariable("SHAPEKIT_LIBTORCH") is { Length: > 0 } chosen)
        {
            return [chosen];
        }

        var places = new List<string>();
        if (AppContext.GetData("ShapeKit.LibTorchDirectory") is string built)
        {
            places.Add(built);
        }

        places.AddRange(ProgramDirectories());
        places.Add(Path.Combine(NuGetPackages, $"libtorch-cpu-{system}", LibTorchVersion, "runtimes", system, "native"));
        return places;
    }

    private static IEnumerable<string> BindingDirectories(string system)
    {
        string version = Assembly.Load("TorchSharp").GetName().Version!.ToString(3);
        return ProgramDirectories().Append(Path.Combine(NuGetPackages, "torchsharp", version, "runtimes", system, "native"));
    }

    private static IEnumerable<string> ProgramDirectories() =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory);

    private static string NuGetPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    private static void LoadLibrary(string path)
    {
        try
        {
            NativeLibrary.Load(path, typeof(LibTorch).Assembly, DllImportSearchPath.UseDllDirectoryForDependencies);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"{path} could not be loaded: {Reason(e.Message, path)}. "
                    + $"{(OperatingSystem.IsWindows() ? "It needs Microsoft's Visual C++ Redistributable (https://aka.ms/vs/17/release/vc_redist.x64.exe). " : "")}If it is damaged, delete its folder and run `dotnet restore` in the ShapeKit folder.",
                e
            );
        }
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetNativeVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite
    );

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(nint address, nuint length, int advice);

    /// <summary>The loader's own words about the file, which .NET adds on a line below its advice.</summary>
    private static string Reason(string text, string path) =>
        (
            text.Split('\n').FirstOrDefault(line => line.StartsWith(path + ": ", StringComparison.Ordinal))?[(path.Length + 2)..]
            ?? text.Split('\n')[0]
        ).TrimEnd('.', '\r');

    private static bool CxxRuntimeIsRecent(out string? version)
    {
        version = "no libstdc++.so.6";
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out nint library))
        {
            return false;
        }

        if (NativeLibrary.TryGetExport(library, CxxRuntimeCorrection.NeededSymbol, out _))
        {
            return true;
        }

        string? file = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(path => path.Contains("libstdc++.so"));
        if (file is not null)
        {
            string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));
            int newest = Regex
                .Matches(text, @"GLIBCXX_3\.4\.([0-9]{1,3})")
                .Select(m => int.Parse(m.Groups[1].ValueSpan))
                .DefaultIfEmpty()
                .Max();
            version = $"GLIBCXX_3.4.{newest}";
        }

        return false;
    }
}

/// <summary>What <see cref="LibTorch"/> loaded.</summary>
/// <param name="Version">The version of libtorch, such as 2.10.0.</param>
/// <param name="Directory">The folder libtorch was loaded from.</param>
/// <param name="Binding">The path of TorchSharp's native part.</param>
/// <param name="Corrected">Whether <paramref name="Binding"/> is the copy corrected for an older C++ runtime.</param>
/// <param name="Convolutions">How it computes convolutions.</param>
public sealed record LibTorchStatus(string Version, string Directory, string Binding, bool Corrected, ConvolutionWay Convolutions);
