using System.Globalization;
using System.Text.RegularExpressions;
using NuGet.Versioning;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// Follows <c>#r "nuget: ..."</c>: from what the program carries where it can, by a restore where it must; and <c>#r "sdk: ..."</c>.
/// </summary>
internal sealed class Packages(CellEngineOptions options, CellCompiler compiler, CellLoadContext loadContext)
{
    private static readonly Regex Reference = new(@"^nuget:\s*([A-Za-z0-9_][\w.-]*)\s*(?:,\s*(\S+)\s*)?$", RegexOptions.IgnoreCase);
    private const string Carries = "the kernel carries it, so that its libraries and cells see the same types";
    private const string Loaded = "an earlier cell loaded it; restart the kernel to change the version";

    /// <summary>What cells have loaded, name to version.</summary>
    private readonly Dictionary<string, string> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly PackageRestore _restore = new(options.WorkingDirectory);

    public void AddSource(string source) => _restore.AddSource(source);

    /// <summary>Makes the packages of a cell usable.</summary>
    /// <exception cref="CellException">A package is not named well, does not exist, or cannot be fetched.</exception>
    public void Require(IReadOnlyList<Directive> directives, CellEngine engine, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Directive directive in directives)
        {
            Match match = Reference.Match(directive.Argument);
            if (!match.Success || (match.Groups[2].Success && !VersionRange.TryParse(match.Groups[2].Value, out _)))
            {
                throw directive.Error($"\"{directive.Argument}\" names no package; write #r \"nuget: Name\" or #r \"nuget: Name, 1.2.3\".");
            }

            string name = match.Groups[1].Value;
            string? version = match.Groups[2].Success ? match.Groups[2].Value : null;
            if (CarriedVersion(name) is { } carried)
            {
                foreach (string path in CarriedAssemblies(name))
                {
                    compiler.AddReference(path);
                }

                NameDifference(name, version, carried, Carries, engine);
            }
            else if (_loaded.TryGetValue(name, out string? loaded))
            {
                NameDifference(name, version, loaded, Loaded, engine);
            }
            else
            {
                missing[name] = version ?? "*";
            }
        }

