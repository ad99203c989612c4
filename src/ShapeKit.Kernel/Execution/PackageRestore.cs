using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NuGet.Common;
using NuGet.ProjectModel;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Fetches packages as <c>dotnet restore</c> does, with the sources that the working directory's NuGet.config names.</summary>
internal sealed class PackageRestore(string workingDirectory)
{
    private static readonly Regex LoggedError = new(@"error (NU\d+): (.*?)(?: \[[^\]]*\])?\r?$", RegexOptions.Multiline);
    private static readonly Regex Quoted = new(@"package '?([\w.-]+)'?");
    private static readonly Regex Address = new(@"(?:\w+:/)?/[^\s,;']*[^\s,;'.]");
    private static readonly Regex NearestVersion = new(@"Nearest version: ([^\s\]]+)");
    private static readonly Regex Downgrade = new(@"downgrade: (\S+) from (\S+) to (\S+)\. ");
    private static readonly string Framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
    private readonly List<string> _sources = [];
    private readonly Dictionary<string, string> _requests = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What has been restored, name to version.</summary>
    public IReadOnlyDictionary<string, string> Restored { get; private set; } = new Dictionary<string, string>();

    /// <summary>The sources that the newest restore did without, because they could not be reached.</summary>
    public IReadOnlyList<string> Lost { get; private set; } = [];

    /// <summary>Adds a package source: an address, or a folder.</summary>
    public void AddSource(string source) =>
        _sources.Add(source.Contains("://", StringComparison.Ordinal) ? source : Path.GetFullPath(source, workingDirectory));

    /// <summary>Restores packages together with all that were asked for before.</summary>
    /// <param name="packages">Name to version, as <c>PackageReference</c> understands it.</param>
    /// <param name="waiting">Called now and then while the restore runs.</param>
    /// <param name="cancellationToken">Ends the restore.</param>
    /// <exception cref="CellException">A package or version does not exist, or a source cannot be reached.</exception>
    public PackageAssets Restore(
        IReadOnlyDictionary<string, string> packages,
        Action<TimeSpan> waiting,
        CancellationToken cancellationToken
    )
    {
        Lost = [];
        var all = new Dictionary<string, string>(_requests, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string version) in packages)
        {
            all[name] = version;
        }

        LockFile lockFile = RestoreWithoutLost(all, waiting, cancellationToken);
        _requests.Clear();
        foreach ((string name, string version) in all)
        {
            _requests[name] = version;
        }

