using System.Diagnostics;
using ShapeKit.Tests;

namespace ShapeKit.Notebooks.Tests.Commands;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task A_healthy_machine_has_one_line_for_each_need()
    {
        (int exitCode, string output, string errors) = await TemporaryNotebooks.RunInAsync(Repository.Root, "doctor");

        Assert.True(exitCode == 0, output + errors);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(
            [".NET SDK", ".NET runtime", "libtorch", "Convolutions", "Arithmetic", "SkiaSharp", "Kernel", "Disk"],
            lines.Select(line => line[7..20].TrimEnd())
        );
        Assert.Matches("libtorch +[0-9.]+, computes; ", output);
        Assert.Matches("SkiaSharp +[0-9.]+, draws", output);
        Assert.Matches(
            @"ok +Arithmetic +float32 beside float64, with gradients and odd sizes, \d+ tensors: convolution \((\d+) of \1\), transposed convolution \((\d+) of \2\), pooling .*, matrix product .*, batch norm .*, softmax \(2 of 2\) agree to [0-9.e-]+ of the largest value\n",
            output
        );
    }

    [Fact]
    public async Task What_is_broken_is_named_with_its_remedy()
    {
        using var folder = new TemporaryNotebooks();
        using Process doctor = TemporaryNotebooks.Start(
            folder.Folder,
            new Dictionary<string, string>
            {
                ["PATH"] = folder.Folder,
                ["SHAPEKIT_LIBTORCH"] = folder.Folder,
                ["DOTNET_ROOT"] = DotnetRoot,
            },
            "doctor"
        );
        string output = await doctor.Patiently(doctor.StandardOutput.ReadToEndAsync());
        await doctor.EndAsync();

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
        string output = await doctor.Patiently(doctor.StandardOutput.ReadToEndAsync());
        await doctor.EndAsync();

        Assert.SkipWhen(output.Contains("as delivered", StringComparison.Ordinal), "This system's C++ runtime needs no corrected copy.");
        Assert.Contains(remedy, output);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_variable_that_chooses_no_way_to_compute_is_named()
    {
        (int exitCode, string output, _) = await Doctor(("SHAPEKIT_CONVOLUTIONS", "slow"));

        Assert.Equal(1, exitCode);
        Assert.Contains("The variable SHAPEKIT_CONVOLUTIONS is \"slow\"; it can be fast, mended or plain", output);
        Assert.Contains("Arithmetic    can't be looked at before libtorch loads.", output);
    }

    [Theory]
    [InlineData("fast", 1, "ok     Convolutions  fast: SHAPEKIT_CONVOLUTIONS asks for it.", "broken Arithmetic ")]
    [InlineData(
        "mended",
        0,
        "note   Convolutions  mended: SHAPEKIT_CONVOLUTIONS asks for it. With usual cache sizes, ",
        "ok     Arithmetic "
    )]
    [InlineData("plain", 0, "note   Convolutions  plain: SHAPEKIT_CONVOLUTIONS asks for it.", "ok     Arithmetic ")]
    public async Task Where_oneDNN_meets_a_processor_without_caches_its_errors_are_found_and_the_ways_out_are_right(
        string way,
        int expected,
        params string[] said
    )
    {
        using var libtorch = LibTorchWithoutCaches.CreateOrSkip();

        (int exitCode, string output, _) = await Doctor(("SHAPEKIT_LIBTORCH", libtorch.Folder), ("SHAPEKIT_CONVOLUTIONS", way));

        Assert.All(said, each => Assert.Contains(each, output, StringComparison.Ordinal));
        Assert.Equal(expected, exitCode);
    }

    [Fact]
    public async Task Without_a_wish_the_errors_of_oneDNN_are_found_before_the_first_convolution_and_avoided()
    {
        using var libtorch = LibTorchWithoutCaches.CreateOrSkip();

        (int exitCode, string output, _) = await Doctor(("SHAPEKIT_LIBTORCH", libtorch.Folder), ("SHAPEKIT_CONVOLUTIONS", ""));

        // The copy hides the caches from oneDNN alone; where the processor hides them itself, the kit sees it, too, and mends.
        Assert.Contains(
            LibTorchWithoutCaches.IsLikeThisMachine
                ? "mended: The processor does not tell the size of its caches"
                : "plain: oneDNN computes wrong convolutions on this machine: ",
            output
        );
        Assert.Contains("ok     Arithmetic ", output);
        Assert.Equal(0, exitCode);
    }

    private static Task<(int ExitCode, string Output, string Errors)> Doctor(params (string Name, string Value)[] environment) =>
        TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            Repository.Root,
            environment.ToDictionary(each => each.Name, each => each.Value),
            "doctor"
        );

    private static string DotnetRoot =>
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
