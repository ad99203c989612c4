using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ShapeKit.Benchmarks.Waiting;

/// <summary>How long a reader waits: for a fresh clone, for the first line, for each chapter; and what memory a chapter takes.</summary>
internal static class WaitingReport
{
    private const string Cli = "src/ShapeKit.Cli",
        Chapter = "notebooks/en/01-convolution.ipynb";

    public static string Run(int rounds)
    {
        string load = Machine.Load,
            folder = Directory.CreateTempSubdirectory("shapekit-waiting-").FullName,
            root = Path.GetFullPath(ResultsFile.PathBeside(".."));
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- waiting`, on {Machine.Description}, load {load} before "
                + $"and LOAD after."
        );
        text.AppendLine();
        try
        {
            string clone = Path.Combine(folder, "clone"),
                packages = Path.Combine(folder, "packages");
            Fresh(text, root, clone, packages, rounds);
            Again(text, clone, packages, rounds);
            Chapters(text, clone, packages);
        }
        finally
        {
            try
            {
                Run("dotnet", root, Path.Combine(folder, "packages"), "build-server", "shutdown");
            }
            finally
            {
                Delete(folder);
            }
        }

        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }

    /// <summary>From a clone to the first page, step by step.</summary>
    private static void Fresh(StringBuilder text, string root, string clone, string packages, int rounds)
    {
        (string Name, string[] Arguments)[] steps =
        [
            ("restore the packages", ["restore", Cli]),
            ("build", ["build", "--no-restore", Cli]),
            ("run chapter 01 and write its page", ["run", "--no-build", "--project", Cli, "--", "run", Chapter]),
        ];
        var seconds = new double[steps.Length, rounds];
        var megabytes = new double[steps.Length];
        for (int round = 0; round < rounds; round++)
        {
            Delete(clone, packages, DownloadCache(packages));
            Run("git", root, packages, "clone", "--quiet", root, clone);
            Run("dotnet", clone, packages, "build-server", "shutdown");
            for (int step = 0; step < steps.Length; step++)
            {
                double before = Downloaded(packages);
                seconds[step, round] = Run("dotnet", clone, packages, steps[step].Arguments).End;
                megabytes[step] = Downloaded(packages) - before;
            }
        }

        text.AppendLine(
            "From a fresh clone with an empty NuGet cache to the first chapter's page, with the settings that the .NET SDK comes "
                + "with and all servers of earlier builds ended; the packages come from a server nearby, so on a reader's line "
                + "the last column's seconds come on top:"
        );
        text.AppendLine();
        text.AppendLine(
            "| step | median seconds | lowest | highest | runs | MB downloaded | seconds they take on a line of 100 Mbit/s "
                + "|\n|---|---:|---:|---:|---:|---:|---:|"
        );
        for (int step = 0; step < steps.Length; step++)
        {
            double[] runs = [.. Enumerable.Range(0, rounds).Select(round => seconds[step, round]).Order()];
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {steps[step].Name} | {runs[rounds / 2]:0.0} | {runs[0]:0.0} | {runs[^1]:0.0} | {rounds} | {megabytes[step]:0} | "
                    + $"{megabytes[step] * 8 / 100:0} |"
            );
        }

        text.AppendLine();
        text.AppendLine("Steps in the same clone beside each other, so that a slow minute of the machine counts in both:");
        text.AppendLine();
        text.AppendLine(Measurement.TableHead);
        text.AppendLine(OfTheRestore("the build", 1).TableRow);
        text.AppendLine(OfTheRestore("chapter 01", 2).TableRow);
        text.AppendLine();
        text.AppendLine("The largest packages, in MB as downloaded: " + string.Join(", ", Largest(packages)) + ".");
        text.AppendLine();

        Measurement OfTheRestore(string name, int step) =>
            new(name, "of the restore", 1, [.. Enumerable.Range(0, rounds).Select(round => seconds[step, round] / seconds[0, round])]);
    }

    private static IEnumerable<string> Largest(string packages) =>
        Packages(packages)
            .OrderByDescending(package => package.Length)
            .Take(5)
            .Select(package =>
                string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(package.Name)} {package.Length / 1e6:0}")
            );

    /// <summary>The first chapter, once everything is built.</summary>
    private static void Again(StringBuilder text, string clone, string packages, int rounds)
    {
        Timing[] again =
        [
            .. Enumerable.Range(0, rounds).Select(_ => Run("dotnet", clone, packages, "run", "--project", Cli, "--", "run", Chapter)),
        ];
        Timing[] direct =
        [
            .. Enumerable
                .Range(0, rounds)
                .Select(_ => Run(Path.Combine(clone, Cli, "bin", "Debug", "net10.0", "shapekit"), clone, packages, "run", Chapter)),
        ];
        text.AppendLine("From a command to its first line, and to the end of chapter 01, once everything is built:");
        text.AppendLine();
        text.AppendLine(Measurement.TableHead);
        text.AppendLine(
            new Measurement(
                "`dotnet run --project src/ShapeKit.Cli -- run ...` to the first line",
                "s",
                null,
                [.. again.Select(timing => timing.First)]
            ).TableRow
        );
        text.AppendLine(new Measurement("the same to the end", "s", null, [.. again.Select(timing => timing.End)]).TableRow);
        text.AppendLine(
            new Measurement("`shapekit run ...` to the first line", "s", null, [.. direct.Select(timing => timing.First)]).TableRow
        );
        text.AppendLine(new Measurement("the same to the end", "s", null, [.. direct.Select(timing => timing.End)]).TableRow);
        text.AppendLine();
    }

    private static void Chapters(StringBuilder text, string clone, string packages)
    {
        text.AppendLine("The chapters, one after the other, each once; memory is the largest that the chapter's process held:");
        text.AppendLine();
        text.AppendLine("| chapter | seconds | MB |\n|---|---:|---:|");
        double sum = 0;
        string[] notebooks = [.. Directory.GetFiles(Path.Combine(clone, "notebooks", "en"), "*.ipynb").Order()];
        foreach ((int index, string notebook) in notebooks.Index())
        {
            Timing timing = Run(Path.Combine(clone, Cli, "bin", "Debug", "net10.0", "shapekit"), clone, packages, "run", notebook);
            sum += timing.End;
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Path.GetFileNameWithoutExtension(notebook)} | {timing.End:0.0} | {timing.Megabytes:N0} |"
            );
            if (index is 6 || index == notebooks.Length - 1)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| *these {index + 1} together* | {sum:0.0} | |");
            }
        }
    }

    private static string DownloadCache(string packages) => packages + "-downloaded";

    private static void Delete(params IEnumerable<string> folders)
    {
        foreach (string folder in folders.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<FileInfo> Packages(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*.nupkg", SearchOption.AllDirectories) : [];

    private static double Downloaded(string folder) => Packages(folder).Sum(package => package.Length) / 1e6;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Seconds to its first line and to its end, and the most memory that a worker of it held.</returns>
    private static Timing Run(string program, string folder, string packages, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = packages;
        start.Environment["NUGET_HTTP_CACHE_PATH"] = DownloadCache(packages);
        foreach (
            string setting in (ReadOnlySpan<string>)["UseSharedCompilation", "MSBUILDDISABLENODEREUSE", "DOTNET_CLI_USE_MSBUILD_SERVER"]
        )
        {
            start.Environment.Remove(setting); // of some machines that build for others; a reader has the SDK's own
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = "1";
        var watch = Stopwatch.StartNew();
        double first = double.NaN,
            megabytes = 0;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        var lines = Task.Run(() =>
        {
            var all = new StringBuilder();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                first = double.IsNaN(first) ? watch.Elapsed.TotalSeconds : first;
                all.AppendLine(line);
            }

            return all.ToString();
        });
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(100)))
        {
            megabytes = Math.Max(megabytes, MostMemoryOfWorkers());
        }

        double end = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new Timing(first, end, megabytes)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {lines.Result} {errors.Result}");
    }

    /// <summary>The highest memory so far, in MB, of the processes that run chapters; 0 where /proc does not tell.</summary>
    private static double MostMemoryOfWorkers() =>
        !OperatingSystem.IsLinux()
            ? 0
            : Directory
                .EnumerateDirectories("/proc")
                .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
                .Select(folder =>
                {
                    try
                    {
                        return
                            File.ReadAllText(Path.Combine(folder, "cmdline")).TrimEnd('\0').EndsWith("\0worker", StringComparison.Ordinal)
                            && File.ReadLines(Path.Combine(folder, "status"))
                                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                                is { } line
                            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
                                * 1024
                                / 1e6
                            : 0;
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        return 0; // it has ended meanwhile
                    }
                })
                .DefaultIfEmpty()
                .Max();

    private sealed record Timing(double First, double End, double Megabytes);
}
