[assembly: AssemblyFixture(typeof(ShapeKit.Notebooks.Tests.PackedLibrary))]

namespace ShapeKit.Notebooks.Tests;

/// <summary>
/// The library as a package, under a version of its own, where a clone has it: NuGet.config of the chapters names ../artifacts/packages.
/// Packed once for all tests, when the first one asks.
/// </summary>
public sealed class PackedLibrary : IDisposable
{
    private readonly DirectoryInfo _clone = Directory.CreateTempSubdirectory("shapekit-packed-");
    private readonly Lazy<Task<string>> _packed;

    public PackedLibrary() => _packed = new Lazy<Task<string>>(PackAsync);

    /// <summary>The version, higher than the kit's own.</summary>
    public string Version { get; } = $"0.1.{Environment.ProcessId}";

    /// <summary>The folder of the chapters, in which any other may be made to restore the library.</summary>
    public Task<string> NotebooksAsync() => _packed.Value;

    public void Dispose()
    {
        _clone.Delete(recursive: true);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string restored = Path.Combine(packages, "shapekit", Version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }
    }

    private async Task<string> PackAsync()
    {
        string notebooks = _clone.CreateSubdirectory("notebooks").FullName;
        File.Copy(Repository.PathOf("notebooks", "NuGet.config"), Path.Combine(notebooks, "NuGet.config"));
        (int exitCode, string output) = await Repository.RunAsync(
            Repository.Root,
            "dotnet",
            "pack",
            "src/ShapeKit",
            $"-p:PackageVersion={Version}",
            "-o",
            Path.Combine(_clone.FullName, "artifacts", "packages")
        );
        Assert.True(exitCode == 0, output);
        return notebooks;
    }
}
