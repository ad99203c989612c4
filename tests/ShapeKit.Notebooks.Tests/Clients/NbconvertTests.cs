using System.Text.Json.Nodes;

namespace ShapeKit.Notebooks.Tests.Clients;

/// <summary>All English chapters, run once by nbconvert in the installed kernel; those that can be quick are.</summary>
public sealed class NbconvertRun(InstalledKernel kernel) : IDisposable
{
    private readonly TemporaryNotebooks _input = new();
    private readonly TemporaryNotebooks _output = new();
    private Task<(int ExitCode, string Output, string Errors)>? _run;

    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string python) => _run ??= RunNowAsync(python);

    public JsonNode Read(string chapter) => JsonNode.Parse(_output.Read(chapter + ".ipynb"))!;

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunNowAsync(string python)
    {
        await kernel.InstalledAsync();
        foreach (string chapter in Repository.Chapters)
        {
            JsonNode notebook = JsonNode.Parse(await File.ReadAllTextAsync(chapter))!;
            foreach (JsonNode? cell in notebook["cells"]!.AsArray())
            {
                // nbconvert can't set a parameter.
                cell!["source"] = Exercises.Source(cell).Replace("bool quick = false;", "bool quick = true;", StringComparison.Ordinal);
            }

            await File.WriteAllTextAsync(_input.PathOf(Path.GetFileName(chapter)), notebook.ToJsonString());
        }

        return await TemporaryNotebooks.RunProgramAsync(
            python,
            Repository.Root,
            kernel.Environment,
            ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output-dir", _output.Folder, .. Repository.Chapters.Select(chapter => _input.PathOf(Path.GetFileName(chapter)))]);
    }
}

[Trait("Category", "Clients")]
public sealed class NbconvertTests(NbconvertRun run) : IClassFixture<NbconvertRun>
{
    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Nbconvert_runs_every_cell_of_the_chapter_in_the_installed_kernel(string chapter)
    {
        (int exitCode, _, string errors) = await run.RunAsync(JupyterClients.Python());
        Assert.True(exitCode == 0, errors);

        JsonNode[] cells = [.. run.Read(chapter)["cells"]!.AsArray().Where(cell => (string)cell!["cell_type"]! == "code").Select(cell => cell!)];

        Assert.Equal(Enumerable.Range(1, cells.Length), cells.Select(cell => (int)cell["execution_count"]!));
        Assert.All(
            cells.SelectMany(cell => cell["outputs"]!.AsArray()),
            output => Assert.True((string)output!["output_type"]! != "error", output["traceback"]?.ToJsonString()));
    }
}
