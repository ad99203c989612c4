using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>One line of a cell that speaks to the engine: <c>#r</c>, <c>#i</c>, <c>#load</c>, or a magic such as <c>#!time</c>.</summary>
/// <param name="Name">Its name, such as <c>#r</c> or <c>#!time</c>.</param>
/// <param name="Argument">What follows, without quotes.</param>
/// <param name="Place">Where it stands, such as <c>Cell 3, line 2, column 1</c>.</param>
internal sealed record Directive(string Name, string Argument, string Place)
{
    private static readonly Regex Line = new(
        @"^#[ \t]*((?:r|i|load)(?=[\s""])|![\w-]*)\s*(?:""(?<argument>[^""]*)""|(?<argument>.*?))\s*(?:(?<=[\s""])//.*)?$"
    );

    /// <summary>The directive that begins at a place in a cell.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="start">The place.</param>
    /// <param name="name">How errors speak of the cell.</param>
    public static Directive At(string code, int start, string name)
    {
        SourceText text = SourceText.From(code);
        TextLine line = text.Lines.GetLineFromPosition(start);
        string written = text.ToString(TextSpan.FromBounds(start, line.End)).TrimStart();
        int end = written.IndexOfAny([' ', '\t']);
        string word = end < 0 ? written : written[..end];
        Match match = Line.Match(written);
        return new Directive(
            word,
            match.Success ? match.Groups["argument"].Value : "",
            $"{name}, line {line.LineNumber + 1}, column {line.End - written.Length - line.Start + 1}"
        );
    }

    /// <summary>Takes the directives out of a cell; every other line keeps its place.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="name">How errors speak of it, such as <c>Cell 3</c>.</param>
    /// <remarks>The parser knows which lines are directives and which only look so, inside a string, a comment or an <c>#if</c>.</remarks>
    public static (string Code, IReadOnlyList<Directive> Directives) Split(string code, string name = "")
    {
        if (!code.Contains('#', StringComparison.Ordinal))
        {
            return (code, []);
        }

        SourceText text = SourceText.From(code);
        char[] rest = code.ToCharArray();
        var directives = new List<Directive>();
        SyntaxNode root = CSharpSyntaxTree.ParseText(text, CellCompiler.ParseOptions).GetRoot();
        foreach (
            DirectiveTriviaSyntax trivia in root.DescendantNodes(descendIntoTrivia: true)
                .OfType<DirectiveTriviaSyntax>()
                .Where(d => d.IsActive)
        )
        {
            TextLine line = text.Lines.GetLineFromPosition(trivia.SpanStart);
            Match match = Line.Match(text.ToString(TextSpan.FromBounds(trivia.SpanStart, line.End)));
            if (match.Success)
            {
                directives.Add(
                    new Directive(
                        "#" + match.Groups[1].Value,
                        match.Groups[1].Value.StartsWith('!') ? match.Groups["argument"].Value : match.Groups["argument"].Value.Trim('"'),
                        $"{name}, line {line.LineNumber + 1}, column {trivia.SpanStart - line.Start + 1}"
                    )
                );
                Array.Fill(rest, ' ', trivia.SpanStart, line.End - trivia.SpanStart);
            }
        }

        return (new string(rest), directives);
    }

    /// <summary>The error that this directive cannot be followed.</summary>
    public CellException Error(string sentence) => new(new ErrorOutput("DirectiveError", sentence, [$"{Place}: {sentence}"]));
}
