using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;

namespace ShapeKit.Kernel.Execution;

/// <summary>What every cell can use without asking: .NET itself and the functions of the session.</summary>
internal static class FrameworkReferences
{
    private static readonly ConcurrentDictionary<string, MetadataReference> Created = new();

    private static readonly Lazy<ImmutableArray<MetadataReference>> Lazy = new(() =>
    [
        .. Directory.EnumerateFiles(Folder(), "*.dll").Select(Create),
        Create(typeof(CellFunctions).Assembly.Location),
        Create(typeof(IHtmlContent).Assembly.Location),
    ]);

    public static ImmutableArray<MetadataReference> All => Lazy.Value;

    /// <summary>Whether .NET itself has an assembly of this name.</summary>
    public static bool Contains(string assembly) => All.Any(r => Path.GetFileNameWithoutExtension(r.Display) == assembly || Path.GetFileName(r.Display) == assembly);

    /// <summary>A reference with the assembly's documentation, where there is one; the same object every time.</summary>
    public static MetadataReference Create(string path) => Created.GetOrAdd(path, p => MetadataReference.CreateFromFile(
        p,
        documentation: HostPackages.Current.Documentation(p).FirstOrDefault(File.Exists) is { } file ? XmlDocumentationProvider.CreateFromFile(file) : null));

    /// <summary>The SDK's reference assemblies, which are small and documented; without an SDK the runtime's own.</summary>
    private static string Folder()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string packs = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        string framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        return Directory.Exists(packs)
            ? Directory.EnumerateDirectories(packs).Select(p => Path.Combine(p, "ref", framework)).LastOrDefault(Directory.Exists) ?? runtime
            : runtime;
    }
}
