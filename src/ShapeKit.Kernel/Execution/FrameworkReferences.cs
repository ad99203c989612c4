using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;

namespace ShapeKit.Kernel.Execution;

/// <summary>What every cell can use without asking: .NET itself and the functions of the engine.</summary>
internal static class FrameworkReferences
{
    private const string Core = "Microsoft.NETCore.App";
    private const string Web = "Microsoft.AspNetCore.App";
    private static readonly string Runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private static readonly ConcurrentDictionary<string, MetadataReference> Created = new();

    /// <summary>
    /// Few of the 160 reference assemblies hold nearly everything that is ever used, and each one more makes every compilation slower:
    /// all of them double its time.
    /// </summary>
    private static readonly HashSet<string> CommonNames =
    [
        "Microsoft.CSharp",
        "System.Collections",
        "System.Collections.Concurrent",
        "System.Collections.Immutable",
        "System.ComponentModel.Primitives",
        "System.Console",
        "System.Diagnostics.Process",
        "System.Linq",
        "System.Linq.Expressions",
        "System.Memory",
        "System.Net.Http",
        "System.Net.Primitives",
        "System.Numerics.Vectors",
        "System.ObjectModel",
        "System.Runtime",
        "System.Runtime.InteropServices",
        "System.Runtime.Numerics",
        "System.Text.Json",
        "System.Text.RegularExpressions",
        "System.Threading",
        "System.Threading.Tasks.Parallel",
        "netstandard",
    ];

    private static readonly Lazy<ILookup<bool, string>> Paths = new(() =>
    {
        (string folder, bool small) = Folder(Core, Runtime);
        return Directory
            .EnumerateFiles(folder, "*.dll")
            .ToLookup(path => !small || CommonNames.Contains(Path.GetFileNameWithoutExtension(path)));
    });

    private static readonly Lazy<ImmutableList<MetadataReference>> LazyCommon = new(() =>
        [
            .. Paths.Value[true].Select(Create),
            Create(typeof(CellFunctions).Assembly.Location),
            Create(typeof(IHtmlContent).Assembly.Location),
        ]
    );

    private static readonly Lazy<ImmutableList<MetadataReference>> LazyAll = new(() =>
        Common.AddRange(Paths.Value[false].Append(HostPackages.Current.FormattingPath).OfType<string>().Select(Create))
    );

    /// <summary>What nearly all cells can do with.</summary>
    public static ImmutableList<MetadataReference> Common => LazyCommon.Value;

    /// <summary>
    /// The common part, first, the rest of .NET, and the library with which notebooks written for .NET Interactive format values.
    /// </summary>
    public static ImmutableList<MetadataReference> All => LazyAll.Value;

    /// <summary>Whether .NET itself has an assembly of this name.</summary>
    public static bool Contains(string assembly) =>
        Paths
            .Value.SelectMany(paths => paths)
            .Any(path => Path.GetFileNameWithoutExtension(path) == assembly || Path.GetFileName(path) == assembly);

    /// <summary>A reference with the assembly's documentation, where there is one; the same object every time.</summary>
    public static MetadataReference Create(string path) =>
        Created.GetOrAdd(path, p =>
            MetadataReference.CreateFromFile(
                p,
                documentation: HostPackages.Current.Documentation(p).FirstOrDefault(File.Exists) is { } file
                    ? XmlDocumentationProvider.CreateFromFile(file)
                    : null
            )
        );

    /// <summary>ASP.NET Core's assemblies to compile against and to load; none where it is not installed beside .NET.</summary>
    public static (IEnumerable<string> Compile, IEnumerable<string> Load) AspNetCore()
    {
        string runtime = Path.GetFullPath(Path.Combine(Runtime, "..", "..", Web, Path.GetFileName(Runtime)));
        return Directory.Exists(runtime)
            ? (Directory.EnumerateFiles(Folder(Web, runtime).Path, "*.dll"), Directory.EnumerateFiles(runtime, "*.dll"))
            : ([], []);
    }

    /// <summary>The SDK's reference assemblies, which are small and documented; without an SDK the runtime's own.</summary>
    private static (string Path, bool Small) Folder(string framework, string runtime)
    {
        string packs = Path.GetFullPath(Path.Combine(Runtime, "..", "..", "..", "packs", framework + ".Ref"));
        string version = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        string? small = Directory.Exists(packs)
            ? Directory.EnumerateDirectories(packs).Select(p => Path.Combine(p, "ref", version)).LastOrDefault(Directory.Exists)
            : null;
        return (small ?? runtime, small is not null);
    }
}
