using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

[Collection<QuickRunTests>]
public sealed class ExerciseTests(QuickRun run)
{
    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Each_chapter_has_two_exercises_with_a_folded_solution(string chapter)
    {
        JsonNode[] cells = Exercises.Cells(Repository.Read("notebooks", "en", chapter + ".ipynb"));

        Assert.Equal(2, cells.Count(Exercises.IsExercise));
        Assert.Equal(2, cells.Count(cell => Exercises.Solution(cell) is not null));
    }

    [Fact]
    public async Task Offline_chapter_12_runs_to_its_end_on_phantoms_and_says_how_to_get_the_radiographs()
    {
        JsonNode[] cells = Exercises.Cells(await run.ReadAsync("12-chest-x-rays"));

        string shown = string.Concat(cells.Where(cell => (string?)cell["cell_type"] == "code").Select(Exercises.Shown));
        Assert.Contains("The file is not there: the chapter runs on phantoms.", shown, StringComparison.Ordinal);
        Assert.Contains("phantom_auc = ", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("chest_auc", shown, StringComparison.Ordinal);
        Assert.Contains(cells, cell =>
            (string?)cell["cell_type"] == "markdown"
            && Exercises.Source(cell).Contains("write `download = true` into the settings", StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task The_solutions_satisfy_the_checks(string chapter)
    {
        foreach (JsonNode cell in Exercises.Cells(await run.ReadAsync(chapter)).Where(Exercises.IsExercise))
        {
            string shown = Exercises.Shown(cell);
            Assert.NotEmpty(shown);
            Assert.DoesNotContain("Not yet:", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("\"output_type\":\"error\"", cell["outputs"]!.ToJsonString(), StringComparison.Ordinal);
        }
    }
}

/// <summary>Where the exercises of a chapter are, and what stands in them.</summary>
internal static class Exercises
{
    private static readonly Regex Folded = new("<details>.*?```csharp\n(.*?)\n```", RegexOptions.Singleline);

    public static JsonNode[] Cells(string notebook) => [.. JsonNode.Parse(notebook)!["cells"]!.AsArray().OfType<JsonNode>()];

    public static JsonNode[] CodeCells(string notebook) => [.. Cells(notebook).Where(cell => (string?)cell["cell_type"] == "code")];

    public static bool IsExercise(JsonNode cell) => HasTag(cell, "exercise");

    public static bool HasTag(JsonNode cell, string name) =>
        cell["metadata"]?["tags"] is JsonArray tags && tags.Any(tag => (string?)tag == name);

    public static string Source(JsonNode cell) => Text(cell["source"]);

    public static string? Solution(JsonNode cell) =>
        (string?)cell["cell_type"] == "markdown" && Folded.Match(Source(cell)) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The plain text of everything that a cell shows.</summary>
    public static string Shown(JsonNode cell) =>
        string.Concat(cell["outputs"]!.AsArray().Select(output => Text(output!["data"]?["text/plain"] ?? output["text"])));

    private static string Text(JsonNode? text) =>
        text switch
        {
            JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
            _ => "",
        };
}
