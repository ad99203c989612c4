using System.Diagnostics;
using System.Globalization;
using System.Reflection.PortableExecutable;
using Spectre.Console;

namespace ShapeKit.Cli.Jupyter;

/// <summary>Makes the kernel's program: <c>dotnet publish</c>, compiled ahead of time for this one system.</summary>
internal static class KernelBuild
{
    private const double NeededGigabytes = 0.7;

    /// <summary>Builds the program away from the clone's own output, so that nothing of it changes and nobody waits for anybody.</summary>
    /// <returns>The folder with the program, inside the installation's own folder <paramref name="draft"/>.</returns>
    public static async Task<string> PublishAsync(Clone clone, string draft, IAnsiConsole console, CancellationToken cancellationToken)
    {
        RequireSpace(draft);
        string program = Path.Combine(draft, "program");
        string build = Path.Combine(draft, "build");
        string[] arguments =
        [
            "publish",
            clone.Project,
            "-c",
            "Release",
            "-o",
            program,
            "--artifacts-path",
            build,
            "--nologo",
            "-nodeReuse:false",
            "-p:PublishReadyToRun=true",
            "-p:DisableTransitiveFrameworkReferenceDownloads=true",
        ];
        using Process dotnet = Start(clone, arguments);
        List<string> errors = [];
        Task reading = Task.Run(
            async () =>
            {
                while (await dotnet.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
                {
                    lock (errors)
                    {
                        if (line.Contains("error", StringComparison.Ordinal) || line.Contains("SDK", StringComparison.Ordinal))
                        {
                            errors.Add(line.Trim());
                        }
                    }
                }
            },
            CancellationToken.None
        );
        Task<string> wrong = dotnet.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await ShowAsync(console, build, dotnet.WaitForExitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            dotnet.Kill(entireProcessTree: true);
            await dotnet.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        await reading;
        if (dotnet.ExitCode != 0)
        {
            throw Failure(errors, await wrong);
        }

        Directory.Delete(build, recursive: true);
        return program;
    }

    private static Process Start(Clone clone, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = clone.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CommandException(
                "The kernel is built with the .NET 10 SDK, whose command dotnet was not found: install it from https://dot.net, or add "
                    + "its folder to PATH.",
                e
            );
        }
    }

    /// <summary>Says what goes on until the build ends: a spinner in a terminal, else a line a stage.</summary>
    private static async Task ShowAsync(IAnsiConsole console, string build, Task publish)
    {
        var watch = Stopwatch.StartNew();
        int total = CountLibraries();
        if (console.Profile.Capabilities.Interactive)
        {
            await console
                .Status()
                .StartAsync(Stage(build, total), async context =>
                {
                    while (await Task.WhenAny(publish, Task.Delay(250)) != publish)
                    {
                        context.Status = string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Markup.Escape(Stage(build, total))}, {watch.Elapsed.TotalSeconds:0} s"
                        );
                    }
                });
        }
        else
        {
            string last = "";
            do
            {
                string stage = Stage(build, total: null);
                if (stage != last)
                {
                    console.WriteLine(last = stage);
                }
            } while (await Task.WhenAny(publish, Task.Delay(250)) != publish);
        }

        await publish;
    }

    /// <summary>What the build has left so far tells where it is.</summary>
    private static string Stage(string build, int? total)
    {
        const string Machine = "Compiling to machine code";
        string project = Path.Combine(build, "obj", "ShapeKit.Cli");
        if (!File.Exists(Path.Combine(project, "project.assets.json")))
        {
            return "Fetching packages";
        }

        string? native = Directory.EnumerateDirectories(project, "R2R", SearchOption.AllDirectories).FirstOrDefault();
        return native is null ? "Compiling"
            : total is null ? Machine
            : $"{Machine}, {Directory.EnumerateFiles(native, "*.dll", SearchOption.AllDirectories).Count()} of {total} libraries";
    }

    /// <summary>How many libraries the compiler has to do: those of this program, which is the one it makes, that are no machine code
    /// yet.</summary>
    private static int CountLibraries() =>
        Directory
            .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Count(file =>
            {
                using var reader = new PEReader(File.OpenRead(file));
                return reader.HasMetadata && reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size == 0;
            });

    private static void RequireSpace(string folder)
    {
        double free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace / 1e9;
        if (free < NeededGigabytes)
        {
            throw new CommandException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Building the kernel needs {NeededGigabytes} GB in {KernelFolders.Programs}, and {free:0.0} GB is free: free some, "
                        + $"or set {(OperatingSystem.IsWindows() ? "LOCALAPPDATA" : "XDG_DATA_HOME")} to a folder on another disk."
                )
            );
        }
    }

    private static CommandException Failure(IReadOnlyCollection<string> errors, string wrong)
    {
        string text = string.Join('\n', errors.Append(wrong));
        if (
            text.Contains("No .NET SDKs were found", StringComparison.Ordinal)
            || text.Contains("A compatible .NET SDK was not found", StringComparison.Ordinal)
        )
        {
            return new CommandException(
                "The kernel is built with the .NET 10 SDK, and dotnet found none: install it from https://dot.net."
            );
        }

        // MSBuild's form: file(line,column): error CODE: what happened [project]
        string first = errors.FirstOrDefault(line => line.Contains(" error ", StringComparison.Ordinal)) ?? wrong.Trim().Split('\n')[0];
        int start = first.IndexOf(" error ", StringComparison.Ordinal);
        first = start < 0 ? first : first[(start + " error ".Length)..];
        int project = first.LastIndexOf(" [", StringComparison.Ordinal);
        string reason = (project < 0 ? first : first[..project]).TrimEnd('.');
        string remedy =
            text.Contains("NU1301", StringComparison.Ordinal)
            || text.Contains("NU1101", StringComparison.Ordinal)
            || text.Contains("NU1102", StringComparison.Ordinal)
                ? "Packages come from the network: check the connection and NuGet's sources, then try again"
                : "What was installed before still works; try again after mending that";
        return new CommandException($"The kernel could not be built: {reason}. {remedy}.");
    }
}
