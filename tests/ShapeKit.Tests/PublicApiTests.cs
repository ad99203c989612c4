using System.Runtime.CompilerServices;
using PublicApiGenerator;
using ShapeKit.Runtime;

namespace ShapeKit.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        string api = typeof(LibTorch).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }) + "\n";
        string approved = Path.Combine(SourceFolder(), "PublicApi.approved.txt");
        string received = Path.Combine(SourceFolder(), "PublicApi.received.txt");

        if (!File.Exists(approved) || File.ReadAllText(approved).ReplaceLineEndings() != api.ReplaceLineEndings())
        {
            File.WriteAllText(received, api);
            Assert.Fail($"The public API changed. Compare PublicApi.received.txt with PublicApi.approved.txt in {SourceFolder()}, and if the change is meant, let the first replace the second.");
        }
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
