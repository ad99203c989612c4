using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Turns cells into assemblies; each cell sees what the cells before it declared.</summary>
internal sealed class CellCompiler(CellLoadContext loadContext)
{
    private static readonly string[] ImplicitUsings =
    [
        "System",
        "System.Collections",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Text",
        "System.Threading",
        "System.Threading.Tasks",
    ];

    public static CSharpCompilationOptions Options { get; } =
        new(
            OutputKind.DynamicallyLinkedLibrary,
            usings: [.. ImplicitUsings, typeof(CellFunctions).FullName!, typeof(CallGuard).FullName!],
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            xmlReferenceResolver: null,
            concurrentBuild: false
        );

    /// <summary>With any public key: the compiler tells versions apart by assemblies with strong names alone.</summary>
    private static readonly CSharpCompilationOptions LibraryOptions = Options
        .WithUsings()
        .WithPublicSign(true)
        .WithCryptoPublicKey([.. typeof(Enumerable).Assembly.GetName().GetPublicKey()!]);

    /// <summary>
    /// What cells are compiled against: the common part of .NET, or once that is not enough, all of it and what cells load.
    /// </summary>
    private ImmutableList<MetadataReference> _references = FrameworkReferences.Common;
    private bool _everything;
    private readonly HashSet<string> _referenced = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The source files so far, each in its newest version, and what refers to older ones.</summary>
    private readonly List<Library> _libraries = [];
    private readonly List<MetadataReference> _replaced = [];

    /// <summary>The newest cell that declared something; the next one continues it.</summary>
    private CSharpCompilation? _previous;

