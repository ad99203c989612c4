using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShapeKit.Cli.Jupyter;
using ShapeKit.Runtime;
using SkiaSharp;
using TorchSharp;

namespace ShapeKit.Cli.Requirements;

internal enum State
{
    Good,

    /// <summary>Worth knowing; the course runs all the same.</summary>
    Note,

    /// <summary>The course does not run until this is mended.</summary>
    Broken,
}

/// <summary>What a look at the machine found, with the remedy where one is needed.</summary>
internal sealed record Outcome(State State, string Text);

/// <summary>One thing the course needs.</summary>
internal sealed record Requirement(string Name, Func<Outcome> Find)
{
    private const int NeededSdk = 10;
    private const double NeededGigabytes = 1;

    public static IReadOnlyList<Requirement> All { get; } =
    [
        new(".NET SDK", FindSdk),
        new(".NET runtime", () =>
            new Outcome(State.Good, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}")
        ),
        new("libtorch", FindLibTorch),
        new("Convolutions", FindConvolutions),
        new("Arithmetic", FindArithmetic),
        new("SkiaSharp", FindSkiaSharp),
        new("Kernel", FindKernel),
        new("Disk", FindDisk),
    ];

    /// <summary>Looks whether it is there; a look that fails unexpectedly is an outcome, too.</summary>
    public Outcome Look()
    {
        try
        {
            return Find();
        }
        catch (Exception e)
        {
            string reason = ((e as TypeInitializationException)?.InnerException ?? e).Message;
            return new Outcome(
                State.Broken,
                $"{reason.ReplaceLineEndings(" ")} Build again with `dotnet build`, which fetches what is missing."
            );
        }
    }

    private static Outcome FindSdk()
    {
        const string Remedy = "Install the .NET 10 SDK from https://dot.net.";
        try
        {
            using Process dotnet = Process.Start(new ProcessStartInfo("dotnet", ["--list-sdks"]) { RedirectStandardOutput = true })!;
            string[] versions =
            [
                .. dotnet.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]),
            ];
            string? newest = versions.LastOrDefault(version => int.TryParse(version.Split('.')[0], out int major) && major >= NeededSdk);
            return newest is not null
                ? new Outcome(State.Good, newest)
                : new Outcome(
                    State.Broken,
                    $"version {NeededSdk} is needed, found {(versions.Length == 0 ? "none" : string.Join(", ", versions))}. {Remedy}"
                );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Outcome(State.Broken, $"the command dotnet was not found. {Remedy}");
        }
    }

    private static Outcome FindLibTorch()
    {
        LibTorchStatus status;
        try
        {
            status = LibTorch.Status;
        }
        catch (DllNotFoundException e)
        {
            return new Outcome(State.Broken, e.Message);
        }

        Compute();
        return new Outcome(
            State.Good,
            status.Corrected
                ? $"{status.Version}, computes; with the copy of TorchSharp's native part corrected for this C++ runtime, {status.Binding}"
                : $"{status.Version}, computes; TorchSharp's native part as delivered, {status.Binding}"
        );
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

    private static Outcome FindConvolutions()
    {
        if (LibTorchIsMissing)
        {
            return Unknown;
        }

        ConvolutionWay way = LibTorch.Status.Convolutions;
        string does = way.Name switch
        {
            ConvolutionWay.Fast => "The kit computes with oneDNN, as it comes with libtorch.",
            ConvolutionWay.Mended => "The kit computes with oneDNN, as fast as elsewhere.",
            _ => "The kit computes with libtorch's own code, which takes about a third more time.",
        };
        return new Outcome(way.Name == ConvolutionWay.Fast ? State.Good : State.Note, $"{way.Name}: {way.Reason} {does}");
    }

    private static Outcome FindArithmetic() => LibTorchIsMissing ? Unknown : CompareArithmetic();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Outcome CompareArithmetic()
    {
        IReadOnlyList<Arithmetic.Comparison> all = Arithmetic.Compare();
        string operations = string.Join(
            ", ",
            all.GroupBy(each => each.Name).Select(group => $"{group.Key} ({group.Count(each => each.IsRight)} of {group.Count()})")
        );
        string compared = $"float32 beside float64, with gradients and odd sizes, {all.Sum(each => each.Count)} tensors: {operations}";
        if (all.All(each => each.IsRight))
        {
            return new Outcome(
                State.Good,
                string.Create(CultureInfo.InvariantCulture, $"{compared} agree to {all.Max(each => each.Error):0.0e0} of the largest value")
            );
        }

        Arithmetic.Comparison worst = all.MaxBy(each => each.Error);
        string remedy =
            LibTorch.Status.Convolutions.Name == ConvolutionWay.Plain
                ? "No figure of this machine can be trusted; run the course on another one, such as a Codespace."
                : $"Set the variable {ConvolutionWay.Variable} to {ConvolutionWay.Plain}, and look again.";
        return new Outcome(State.Broken, $"{compared} agree. Farthest off: {worst.Name}, {worst.Case}. {remedy}");
    }

    private static readonly Outcome Unknown = new(State.Note, "can't be looked at before libtorch loads.");

    private static bool LibTorchIsMissing
    {
        get
        {
            try
            {
                LibTorch.EnsureLoaded();
                return false;
            }
            catch (DllNotFoundException)
            {
                return true;
            }
        }
    }

    private static Outcome FindSkiaSharp()
    {
        using var bitmap = new SKBitmap(1, 1);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Red);
        string version = typeof(SKBitmap).Assembly.GetName().Version!.ToString(3);
        return bitmap.GetPixel(0, 0) == SKColors.Red
            ? new Outcome(State.Good, $"{version}, draws")
            : new Outcome(State.Broken, $"{version} drew the wrong colour. Build again with `dotnet build`.");
    }

    private static Outcome FindKernel()
    {
        const string Install = "`dotnet run --project src/ShapeKit.Cli -- kernel install`";
        IReadOnlyList<KernelSpec> all = KernelSpec.All();
        if (all.FirstOrDefault(spec => spec.Name == KernelSpec.OwnName) is not { } own)
        {
            return new Outcome(
                State.Note,
                $"not installed; needed only to run cells in an editor, `shapekit run` works without it. {Install} installs it."
            );
        }

        string[] others = [.. all.Where(spec => spec != own).Select(spec => spec.DisplayName)];
        return !own.ProgramExists
                ? new Outcome(State.Broken, $"{own.Path} starts {own.Program}, which is gone. Install the kernel again: {Install}.")
            : own.Sources is { } sources && Clone.Find() is { } clone && clone.Fingerprint() != sources
                ? new Outcome(State.Note, $"{own.Path}, built from other sources than this clone holds now; {Install} renews it.")
            : others.Length > 0
                ? new Outcome(
                    State.Note,
                    $"{own.Path}; VS Code asks which kernel to use, because there {(others.Length == 1 ? "is" : "are")} "
                        + $"{string.Join(", ", others)}, too: choose {own.DisplayName}."
                )
            : new Outcome(State.Good, own.Path);
    }

    private static Outcome FindDisk()
    {
        string folder = Environment.CurrentDirectory;
        double free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace / 1e9;
        string text = string.Create(CultureInfo.InvariantCulture, $"{free:0.0} GB free for {folder}");
        return free >= NeededGigabytes
            ? new Outcome(State.Good, text)
            : new Outcome(State.Broken, string.Create(CultureInfo.InvariantCulture, $"{text}; free at least {NeededGigabytes:0} GB."));
    }
}
