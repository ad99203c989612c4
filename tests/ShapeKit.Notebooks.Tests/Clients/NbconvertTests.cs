using System.Text.Json.Nodes;

namespace ShapeKit.Notebooks.Tests.Clients;

[Collection<QuickRunTests>]
[Trait("Category", "Clients")]
public sealed class NbconvertTests(QuickRun run)
{
    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Nbconvert_runs_every_cell_of_the_chapter_in_the_installed_kernel(string chapter)
    {
        JupyterClients.Python();

        JsonNode[] cells = Exercises.CodeCells(await run.ReadAsync(chapter));

        Assert.Equal(Enumerable.Range(1, cells.Length), cells.Select(cell => (int)cell["execution_count"]!));
        Assert.All(cells.SelectMany(cell => cell["outputs"]!.AsArray()), output =>
            Assert.True((string)output!["output_type"]! != "error", output["traceback"]?.ToJsonString())
        );
    }
}