    /// <summary>How many references the cells so far have.</summary>
    private int _known;
    private object?[] _submissions = new object?[16];
    private int _compiled;

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest, DocumentationMode.Parse, SourceCodeKind.Script);

    /// <summary>What the next cell can use.</summary>
    public ImmutableList<MetadataReference> References
    {
        get
        {
            lock (_referenced)
            {
                return _everything ? _references : FrameworkReferences.All;
            }
        }
    }

    /// <summary>Compiles, runs and formats a trivial cell.</summary>
    public static void WarmUp()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText("1 + 1", ParseOptions, "Start", Encoding.UTF8);
        CompiledCell cell = new CellCompiler(new CellLoadContext()).Compile(tree, CancellationToken.None);
        ValueFormatter.Format(cell.Factory(new object?[2]).Result);
    }

    /// <summary>
    /// Writes an empty assembly and its symbols: the last part of a compilation, whose code can be loaded while the first parts run.
    /// </summary>
    public static void WarmUpWriter()
    {
        var metadata = new MetadataBuilder();
        metadata.AddModule(0, metadata.GetOrAddString("Start"), metadata.GetOrAddGuid(Guid.Empty), default, default);
        var debugging = new DebugDirectoryBuilder();
        debugging.AddReproducibleEntry();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(),
            new MetadataRootBuilder(metadata),
            new BlobBuilder(),
            debugDirectoryBuilder: debugging
        ).Serialize(new BlobBuilder());
        new PortablePdbBuilder(new MetadataBuilder(), metadata.GetRowCounts(), default).Serialize(new BlobBuilder());
    }

    /// <summary>Makes an assembly's types visible to the cells that follow; the first of a name stays.</summary>
    public void AddReference(string path)
    {
        lock (_referenced)
        {
            // A library may speak of any part of .NET.
            Use(ReferencesWith([path]));
            _referenced.Add(Path.GetFileNameWithoutExtension(path));
        }
    }

    /// <summary>What the next cell could use if it made these assemblies visible.</summary>
    public ImmutableList<MetadataReference> ReferencesWith(IEnumerable<string> paths)
    {
        lock (_referenced)
        {
            ImmutableList<MetadataReference> references = References;
            return references.AddRange(
                paths
                    .DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
                    .Where(p => !_referenced.Contains(Path.GetFileNameWithoutExtension(p)))
                    .Select(FrameworkReferences.Create)
                    .Except(references)
            );
        }
    }

    /// <summary>
    /// Compiles a <see cref="SourceFile"/>; later cells see its public types, in the place of those that an earlier version of it
    /// declared.
    /// </summary>
    /// <exception cref="CellException">The code has errors.</exception>
    public void AddLibrary(string code, string fileName, CancellationToken cancellationToken)
    {
        CSharpParseOptions parseOptions = ParseOptions.WithKind(SourceCodeKind.Regular);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code, parseOptions, fileName, Encoding.UTF8, cancellationToken);
        SyntaxNode root = tree.GetRoot(cancellationToken);
        HashSet<string> types = SourceFile.Types(root);
        Library? earlier = _libraries.Find(library => library.Types.Overlaps(types));
        var library = new Library(earlier?.Name ?? $"ShapeKit.Import{++_compiled}", (earlier?.Version ?? 0) + 1, types);
        string head =
            string.Concat(ImplicitUsings.Concat(Namespaces()).Distinct().Select(u => $"global using {u};"))
            + $"[assembly: System.Reflection.AssemblyVersion(\"{library.Version}.0\")]";
        ImmutableList<MetadataReference> references = References;
        var written = CSharpCompilation.Create(
            library.Name,
            [tree, CSharpSyntaxTree.ParseText(head, parseOptions, "head", Encoding.UTF8, cancellationToken)],
            references.RemoveRange(_replaced).Remove(earlier?.Reference!),
            LibraryOptions
        );
        CSharpCompilation compilation = written.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(SourceFile.Publish(root), parseOptions));
        byte[] image;
        try
        {
            EmitGuarded(ref compilation, library.Name, cancellationToken, out image);
        }
        catch (CellException)
        {
            EmitGuarded(ref written, library.Name, cancellationToken, out image);
        }

        library.Reference = MetadataReference.CreateFromImage(image);
        if (earlier is not null)
        {
            _libraries.Remove(earlier);
            _replaced.Add(earlier.Reference!);
        }

        _libraries.Add(library);
        Use(references.Add(library.Reference));
    }

    /// <summary>The namespaces that the cells so far use.</summary>
    private IEnumerable<string> Namespaces()
    {
        for (Compilation? cell = _previous; cell is not null; cell = cell.ScriptCompilationInfo?.PreviousScriptCompilation)
        {
            foreach (UsingDirectiveSyntax used in ((CompilationUnitSyntax)cell.SyntaxTrees.First().GetRoot()).Usings)
            {
                if (used is { Alias: null, StaticKeyword.RawKind: 0 })
                {
                    yield return used.NamespaceOrType.ToString();
                }
            }
        }
    }

    /// <summary>Compiles a cell whose directives are already done.</summary>
    /// <exception cref="CellException">The code has errors.</exception>
    public CompiledCell Compile(SyntaxTree tree, CancellationToken cancellationToken)
    {
        try
        {
            return CompileOnce(tree, cancellationToken);
        }
        catch (CellException) when (!_everything)
        {
            // Perhaps it speaks of a rare part of .NET.
            ImmutableList<MetadataReference> common = _references;
            Use(FrameworkReferences.All);
            try
            {
                return CompileOnce(tree, cancellationToken);
            }
            catch (CellException)
            {
                Use(common, everything: false);
                throw;
            }
        }
    }

    private CompiledCell CompileOnce(SyntaxTree tree, CancellationToken cancellationToken)
    {
        string name = $"ShapeKit.Cell{++_compiled}";
        // A cell inherits references and usings from the one before it. Stated again, they would pile up with the square of the cells.
        CSharpCompilationOptions options = (_previous is null ? Options : Options.WithUsings()).WithScriptClassName(
            ClassName(tree.FilePath)
        );
        var compilation = CSharpCompilation.CreateScriptCompilation(name, tree, _references.Skip(_known), options, _previous);
        Assembly? assembly = EmitGuarded(ref compilation, name, cancellationToken, out _);
        if (assembly is null)
        {
            // Nothing but usings or comments: nothing to run, but later cells see the usings.
            return new CompiledCell(
                compilation,
                _ => Task.FromResult<object?>(null),
                ShowsValue: false,
                Declares(compilation, cancellationToken)
            );
        }

        IMethodSymbol entry = compilation.GetEntryPoint(cancellationToken)!;
        MethodInfo factory = assembly
            .GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        return new CompiledCell(
            compilation,
            factory.CreateDelegate<Func<object?[], Task<object?>>>(),
            ShowsValue(compilation, cancellationToken),
            Declares(compilation, cancellationToken)
        );
    }

    /// <summary>Starts a compiled cell; from now on later cells see what it declares, even when it fails half-way.</summary>
    public Task<object?> Start(CompiledCell cell)
    {
        // Every cell with code has a place in this array, where it keeps its variables.
        if (_submissions.Length < _compiled + 2)
        {
            Array.Resize(ref _submissions, (_compiled + 2) * 2);
        }

        if (cell.Declares)
        {
            _previous = cell.Compilation;
            _known = _references.Count;
        }

        return cell.Factory(_submissions);
    }

    /// <summary>The variables that cells have declared, by name; of two with one name the newer.</summary>
    public IReadOnlyDictionary<string, CellVariable> Variables()
    {
        const BindingFlags Own =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var variables = new Dictionary<string, CellVariable>();
        foreach (object cell in _submissions.OfType<object>())
        {
            foreach (FieldInfo field in cell.GetType().GetFields(Own).Where(field => !field.Name.Contains('<')))
            {
                variables[field.Name] = new CellVariable(field.Name, field.FieldType, field.GetValue(cell));
            }
        }

        return variables;
    }

    private void Use(ImmutableList<MetadataReference> references, bool everything = true)
    {
        lock (_referenced)
        {
            _references = references;
            _everything = everything;
        }
    }

    /// <summary>
    /// Emits code that can be stopped. Errors concern the code as it was written, and the rare statement or member that bears no guards
    /// has none.
    /// </summary>
    private Assembly? EmitGuarded(ref CSharpCompilation compilation, string name, CancellationToken cancellationToken, out byte[] image)
    {
        CSharpCompilation written = compilation;
        compilation = Guarded(written, bare: null, cancellationToken);
        try
        {
            return Emit(compilation, name, cancellationToken, out image);
        }
        catch (CellException)
        {
            Diagnostic[] errors = [.. Errors(written.GetDiagnostics(cancellationToken))];
            compilation =
                errors.Length == 0
                    ? GuardedWherePossible(written, cancellationToken)
                    : throw new CellException(CellErrors.Compilation(errors));
        }

        try
        {
            return Emit(compilation, name, cancellationToken, out image);
        }
        catch (CellException)
        {
            // Some errors are found only now.
            compilation = written;
            return Emit(written, name, cancellationToken, out image);
        }
    }

    private static CSharpCompilation Guarded(CSharpCompilation written, IReadOnlySet<TextSpan>? bare, CancellationToken cancellationToken)
    {
        SyntaxTree tree = written.SyntaxTrees[0];
        var rewriter = new GuardRewriter(new Lazy<SemanticModel>(() => written.GetSemanticModel(tree)), bare);
        return written.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(rewriter.Visit(tree.GetRoot(cancellationToken))!, tree.Options));
    }

    /// <summary>Leaves out guards around each error, ever farther, until there is none.</summary>
    private static CSharpCompilation GuardedWherePossible(CSharpCompilation written, CancellationToken cancellationToken)
    {
        var bare = new HashSet<TextSpan>();
        while (true)
        {
            CSharpCompilation guarded = Guarded(written, bare, cancellationToken);
            SyntaxNode root = guarded.SyntaxTrees[0].GetRoot(cancellationToken);
            Diagnostic[] errors = [.. Errors(guarded.GetDiagnostics(cancellationToken))];
            if (errors.Length == 0)
            {
                return guarded;
            }

            TextSpan?[] origins = [.. errors.Select(error => GuardRewriter.OriginOf(root, error))];
            if (origins.Contains(null))
            {
                return written;
            }

            bare.UnionWith(origins.OfType<TextSpan>());
        }
    }

    private static IEnumerable<Diagnostic> Errors(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error);

    private Assembly? Emit(CSharpCompilation compilation, string name, CancellationToken cancellationToken, out byte[] image)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        EmitResult emitted = compilation.Emit(
            assembly,
            symbols,
            options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb),
            cancellationToken: cancellationToken
        );
        if (Errors(emitted.Diagnostics).Any())
        {
            throw new CellException(CellErrors.Compilation(emitted.Diagnostics));
        }

        image = assembly.ToArray();
        assembly.Position = 0;
        symbols.Position = 0;
        return emitted.Success ? loadContext.LoadCell(name, assembly, symbols) : null;
    }

    /// <summary>
    /// The class that holds a cell's variables and functions: what the runtime calls the cell when it crashes, such as <c>Cell_3</c>.
    /// </summary>
    private static string ClassName(string name) => Regex.Replace(name, @"\W", "_");

    /// <summary>Whether later cells can use anything of this one; if not, they need not know of it.</summary>
    private static bool Declares(CSharpCompilation compilation, CancellationToken cancellationToken) =>
        compilation.ScriptClass!.GetMembers().Any(m => !m.IsImplicitlyDeclared)
        || ((CompilationUnitSyntax)compilation.SyntaxTrees[0].GetRoot(cancellationToken))
            is { Usings.Count: > 0 }
                or { Externs.Count: > 0 };

    /// <summary>Whether the code ends with an expression that has a value and no semicolon.</summary>
    private static bool ShowsValue(CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        SyntaxTree tree = compilation.SyntaxTrees[0];
        var root = (CompilationUnitSyntax)tree.GetRoot(cancellationToken);
        return root.Members.LastOrDefault() switch
        {
            GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last } => compilation
                .GetSemanticModel(tree)
                .GetTypeInfo(last.Expression, cancellationToken)
                .Type
                is { SpecialType: not SpecialType.System_Void },
            GlobalStatementSyntax { Statement: ReturnStatementSyntax { Expression: not null } } => true,
            _ => false,
        };
    }
}

/// <summary>A source file that was compiled. Of one name, cells see the highest version.</summary>
internal sealed record Library(string Name, int Version, HashSet<string> Types)
{
    public MetadataReference? Reference { get; set; }
}

/// <summary>A cell that is ready to run.</summary>
internal sealed record CompiledCell(CSharpCompilation Compilation, Func<object?[], Task<object?>> Factory, bool ShowsValue, bool Declares);

/// <summary>A variable of a cell.</summary>
internal sealed record CellVariable(string Name, Type Type, object? Value);
