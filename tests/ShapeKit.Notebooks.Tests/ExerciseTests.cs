using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>All English chapters, run quickly, with every exercise replaced by the solution that stands folded below it.</summary>
public sealed class SolvedRun : TemporaryNotebooks, IAsyncLifetime
{
    public string Output { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        foreach (string chapter in Repository.Chapters)
        {
            JsonNode notebook = JsonNode.Parse(File.ReadAllText(chapter))!;
            JsonNode? exercise = null;
            foreach (JsonNode cell in notebook["cells"]!.AsArray().OfType<JsonNode>())
            {
                if (Exercises.IsExercise(cell))
                {
                    exercise = cell;
                }
                else if (exercise is not null && Exercises.Solution(cell) is { } solution)
                {
                    exercise["source"] = solution;
                    exercise = null;
                }
            }

            File.WriteAllText(PathOf(Path.GetFileName(chapter)), notebook.ToJsonString());
        }

        // Chapter 12 finds no radiographs here and runs on phantoms, as it does offline.
        (_, string output, string errors) = await RunProgramAsync(
            Launcher, Folder, new Dictionary<string, string> { ["SHAPEKIT_DATA"] = Folder }, ["run", "--quick", .. Repository.Chapters.Select(path => Path.GetFileName(path))]);
        Output = output + errors;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class ExerciseTests(SolvedRun solved) : IClassFixture<SolvedRun>
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
    public void Offline_chapter_12_runs_to_its_end_on_phantoms_and_says_how_to_get_the_radiographs()
    {
        JsonNode chapter = solved.Summary()["notebooks"]!.AsArray().Single(notebook => (string)notebook!["name"]! == "12-chest-x-rays")!;

        Assert.Equal("passed", (string)chapter["status"]!);
        Assert.InRange((double)chapter["results"]!["phantom_auc"]!, 0.6, 1);
        Assert.Null(chapter["results"]!["chest_auc"]);
        string page = solved.Read("artifacts", "run", "12-chest-x-rays.html");
        Assert.Contains("The file is not there: the chapter runs on phantoms.", page, StringComparison.Ordinal);
        Assert.Contains("fetches it, once", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void The_solutions_satisfy_the_checks(string chapter)
    {
        string path = solved.PathOf("artifacts", "run", chapter + ".ipynb");
        Assert.True(File.Exists(path), solved.Output);

        foreach (JsonNode cell in Exercises.Cells(File.ReadAllText(path)).Where(Exercises.IsExercise))
        {
            string shown = Exercises.Shown(cell);
            Assert.NotEmpty(shown);
            Assert.DoesNotContain("Not yet:", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("\"output_type\":\"error\"", cell["outputs"]!.ToJsonString(), StringComparison.Ordinal);
        }
    }
}

/// <summary>Where the exercises of a chapter are, and what stands in them.</summary>
internal static partial class Exercises
{
    public static JsonNode[] Cells(string notebook) => [.. JsonNode.Parse(notebook)!["cells"]!.AsArray().OfType<JsonNode>()];

    public static bool IsExercise(JsonNode cell) =>
        cell["metadata"]?["tags"] is JsonArray tags && tags.Any(tag => (string?)tag == "exercise");

    public static string Source(JsonNode cell) => Text(cell["source"]);

    public static string? Solution(JsonNode cell) =>
        (string?)cell["cell_type"] == "markdown" && Folded().Match(Source(cell)) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The plain text of everything that a cell shows.</summary>
    public static string Shown(JsonNode cell) => string.Concat(cell["outputs"]!.AsArray().Select(output => Text(output!["data"]?["text/plain"] ?? output["text"])));

    private static string Text(JsonNode? text) => text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
        _ => "",
    };

    [GeneratedRegex("<details>.*?```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Folded();
}
