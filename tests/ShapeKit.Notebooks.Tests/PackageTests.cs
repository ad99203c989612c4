namespace ShapeKit.Notebooks.Tests;

public sealed class PackageTests(PackedLibrary library)
{
    [Fact]
    public async Task Another_program_restores_the_packed_library_and_computes_with_it()
    {
        string chapters = Directory.CreateDirectory(Path.Combine(await library.NotebooksAsync(), "reader")).FullName;
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
                <PackageReference Include="ShapeKit" Version="{library.Version}" />
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
        (int exitCode, string output) = await Repository.RunAsync(chapters, "dotnet", "run");

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
