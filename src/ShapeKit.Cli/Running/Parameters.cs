using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Running;

/// <summary>
/// Puts values from the command line into a notebook, in papermill's convention: a cell tagged <c>injected-parameters</c> follows the one
/// tagged <c>parameters</c>.
/// </summary>
internal static class Parameters
{
    private const string Tag = "parameters";
    private const string InjectedTag = "injected-parameters";
    private const string Quick = "quick";

    /// <exception cref="CommandException">The notebook has no such cell or variable, or the value does not suit the variable.</exception>
    public static void Apply(NotebookDocument document, IReadOnlyList<string> parameters, bool quick, string name)
    {
        NotebookCell? cell = document.Cells.FirstOrDefault(cell => cell.Kind == CellKind.Code && cell.Tags.Contains(Tag));
        Dictionary<string, string> variables = cell is null ? [] : Variables(cell.Source);
        if (quick && variables.GetValueOrDefault(Quick) == "bool")
        {
            parameters = [$"{Quick}=true", .. parameters];
        }

        if (parameters.Count == 0)
        {
            return;
        }

        if (cell is null)
        {
            throw new CommandException($"{name} has no code cell tagged \"{Tag}\", so --parameter has nothing to set.");
        }

        string code = string.Concat(parameters.Select(parameter => Assignment(parameter, variables, name) + "\n")).TrimEnd('\n');
        NotebookCell? earlier = document.Cells.FirstOrDefault(cell => cell.Kind == CellKind.Code && cell.Tags.Contains(InjectedTag));
        if (earlier is null)
        {
            document.InsertCodeCellAfter(cell, InjectedTag, code, InjectedTag);
        }
        else
        {
            earlier.Source = code;
        }
    }

    private static string Assignment(string parameter, Dictionary<string, string> variables, string notebook)
    {
        int equals = parameter.IndexOf('=');
        if (equals <= 0)
        {
            throw new CommandException($"--parameter {parameter} is not of the form name=value.");
        }

        (string name, string value) = (parameter[..equals].Trim(), parameter[(equals + 1)..]);
        if (!variables.TryGetValue(name, out string? type))
        {
            string known = variables.Count == 0 ? "none" : string.Join(", ", variables.Keys);
            throw new CommandException($"The cell tagged \"{Tag}\" of {notebook} has no variable {name}; it has: {known}.");
        }

        return Literal(type, value) is { } literal
            ? $"{name} = {literal};"
            : throw new CommandException($"--parameter {parameter}: {name} is of type {type} in {notebook}, and “{value}” is not.");
    }

    /// <summary>The top-level variables of a cell, each with its type as far as the text alone tells.</summary>
    private static Dictionary<string, string> Variables(string code)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(kind: SourceCodeKind.Script)).GetRoot();
        return root.ChildNodes()
            .OfType<FieldDeclarationSyntax>()
            .SelectMany(
                field => field.Declaration.Variables,
                (field, variable) => (variable.Identifier.Text, Type: TypeOf(field.Declaration.Type, variable.Initializer?.Value))
            )
            .DistinctBy(variable => variable.Text)
            .ToDictionary(variable => variable.Text, variable => variable.Type);
    }

    private static string TypeOf(TypeSyntax declared, ExpressionSyntax? value)
    {
        if (!declared.IsVar)
        {
            return declared.ToString();
        }

        ExpressionSyntax? number = value is PrefixUnaryExpressionSyntax signed ? signed.Operand : value;
        return number is LiteralExpressionSyntax literal
            ? literal.Token.Value switch
            {
                int => "int",
                long => "long",
                double => "double",
                float => "float",
                decimal => "decimal",
                bool => "bool",
                string => "string",
                _ => "value",
            }
            : "value";
    }

    private static string? Literal(string type, string value)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return type.TrimEnd('?') switch
        {
            "string" => SymbolDisplay.FormatLiteral(value, quote: true),
            "bool" => bool.TryParse(value, out bool flag) ? (flag ? "true" : "false") : null,
            "int" => int.TryParse(value, NumberStyles.AllowLeadingSign, invariant, out int whole) ? whole.ToString(invariant) : null,
            "long" => long.TryParse(value, NumberStyles.AllowLeadingSign, invariant, out long large) ? large.ToString(invariant) : null,
            "double" => double.TryParse(value, NumberStyles.Float, invariant, out double real) && double.IsFinite(real)
                ? real.ToString("R", invariant)
                : null,
            "float" => float.TryParse(value, NumberStyles.Float, invariant, out float single) && float.IsFinite(single)
                ? single.ToString("R", invariant) + "f"
                : null,
            "decimal" => decimal.TryParse(value, NumberStyles.Float, invariant, out decimal exact) ? exact.ToString(invariant) + "m" : null,
            _ => SyntaxFactory.ParseExpression(value) is { IsMissing: false, ContainsDiagnostics: false } ? value : null,
        };
    }
}
