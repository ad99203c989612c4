namespace ShapeKit.Notebooks.Tests;

public sealed class PackageTests : IDisposable
{
    private readonly string _version = $"0.0.0-test{Environment.ProcessId}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string restored = Path.Combine(packages, "shapekit", _version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }
    }

    [Fact]
    public async Task Another_program_restores_the_packed_library_and_computes_with_it()
    {
        // The chapters' NuGet.config finds the package at ../artifacts/packages, as in a clone.
        string chapters = Directory.CreateDirectory(Path.Combine(_folder.FullName, "notebooks", "reader")).FullName;
        File.Copy(Repository.PathOf("notebooks", "NuGet.config"), Path.Combine(_folder.FullName, "notebooks", "NuGet.config"));
        string packages = Path.Combine(_folder.FullName, "artifacts", "packages");

        (int exitCode, string output) = await Repository.RunAsync(
            Repository.Root,
            "dotnet",
            "pack",
            "src/ShapeKit",
            $"-p:PackageVersion={_version}",
            "-o",
            packages
        );
        Assert.True(exitCode == 0, output);

        File.WriteAllText(
            Path.Combine(chapters, "reader.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <NoWarn>NU1603</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ShapeKit" Version="{_version}" />
              </ItemGroup>
            </Project>
            """
        );
        File.WriteAllText(
            Path.Combine(chapters, "Program.cs"),
            """
            using ShapeKit.Generation;
            using var data = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 42).Generate(200);
            System.Console.WriteLine($"{data.Count} images, brightest {data.Images.max().item<float>():0.0}");
            """
        );
        (exitCode, output) = await Repository.RunAsync(chapters, "dotnet", "run");

        Assert.True(exitCode == 0, output);
        Assert.Contains("200 images, brightest 1.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_looks_for_libtorch_in_the_package_folder_even_if_that_is_named_without_a_slash_at_its_end()
    {
        (int exitCode, string output) = await Repository.RunAsync(
            Repository.Root,
            "dotnet",
            "msbuild",
            "src/ShapeKit.Cli",
            "-p:NuGetPackageRoot=/shared/packages",
            "-getItem:RuntimeHostConfigurationOption"
        );

        Assert.True(exitCode == 0, output);
        Assert.Contains("\"/shared/packages/libtorch-cpu-", output, StringComparison.Ordinal);
    }
}
