using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShapeKit.Kernel.Execution;

/// <summary>Lines of a cell in one language: from a directive such as <c>#!html</c> to the next one, or C# before the first.</summary>
/// <param name="Language">The language's name.</param>
/// <param name="Code">The lines. Of C#, all lines of the cell, empty where they are of other parts, so that each keeps its place.</param>
/// <param name="Head">The directive that begins it; null at a cell's start.</param>
/// <param name="Directives">The directives among its lines; of C#, where they are part of the code, none.</param>
internal sealed record CellPart(string Language, string Code, Directive? Head, IReadOnlyList<Directive> Directives)
{
    public const string CSharp = "csharp";
    public const string Html = "html";
    public const string JavaScript = "javascript";
    public const string Markdown = "markdown";
    public const string Mermaid = "mermaid";
    public const string Value = "value";

    /// <summary>The directives that work in every part.</summary>
    public static IReadOnlyList<string> Magics { get; } = ["#!about", "#!lsmagic", "#!set", "#!share", "#!who", "#!whos"];

    private static readonly Dictionary<string, string> Languages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csharp"] = CSharp,
        ["c#"] = CSharp,
        ["html"] = Html,
        ["javascript"] = JavaScript,
        ["js"] = JavaScript,
        ["markdown"] = Markdown,
        ["md"] = Markdown,
        ["mermaid"] = Mermaid,
        ["value"] = Value,
    };

    /// <summary>What .NET Interactive runs and this engine does not, and where else it runs.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fsharp"] = "F# runs in Polyglot Notebooks and in dotnet fsi",
        ["f#"] = "F# runs in Polyglot Notebooks and in dotnet fsi",
        ["pwsh"] = "PowerShell runs in Polyglot Notebooks and in a terminal, and a cell starts programs with Process.Start",
        ["powershell"] = "PowerShell runs in Polyglot Notebooks and in a terminal, and a cell starts programs with Process.Start",
        ["sql"] = "SQL runs in Polyglot Notebooks, and in a cell through a package such as Microsoft.Data.Sqlite",
        ["kql"] = "KQL runs in Polyglot Notebooks, and in a cell through the package Microsoft.Azure.Kusto.Data",
        ["http"] = "HTTP requests run in Polyglot Notebooks, and in a cell through HttpClient",
        ["python"] = "Python runs in Jupyter's own kernel",
        ["r"] = "R runs in Jupyter's IRkernel",
        ["connect"] = "other kernels are connected in Polyglot Notebooks",
    };

    /// <summary>The language that a name means; null where it is none that runs here.</summary>
    public static string? LanguageOf(string name) => Languages.GetValueOrDefault(name);

    private static readonly Regex FirstWord = new(@"^[ \t]*#!(?<name>[\w#+.-]+)(?=[ \t\r]|$)", RegexOptions.Multiline);

    /// <summary>The parts of a cell in order.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="name">How errors speak of it, such as <c>Cell 3</c>.</param>
    /// <exception cref="CellException">A part is in a language that does not run here.</exception>
    public static IReadOnlyList<CellPart> Split(string code, string name)
    {
        List<(string Language, int Start, int Head)> places = Places(code);
        var parts = new List<CellPart>();
        foreach ((int i, (string language, int start, int head)) in places.Index())
        {
            int end = i + 1 < places.Count ? places[i + 1].Head : code.Length;
            Directive? directive = head < start ? Directive.At(code, head, name) : null;
            if (Elsewhere.TryGetValue(language, out string? elsewhere))
            {
                throw directive!.Error($"#!{language} does not run here, because this kernel runs C#: {elsewhere}.");
            }

            parts.Add(
                Languages[language] == CSharp
                    ? new CellPart(CSharp, Blank(code, 0, start)[..end], directive, [])
                    : Other(Languages[language], code, start, end, directive, name)
            );
        }

        return parts;
    }

    /// <summary>The C# of a cell; every other line is empty.</summary>
    public static string CSharpOf(string code)
    {
        List<(string Language, int Start, int Head)> places = Places(code);
        foreach ((int i, (string language, int start, int head)) in places.Index())
        {
            bool isCSharp = Languages.GetValueOrDefault(language) == CSharp;
            code = Blank(
                code,
                head,
                isCSharp ? start
                    : i + 1 < places.Count ? places[i + 1].Head
                    : code.Length
            );
        }

        return code;
    }

    /// <summary>Where each part begins: its first line, and the directive before that.</summary>
    private static List<(string Language, int Start, int Head)> Places(string code)
    {
        List<(string Language, int Start, int Head)> places = [(CSharp, 0, 0)];
        if (!code.Contains("#!", StringComparison.Ordinal))
        {
            return places;
        }

        foreach (Match match in FirstWord.Matches(code))
        {
            string language = match.Groups["name"].Value;
            (string current, int start, _) = places[^1];
            if (
                (Languages.ContainsKey(language) || Elsewhere.ContainsKey(language))
                && (Languages.GetValueOrDefault(current) != CSharp || IsDirective(code, start, match))
            )
            {
                int line = code.IndexOf('\n', match.Index);
                places.Add((language, line < 0 ? code.Length : line + 1, match.Index));
            }
        }

        return places;
    }

    /// <summary>Whether a line of C# is a directive, and not inside a string, a comment or an <c>#if</c>.</summary>
    private static bool IsDirective(string code, int start, Match match)
    {
        int place = match.Groups["name"].Index - 2;
        return CSharpSyntaxTree
            .ParseText(code[start..(match.Index + match.Length)], CellCompiler.ParseOptions)
            .GetRoot()
            .DescendantNodes(descendIntoTrivia: true)
            .OfType<DirectiveTriviaSyntax>()
            .Any(directive => directive.IsActive && directive.SpanStart == place - start);
    }

    private static CellPart Other(string language, string code, int start, int end, Directive? head, string name)
    {
        var directives = new List<Directive>();
        string text = code[start..end];
        foreach (Match match in FirstWord.Matches(text))
        {
            if (Magics.Contains($"#!{match.Groups["name"].Value}"))
            {
                int line = text.IndexOf('\n', match.Index);
                directives.Add(Directive.At(code, start + match.Index, name));
                text = Blank(text, match.Index, line < 0 ? text.Length : line);
            }
        }

        return new CellPart(language, directives.Count == 0 ? text : text.TrimStart(), head, directives);
    }

    private static string Blank(string text, int start, int end) =>
        end <= start
            ? text
            : string.Concat(
                text.AsSpan(0, start),
                string.Concat(text[start..end].Select(c => c is '\n' or '\r' ? c : ' ')),
                text.AsSpan(end)
            );
}
