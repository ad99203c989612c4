using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShapeKit.Kernel.Execution;

/// <summary>What cells declare and later ones see, as one script without values and bodies: of each name the newest meaning.</summary>
internal sealed class VisibleDeclarations
{
    private static readonly SymbolDisplayFormat Variable = SymbolDisplayFormat
        .FullyQualifiedFormat.WithMemberOptions(
            SymbolDisplayMemberOptions.IncludeType
                | SymbolDisplayMemberOptions.IncludeModifiers
                | SymbolDisplayMemberOptions.IncludeConstantValue
        )
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Signature = SymbolDisplayFormat
        .FullyQualifiedFormat.WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut);

    /// <summary>An alias, or else the whole directive, to its text.</summary>
    private readonly Dictionary<string, string> _usings = [];

    /// <summary>A name to what it means: functions by their signatures, everything else under an empty one.</summary>
    private readonly Dictionary<string, Dictionary<string, string>> _members = [];

    /// <summary>Adds what a compiled cell declares.</summary>
    public void Add(CSharpCompilation cell)
    {
        foreach (UsingDirectiveSyntax directive in ((CompilationUnitSyntax)cell.SyntaxTrees[0].GetRoot()).Usings)
        {
            _usings[directive.Alias?.Name.Identifier.ValueText ?? directive.ToString()] = directive.ToString();
        }

        foreach (
            ISymbol member in cell.ScriptClass!.GetMembers()
                .Where(m => !m.IsImplicitlyDeclared && m is not IMethodSymbol { AssociatedSymbol: not null })
        )
        {
            string signature = member is IMethodSymbol ? member.ToDisplayString(Signature) : "";
            if (
                signature.Length == 0
                || !_members.TryGetValue(member.MetadataName, out Dictionary<string, string>? meanings)
                || meanings.ContainsKey("")
            )
            {
                _members[member.MetadataName] = meanings = [];
            }

            meanings[signature] = Text(member);
        }
    }

    /// <summary>The script.</summary>
    public override string ToString() => string.Join('\n', _usings.Values.Concat(_members.Values.SelectMany(m => m.Values)));

    private static string Text(ISymbol member) =>
        string.Join(
            '\n',
            member.DeclaringSyntaxReferences.Select(reference =>
            {
                SyntaxNode node = reference.GetSyntax();
                SyntaxNode declaration = node.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? node;
                string comment = string.Concat(
                    declaration
                        .GetLeadingTrivia()
                        .Where(t => t.GetStructure() is DocumentationCommentTriviaSyntax)
                        .Select(t => t.ToFullString())
                );
                return comment
                    + (
                        member is IFieldSymbol field ? Text(field, node) : new WithoutBodies().Visit(declaration.WithoutTrivia()).ToString()
                    );
            })
        );

    private static string Text(IFieldSymbol variable, SyntaxNode node)
    {
        string text = $"{variable.ToDisplayString(Variable)};";
        // Only its value tells a type that has no name.
        return
            node is VariableDeclaratorSyntax { Initializer: { } value }
            && SyntaxFactory.ParseMemberDeclaration(text, options: CellCompiler.ParseOptions) is not { ContainsDiagnostics: false }
            ? $"var {variable.Name} {value};"
            : text;
    }

    /// <summary>Takes the bodies out of functions, also those inside types: nobody asks about them.</summary>
    private sealed class WithoutBodies : CSharpSyntaxRewriter
    {
        public override SyntaxNode VisitBlock(BlockSyntax node) => SyntaxFactory.Block();

        public override SyntaxNode VisitArrowExpressionClause(ArrowExpressionClauseSyntax node) =>
            SyntaxFactory.ArrowExpressionClause(SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression));
    }
}
