using System.Runtime.InteropServices;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Directives that tell something about the session.</summary>
/// <param name="compiler">Knows the variables of cells.</param>
internal sealed class Magics(CellCompiler compiler)
{
    /// <summary>All that a cell may begin a line with, and what it does.</summary>
    private static readonly (string Directive, string Meaning)[] Known =
    [
        ("#r \"nuget: Name, 1.2.3\"", "brings a package"),
        ("#r \"file.dll\"", "brings an assembly"),
        ("#r \"sdk: Microsoft.NET.Sdk.Web\"", "brings ASP.NET Core"),
        ("#i \"nuget: address\"", "adds a package source"),
        ("#load \"file.csx\"", "runs a script"),
        ("#!import file", "runs a notebook (.ipynb, .dib), a script or a source file"),
        ("#!csharp", "the lines that follow are C#"),
        ("#!html", "the lines that follow are HTML"),
        ("#!javascript", "the lines that follow run in the front end"),
        ("#!markdown", "the lines that follow are Markdown"),
        ("#!mermaid", "the lines that follow are a diagram"),
        ("#!value --name name", "keeps the lines that follow, or a file or address, as a text"),
        ("#!share --from csharp name", "gives a value to javascript, html or csharp"),
        ("#!set --name name --value @csharp:variable", "gives a value to javascript, html or csharp"),
        ("#!time", "shows how long the cell took"),
        ("#!who", "lists the variables"),
        ("#!whos", "lists the variables with types and values"),
        ("#!about", "names the versions"),
        ("#!lsmagic", "shows this list"),
    ];

    /// <summary>Shows what a directive asks for.</summary>
    /// <exception cref="CellException">No such directive is known.</exception>
    public void Follow(Directive directive, CellEngine engine)
    {
        IEnumerable<CellVariable> variables = compiler.Variables().Values.OrderBy(variable => variable.Name, StringComparer.Ordinal);
        engine.Show(
            directive.Name switch
            {
                "#!who" => MimeBundle.Text(string.Join(", ", variables.Select(variable => variable.Name))),
                "#!whos" => Table(
                    variables.Select(variable => new
                    {
                        Variable = variable.Name,
                        Type = TypeName.Of(variable.Type),
                        variable.Value,
                    }),
                    row => $"{row.Variable}: {row.Type} = {PlainText.Item(row.Value)}"
                ),
                "#!about" => MimeBundle.Text(About()),
                "#!lsmagic" => Table(Known.Select(known => new { known.Directive, known.Meaning }), row =>
                    $"{row.Directive}: {row.Meaning}"
                ),
                _ => throw directive.Error($"{directive.Name} is not known here; #!lsmagic lists what is."),
            }
        );
    }

    private static string About() =>
        $"C# (ShapeKit) {typeof(Magics).Assembly.GetName().Version?.ToString(3)}, {RuntimeInformation.FrameworkDescription}, "
        + $"{RuntimeInformation.OSDescription}";

    /// <summary>A table with a row for each, and a line for each as its text.</summary>
    private static MimeBundle Table<T>(IEnumerable<T> rows, Func<T, string> line)
    {
        T[] all = [.. rows];
        var forms = new Dictionary<string, string>();
        SequenceTable.Fill(forms, all, new FirstItems([.. all.Cast<object?>()], ""));
        forms[MimeBundle.Plain] = string.Join('\n', all.Select(line));
        return new MimeBundle(forms);
    }
}
