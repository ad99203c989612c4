using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ShapeKit.Tests;

public sealed class StyleTests
{
    private const int Width = 140,
        Length = 60;

    private static readonly SyntaxTree[] Trees =
    [
        .. Files().Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file)),
    ];

    [Fact]
    public void No_line_is_longer_than_140_columns_but_one_that_a_text_reaches_beyond() =>
        Assert.Empty(Trees.SelectMany(tree => LongLines(tree).Select(line => $"{tree.FilePath}, line {line}")));

    [Fact]
    public void Long_lines_of_code_and_comments_are_seen_and_long_texts_are_let_be()
    {
        string longer = new('x', Width);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(
            $"class A\n{{\n    int {longer};\n    string a = \"{longer}\";\n    // {longer}\n    string b = $\"{longer}{{1}}\";\n}}"
        );

        Assert.Equal([3, 5], LongLines(tree));
    }

    [Fact]
    public void No_method_is_as_long_as_60_lines() =>
        Assert.Empty(
            Trees.SelectMany(tree =>
                LongMethods(tree).Select(method => $"{tree.FilePath}, line {method.Line}: {method.Name} has {method.Length} lines")
            )
        );

    [Fact]
    public void Long_methods_constructors_and_local_functions_are_seen_and_long_tables_are_let_be()
    {
        static string Lines(int count) => new('\n', count - 1);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(
            $"class A\n{{\n    int[] table = [{Lines(Length)}];\n    [Fact]\n    void Shorter() {{{Lines(Length - 1)}}}\n"
                + $"    A() {{{Lines(Length)}}}\n    int Value {{ get {{ int Inner() => {Lines(Length + 1)}0; return Inner(); }} }}\n"
                + $"    [Fact]\n    void Longer() => {Lines(Length)}Shorter();\n}}"
        );

        Assert.Equal([("A", 123, 60), ("Inner", 183, 61), ("Longer", 245, 60)], LongMethods(tree));
    }

    private static IEnumerable<string> Files([CallerFilePath] string thisFile = "")
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
        return new[] { "src", "tests", "benchmarks" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
    }

    private static IEnumerable<int> LongLines(SyntaxTree tree)
    {
        foreach (TextLine line in tree.GetText().Lines.Where(line => line.Span.Length > Width))
        {
            SyntaxNode node = tree.GetRoot().FindToken(line.Start + Width).Parent!;
            bool isText = node.AncestorsAndSelf().Any(n => n is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax);
            if (!isText)
            {
                yield return line.LineNumber + 1;
            }
        }
    }

    /// <summary>The methods that are too long, each with its first line, which is the one below its attributes.</summary>
    private static IEnumerable<(string Name, int Line, int Length)> LongMethods(SyntaxTree tree)
    {
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            string? name = node switch
            {
                MethodDeclarationSyntax method => method.Identifier.Text,
                ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
                LocalFunctionStatementSyntax function => function.Identifier.Text,
                _ => null,
            };
            if (name is not null)
            {
                TextSpan declaration = TextSpan.FromBounds(
                    node.ChildNodesAndTokens().First(part => !part.IsKind(SyntaxKind.AttributeList)).SpanStart,
                    node.Span.End
                );
                LinePositionSpan lines = tree.GetText().Lines.GetLinePositionSpan(declaration);
                (int first, int length) = (lines.Start.Line + 1, lines.End.Line - lines.Start.Line + 1);
                if (length >= Length)
                {
                    yield return (name, first, length);
                }
            }
        }
    }
}
