using System.Reflection;
using System.Text.Json;

namespace ShapeKit.Kernel.Execution;

/// <summary>The packages that the running program was built with, as its deps.json lists them.</summary>
internal sealed class HostPackages
{
    private static readonly Lazy<HostPackages> Lazy = new(Read);

    private readonly Dictionary<string, Package> _packages = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _assemblies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Assembly name to its place in NuGet's package folder.</summary>
    private readonly Dictionary<string, string> _packaged = new(StringComparer.OrdinalIgnoreCase);

    public static HostPackages Current => Lazy.Value;

    /// <summary>Package name to version.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; private init; } = new Dictionary<string, string>();

    /// <summary>The paths of a package's assemblies and of all that it depends on.</summary>
    public IReadOnlyList<string> Assemblies(string package)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var paths = new List<string>();
        Collect(package);
        return paths;

        void Collect(string name)
        {
            if (!seen.Add(name) || !_packages.TryGetValue(name, out Package? found))
            {
                return;
            }

            paths.AddRange(found.Assemblies.Select(a => _assemblies.GetValueOrDefault(a)).OfType<string>());
            foreach (string dependency in found.Dependencies)
            {
                Collect(dependency);
            }
        }
    }

    /// <summary>Whether the program itself can load an assembly of this name in this version or a later one.</summary>
    public bool Provides(string assembly, Version? version) =>
        _assemblies.TryGetValue(assembly, out string? path)
        && (version is null || AssemblyName.GetAssemblyName(path).Version >= version);

    /// <summary>The program's own copy of an assembly where that is as new as another one; null otherwise.</summary>
    public string? PathOf(string assembly, string other) =>
        Provides(assembly, AssemblyName.GetAssemblyName(other).Version) ? _assemblies[assembly] : null;

    /// <summary>Where the documentation of one of the program's assemblies may lie: beside it, and in NuGet's folder.</summary>
    public IEnumerable<string> Documentation(string path)
    {
        yield return Path.ChangeExtension(path, ".xml");
        if (_packaged.TryGetValue(Path.GetFileNameWithoutExtension(path), out string? packaged))
        {
            string root = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
                ? folder
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            yield return Path.Combine(root, Path.ChangeExtension(packaged, ".xml"));
        }
    }

    private static HostPackages Read()
    {
        var versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var packages = new HostPackages { Versions = versions };
        foreach (string path in Paths("TRUSTED_PLATFORM_ASSEMBLIES", Path.PathSeparator))
        {
            packages._assemblies.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        }

        foreach (string file in Paths("APP_CONTEXT_DEPS_FILES", ';').Where(f => f.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal)))
        {
            using JsonDocument deps = JsonDocument.Parse(File.ReadAllBytes(file));
            string target = deps.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
            foreach (JsonProperty library in deps.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject())
            {
                string[] nameAndVersion = library.Name.Split('/');
                versions[nameAndVersion[0]] = nameAndVersion[1];
                foreach (string asset in Names(library.Value, "runtime").Where(a => a.Contains('/', StringComparison.Ordinal)))
                {
                    packages._packaged[Path.GetFileNameWithoutExtension(asset)] = Path.Combine(library.Name.ToLowerInvariant(), asset);
                }

                packages._packages[nameAndVersion[0]] = new Package(
                    [.. Names(library.Value, "runtime").Select(p => Path.GetFileNameWithoutExtension(p))],
                    [.. Names(library.Value, "dependencies")]);
            }
        }

        return packages;
    }

    private static string[] Paths(string name, char separator) =>
        ((string?)AppContext.GetData(name) ?? "").Split(separator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Names(JsonElement library, string group) =>
        library.TryGetProperty(group, out JsonElement members) ? members.EnumerateObject().Select(m => m.Name) : [];

    private sealed record Package(string[] Assemblies, string[] Dependencies);
}
