using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// A cell or file of types alone that a script cannot hold: they are in a namespace, are file-local, or extend other types.
/// </summary>
internal static class SourceFile
{
    /// <summary>Whether code is one.</summary>
    public static bool Is(SyntaxTree tree) =>
        tree.GetRoot() is CompilationUnitSyntax root
        && root.Members.All(m =>
            m is BaseNamespaceDeclarationSyntax or DelegateDeclarationSyntax
            || (m is BaseTypeDeclarationSyntax && m is not ExtensionBlockDeclarationSyntax)
        )
        && root.DescendantNodes()
            .Any(n =>
                n is BaseNamespaceDeclarationSyntax or ExtensionBlockDeclarationSyntax
                || (n is MemberDeclarationSyntax member && member.Modifiers.Any(SyntaxKind.FileKeyword))
                || (n is ParameterSyntax parameter && parameter.Modifiers.Any(SyntaxKind.ThisKeyword))
            );

    /// <summary>The full names of the types that it declares.</summary>
    public static HashSet<string> Types(SyntaxNode root) =>
        [.. Declarations(root).Select(d => string.Join('.', d.AncestorsAndSelf().Reverse().Select(NameOf).Where(name => name.Length > 0)))];

    /// <summary>The same with its types public where nothing else is said, as in a cell.</summary>
    public static SyntaxNode Publish(SyntaxNode root) =>
        root.ReplaceNodes(
            Declarations(root)
                .Where(d =>
                    !d.Modifiers.Any(m => m.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.FileKeyword)
                ),
            (_, d) =>
            {
                SyntaxToken keyword = SyntaxFactory.Token(
                    d.GetLeadingTrivia(),
                    SyntaxKind.PublicKeyword,
                    SyntaxFactory.TriviaList(SyntaxFactory.Space)
                );
                d = d.WithoutLeadingTrivia();
                return d.WithModifiers(d.Modifiers.Insert(0, keyword));
            }
        );

    private static IEnumerable<MemberDeclarationSyntax> Declarations(SyntaxNode root) =>
        root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static string NameOf(SyntaxNode node) =>
        node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            TypeDeclarationSyntax type => $"{type.Identifier}`{type.Arity}",
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            DelegateDeclarationSyntax type => $"{type.Identifier}`{type.Arity}",
            _ => "",
        };
}
