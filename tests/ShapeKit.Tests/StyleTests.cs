using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ShapeKit.Tests;

public sealed class StyleTests
{
    private const int Width = 140;

    [Fact]
    public void No_line_is_longer_than_140_columns_but_one_that_a_text_reaches_beyond() => Assert.Empty(Files().SelectMany(LongLinesOf));

    [Fact]
    public void Long_lines_of_code_and_comments_are_seen_and_long_texts_are_let_be()
    {
        string longer = new('x', Width);
        Assert.Equal(
            [3, 5],
            LongLines(
                    $"class A\n{{\n    int {longer};\n    string a = \"{longer}\";\n    // {longer}\n    string b = $\"{longer}{{1}}\";\n}}"
                )
                .Select(line => line + 1)
        );
    }

    private static IEnumerable<string> Files([CallerFilePath] string thisFile = "")
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
        return new[] { "src", "tests", "benchmarks" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
    }

    private static IEnumerable<string> LongLinesOf(string file) =>
        LongLines(File.ReadAllText(file)).Select(line => $"{file}, line {line + 1}");

    private static IEnumerable<int> LongLines(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code);
        foreach (TextLine line in tree.GetText().Lines.Where(line => line.Span.Length > Width))
        {
            SyntaxNode node = tree.GetRoot().FindToken(line.Start + Width).Parent!;
            bool isText = node.AncestorsAndSelf().Any(n => n is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax);
            if (!isText)
            {
                yield return line.LineNumber;
            }
        }
    }
}
