using System.Reflection;
using System.Text.Json;

namespace ShapeKit.Kernel.Execution;

/// <summary>The packages that the running program was built with, as its deps.json lists them.</summary>
internal sealed class HostPackages
{
    /// <summary>The engine's one package that speaks with cells: it shows what they register with it.</summary>
    private const string Formatting = "Microsoft.DotNet.Interactive.Formatting";

    private static readonly Lazy<HostPackages> Lazy = new(Read);

    private readonly Dictionary<string, Package> _packages = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Assembly name to path: .NET's, and those that cells share with the program.</summary>
    private readonly Dictionary<string, string> _assemblies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The assemblies that only the program works with; a cell may have its own of any version.</summary>
    private readonly HashSet<string> _isolated = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Assembly name to its place in NuGet's package folder.</summary>
    private readonly Dictionary<string, string> _packaged = new(StringComparer.OrdinalIgnoreCase);

    public static HostPackages Current => Lazy.Value;

    /// <summary>The packages that cells share with the program, so that both see the same types; name to version.</summary>
    /// <remarks>
    /// Those are the program's projects that know nothing of the engine, with all that they depend on, and what the engine itself shares.
    /// </remarks>
    public IReadOnlyDictionary<string, string> Carried { get; private set; } = new Dictionary<string, string>();

    /// <summary>The paths of a carried package's assemblies and of all that it depends on.</summary>
    public IReadOnlyList<string> Assemblies(string package) =>
        [
            .. WithDependencies(package)
                .SelectMany(name => _packages[name].Assemblies)
                .Select(a => _assemblies.GetValueOrDefault(a))
                .OfType<string>(),
        ];

    /// <summary>The path of the engine's one assembly that speaks with cells.</summary>
    public string? FormattingPath => _assemblies.GetValueOrDefault(Formatting);

    /// <summary>Whether only the program works with an assembly of this name.</summary>
    public bool Isolates(string assembly) => _isolated.Contains(assembly);

    /// <summary>Whether cells share an assembly of this name, in this version or a later one, with the program.</summary>
    public bool Provides(string assembly, Version? version) =>
        _assemblies.TryGetValue(assembly, out string? path) && (version is null || AssemblyName.GetAssemblyName(path).Version >= version);

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
        var packages = new HostPackages();
        foreach (string path in Paths("TRUSTED_PLATFORM_ASSEMBLIES", Path.PathSeparator))
        {
            packages._assemblies.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        }

        foreach (
            string file in Paths("APP_CONTEXT_DEPS_FILES", ';').Where(f => f.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal))
        )
        {
            using JsonDocument deps = JsonDocument.Parse(File.ReadAllBytes(file));
            string target = deps.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
            foreach (JsonProperty library in deps.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject())
            {
                string[] nameAndVersion = library.Name.Split('/');
                foreach (string asset in Names(library.Value, "runtime").Where(a => a.Contains('/', StringComparison.Ordinal)))
                {
                    packages._packaged[Path.GetFileNameWithoutExtension(asset)] = Path.Combine(library.Name.ToLowerInvariant(), asset);
                }

                packages._packages[nameAndVersion[0]] = new Package(
                    nameAndVersion[1],
                    deps.RootElement.GetProperty("libraries").GetProperty(library.Name).GetProperty("type").GetString() == "project",
                    [.. Names(library.Value, "runtime").Select(p => Path.GetFileNameWithoutExtension(p))],
                    [.. Names(library.Value, "dependencies")]
                );
            }
        }

        packages.Divide();
        return packages;
    }

    /// <summary>Parts what cells share with the program from what is the program's alone.</summary>
    private void Divide()
    {
        string engine = typeof(HostPackages).Assembly.GetName().Name!;
        string[] projects = [.. _packages.Where(p => p.Value.IsProject).Select(p => p.Key)];
        Carried = projects
            .Where(project => !WithDependencies(project).Contains(engine))
            .Append(Formatting)
            .SelectMany(WithDependencies)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, name => _packages[name].Version, StringComparer.OrdinalIgnoreCase);
        foreach (
            string assembly in _packages.Where(p => !Carried.ContainsKey(p.Key) && p.Key != engine).SelectMany(p => p.Value.Assemblies)
        )
        {
            _isolated.Add(assembly);
            _assemblies.Remove(assembly);
        }
    }

    /// <summary>A package and all that it depends on.</summary>
    private HashSet<string> WithDependencies(string package)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Collect(package);
        return found;

        void Collect(string name)
        {
            if (_packages.TryGetValue(name, out Package? known) && found.Add(name))
            {
                Array.ForEach(known.Dependencies, Collect);
            }
        }
    }

    private static string[] Paths(string name, char separator) =>
        ((string?)AppContext.GetData(name) ?? "").Split(separator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Names(JsonElement library, string group) =>
        library.TryGetProperty(group, out JsonElement members) ? members.EnumerateObject().Select(m => m.Name) : [];

    private sealed record Package(string Version, bool IsProject, string[] Assemblies, string[] Dependencies);
}
