using System.Diagnostics;

namespace ShapeKit.Notebooks.Tests.Commands;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task A_healthy_machine_has_one_line_for_each_need()
    {
        (int exitCode, string output, string errors) = await TemporaryNotebooks.RunInAsync(Repository.Root, "doctor");

        Assert.True(exitCode == 0, output + errors);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal([".NET SDK", ".NET runtime", "libtorch", "SkiaSharp", "Kernel", "Disk"], lines.Select(line => line[7..20].TrimEnd()));
        Assert.Matches("libtorch +[0-9.]+, computes; ", output);
        Assert.Matches("SkiaSharp +[0-9.]+, draws", output);
    }

    [Fact]
    public async Task What_is_broken_is_named_with_its_remedy()
    {
        using var folder = new TemporaryNotebooks();
        using Process doctor = TemporaryNotebooks.Start(folder.Folder, new Dictionary<string, string> { ["PATH"] = folder.Folder, ["SHAPEKIT_LIBTORCH"] = folder.Folder, ["DOTNET_ROOT"] = DotnetRoot }, "doctor");
        string output = await doctor.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await doctor.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, doctor.ExitCode);
        Assert.Matches("broken +.NET SDK +the command dotnet was not found. Install the .NET 10 SDK", output);
        Assert.Matches("broken +libtorch +.*dotnet restore.*SHAPEKIT_LIBTORCH to the folder that holds it\\.\n", output);
        Assert.Matches("ok +SkiaSharp", output);
    }

    [Theory]
    [InlineData("XDG_CACHE_HOME", "Make that folder writable, or set XDG_CACHE_HOME to one that is.\n")]
    [InlineData("HOME", "There is no home folder for the files that ShapeKit prepares: set HOME or XDG_CACHE_HOME to a folder of yours.\n")]
    public async Task Where_the_corrected_copy_cannot_be_kept_the_remedy_is_named(string variable, string remedy)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a copy is corrected.");
        using var folder = new TemporaryNotebooks();
        File.WriteAllText(folder.PathOf("file"), "");
        var environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = "", [variable] = folder.PathOf("file", "below") };
        using Process doctor = TemporaryNotebooks.Start(folder.Folder, environment, "doctor");
        string output = await doctor.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await doctor.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.SkipWhen(output.Contains("as delivered", StringComparison.Ordinal), "This system's C++ runtime needs no corrected copy.");
        Assert.Contains(remedy, output);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }

    private static string DotnetRoot => Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
