using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShapeKit.Runtime;
using SkiaSharp;
using TorchSharp;

namespace ShapeKit.Cli.Checks;

internal enum State
{
    Good,

    /// <summary>Worth knowing; the course runs all the same.</summary>
    Note,

    /// <summary>The course does not run until this is mended.</summary>
    Broken,
}

/// <summary>What a check found, with the remedy where one is needed.</summary>
internal sealed record Finding(State State, string Text);

/// <summary>One thing the course needs.</summary>
internal sealed record Check(string Name, Func<Finding> Find)
{
    private const int NeededSdk = 10;
    private const double NeededGigabytes = 1;

    public static IReadOnlyList<Check> All { get; } =
    [
        new(".NET SDK", FindSdk),
        new(".NET runtime", () => new Finding(State.Good, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}")),
        new("libtorch", FindLibTorch),
        new("SkiaSharp", FindSkiaSharp),
        new("Kernel", FindKernel),
        new("Disk", FindDisk),
    ];

    /// <summary>Runs the check; one that fails unexpectedly is a finding, too.</summary>
    public Finding Look()
    {
        try
        {
            return Find();
        }
        catch (Exception e)
        {
            string reason = ((e as TypeInitializationException)?.InnerException ?? e).Message;
            return new Finding(State.Broken, $"{reason.ReplaceLineEndings(" ")} Build again with `dotnet build`, which fetches what is missing.");
        }
    }

    private static Finding FindSdk()
    {
        const string Remedy = "Install the .NET 10 SDK from https://dot.net.";
        try
        {
            using Process dotnet = Process.Start(new ProcessStartInfo("dotnet", ["--list-sdks"]) { RedirectStandardOutput = true })!;
            string[] versions = [.. dotnet.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];
            string? newest = versions.LastOrDefault(version => int.TryParse(version.Split('.')[0], out int major) && major >= NeededSdk);
            return newest is not null
                ? new Finding(State.Good, newest)
                : new Finding(State.Broken, $"version {NeededSdk} is needed, found {(versions.Length == 0 ? "none" : string.Join(", ", versions))}. {Remedy}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Finding(State.Broken, $"the command dotnet was not found. {Remedy}");
        }
    }

    private static Finding FindLibTorch()
    {
        LibTorchStatus status;
        try
        {
            status = LibTorch.Status;
        }
        catch (DllNotFoundException e)
        {
            return new Finding(State.Broken, e.Message);
        }

        Compute();
        return new Finding(State.Good, status.Corrected
            ? $"{status.Version}, computes; with the copy of TorchSharp's native part corrected for this C++ runtime, {status.Binding}"
            : $"{status.Version}, computes; TorchSharp's native part as delivered, {status.Binding}");
    }

    // In a method of its own, so that TorchSharp is not touched before libtorch is known to be there.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Compute()
    {
        using var scope = torch.NewDisposeScope();
        double sum = (torch.ones(2, 3) * 2).sum().ToDouble();
        if (sum != 12)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"six times two came out as {sum}."));
        }
    }

    private static Finding FindSkiaSharp()
    {
        using var bitmap = new SKBitmap(1, 1);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Red);
        string version = typeof(SKBitmap).Assembly.GetName().Version!.ToString(3);
        return bitmap.GetPixel(0, 0) == SKColors.Red
            ? new Finding(State.Good, $"{version}, draws")
            : new Finding(State.Broken, $"{version} drew the wrong colour. Build again with `dotnet build`.");
    }

    private static Finding FindKernel()
    {
        string[] folders = [.. KernelFolders()];
        string? found = folders.Select(folder => Path.Combine(folder, "kernels", "shapekit", "kernel.json")).FirstOrDefault(File.Exists);
        return found is not null
            ? new Finding(State.Good, found)
            : new Finding(State.Note, $"not registered in {folders[0]}; needed only to open the chapters in an editor, `shapekit run` works without it");
    }

    /// <summary>Where Jupyter front ends look for kernels: the environment's folders, then the user's.</summary>
    /// <remarks>https://jupyter-client.readthedocs.io/en/stable/kernels.html, "Kernel specs".</remarks>
    private static IEnumerable<string> KernelFolders()
    {
        if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } chosen)
        {
            yield return chosen;
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        yield return OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
            : OperatingSystem.IsMacOS()
                ? Path.Combine(home, "Library", "Jupyter")
                : Path.Combine(Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data ? data : Path.Combine(home, ".local", "share"), "jupyter");
        foreach (string folder in (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }
    }

    private static Finding FindDisk()
    {
        string folder = Environment.CurrentDirectory;
        double free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace / 1e9;
        string text = string.Create(CultureInfo.InvariantCulture, $"{free:0.0} GB free for {folder}");
        return free >= NeededGigabytes
            ? new Finding(State.Good, text)
            : new Finding(State.Broken, string.Create(CultureInfo.InvariantCulture, $"{text}; free at least {NeededGigabytes:0} GB."));
    }
}
