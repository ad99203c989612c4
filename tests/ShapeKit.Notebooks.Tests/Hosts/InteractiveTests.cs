using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests.Hosts;

[Collection<QuickRunTests>]
[Trait("Category", "Hosts")]
public sealed partial class InteractiveTests(InteractiveRun run, QuickRun quick, ChapterRun chapters) : IClassFixture<InteractiveRun>
{
    /// <summary>
    /// Forms that are for the kit's own kernel: .NET Interactive would send JSON of the first two as text, and its <c>HTML()</c> has no
    /// text beside it.
    /// </summary>
    private static readonly string[] KitsOwn = ["application/vnd.plotly.v1+json", "application/papermill.record+json", "text/plain"];

    public static TheoryData<string> Notebooks =>
        [InteractiveRun.Kinds, .. InteractiveRun.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    public static TheoryData<string> PolyglotNotebooks => [.. InteractiveRun.PolyglotNotebooks.Select(notebook => notebook.Name)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Every_cell_runs_in_NET_Interactive_without_an_error_or_a_warning(string notebook)
    {
        JsonNode[] host = await run.ReadAsync(notebook);

        Assert.Equal(Enumerable.Range(1, host.Length), host.Select(cell => (int)cell["execution_count"]!));
        Assert.All(host.SelectMany(cell => cell["outputs"]!.AsArray()), output =>
        {
            Assert.True((string)output!["output_type"]! != "error", output.ToJsonString());
            Assert.True((string?)output["name"] != "stderr", output.ToJsonString());
        });
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task What_a_cell_shows_in_the_kits_kernel_it_shows_in_NET_Interactive(string notebook)
    {
        JsonNode[] host = await run.ReadAsync(notebook);
        string read =
            notebook == InteractiveRun.Kinds ? run.ReadKinds()
            : InteractiveRun.IsInFull(notebook) ? await chapters.ReadAsync(notebook, ".ipynb")
            : await quick.ReadAsync(notebook);
        // Claims are the run's own cells.
        JsonNode[] kit = [.. Exercises.CodeCells(read).Where(cell => !Exercises.HasTag(cell, "claim"))];

        Assert.Equal(kit.Length, host.Length);
        Assert.All(kit.Zip(host), pair =>
        {
            JsonObject[] here = Shown(pair.First);
            // The host shows first which packages it installed.
            JsonObject[] there = [.. Shown(pair.Second).TakeLast(pair.First == kit[0] ? here.Length : int.MaxValue)];
            Assert.Equal(here.Length, there.Length);
            Assert.All(here.Zip(there).Where(shown => IsMoreThanText(shown.First)), shown =>
            {
                Assert.Equal(Forms(shown.First), Forms(shown.Second));
                Assert.Equal(Alternatives(shown.First), Alternatives(shown.Second));
            });
        });
    }

    [Fact]
    public async Task A_live_curve_ends_at_its_last_epoch_and_a_question_that_nobody_answers_does_not_hold_the_notebook_up()
    {
        JsonNode[] host = await run.ReadAsync(InteractiveRun.Kinds);

        Assert.Contains(host.SelectMany(Shown), forms => Text(forms["text/html"]).Contains("After epoch 3 of 3", StringComparison.Ordinal));
        Assert.Equal("What is it? Nobody answers.\n", Exercises.Shown(host[^2]));
        Assert.Equal("The end.\n", Exercises.Shown(host[^1]));
    }

    [Theory]
    [MemberData(nameof(PolyglotNotebooks))]
    public async Task A_notebook_for_Polyglot_Notebooks_shows_the_same_as_in_the_kits_kernel_but_for_named_differences(string name)
    {
        JsonNode[] host = await run.ReadAsync(InteractiveRun.Polyglot);
        PolyglotNotebook notebook = InteractiveRun.PolyglotNotebooks.Single(notebook => notebook.Name == name);

        Assert.All(notebook.Cells.Zip(PolyglotOutputs.Of(notebook, InteractiveRun.PolyglotNotebooks, host)), cell =>
        {
            (string expected, string told) = (cell.First.There ?? cell.First.Here, PolyglotOutputs.Told(cell.Second));
            Assert.True(PolyglotOutputs.IsAsExpected(expected, told), $"{cell.First.Code}\n  has to show {expected}\n  and shows {told}");
            Assert.True(
                cell.First.There is null || !PolyglotOutputs.IsAsExpected(cell.First.Here, told),
                $"{cell.First.Code}\n  differs no more: {told}"
            );
        });
    }

    [Fact]
    public async Task As_the_extension_runs_it_chapter_06_has_no_failed_cell_and_its_live_curves_end_at_their_last_epoch()
    {
        StdioCell[] cells = await run.TalkAsync("06-training", () => null);

        AssertRan(cells);
        string[] curves = [.. cells.SelectMany(cell => cell.Shown).Where(shown => LastEpoch().IsMatch(shown))];
        Assert.NotEmpty(curves);
        Assert.All(curves, curve => Assert.Equal(LastEpoch().Match(curve).Groups[2].Value, LastEpoch().Match(curve).Groups[1].Value));
    }

    [Fact]
    public async Task As_the_extension_runs_it_chapter_11_asks_for_a_name_and_who_presses_Escape_lets_the_script_review()
    {
        int asked = 0;
        StdioCell[] cells = await run.TalkAsync("11-human-in-the-loop", () =>
        {
            asked++;
            return null;
        });

        AssertRan(cells);
        Assert.Equal(1, asked);
        Assert.Contains(cells, cell =>
            cell.Written.Contains("Nobody can answer here, so the scripted reviewer decides.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task As_the_extension_runs_it_a_question_gets_the_readers_answer()
    {
        StdioCell[] cells = await run.TalkAsync(InteractiveRun.Kinds, () => "a circle");

        AssertRan(cells);
        Assert.Equal("What is it? a circle\n", cells[^2].Written);
        Assert.Equal("The end.\n", cells[^1].Written);
    }

    private static void AssertRan(StdioCell[] cells) => Assert.All(cells, cell =>
        {
            Assert.Null(cell.Error);
            Assert.Empty(cell.Warned);
        });

    private static JsonObject[] Shown(JsonNode cell) =>
        [.. cell["outputs"]!.AsArray().Select(output => output!["data"]).OfType<JsonObject>()];

    private static string[] Forms(JsonObject forms) => [.. forms.Select(form => form.Key).Except(KitsOwn).Order()];

    private static bool IsMoreThanText(JsonObject forms) => forms.Any(form => form.Key is not "text/plain");

    private static string[] Alternatives(JsonObject forms) =>
        [.. AlternativeText().Matches(Text(forms["text/html"])).Select(match => match.Groups[1].Value)];

    private static string Text(JsonNode? lines) =>
        lines is JsonArray parts ? string.Concat(parts.Select(part => (string?)part)) : (string?)lines ?? "";

    [GeneratedRegex(@"After epoch (\d+) of (\d+)")]
    private static partial Regex LastEpoch();

    [GeneratedRegex("(?:aria-label|alt)=\"([^\"]*)\"")]
    private static partial Regex AlternativeText();
}
