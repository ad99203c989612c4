using System.Reflection;
using Spectre.Console;

namespace ShapeKit.Cli.Jupyter;

/// <summary>Installs and removes the user's kernel.</summary>
internal static class KernelInstallation
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>How the system says that another process has a file to itself.</summary>
    private static readonly int SharingViolation =
        OperatingSystem.IsWindows() ? unchecked((int)0x80070020)
        : OperatingSystem.IsMacOS() ? 35
        : 11;

    public static string Version { get; } =
        typeof(KernelInstallation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Builds the kernel and registers it in the place of an earlier one.</summary>
    public static async Task InstallAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        Clone clone = Clone.Find()
            ?? throw new CommandException(
                "The kernel is built from a clone of ShapeKit, and this program lies outside of one: run `dotnet run --project "
                    + "src/ShapeKit.Cli -- kernel install` in the clone."
            );
        // Known now rather than after a minute of building.
        Require(() => Directory.CreateDirectory(Path.GetDirectoryName(KernelSpec.OwnPath)!), Path.GetDirectoryName(KernelSpec.OwnPath)!);
        using IDisposable turn = await TakeTurnAsync(console, cancellationToken);
        KernelProgram.RemoveUnused();

        string draft = KernelProgram.CreateDraft();
        try
        {
            string sources = clone.Fingerprint();
            string built = await KernelBuild.PublishAsync(clone, draft, console, cancellationToken);
            string program = KernelProgram.Keep(built, Version);
            KernelSpec.Write(program, Version, sources);
            console.WriteLine($"Installed the kernel C# (ShapeKit) {Version}.");
            console.WriteLine($"  program     {Path.GetDirectoryName(program)}");
            console.WriteLine($"  kernelspec  {Path.GetDirectoryName(KernelSpec.OwnPath)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(KernelFolders.Programs, e);
        }
        finally
        {
            // What stays is in its place by now.
            Directory.Delete(draft, recursive: true);
        }

        KernelProgram.RemoveUnused();
    }

    /// <summary>Registers the build that is running, for whoever works on the kernel itself.</summary>
    public static async Task InstallBuildAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        string program = Path.Combine(AppContext.BaseDirectory, KernelProgram.Executable);
        if (Clone.Find() is null || !File.Exists(program))
        {
            throw new CommandException(
                "--dev registers a build of a clone, and this program lies outside of one: run `dotnet run --project src/ShapeKit.Cli "
                    + "-- kernel install --dev` in the clone."
            );
        }

        using IDisposable turn = await TakeTurnAsync(console, cancellationToken);
        Require(() => KernelSpec.Write(program, Version, sources: null), Path.GetDirectoryName(KernelSpec.OwnPath)!);
        console.WriteLine("Registered this build as the kernel C# (ShapeKit); each `dotnet build src/ShapeKit.Cli` renews it.");
        console.WriteLine($"  program     {program}");
        console.WriteLine($"  kernelspec  {Path.GetDirectoryName(KernelSpec.OwnPath)}");
        KernelProgram.RemoveUnused();
    }

    /// <summary>Removes the kernelspec and the programs that no kernel runs from.</summary>
    public static async Task UninstallAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        using IDisposable turn = await TakeTurnAsync(console, cancellationToken);
        string folder = Path.GetDirectoryName(KernelSpec.OwnPath)!;
        bool registered = Directory.Exists(folder);
        if (registered)
        {
            Require(() => Directory.Delete(folder, recursive: true), folder);
            console.WriteLine($"Removed {folder}");
        }

        (IReadOnlyList<string> removed, IReadOnlyList<string> held) = KernelProgram.RemoveUnused();
        foreach (string program in removed)
        {
            console.WriteLine($"Removed {program}");
        }

        foreach (string program in held)
        {
            console.WriteLine($"Kept    {program}: a kernel runs from it; uninstall again when it has ended.");
        }

        if (!registered && removed.Count + held.Count == 0)
        {
            console.WriteLine($"No ShapeKit kernel is installed in {KernelFolders.JupyterData}.");
        }
    }

    /// <summary>One installation at a time.</summary>
    private static async Task<IDisposable> TakeTurnAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        string folder = KernelFolders.Programs;
        for (bool told = false; ; told = true)
        {
            try
            {
                Directory.CreateDirectory(folder);
                return new FileStream(
                    Path.Combine(folder, "install.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 1,
                    FileOptions.DeleteOnClose
                );
            }
            catch (IOException e) when (e.HResult == SharingViolation)
            {
                if (!told)
                {
                    console.WriteLine("Another installation is running; waiting for its end.");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Refused(folder, e);
            }

            await Task.Delay(Patience, cancellationToken);
        }
    }

    private static void Require(Action action, string folder)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(folder, e);
        }
    }

    private static CommandException Refused(string folder, Exception reason) =>
        new(
            $"The kernel can't be written to {folder}: {reason.Message.TrimEnd('.')}. Mend that, or choose other folders with "
                + $"JUPYTER_DATA_DIR (kernelspec) and {(OperatingSystem.IsWindows() ? "LOCALAPPDATA" : "XDG_DATA_HOME")} (program).",
            reason
        );
}
