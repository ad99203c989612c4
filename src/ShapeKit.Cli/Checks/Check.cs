using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShapeKit.Cli.Kernels;
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
        const string Install = "`dotnet run --project src/ShapeKit.Cli -- kernel install`";
        IReadOnlyList<KernelSpec> all = KernelSpec.All();
        if (all.FirstOrDefault(spec => spec.Name == KernelSpec.OwnName) is not { } own)
        {
            return new Finding(State.Note, $"not installed; needed only to run cells in an editor, `shapekit run` works without it. {Install} installs it.");
        }

        string[] others = [.. all.Where(spec => spec != own).Select(spec => spec.DisplayName)];
        return !own.ProgramExists
            ? new Finding(State.Broken, $"{own.Path} starts {own.Program}, which is gone. Install the kernel again: {Install}.")
            : own.Sources is { } sources && Clone.Find() is { } clone && clone.Fingerprint() != sources
            ? new Finding(State.Note, $"{own.Path}, built from other sources than this clone holds now; {Install} renews it.")
            : others.Length > 0
            ? new Finding(State.Note, $"{own.Path}; VS Code asks which kernel to use, because there {(others.Length == 1 ? "is" : "are")} {string.Join(", ", others)}, too: choose {own.DisplayName}.")
            : new Finding(State.Good, own.Path);
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
