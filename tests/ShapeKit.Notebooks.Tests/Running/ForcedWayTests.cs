namespace ShapeKit.Notebooks.Tests.Running;

/// <summary>What the other tests see on this processor, they see on others, too, where convolutions are computed in another way.</summary>
public sealed class ForcedWayTests : IDisposable
{
    private readonly TemporaryNotebooks _folder = new();

    /// <summary>The rooms that compute with tensors; files, drawings and documents are the same on every processor.</summary>
    private static readonly string[] Rooms = ["Evaluation", "Exercises", "Generation", "Models", "Operators", "Runtime", "Training"];

    public static TheoryData<string, int> Ways => new MatrixTheoryData<string, int>(["mended", "plain"], [1, 2]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_tests_of_what_the_library_computes_pass(string way, int threads)
    {
        string program = TemporaryNotebooks.ProgramOf("ShapeKit.Tests", "tests", "ShapeKit.Tests");
        Assert.SkipUnless(File.Exists(program), "The library's tests are not built: `dotnet test` builds them.");

        string[] rooms = [.. Rooms.SelectMany(room => new[] { "-namespace", $"ShapeKit.Tests.{room}" })];
        (int exitCode, string output, _) = await RunAsync(program, way, threads, ["-noColor", .. rooms]);

        Assert.True(exitCode == 0, output);
        Assert.Matches(@"Total: \d{3,}, Errors: 0, Failed: 0", output);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Chapters_that_paint_and_write_run(string way, int threads)
    {
        string[] chapters =
        [
            Repository.PathOf("notebooks", "en", "08-segmentation.ipynb"),
            Repository.PathOf("notebooks", "en", "10-captioning.ipynb"),
        ];

        (int exitCode, string output, string errors) = await RunAsync(
            TemporaryNotebooks.Launcher,
            way,
            threads,
            ["run", "--quick", "--parallel", "1", .. chapters]
        );

        Assert.True(exitCode == 0, output + errors);
        Assert.All(_folder.Summary()["notebooks"]!.AsArray(), notebook => Assert.Equal(way, (string?)notebook!["convolutions"]!["name"]));
        Assert.Contains($"threads <b>{threads}</b> · convolutions <b>{way}</b>", _folder.Read("artifacts", "run", "08-segmentation.html"));
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program,
        string way,
        int threads,
        params string[] arguments
    ) =>
        TemporaryNotebooks.RunProgramAsync(
            program,
            _folder.Folder,
            new Dictionary<string, string> { ["SHAPEKIT_CONVOLUTIONS"] = way, ["OMP_NUM_THREADS"] = $"{threads}" },
            arguments
        );
}