        LockFileTarget target = lockFile.Targets.First(t => t.RuntimeIdentifier is not null);
        Restored = target.Libraries.ToDictionary(l => l.Name!, l => l.Version!.ToNormalizedString(), StringComparer.OrdinalIgnoreCase);
        string[] roots = [.. lockFile.PackageFolders.Select(f => f.Path)];
        return new PackageAssets(
            Files(target, lockFile, roots, l => l.CompileTimeAssemblies),
            Files(target, lockFile, roots, l => l.RuntimeAssemblies),
            Files(target, lockFile, roots, l => l.NativeLibraries)
        );
    }

    /// <summary>Restores, and where a source that a cell has added is gone, does without it: another one may have the packages.</summary>
    private LockFile RestoreWithoutLost(Dictionary<string, string> packages, Action<TimeSpan> waiting, CancellationToken cancellationToken)
    {
        try
        {
            return Restore(packages, waiting, cancellationToken);
        }
        catch (CellException e) when (_sources.FindAll(source => IsLost(source, e.Error)) is { Count: > 0 } lost)
        {
            string[] all = [.. _sources];
            _sources.RemoveAll(lost.Contains);
            try
            {
                LockFile lockFile = RestoreWithoutLost(packages, waiting, cancellationToken);
                Lost = [.. lost, .. Lost];
                return lockFile;
            }
            catch (CellException)
            {
                _sources.Clear();
                _sources.AddRange(all);
            }

            throw;
        }
    }

    private static bool IsLost(string source, ErrorOutput error) =>
        error.Traceback.Any(line =>
            line.Contains("NU1301", StringComparison.Ordinal) && line.Contains(source.TrimEnd('/'), StringComparison.Ordinal)
        );

    private LockFile Restore(Dictionary<string, string> packages, Action<TimeSpan> waiting, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = CreateFolder();
        try
        {
            string project = Path.Combine(folder.FullName, "packages.csproj");
            Project(packages).Save(project);
            string log = RunRestore(project, waiting, cancellationToken, out bool succeeded);
            string assets = Path.Combine(folder.FullName, "obj", "project.assets.json");
            LockFile? lockFile = File.Exists(assets) ? new LockFileFormat().Read(assets) : null;
            return succeeded && lockFile is not null ? lockFile : throw Failure(lockFile, log);
        }
        finally
        {
            Remove(folder);
        }
    }

    /// <summary>A folder for one restore, which only its owner can look into.</summary>
    private static DirectoryInfo CreateFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("shapekit-packages-");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string folder = Path.GetTempPath();
            string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
            throw new CellException(
                "PackageError",
                Directory.Exists(folder)
                    ? $"Packages are fetched by way of the folder for temporary files, {folder}, which cannot be written: "
                        + $"{e.Message.TrimEnd('.')}; start the kernel with the variable {variable} naming another."
                    : $"Packages are fetched by way of the folder for temporary files, {folder}, which does not exist: create it, or "
                        + $"start the kernel with the variable {variable} naming another."
            );
        }
    }

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that was stopped just now may still hold a file; no package depends on it.
        }
    }

    private static string[] Files(
        LockFileTarget target,
        LockFile lockFile,
        string[] roots,
        Func<LockFileTargetLibrary, IList<LockFileItem>> group
    ) =>
        [
            .. from library in target.Libraries
            let folder = lockFile.GetLibrary(library.Name, library.Version)?.Path
            where folder is not null
            from item in @group(library)
            where !item.Path.EndsWith("/_._", StringComparison.Ordinal)
            let path = roots.Select(r => Path.Combine(r, folder, item.Path)).FirstOrDefault(File.Exists)
            where path is not null
            select Path.GetFullPath(path),
        ];

    private XDocument Project(Dictionary<string, string> packages) =>
        new(
            new XElement(
                "Project",
                // Nothing that lies in a folder above has a say.
                new XElement(
                    "PropertyGroup",
                    new XElement("ImportDirectoryBuildProps", false),
                    new XElement("ImportDirectoryBuildTargets", false),
                    new XElement("ImportDirectoryPackagesProps", false)
                ),
                new XElement("Import", new XAttribute("Project", "Sdk.props"), new XAttribute("Sdk", "Microsoft.NET.Sdk")),
                new XElement(
                    "PropertyGroup",
                    new XElement("TargetFramework", Framework),
                    new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
                    new XElement("SelfContained", false),
                    new XElement("UseAppHost", false),
                    new XElement("NuGetAudit", false),
                    new XElement("RestoreRootConfigDirectory", workingDirectory),
                    new XElement("RestoreAdditionalProjectSources", string.Join(';', _sources))
                ),
                new XElement(
                    "ItemGroup",
                    packages.Select(p => new XElement(
                        "PackageReference",
                        new XAttribute("Include", p.Key),
                        new XAttribute("Version", p.Value)
                    ))
                ),
                new XElement("Import", new XAttribute("Project", "Sdk.targets"), new XAttribute("Sdk", "Microsoft.NET.Sdk"))
            )
        );

    private static string RunRestore(string project, Action<TimeSpan> waiting, CancellationToken cancellationToken, out bool succeeded)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string beside = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(
            File.Exists(beside) ? beside : "dotnet",
            ["restore", project, "--verbosity", "quiet", "-nodeReuse:false"]
        )
        {
            WorkingDirectory = Path.GetDirectoryName(project)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new CellException(
                "PackageError",
                "Packages are fetched with the .NET SDK's `dotnet` command, which was not found; install the SDK or add its folder to PATH."
            );
        }

        using (process)
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var time = Stopwatch.StartNew();
            while (!process.WaitForExit(200))
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    process.Kill(entireProcessTree: true);
                    process.WaitForExit();
                    throw new OperationCanceledException(cancellationToken);
                }

                waiting(time.Elapsed);
            }

            succeeded = process.ExitCode == 0;
            return output.Result + errors.Result;
        }
    }

    /// <summary>One sentence for what NuGet found wrong, its own words below.</summary>
    private static CellException Failure(LockFile? lockFile, string log)
    {
        List<(string Code, string Message, string Package)> problems =
        [
            .. lockFile?.LogMessages.Where(m => m.Level == LogLevel.Error).Select(m => (m.Code.ToString(), m.Message, m.LibraryId ?? ""))
                ?? [],
        ];
        if (problems.Count == 0)
        {
            problems = [.. LoggedError.Matches(log).Select(m => (m.Groups[1].Value, m.Groups[2].Value, ""))];
        }

        (string code, string message, string package) = problems
            .OrderBy(p => p.Code is "NU1301" ? 0 : 1)
            .FirstOrDefault(("", log.Trim(), ""));
        string name =
            package.Length > 0 ? package
            : Quoted.Match(message) is { Success: true } quoted ? quoted.Groups[1].Value
            : "The package";
        string sentence = code switch
        {
            "NU1301" =>
                $"The package source {Address.Match(message).Value} could not be reached, so nothing was installed; check the network "
                    + "connection, or name another source with #i \"nuget: ...\".",
            "NU1101" => $"The package {name} does not exist in {Sources(message)}; check its spelling.",
            "NU1102" => $"The package {name} does not exist in that version{Nearest(message)}.",
            "NU1103" => $"The package {name} has only preliminary versions; ask for them with #r \"nuget: {name}, *-*\".",
            "NU1605" when Downgrade.Match(message) is { Success: true } downgrade =>
                $"A package needs {downgrade.Groups[1].Value} {downgrade.Groups[2].Value}, and a cell asked for "
                    + $"{downgrade.Groups[3].Value}; restart the kernel and ask for {downgrade.Groups[2].Value}.",
            _ => $"The packages could not be installed: {message.Split('\n')[0].Trim()}",
        };
        return new CellException(
            new ErrorOutput(
                "PackageError",
                sentence,
                [$"PackageError: {sentence}", .. problems.Select(p => $"   {p.Code}: {p.Message}").Distinct()]
            )
        );
    }

    private static string Sources(string message) =>
        message.Split("source(s): ", 2) is [_, var list] ? list.Trim().TrimEnd('.').Split(". ")[0] : "any package source";

    private static string Nearest(string message) =>
        NearestVersion.Match(message) is { Success: true } m ? $"; the nearest is {m.Groups[1].Value}" : "";
}

/// <summary>The files of restored packages for this system.</summary>
internal sealed record PackageAssets(string[] Compile, string[] Runtime, string[] Native);
