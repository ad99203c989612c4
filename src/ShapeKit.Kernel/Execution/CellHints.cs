using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ShapeKit.Kernel.Execution;

/// <summary>What to write instead, where the compiler's own words don't say that the code is a cell.</summary>
internal static class CellHints
{
    private const string OwnCell = "Such types work in a cell or .cs file of their own, which holds nothing but types.";
    private const string NoReference =
        "A cell's own variables can't hold references or spans; put the code that uses them into braces { } or a function.";
    private static readonly Regex UsingDeclaration = new(@"\busing\s+(\w[\w.:<>,?\[\] ]*\s\w+)\s*=");
    private static readonly Regex Ambiguous = new(@"^'(\w+)' is an ambiguous reference between '([\w.]+)' and '([\w.]+)'$");
    private static readonly Regex ReferenceVariable = new(@"(^|[;{}])\s*(scoped\s+)?ref\s[^;{}]*$");

    private static readonly Regex OfInteractive = new(
        @"'(Microsoft\.DotNet\.Interactive|Kernel|KernelInvocationContext|CompositeKernel|CSharpKernel)'"
    );

    /// <summary>
    /// What stands in the place of the compiler's words, where they lead astray: <c>using var x = ...</c> it takes for a using directive;
    /// null for any other error.
    /// </summary>
    public static string? Instead(Diagnostic error)
    {
        LinePosition place = error.Location.GetLineSpan().StartLinePosition;
        Match found = error.Id is "CS1002" or "CS1519"
            ? UsingDeclaration.Match(error.Location.SourceTree!.GetText().Lines[place.Line].ToString())
            : Match.Empty;
        return found.Success && place.Character >= found.Index && place.Character < found.Index + found.Length
            ? $"A cell can't declare “using {found.Groups[1]}” outside braces: write using ({found.Groups[1]} = ...) {{ ... }} around "
                + "the lines that need it."
            : null;
    }

    /// <summary>The hint for an error; null where the compiler says it well.</summary>
    /// <param name="error">The error.</param>
    /// <param name="before">What stands before it in its line.</param>
    public static string? For(Diagnostic error, string before) =>
        error.Id switch
        {
            "CS7021" or "CS9054" => OwnCell,
            "CS1109" => "Write the extension method by itself, without a class around it, or give the class a cell or .cs file of its own, "
                + "which holds nothing but types.",
            "CS9283" => "Extensions work inside a static class in a cell or .cs file of its own, which holds nothing but types.",
            "CS8345" when Types(error).Length == 0 => NoReference,
            "CS0120" when IsOfCell(error) =>
                "A type sees only those variables of cells that are static; write static before the variable, or pass its value.",
            "CS8795" or "CS0751" =>
                "Source generators don't run in cells, so nothing writes this part; write, say, new Regex(...) or [DllImport] instead.",
            "CS9298" => "In a cell, #r \"nuget: Name, 1.2.3\" brings a package and #r \"sdk: Microsoft.NET.Sdk.Web\" ASP.NET Core.",
            "CS0103" or "CS0234" or "CS0246" when Names(error, "Microsoft.AspNetCore") || Names(error, "WebApplication") =>
                "#r \"sdk: Microsoft.NET.Sdk.Web\" brings ASP.NET Core.",
            "CS0103" or "CS0246" when Names(error, "MathString") =>
                "LaTeXString, after using Microsoft.DotNet.Interactive.Formatting, shows formulas.",
            "CS0103" or "CS0117" or "CS0234" or "CS0246" or "CS1061" when OfInteractive.IsMatch(error.GetMessage()) =>
                "Of .NET Interactive, cells have Kernel and KernelInvocationContext, after using Microsoft.DotNet.Interactive, to find "
                    + "kernels, submit code, ask and show, and what Microsoft.DotNet.Interactive.Formatting holds; the rest of its kernels "
                    + "and commands works in Polyglot Notebooks alone.",
            "CS0103" or "CS0246" when error.Location.SourceTree!.Options.Kind == SourceCodeKind.Regular =>
                "Types that need a cell or file of their own see packages and one another, not the variables and types of other cells.",
            "CS0104" when Ambiguous.Match(error.GetMessage()) is { Success: true } names =>
                $"Say once which one is meant: using {names.Groups[1]} = {names.Groups[2]}; or using {names.Groups[1]} = "
                    + $"{names.Groups[3]};",
            "CS1001" or "CS1003" when ReferenceVariable.IsMatch(before) => NoReference,
            _ => null,
        };

    /// <summary>Whether a type uses a bare name that it does not declare.</summary>
    private static bool IsOfCell(Diagnostic error)
    {
        SyntaxNode name = Node(error);
        TypeDeclarationSyntax[] types = Types(error);
        return types.Length > 0
            && name.Parent is not MemberAccessExpressionSyntax
            && !types
                .SelectMany(type => type.Members)
                .SelectMany(member => member.DescendantTokens())
                .Any(token => token.ValueText == name.ToString() && token.Parent is not IdentifierNameSyntax);
    }

    /// <summary>The types that the place of an error lies in.</summary>
    private static TypeDeclarationSyntax[] Types(Diagnostic error) => [.. Node(error).Ancestors().OfType<TypeDeclarationSyntax>()];

    private static SyntaxNode Node(Diagnostic error) => error.Location.SourceTree!.GetRoot().FindNode(error.Location.SourceSpan);

    private static bool Names(Diagnostic error, string name) => error.GetMessage().Contains($"'{name}'", StringComparison.Ordinal);
}
