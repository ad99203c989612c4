using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace ShapeKit.Kernel.Execution;

/// <summary>Turns cells into assemblies; each cell sees what the cells before it declared.</summary>
internal sealed class CellCompiler(CellLoadContext loadContext)
{
    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        usings:
        [
            "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading", "System.Threading.Tasks",
            typeof(CellFunctions).FullName!,
        ],
        optimizationLevel: OptimizationLevel.Release,
        allowUnsafe: true,
        xmlReferenceResolver: null);

    private readonly List<MetadataReference> _references = [.. FrameworkReferences.All];
    private readonly HashSet<string> _referenced = new(StringComparer.OrdinalIgnoreCase);
    private CSharpCompilation? _previous;
    private object?[] _submissions = new object?[16];
    private int _nextSlot = 1;
    private int _compiled;

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest, DocumentationMode.Parse, SourceCodeKind.Script);

    /// <summary>Makes an assembly's types visible to the cells that follow; the first of a name stays.</summary>
    public void AddReference(string path)
    {
        if (_referenced.Add(Path.GetFileNameWithoutExtension(path)))
        {
            _references.Add(FrameworkReferences.Create(path));
        }
    }

    /// <summary>Compiles a cell whose directives are already done.</summary>
    /// <exception cref="CellException">The code has errors.</exception>
    public CompiledCell Compile(SyntaxTree tree, CancellationToken cancellationToken)
    {
        string name = $"ShapeKit.Cell{++_compiled}";
        var compilation = CSharpCompilation.CreateScriptCompilation(name, tree, _references, Options, _previous);
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        EmitResult emitted = compilation.Emit(
            assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancellationToken);
        if (emitted.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            throw new CellException(CellErrors.Compilation(emitted.Diagnostics));
        }

        if (!emitted.Success)
        {
            // Nothing but usings or comments: nothing to run, but later cells see the usings.
            return new CompiledCell(compilation, _ => Task.FromResult<object?>(null), ShowsValue: false);
        }

        IMethodSymbol entry = compilation.GetEntryPoint(cancellationToken)!;
        assembly.Position = 0;
        symbols.Position = 0;
        MethodInfo factory = loadContext.LoadCell(name, assembly, symbols)
            .GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        return new CompiledCell(compilation, factory.CreateDelegate<Func<object?[], Task<object?>>>(), ShowsValue(compilation, cancellationToken));
    }

    /// <summary>Starts a compiled cell; from now on later cells see what it declares, even when it fails half-way.</summary>
    public Task<object?> Start(CompiledCell cell)
    {
        if (_nextSlot == _submissions.Length)
        {
            Array.Resize(ref _submissions, _submissions.Length * 2);
        }

        _previous = cell.Compilation;
        try
        {
            return cell.Factory(_submissions);
        }
        finally
        {
            Advance();
        }
    }

    /// <summary>Whether the code ends with an expression that has a value and no semicolon.</summary>
    private static bool ShowsValue(CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        SyntaxTree tree = compilation.SyntaxTrees[0];
        var root = (CompilationUnitSyntax)tree.GetRoot(cancellationToken);
        return root.Members.LastOrDefault() switch
        {
            GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last } =>
                compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression, cancellationToken).Type is { SpecialType: not SpecialType.System_Void },
            GlobalStatementSyntax { Statement: ReturnStatementSyntax { Expression: not null } } => true,
            _ => false,
        };
    }

    private void Advance()
    {
        // A cell without code takes no place.
        if (_submissions[_nextSlot] is not null)
        {
            _nextSlot++;
        }
    }
}

/// <summary>A cell that is ready to run.</summary>
internal sealed record CompiledCell(CSharpCompilation Compilation, Func<object?[], Task<object?>> Factory, bool ShowsValue);
