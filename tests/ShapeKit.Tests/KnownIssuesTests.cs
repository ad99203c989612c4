using System.Runtime.CompilerServices;
using ShapeKit.Runtime;

namespace ShapeKit.Tests;

public sealed class KnownIssuesTests
{
    [Fact]
    public void Each_name_that_TorchSharps_modules_have_too_is_told_with_the_line_that_makes_it_clear()
    {
        string[] modules =
        [
            .. typeof(TorchSharp.torch)
                .Assembly.GetExportedTypes()
                .Where(type => type.Namespace == "TorchSharp.Modules")
                .Select(type => type.Name),
        ];
        Type[] ambiguous = [.. typeof(LibTorch).Assembly.GetExportedTypes().Where(type => modules.Contains(type.Name))];
        string known = File.ReadAllText(Path.Combine(SourceFolder(), "..", "..", "KNOWN-ISSUES.md"));

        Assert.NotEmpty(ambiguous);
        Assert.All(ambiguous, type => Assert.Contains($"`using {type.Name} = {type.FullName};`", known, StringComparison.Ordinal));
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
