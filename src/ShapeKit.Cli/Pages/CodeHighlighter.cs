using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShapeKit.Cli.Pages;

/// <summary>C# code as HTML whose <c>span</c> elements name what a piece of code is; no character is added or lost.</summary>
/// <remarks>Works on the syntax alone, so that broken code is highlighted too and nothing has to be resolved.</remarks>
internal static class CodeHighlighter
{
    private static readonly CSharpParseOptions Script = new(kind: SourceCodeKind.Script);

    public static string ToHtml(string code)
    {
        var html = new StringBuilder();
        foreach (SyntaxToken token in CSharpSyntaxTree.ParseText(code, Script).GetRoot().DescendantTokens())
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia)
            {
                Append(html, trivia.ToFullString(), ClassOf(trivia));
            }

            Append(html, token.Text, ClassOf(token));
            foreach (SyntaxTrivia trivia in token.TrailingTrivia)
            {
                Append(html, trivia.ToFullString(), ClassOf(trivia));
            }
        }

        return html.ToString();
    }

    private static void Append(StringBuilder html, string text, string? name)
    {
        string encoded = WebUtility.HtmlEncode(text);
        html.Append(name is null || text.Length == 0 ? encoded : $"<span class=\"{name}\">{encoded}</span>");
    }

    private static string? ClassOf(SyntaxTrivia trivia) =>
        trivia.Kind() switch
        {
            SyntaxKind.SingleLineCommentTrivia
            or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia
            or SyntaxKind.MultiLineDocumentationCommentTrivia => "comment",
            _ => trivia.IsDirective ? "directive" : null,
        };

    private static string? ClassOf(SyntaxToken token)
    {
        if (token.IsKeyword() || (SyntaxFacts.IsContextualKeyword(token.Kind()) && !token.IsKind(SyntaxKind.IdentifierToken)))
        {
            return "keyword";
        }

        return token.Kind() switch
        {
            SyntaxKind.NumericLiteralToken => "number",
            SyntaxKind.StringLiteralToken
            or SyntaxKind.Utf8StringLiteralToken
            or SyntaxKind.CharacterLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedStringStartToken
            or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedVerbatimStringStartToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedRawStringEndToken => "string",
            SyntaxKind.IdentifierToken => ClassOfName(token),
            _ => null,
        };
    }

    private static string? ClassOfName(SyntaxToken token) =>
        token.Parent switch
        {
            IdentifierNameSyntax { IsVar: true } => "keyword",
            BaseTypeDeclarationSyntax or DelegateDeclarationSyntax => "type",
            MethodDeclarationSyntax or LocalFunctionStatementSyntax => "method",
            SimpleNameSyntax name when name.Parent is InvocationExpressionSyntax || IsCalled(name) => "method",
            GenericNameSyntax => "type",
            SimpleNameSyntax name when SyntaxFacts.IsInTypeOnlyContext(name) => "type",
            IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax access } name
                when access.Expression == name && char.IsUpper(token.Text[0]) => "type",
            _ => null,
        };

    /// <summary>Whether a name is the last one before a call's parentheses, as in <c>a.Name(...)</c>.</summary>
    private static bool IsCalled(SimpleNameSyntax name) =>
        name.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Name == name
                && access.Parent is InvocationExpressionSyntax call
                && call.Expression == access,
            MemberBindingExpressionSyntax binding => binding.Parent is InvocationExpressionSyntax,
            _ => false,
        };
}
