using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(ShapeKit.Notebooks.Tests.ChapterRun))]

namespace ShapeKit.Notebooks.Tests;

/// <summary>
/// All English chapters, run once as a reader runs them, when the first test asks. Those that train for minutes, and say so by the tag
/// <c>slow</c>, run quickly, unless the variable SHAPEKIT_FULL is 1.
/// </summary>
public sealed class ChapterRun : IDisposable
{
    public const string TakesMinutes = "It trains for minutes: set SHAPEKIT_FULL=1 to have it done.";

    private readonly TemporaryNotebooks _folder = new();
    private readonly Lazy<Task<string>> _run;

    public ChapterRun() => _run = new Lazy<Task<string>>(RunAsync);

    /// <summary>Whether the slow chapters run in full, too.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("SHAPEKIT_FULL") == "1";

    /// <summary>The folder with what a chapter's run left.</summary>
    public static string OutputOf(string chapter) => !IsFull && IsSlow(chapter) ? "quick" : "run";

    /// <summary>The chapter as it was run, or its page.</summary>
    public async Task<string> ReadAsync(string chapter, string extension) =>
        await File.ReadAllTextAsync(await PathAsync(chapter, extension));

    /// <summary>Where the chapter is as it was run, or its page.</summary>
    public async Task<string> PathAsync(string chapter, string extension)
    {
        string said = await _run.Value;
        string path = _folder.PathOf(OutputOf(chapter), chapter + extension);
        Assert.True(File.Exists(path), said);
        return path;
    }

