using System.Text.Json.Nodes;

namespace ShapeKit.Notebooks.Tests.Commands;

/// <summary>One run of notebooks that pass, fail and crash; the tests look at what it said and left.</summary>
public sealed class MixedRun : TemporaryNotebooks, IAsyncLifetime
{
    public string Before { get; private set; } = "";

    public (int ExitCode, string Output, string Errors) Result { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Write(
            "good.ipynb",
            "#md # A good chapter\n\nSee [the next one](sub/fail.ipynb#part), [one that is not run](other.ipynb) and [the "
                + "article](https://example.org/a).\n\n![A dot](dot.png) ![Far "
                + "away](https://example.org/far.png)\n\n<details><summary>Solution</summary>\n\n```csharp\nint answer = "
                + "42;\n```\n\n</details>",
            "#r \"nuget: ShapeKit\"\nusing ShapeKit.Runtime;\nConsole.WriteLine(\"one < two\");\nConsole.WriteLine(\"three\");",
            "Action<object> update = Notebook.Show(\"draft\");\nupdate(\"final\");\nResults.Record(\"test_accuracy\", 0.9875);",
            "Results.Record(\"fresh_accuracy\", "
                + "1);\ndisplay(HTML(\"<b>bold</b>\"));\ndisplay(ShapeKit.Visualization.Charts.Bars([(\"a\", 1.0)], \"Bars\", "
                + "\"value\"));\nnew { Value = 3 }.Value"
        );
        Write(
            "sub/fail.ipynb",
            "#md # Part",
            "int a = 1;",
            "int zero = 0;\nint b = a / zero;",
            "// Plotly.NET is only named here.\na + 41",
            "nonsense"
        );
        Write(
            "sub/crash.ipynb",
            "int before = 1;\nbefore",
            "var errors = Console.OpenStandardError();\nerrors.Write(\"terminate called\\n  what():  shapes cannot be "
                + "multiplied\\nframe #0: at::mm + 0x1b2\\n\"u8);\nerrors.Flush();\ntypeof(Environment).GetMethod(\"Exit\").Invoke(null, "
                + "new object[] { 3 });",
            "before"
        );
        File.WriteAllBytes(
            PathOf("dot.png"),
            Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
        );
        Before = Read("good.ipynb");
        Result = await RunAsync("run", "good.ipynb", "sub", "--parallel", "2");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class RunCommandTests(MixedRun run) : IClassFixture<MixedRun>
{
    [Fact]
    public void The_exit_code_tells_that_a_cell_failed() => Assert.Equal((1, ""), (run.Result.ExitCode, run.Result.Errors));

    [Fact]
    public void Redirected_output_has_a_line_a_notebook_and_a_table()
    {
        Assert.StartsWith("Running 3 notebooks into artifacts/run\n", run.Result.Output);
        Assert.Contains("[1/3] good: 3 of 3 cells, ", run.Result.Output);
        Assert.Contains("[3/3] sub/fail: 2 of 4 cells, 1 failed, ", run.Result.Output);
        Assert.Matches(@"│ good\s+│\s+3 │\s+0 │\s+[\d.]+ │ test_accuracy 0\.9875\s+│", run.Result.Output);
        Assert.Matches(@"│\s+fresh_accuracy 1\s+│", run.Result.Output);
        Assert.Contains("2 of 3 notebooks did not pass", run.Result.Output);
        Assert.DoesNotContain('\u001b', run.Result.Output);
    }

    [Fact]
    public void The_first_error_names_notebook_cell_and_line_and_shows_the_code()
    {
        Assert.Contains("sub/fail, cell 2, line 2: DivideByZeroException", run.Result.Output);
        Assert.Contains(">   2 | int b = a / zero;", run.Result.Output);
    }

    [Fact]
    public void The_summary_says_what_became_of_every_notebook()
    {
        JsonNode summary = run.Summary();

        Assert.False((bool)summary["succeeded"]!);
        Assert.Equal(["good", "sub/crash", "sub/fail"], summary["notebooks"]!.AsArray().Select(notebook => (string)notebook!["name"]!));
        Assert.Equal(["passed", "failed", "failed"], summary["notebooks"]!.AsArray().Select(notebook => (string)notebook!["status"]!));
        Assert.Equal("""{"test_accuracy":0.9875,"fresh_accuracy":1}""", summary["notebooks"]![0]!["results"]!.ToJsonString());
        JsonNode fail = summary["notebooks"]![2]!;
        Assert.Equal((4, 2, 1), ((int)fail["cells"]!, (int)fail["executed"]!, (int)fail["failures"]!));
        Assert.Equal(
            (2, 2, "DivideByZeroException"),
            ((int)fail["error"]!["cell"]!, (int)fail["error"]!["line"]!, (string)fail["error"]!["name"]!)
        );
        Assert.Equal("sub/fail.html", (string)fail["page"]!);
    }

    [Fact]
    public void A_notebook_ends_at_its_first_failed_cell_and_says_what_did_not_run()
    {
        Assert.Empty(Outputs("sub/fail.ipynb", 2));
        Assert.Matches(@"│ sub/fail\s+│\s+2 of 4 │\s+1 │", run.Result.Output);
        Assert.Contains("fail.ipynb</a>: 1 cell failed, 2 did not run", run.Read("artifacts/run/sub/fail.html"));
    }

    [Fact]
    public void A_process_that_ends_takes_its_notebook_with_it_and_keeps_what_was_shown()
    {
        JsonNode crash = run.Summary()["notebooks"]![1]!;

        Assert.Equal((3, 2, "ProcessEnded"), ((int)crash["cells"]!, (int)crash["executed"]!, (string)crash["error"]!["name"]!));
        Assert.Equal("The notebook's process ended (exit code 3): shapes cannot be multiplied.", (string)crash["error"]!["message"]!);
        Assert.DoesNotContain("multiplied\nframe #", run.Read("artifacts/run/sub/crash.html"));
        Assert.Equal("1", Text(Outputs("sub/crash.ipynb", 0)[0]!["data"]!["text/plain"]!));
        Assert.Empty(Outputs("sub/crash.ipynb", 2));
    }

    [Fact]
    public void The_executed_copy_holds_outputs_counts_and_records()
    {
        JsonArray streams = Outputs("good.ipynb", 1);
        Assert.Equal("""["one \u003C two\n","three\n"]""", Assert.Single(streams)!["text"]!.ToJsonString());

        JsonArray shown = Outputs("good.ipynb", 2);
        Assert.Equal("final", Text(shown[0]!["data"]!["text/plain"]!));
        Assert.Equal("""{"test_accuracy":0.9875}""", shown[1]!["data"]!["application/papermill.record\u002Bjson"]!.ToJsonString());
        Assert.Equal(2, (int)JsonNode.Parse(run.Read("artifacts/run/good.ipynb"))!["cells"]![2]!["execution_count"]!);
    }

    [Fact]
    public void The_notebook_itself_is_left_alone() => Assert.Equal(run.Before, run.Read("good.ipynb"));

    [Fact]
    public void Nothing_but_copies_the_site_and_the_summary_is_left() =>
        Assert.Equal(
            [
                "good.html",
                "good.ipynb",
                "index.html",
                "plotly.js",
                "search.js",
                "sub/crash.html",
                "sub/crash.ipynb",
                "sub/fail.html",
                "sub/fail.ipynb",
                "summary.json",
            ],
            Directory
                .GetFiles(run.PathOf("artifacts/run"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(run.PathOf("artifacts/run"), file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_page_shows_text_code_and_values()
    {
        string page = run.Read("artifacts/run/good.html");

        Assert.Contains("<title>A good chapter</title>", page);
        Assert.Contains("one &lt; two\nthree", page);
        Assert.Contains("<b>bold</b>", page);
        Assert.Contains("test_accuracy = 0.9875", page);
        Assert.Contains("final", page);
        Assert.DoesNotContain(">draft<", page);
        Assert.Contains("<summary>Solution</summary>", page);
        Assert.Contains("<span class=\"keyword\">int</span> answer = <span class=\"number\">42</span>", page);
    }

    [Fact]
    public void A_page_leads_to_pages_of_the_same_run_and_leaves_other_links_alone()
    {
        string page = run.Read("artifacts/run/good.html");

        Assert.Contains("href=\"sub/fail.html#part\"", page);
        Assert.Contains("href=\"other.ipynb\"", page);
        Assert.Contains("href=\"https://example.org/a\"", page);
    }

    [Fact]
    public void A_page_carries_its_pictures_and_fetches_nothing()
    {
        string page = run.Read("artifacts/run/good.html");

        Assert.Contains("src=\"data:image/png;base64,iVBORw0KGgo", page);
        Assert.Contains("<a href=\"https://example.org/far.png\">Far away</a>", page);
        Page.AssertFetchesNothing(page);
    }

    [Fact]
    public void Plotly_is_in_the_folder_once_and_a_page_asks_for_it_only_where_a_cell_draws_with_it()
    {
        Assert.Contains("plotly.js v", run.Read("artifacts/run/plotly.js")[..100]);
        Assert.Contains("src=\"plotly.js\"", run.Read("artifacts/run/good.html"));
        Assert.True(run.Read("artifacts/run/good.html").Length < 60_000);
        Assert.DoesNotContain("plotly.js\"", run.Read("artifacts/run/sub/fail.html"));
    }

    [Fact]
    public void The_last_line_names_the_contents() => Assert.EndsWith("Pages: artifacts/run/index.html\n", run.Result.Output);

    [Fact]
    public void The_contents_tell_what_failed_and_what_was_measured()
    {
        string contents = run.Read("artifacts/run/index.html");

        Assert.Contains("2 of 3 notebooks did not pass: ", contents);
        Assert.Contains("<h2><a href=\"sub/fail.html\">Part</a></h2>", contents);
        Assert.Contains("<strong>1 cell failed, 2 did not run</strong>", contents);
        Assert.Contains("<dt>test_accuracy</dt><dd>0.9875</dd>", contents);
        Page.AssertFetchesNothing(contents);
        Assert.Empty(Page.Forbidden(contents));
    }

    [Fact]
    public void A_page_below_the_folder_finds_the_others()
    {
        string page = run.Read("artifacts/run/sub/fail.html");

        Assert.Contains("src=\"../search.js\"", page);
        Assert.Contains("<a rel=\"prev\" href=\"../sub/crash.html\">", page);
        Assert.Contains("href=\"../index.html\"", page);
    }

    [Fact]
    public void An_error_stands_in_the_page_of_its_notebook() =>
        Assert.Contains("<strong>DivideByZeroException</strong> Attempted to divide by zero.", run.Read("artifacts/run/sub/fail.html"));

    private JsonArray Outputs(string notebook, int cell) =>
        JsonNode.Parse(run.Read("artifacts/run", notebook))!["cells"]!
            .AsArray()
            .Where(c => (string)c!["cell_type"]! == "code" || notebook == "good.ipynb")
            .ElementAt(cell)!["outputs"]!.AsArray();

    private static string Text(JsonNode lines) => string.Concat(lines.AsArray().Select(line => (string)line!));
}
