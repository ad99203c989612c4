using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace ShapeKit.Notebooks.Tests;

/// <summary>A chapter compiles as plain C# script, with the library and nothing of this kit's own engine.</summary>
public sealed class PortabilityTests
{
    // Read once for all chapters.
    private static readonly ScriptOptions Options = ScriptOptions
        .Default.WithReferences(
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => !Path.GetFileName(path).StartsWith("ShapeKit.Kernel", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path))
        )
        .WithImports("System", "System.IO", "System.Linq", "System.Collections.Generic", "System.Threading.Tasks");

    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path)!)];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void A_chapter_uses_nothing_that_only_one_engine_has(string chapter)
    {
        string[] cells =
        [
            .. Exercises
                .Cells(Repository.Read("notebooks", "en", chapter + ".ipynb"))
                .Where(cell => (string?)cell["cell_type"] == "code")
                .Select(Exercises.Source),
        ];
        Script<object>? script = null;
        for (int i = 0; i < cells.Length; i++)
        {
            string code =
                i == 0
                    ? string.Join('\n', cells[i].Split('\n').Where(line => !line.StartsWith("#r \"nuget:", StringComparison.Ordinal)))
                    : cells[i];
            script = script is null ? CSharpScript.Create(code, Options) : script.ContinueWith(code);
            string[] errors =
            [
                .. script
                    .Compile(TestContext.Current.CancellationToken)
                    .Where(d => d.Severity == DiagnosticSeverity.Error)
                    .Select(d => d.ToString()),
            ];
            Assert.True(errors.Length == 0, $"{chapter}, code cell {i + 1}: {string.Join("; ", errors)}");
        }
    }
}
