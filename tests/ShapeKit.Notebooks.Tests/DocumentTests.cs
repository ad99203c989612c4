using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Notebooks.Tests;

public sealed class DocumentTests
{
    private static readonly Regex Example = new("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline);

    public static TheoryData<string, string> Examples
    {
        get
        {
            var examples = new TheoryData<string, string>();
            foreach (
                string file in Directory
                    .GetFiles(Repository.Root, "*.md")
                    .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md"))
                    .Order(StringComparer.Ordinal)
            )
            {
                foreach (Match example in Example.Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
                {
                    examples.Add(Path.GetFileName(file), example.Groups[1].Value);
                }
            }

            return examples;
        }
    }

    [Fact]
    public void Rooms_and_types_that_the_document_on_architecture_names_exist()
    {
        string[] named =
        [
            .. Regex
                .Matches(Repository.Read("docs", "architecture.md"), "`([A-Za-z.]+(?:/[A-Za-z]+)+)`")
                .Select(match => match.Groups[1].Value),
        ];
        string[] projects = ["", "ShapeKit", "ShapeKit.Kernel", "ShapeKit.Cli", ".."];

        string[] gone =
        [
            .. named.Where(name =>
                !projects.Any(project =>
                    Repository.PathOf("src", project, name) is var path && (Directory.Exists(path) || File.Exists(path + ".cs"))
                )
            ),
        ];

        Assert.NotEmpty(named);
        Assert.Empty(gone);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_in_a_document_compiles_as_a_cell(string document, string code)
    {
        string[] namespaces =
        [
            .. new[] { typeof(LibTorch).Assembly, typeof(CellEngine).Assembly }
                .SelectMany(assembly => assembly.GetTypes())
                .Select(type => type.Namespace)
                .OfType<string>()
                .Where(name => name.StartsWith("ShapeKit", StringComparison.Ordinal))
                .Distinct(),
        ];
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file));

        // By this name it sees what is internal, too, which an example for authors may use.
        CSharpCompilation cell = CSharpCompilation.CreateScriptCompilation(
            typeof(DocumentTests).Assembly.GetName().Name!,
            CSharpSyntaxTree.ParseText(code, CellCompiler.ParseOptions),
            references,
            CellCompiler.Options.WithUsings(CellCompiler.Options.Usings.AddRange(namespaces).Add("System.Text.Json.Nodes"))
        );

        string[] errors =
        [
            .. cell.GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => diagnostic.ToString()),
        ];
        Assert.True(errors.Length == 0, $"{document}: {string.Join('\n', errors)}\n{code}");
    }
}
