using System.Globalization;
using System.Text.RegularExpressions;
using NuGet.Versioning;

namespace ShapeKit.Kernel.Execution;

/// <summary>Follows <c>#r "nuget: ..."</c>: from what the program carries where it can, by a restore where it must.</summary>
internal sealed class Packages(SessionOptions options, CellCompiler compiler, CellLoadContext loadContext)
{
    private static readonly Regex Reference = new(@"^nuget:\s*([A-Za-z0-9_][\w.-]*)\s*(?:,\s*(\S+)\s*)?$", RegexOptions.IgnoreCase);
    private readonly PackageRestore _restore = new(options.WorkingDirectory);

    public void AddSource(string source) => _restore.AddSource(source);

    /// <summary>Makes the packages of a cell usable.</summary>
    /// <exception cref="CellException">A package is not named well, does not exist, or cannot be fetched.</exception>
    public void Require(IReadOnlyList<Directive> directives, CSharpSession session, CancellationToken cancellationToken)
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

                NameDifference(name, version, carried, session);
            }
            else if (_restore.Restored.TryGetValue(name, out string? loaded))
            {
                NameDifference(name, version, loaded, session);
            }
            else
            {
                missing[name] = version ?? "*";
            }
        }

        if (missing.Count > 0)
        {
            Install(missing, session, cancellationToken);
        }
    }

    /// <summary>The assemblies that the program carries of a package that a directive names; none when it would have to be fetched.</summary>
    public IEnumerable<string> CarriedAssemblies(Directive directive) =>
        Reference.Match(directive.Argument) is { Success: true } match && CarriedVersion(match.Groups[1].Value) is not null ? CarriedAssemblies(match.Groups[1].Value) : [];

    /// <summary>The version that the program carries; empty for the packages whose work the engine does itself.</summary>
    private string? CarriedVersion(string name) =>
        options.CarriedPackages.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
        ?? (name.Equals("Plotly.NET.Interactive", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Microsoft.DotNet.Interactive", StringComparison.OrdinalIgnoreCase) ? "" : null);

    private static IReadOnlyList<string> CarriedAssemblies(string package) =>
        HostPackages.Current.Assemblies(package is "Plotly.NET.Interactive" ? "Plotly.NET" : package);

    private static void NameDifference(string name, string? asked, string present, CSharpSession session)
    {
        if (asked is null || present.Length == 0)
        {
            return;
        }

        var range = VersionRange.Parse(asked);
        NuGetVersion version = NuGetVersion.Parse(present);
        if (range.IsFloating || range.HasUpperBound ? !range.Satisfies(version) : range.MinVersion != version)
        {
            session.Send(new StreamOutput("stdout", $"{name} {present} is already loaded; version {asked} was not used.\n"));
        }
    }

    private void Install(Dictionary<string, string> packages, CSharpSession session, CancellationToken cancellationToken)
    {
        string names = string.Join(", ", packages.Keys);
        DisplayHandle progress = session.Display($"Installing {names} …");
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
                cancellationToken);
        }
        catch
        {
            progress.Update($"{names}: not installed.");
            throw;
        }

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

        progress.Update($"Installed {string.Join(", ", packages.Keys.Select(n => $"{n} {_restore.Restored[n]}"))}.");
    }
}
