using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShapeKit.Tests;

/// <summary>
/// The rooms of a project, which are its namespaces, and the types through which they know each other. What documentation points at does
/// not count.
/// </summary>
internal sealed class Rooms
{
    /// <summary>What the build adds to every project.</summary>
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using "
        + "System.Threading; global using System.Threading.Tasks;";

    private readonly SortedDictionary<(string Room, string Known), SortedSet<string>> _doors = [];

    /// <summary>
    /// Reads code as the compiler does: what it calls, infers or takes a constant from counts, whether it names it or not.
    /// </summary>
    /// <param name="files">The texts of C# files.</param>
    public Rooms(IEnumerable<string> files)
    {
        // Packages lead to no type of the project, and take long to read.
        IEnumerable<string> references = Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll");
        var compilation = CSharpCompilation.Create(
            "Rooms",
            files.Append(ImplicitUsings).Select(text => CSharpSyntaxTree.ParseText(text)),
            references.Select(path => MetadataReference.CreateFromFile(path))
        );
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (
                MemberDeclarationSyntax member in tree.GetRoot()
                    .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
                    .OfType<MemberDeclarationSyntax>()
            )
            {
                if (model.GetDeclaredSymbol(member) is INamedTypeSymbol type)
                {
                    foreach (INamedTypeSymbol known in TypesIn(member, model))
                    {
                        Open(type, known);
                    }
                }
            }
        }
    }

    /// <summary>How many rooms know others or are known.</summary>
    public int Count => _doors.Keys.SelectMany(door => new[] { door.Room, door.Known }).Distinct().Count();

    /// <summary>The rooms of a project in the folder <c>src</c>.</summary>
    public static Rooms Of(string project, [CallerFilePath] string thisFile = "")
    {
        string folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "src", project));
        return new Rooms(
            Directory
                .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
                .Select(File.ReadAllText)
        );
    }

    /// <summary>A sentence about the smallest circle of rooms that know each other, or null where there is none.</summary>
    public string? Circle()
    {
        string[]? back = _doors.Keys.Select(door => Way(door.Known, door.Room)).OfType<string[]>().MinBy(way => way.Length);
        if (back is null)
        {
            return null;
        }

        string[] rooms = [back[^1], .. back[..^1]];
        IEnumerable<string> knowledge = rooms.Zip(back, (room, known) =>
            $"{room} knows {known} ({string.Join(", ", _doors[(room, known)])})"
        );
        return $"{string.Join(" and ", rooms)} know each other: {string.Join("; ", knowledge)}. Move a type to where it belongs.";
    }

    private static IEnumerable<INamedTypeSymbol> TypesIn(SyntaxNode node, SemanticModel model)
    {
        foreach (ExpressionSyntax expression in node.DescendantNodes().OfType<ExpressionSyntax>())
        {
            SymbolInfo info = model.GetSymbolInfo(expression);
            ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            while (type?.ContainingType is { } outer)
            {
                type = outer;
            }

            if (
                type is { IsAnonymousType: false }
                && type.ContainingAssembly.Equals(model.Compilation.Assembly, SymbolEqualityComparer.Default)
            )
            {
                yield return type;
            }
        }
    }

    private void Open(INamedTypeSymbol type, INamedTypeSymbol known)
    {
        (string Room, string Known) door = (type.ContainingNamespace.ToDisplayString(), known.ContainingNamespace.ToDisplayString());
        if (door.Room != door.Known)
        {
            if (!_doors.TryGetValue(door, out SortedSet<string>? through))
            {
                _doors[door] = through = new SortedSet<string>(StringComparer.Ordinal);
            }

            through.Add($"{type.Name} uses {known.Name}");
        }
    }

    /// <summary>The rooms on the shortest way from one that knows the next to another, both included.</summary>
    private string[]? Way(string from, string to)
    {
        var before = new Dictionary<string, string?> { [from] = null };
        for (var reached = new Queue<string>([from]); reached.TryDequeue(out string? room) && !before.ContainsKey(to); )
        {
            foreach (string known in _doors.Keys.Where(door => door.Room == room).Select(door => door.Known))
            {
                if (before.TryAdd(known, room))
                {
                    reached.Enqueue(known);
                }
            }
        }

        var way = new List<string>();
        for (string? room = before.ContainsKey(to) ? to : null; room is not null; room = before[room])
        {
            way.Insert(0, room);
        }

        return way.Count > 0 ? [.. way] : null;
    }
}
