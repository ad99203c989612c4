using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>
/// All English chapters, run once as a reader runs them. Those that train for minutes, and say so by the tag <c>slow</c>, run quickly,
/// unless the variable SHAPEKIT_FULL is 1.
/// </summary>
public sealed class ChapterRun : TemporaryNotebooks, IAsyncLifetime
{
    public const string TakesMinutes = "It trains for minutes: set SHAPEKIT_FULL=1 to have it done.";

    /// <summary>Whether the slow chapters run in full, too.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("SHAPEKIT_FULL") == "1";

    public string Said { get; private set; } = "";

    /// <summary>The folder with what a chapter's run left.</summary>
    public static string OutputOf(string chapter) => !IsFull && IsSlow(chapter) ? "quick" : "run";

    public async ValueTask InitializeAsync()
    {
        // Without the radiographs chapter 12 runs on phantoms.
        var environment = new Dictionary<string, string> { ["SHAPEKIT_DATA"] = Repository.Data ?? Folder };
        foreach (
            IGrouping<string, string> group in Repository.Chapters.GroupBy(chapter => OutputOf(Path.GetFileNameWithoutExtension(chapter)))
        )
        {
            string[] quick = group.Key == "quick" ? ["--quick"] : ["--claims"];
            (_, string output, string errors) = await RunProgramAsync(
                Launcher,
                Repository.Root,
                environment,
                ["run", "--output", PathOf(group.Key), .. quick, .. group]
            );
            Said += output + errors;
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsSlow(string chapter) =>
        Exercises.Cells(Repository.Read("notebooks", "en", chapter + ".ipynb")).Any(cell => Exercises.HasTag(cell, "slow"));
}

public sealed class ChapterTests(ChapterRun run) : IClassFixture<ChapterRun>
{
    private static readonly Regex RecordedName = new("""Results\.Record\(\\"(\w+)\\",""");

    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Every_cell_of_the_chapter_runs(string chapter)
    {
        JsonNode summary = SummaryOf(chapter);

        Assert.True((string)summary["status"]! == "passed", summary["error"]?.ToJsonString() ?? run.Said);
        Assert.Equal((int)summary["cells"]!, (int)summary["executed"]!);
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void What_the_chapter_measures_is_in_the_summary(string chapter)
    {
        IEnumerable<string> recorded = RecordedName
            .Matches(Repository.Read("notebooks", "en", chapter + ".ipynb"))
            .Select(match => match.Groups[1].Value);

        Assert.Subset(SummaryOf(chapter)["results"]!.AsObject().Select(result => result.Key).ToHashSet(), recorded.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void What_the_chapters_text_claims_of_its_results_holds(string chapter)
    {
        Assert.SkipWhen(ChapterRun.OutputOf(chapter) == "quick", ChapterRun.TakesMinutes);

        Assert.All(SummaryOf(chapter)["claims"]!.AsArray(), claim =>
            Assert.True((bool?)claim!["holds"], $"{claim!["cell"]}: {claim["expression"]}")
        );
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void The_chapters_page_fetches_nothing(string chapter) =>
        Page.AssertFetchesNothing(run.Read(ChapterRun.OutputOf(chapter), chapter + ".html"));

    [Theory]
    [MemberData(nameof(Chapters))]
    public void The_chapters_page_lets_its_own_scripts_run(string chapter) =>
        Assert.Empty(Page.Forbidden(run.Read(ChapterRun.OutputOf(chapter), chapter + ".html")));

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Unsolved_exercises_say_what_is_missing_and_let_the_chapter_go_on(string chapter) =>
        Assert.All(Exercises.Cells(run.Read(ChapterRun.OutputOf(chapter), chapter + ".ipynb")).Where(Exercises.IsExercise), cell =>
            Assert.Contains("Not yet:", Exercises.Shown(cell), StringComparison.Ordinal)
        );

    [Fact]
    public void The_final_recipe_of_chapter_07_is_right_on_every_image()
    {
        JsonNode results = SummaryOf("07-evaluation")["results"]!;

        Assert.Equal((double)results["seeds"]!, (double)results["seeds_at_1"]!);
        Assert.InRange((double)results["fresh_accuracy_lowest"]!, 0.9995, 1);
        Assert.InRange((double)results["article_accuracy"]!, 0.5, 0.99);
    }

    [Fact]
    public void The_network_of_chapter_08_paints_lungs_and_nodules_and_needs_its_skip_connections()
    {
        JsonNode results = SummaryOf("08-segmentation")["results"]!;

        Assert.InRange((double)results["lung_dice"]!, 0.97, 1);
        Assert.InRange((double)results["nodule_dice"]!, 0.85, 1);
        Assert.InRange((double)results["nodule_dice_without_skips"]!, 0, (double)results["nodule_dice"]! - 0.03);
    }

    [Fact]
    public void The_model_of_chapter_09_finds_images_by_sentences_that_training_never_used()
    {
        Assert.SkipUnless(ChapterRun.IsFull, ChapterRun.TakesMinutes);
        JsonNode results = SummaryOf("09-image-text")["results"]!;

        // Among 100 images a single one that is taken for healthy costs many searches.
        Assert.InRange((double)results["recall_at_1"]!, 0.88, 1);
        Assert.InRange((double)results["zero_shot_accuracy"]!, 0.95, 1);
    }

    [Fact]
    public void The_network_of_chapter_10_writes_true_reports()
    {
        Assert.SkipUnless(ChapterRun.IsFull, ChapterRun.TakesMinutes);
        JsonNode results = SummaryOf("10-captioning")["results"]!;

        // 400 reports: the standard deviation at 0.95 is 0.011.
        Assert.InRange((double)results["findings_accuracy"]!, 0.93, 1);
        Assert.InRange((double)results["bleu4"]!, 0.85, 1);
    }

    [Fact]
    public void In_chapter_11_a_threshold_removes_errors_and_signed_corrections_help_at_another_hospital()
    {
        Assert.SkipUnless(ChapterRun.IsFull, ChapterRun.TakesMinutes);
        JsonNode results = SummaryOf("11-human-in-the-loop")["results"]!;
        double Value(string name) => (double)results[name]!;

        Assert.InRange(Value("coverage"), 0.4, 0.99);
        Assert.InRange(Value("risk"), 0, (1 - Value("home_before")) * 0.9);
        Assert.InRange(Value("accepted_before"), 0, Value("home_before") - 0.1);
        Assert.InRange(Value("accepted_after"), Value("accepted_before") + 0.05, 1);
        Assert.InRange(Value("away_after"), Value("away_before") + 0.05, 1);
        Assert.Contains(
            "Nobody can answer here, so the scripted reviewer decides.",
            run.Read("run", "11-human-in-the-loop.html"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_network_of_chapter_12_tells_pneumonia_from_normal_on_the_official_test_images()
    {
        Assert.SkipWhen(Repository.Data is null, "The real radiographs, ../shared/data/pneumoniamnist.npz, are not there.");
        JsonNode results = SummaryOf("12-chest-x-rays")["results"]!;

        Assert.InRange((double)results["chest_auc"]!, 0.970, 0.985);
        Assert.InRange((double)results["chest_accuracy"]!, 0.92, 0.96);
    }

    private JsonNode SummaryOf(string chapter)
    {
        string output = ChapterRun.OutputOf(chapter);
        Assert.True(File.Exists(run.PathOf(output, "summary.json")), run.Said);
        return run.Summary(output)["notebooks"]!.AsArray().Single(notebook => (string)notebook!["name"]! == chapter)!;
    }
}