        if (missing.Count > 0)
        {
            Install(missing, engine, cancellationToken);
        }
    }

    /// <summary>Makes ASP.NET Core usable, the one thing that an SDK has and every cell has not.</summary>
    /// <exception cref="CellException">Another SDK is named, or ASP.NET Core is not installed.</exception>
    public void RequireSdk(Directive directive)
    {
        if (!directive.Argument["sdk:".Length..].Trim().Equals("Microsoft.NET.Sdk.Web", StringComparison.OrdinalIgnoreCase))
        {
            throw directive.Error(
                $"\"{directive.Argument}\" names no SDK that is known here; \"sdk: Microsoft.NET.Sdk.Web\" brings ASP.NET Core."
            );
        }

        (IEnumerable<string> compile, IEnumerable<string> load) = FrameworkReferences.AspNetCore();
        if (!compile.Any())
        {
            throw directive.Error(
                $"ASP.NET Core {Environment.Version} is not installed beside .NET; install the .NET SDK, or the ASP.NET Core runtime of "
                    + "this version."
            );
        }

        foreach (string path in compile.Where(p => !HostPackages.Current.Provides(Path.GetFileNameWithoutExtension(p), version: null)))
        {
            compiler.AddReference(path);
        }

        foreach (string path in load)
        {
            loadContext.AddLibrary(path);
        }
    }

    /// <summary>
    /// The assemblies that the program carries of a package that a directive names; none when it would have to be fetched.
    /// </summary>
    public static IEnumerable<string> CarriedAssemblies(Directive directive) =>
        Reference.Match(directive.Argument) is { Success: true } match && CarriedVersion(match.Groups[1].Value) is not null
            ? CarriedAssemblies(match.Groups[1].Value)
            : [];

    /// <summary>The version that the program carries; empty for the packages whose work the engine does itself.</summary>
    private static string? CarriedVersion(string name) =>
        HostPackages.Current.Carried.GetValueOrDefault(Meant(name))
        ?? (name.StartsWith("Microsoft.DotNet.Interactive", StringComparison.OrdinalIgnoreCase) ? "" : null);

    private static IReadOnlyList<string> CarriedAssemblies(string package) => HostPackages.Current.Assemblies(Meant(package));

    /// <summary>
    /// The package in whose place another one is named, which has its version: one that shows its charts, or brings its native part, for
    /// every system.
    /// </summary>
    private static string Meant(string name) =>
        name.Equals("Plotly.NET.Interactive", StringComparison.OrdinalIgnoreCase) ? "Plotly.NET"
        : name.Equals("TorchSharp-cpu", StringComparison.OrdinalIgnoreCase) ? "TorchSharp"
        : name.StartsWith("SkiaSharp.NativeAssets.", StringComparison.OrdinalIgnoreCase) ? "SkiaSharp"
        : name;

    /// <summary>Says what was asked for, what is used, and why, where the two differ.</summary>
    private static void NameDifference(string name, string? asked, string used, string reason, CellEngine engine)
    {
        if (asked is null || used.Length == 0)
        {
            return;
        }

        var range = VersionRange.Parse(asked);
        NuGetVersion version = NuGetVersion.Parse(used);
        if (range.IsFloating || range.HasUpperBound ? !range.Satisfies(version) : range.MinVersion != version)
        {
            Tell(name, asked, used, reason, engine);
        }
    }

    /// <summary>
    /// Remembers what was restored, and says where a package gets another version than it asked for: an older one, or a carried one of a
    /// later major version.
    /// </summary>
    private void Load(string installed, CellEngine engine)
    {
        foreach ((string name, string version) in _restore.Restored)
        {
            if (!_loaded.TryAdd(name, version))
            {
                if (_loaded[name] != version)
                {
                    Tell(name, version, _loaded[name], Loaded, engine, by: installed);
                }
            }
            else if (
                HostPackages.Current.Carried.TryGetValue(name, out string? carried)
                && NuGetVersion.Parse(version).Major < NuGetVersion.Parse(carried).Major
            )
            {
                Tell(name, version, carried, Carries, engine, by: installed);
            }
        }
    }

    private static void Tell(string name, string asked, string used, string reason, CellEngine engine, string? by = null) =>
        engine.Send(
            new StreamOutput("stdout", $"{name} {asked} was asked for{(by is null ? "" : $" by {by}")}, {used} is used: {reason}.\n")
        );

    private void Install(Dictionary<string, string> packages, CellEngine engine, CancellationToken cancellationToken)
    {
        string names = string.Join(", ", packages.Keys);
        DisplayHandle progress = engine.Display($"Installing {names} …");
        int shownSeconds = 0;
        PackageAssets assets;
        try
        {
            assets = _restore.Restore(
                packages,
                elapsed =>
                {
                    if ((int)elapsed.TotalSeconds > shownSeconds)
                    {
                        shownSeconds = (int)elapsed.TotalSeconds;
                        progress.Update(string.Create(CultureInfo.InvariantCulture, $"Installing {names} … {shownSeconds} s"));
                    }
                },
                cancellationToken
            );
        }
        catch
        {
            progress.Update($"{names}: not installed.");
            throw;
        }

        foreach (string source in _restore.Lost)
        {
            engine.Send(new StreamOutput("stdout", $"The package source {source} could not be reached and is left out.\n"));
        }

        Use(assets);
        progress.Update($"Installed {string.Join(", ", packages.Keys.Select(n => $"{n} {_restore.Restored[n]}"))}.");
        foreach ((string name, string version) in packages)
        {
            NameDifference(name, version, _restore.Restored[name], "it is the nearest that the package sources have", engine);
        }

        Load(names, engine);
    }

    private void Use(PackageAssets assets)
    {
        foreach (string path in assets.Compile)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            compiler.AddReference(HostPackages.Current.PathOf(name, path) ?? path);
        }

        foreach (string path in assets.Runtime)
        {
            loadContext.AddLibrary(path);
        }

        foreach (string path in assets.Native)
        {
            loadContext.AddNative(path);
        }
    }
}