    /// <summary>What the summary tells of the chapter; without a status, what the run said is its error.</summary>
    public async Task<JsonNode> SummaryAsync(string chapter)
    {
        string said = await _run.Value;
        string output = OutputOf(chapter);
        Assert.True(File.Exists(_folder.PathOf(output, "summary.json")), said);
        return _folder.Summary(output)["notebooks"]!.AsArray().Single(notebook => (string)notebook!["name"]! == chapter)!;
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RunAsync()
    {
        // Without the radiographs chapter 12 runs on phantoms.
        var environment = new Dictionary<string, string> { ["SHAPEKIT_DATA"] = Repository.Data ?? _folder.Folder };
        string said = "";
        foreach (
            IGrouping<string, string> group in Repository.Chapters.GroupBy(chapter => OutputOf(Path.GetFileNameWithoutExtension(chapter)))
        )
        {
            string[] quick = group.Key == "quick" ? ["--quick"] : ["--claims"];
            (_, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
                TemporaryNotebooks.Launcher,
                Repository.Root,
                environment,
                ["run", "--output", _folder.PathOf(group.Key), .. quick, .. group]
            );
            said += output + errors;
        }

        return said;
    }

    private static bool IsSlow(string chapter) =>
        Exercises.Cells(Repository.Read("notebooks", "en", chapter + ".ipynb")).Any(cell => Exercises.HasTag(cell, "slow"));
}

public sealed class ChapterTests(ChapterRun run)
{
    private static readonly Regex RecordedName = new("""Results\.Record\(\\"(\w+)\\",""");

    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Every_cell_of_the_chapter_runs(string chapter)
    {
        JsonNode summary = await run.SummaryAsync(chapter);

        Assert.True((string)summary["status"]! == "passed", summary["error"]?.ToJsonString());
        Assert.Equal((int)summary["cells"]!, (int)summary["executed"]!);
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task What_the_chapter_measures_is_in_the_summary(string chapter)
    {
        IEnumerable<string> recorded = RecordedName
            .Matches(Repository.Read("notebooks", "en", chapter + ".ipynb"))
            .Select(match => match.Groups[1].Value);

        Assert.Subset(
            (await run.SummaryAsync(chapter))["results"]!.AsObject().Select(result => result.Key).ToHashSet(),
            recorded.ToHashSet()
        );
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task What_the_chapters_text_claims_of_its_results_holds(string chapter)
    {
        Assert.SkipWhen(ChapterRun.OutputOf(chapter) == "quick", ChapterRun.TakesMinutes);

        Assert.All((await run.SummaryAsync(chapter))["claims"]!.AsArray(), claim =>
            Assert.True((bool?)claim!["holds"], $"{claim!["cell"]}: {claim["expression"]}")
        );
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task The_chapters_page_fetches_nothing(string chapter) => Page.AssertFetchesNothing(await run.ReadAsync(chapter, ".html"));

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task The_chapters_page_lets_its_own_scripts_run(string chapter) =>
        Assert.Empty(Page.Forbidden(await run.ReadAsync(chapter, ".html")));

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Unsolved_exercises_say_what_is_missing_and_let_the_chapter_go_on(string chapter) =>
        Assert.All(Exercises.Cells(await run.ReadAsync(chapter, ".ipynb")).Where(Exercises.IsExercise), cell =>
            Assert.Contains("Not yet:", Exercises.Shown(cell), StringComparison.Ordinal)
        );

    [Fact]
    public async Task The_final_recipe_of_chapter_07_is_right_on_every_image()
    {
        JsonNode results = (await run.SummaryAsync("07-evaluation"))["results"]!;

        Assert.Equal((double)results["seeds"]!, (double)results["seeds_at_1"]!);
        Assert.InRange((double)results["fresh_accuracy_lowest"]!, 0.9995, 1);
        Assert.InRange((double)results["article_accuracy"]!, 0.5, 0.99);
    }

    [Fact]
    public async Task The_network_of_chapter_08_paints_lungs_and_nodules_and_needs_its_skip_connections()
    {
        JsonNode results = (await run.SummaryAsync("08-segmentation"))["results"]!;

        Assert.InRange((double)results["lung_dice"]!, 0.97, 1);
        Assert.InRange((double)results["nodule_dice"]!, 0.85, 1);
        Assert.InRange((double)results["nodule_dice_without_skips"]!, 0, (double)results["nodule_dice"]! - 0.03);
    }

    [Fact]
    public async Task The_model_of_chapter_09_finds_images_by_sentences_that_training_never_used()
    {
        Assert.SkipUnless(ChapterRun.IsFull, ChapterRun.TakesMinutes);
        JsonNode results = (await run.SummaryAsync("09-image-text"))["results"]!;

        // Among 100 images a single one that is taken for healthy costs many searches.
        Assert.InRange((double)results["recall_at_1"]!, 0.88, 1);
        Assert.InRange((double)results["zero_shot_accuracy"]!, 0.95, 1);
    }

    [Fact]
    public async Task The_network_of_chapter_10_writes_true_reports()
    {
        Assert.SkipUnless(ChapterRun.IsFull, ChapterRun.TakesMinutes);
        JsonNode results = (await run.SummaryAsync("10-captioning"))["results"]!;

        // 400 reports: the standard deviation at 0.95 is 0.011.
        Assert.InRange((double)results["findings_accuracy"]!, 0.93, 1);
        Assert.InRange((double)results["bleu4"]!, 0.85, 1);
    }

    [Fact]
    public async Task In_chapter_11_a_threshold_removes_errors_and_signed_corrections_help_at_another_hospital()
    {
        Assert.SkipUnless(ChapterRun.IsFull, ChapterRun.TakesMinutes);
        JsonNode results = (await run.SummaryAsync("11-human-in-the-loop"))["results"]!;
        double Value(string name) => (double)results[name]!;

        Assert.InRange(Value("coverage"), 0.4, 0.99);
        Assert.InRange(Value("risk"), 0, (1 - Value("home_before")) * 0.9);
        Assert.InRange(Value("accepted_before"), 0, Value("home_before") - 0.1);
        Assert.InRange(Value("accepted_after"), Value("accepted_before") + 0.05, 1);
        Assert.InRange(Value("away_after"), Value("away_before") + 0.05, 1);
        Assert.Contains(
            "Nobody can answer here, so the scripted reviewer decides.",
            await run.ReadAsync("11-human-in-the-loop", ".html"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_network_of_chapter_12_tells_pneumonia_from_normal_on_the_official_test_images()
    {
        Assert.SkipWhen(Repository.Data is null, "The real radiographs, ../shared/data/pneumoniamnist.npz, are not there.");
        JsonNode results = (await run.SummaryAsync("12-chest-x-rays"))["results"]!;

        Assert.InRange((double)results["chest_auc"]!, 0.970, 0.985);
        Assert.InRange((double)results["chest_accuracy"]!, 0.92, 0.96);
    }
}
