using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Tests;

namespace ShapeKit.Notebooks.Tests.Running;

public sealed class NotebookRunTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    /// <summary>What a cell does to say that it has begun, and in which process: a file that is whole as soon as it has its name.</summary>
    private const string SayBegun = "File.WriteAllText(\"begun\", Environment.ProcessId.ToString());\nFile.Move(\"begun\", \"begun.txt\");";

    private readonly TemporaryNotebooks _notebooks = new();

    public void Dispose() => _notebooks.Dispose();

    [Fact]
    public async Task A_cell_that_runs_too_long_is_interrupted_and_variables_survive()
    {
        _notebooks.Write("a.ipynb", "int kept = 6;", "while (true) { }", "kept * 7");

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb", "--timeout", "4", "--keep-going");

        JsonNode summary = _notebooks.Summary()["notebooks"]![0]!;
        Assert.Equal(1, exitCode);
        Assert.Equal((3, 1, "Timeout"), ((int)summary["executed"]!, (int)summary["failures"]!, (string)summary["error"]!["name"]!));
        Assert.Contains("The cell ran longer than 4 s and was stopped.", output);
        Assert.Contains("42", _notebooks.Read("artifacts/run/a.ipynb"));
    }

    [Fact]
    public async Task What_was_recorded_before_and_after_a_failure_is_marked_and_never_taken_for_a_result()
    {
        _notebooks.Write(
            "a.ipynb",
            "#r \"nuget: ShapeKit\"\nusing ShapeKit.Runtime;\nResults.Record(\"accuracy\", 0.75);",
            "Results.Record(\"dice\", 0.5);\nthrow new Exception(\"no\");",
            "Results.Record(\"lung_dice\", 0);"
        );

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb");

        JsonNode summary = _notebooks.Summary()["notebooks"]![0]!;
        Assert.Equal(1, exitCode);
        Assert.Equal((2, 1), ((int)summary["executed"]!, (int)summary["failures"]!));
        Assert.Equal("{}", summary["results"]!.ToJsonString());
        Assert.Equal("{\"accuracy\":0.75,\"dice\":0.5}", summary["resultsBeforeFailure"]!.ToJsonString());
        Assert.Equal("{}", summary["resultsAfterFailure"]!.ToJsonString());
        Assert.Contains("accuracy 0.75 (before the failure)", output);
        Assert.DoesNotContain("lung_dice", output);

        (exitCode, output, _) = await _notebooks.RunAsync("run", "a.ipynb", "--keep-going");

        summary = _notebooks.Summary()["notebooks"]![0]!;
        Assert.Equal(1, exitCode);
        Assert.Equal((3, 1, "{}"), ((int)summary["executed"]!, (int)summary["failures"]!, summary["results"]!.ToJsonString()));
        Assert.Equal("{\"lung_dice\":0}", summary["resultsAfterFailure"]!.ToJsonString());
        Assert.Contains("lung_dice 0 (after the failure)", output);
    }

    [Fact]
    public async Task A_cell_that_is_meant_to_fail_is_no_failure()
    {
        _notebooks.Write("a.ipynb", "#tag raises-exception\nint.Parse(\"x\")", "40 + 2");

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb");

        Assert.True(exitCode == 0, output);
        Assert.Contains("FormatException", _notebooks.Read("artifacts/run/a.html"));
        Assert.Contains("42", _notebooks.Read("artifacts/run/a.html"));
    }

    [Theory]
    [InlineData("fast", null)]
    [InlineData("plain", "Convolutions: plain. SHAPEKIT_CONVOLUTIONS asks for it.")]
    public async Task A_run_says_how_convolutions_were_computed_where_that_is_not_the_usual_way(string way, string? said)
    {
        _notebooks.Write("a.ipynb", "#r \"nuget: ShapeKit\"\nShapeKit.Runtime.Session.Start()");
        _notebooks.Write("b.ipynb", "1");

        (int exitCode, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            _notebooks.Folder,
            new Dictionary<string, string> { ["SHAPEKIT_CONVOLUTIONS"] = way },
            "run",
            "a.ipynb",
            "b.ipynb"
        );

        Assert.True(exitCode == 0, output + errors);
        Assert.Equal(said is not null, output.Contains("Convolutions: ", StringComparison.Ordinal));
        Assert.Contains(said ?? "", output, StringComparison.Ordinal);
        JsonNode[] notebooks = [.. _notebooks.Summary()["notebooks"]!.AsArray().OfType<JsonNode>()];
        Assert.Equal(way, (string?)notebooks[0]["convolutions"]!["name"]);
        Assert.Equal("SHAPEKIT_CONVOLUTIONS asks for it.", (string?)notebooks[0]["convolutions"]!["reason"]);
        Assert.Null(notebooks[1]["convolutions"]);
        Assert.Contains($"convolutions <b>{way}</b>", _notebooks.Read("artifacts/run/a.html"));
    }

    [Fact]
    public async Task What_libtorch_warns_of_reaches_no_cell_and_an_error_of_a_cell_does()
    {
        // Searching in rows that lie apart in memory makes libtorch warn once on stderr.
        _notebooks.Write(
            "a.ipynb",
            "#r \"nuget: ShapeKit\"\nusing TorchSharp;\nShapeKit.Runtime.Session.Start();\nvar apart = torch.arange(20f).reshape(2, "
                + "10).t();\ntorch.searchsorted(apart.sort(1).Values.t(), torch.ones(10, 2).t()).shape[0]",
            "torch.ones(2, 3).add(torch.ones(4, 5))",
            "Console.Error.WriteLine(\"mine\");"
        );

        await _notebooks.RunAsync("run", "a.ipynb", "--keep-going");

        JsonNode[] cells = [.. JsonNode.Parse(_notebooks.Read("artifacts/run/a.ipynb"))!["cells"]!.AsArray().OfType<JsonNode>()];
        Assert.DoesNotContain("stderr", cells[0]["outputs"]!.ToJsonString());
        Assert.Contains("must match the size of tensor", cells[1]["outputs"]!.ToJsonString());
        Assert.Contains("mine", cells[2]["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task Matrices_that_cannot_be_multiplied_are_an_exception_and_the_process_goes_on()
    {
        _notebooks.Write(
            "a.ipynb",
            "#r \"nuget: TorchSharp\"\nusing TorchSharp;\nusing static TorchSharp.torch;\nTensor Product(Tensor a, Tensor b) => matmul(a, b);",
            "ones(2, 3).matmul(ones(2, 3))",
            "Task.Run(() => Product(ones(2, 3), ones(4))).Wait();",
            "torch.matmul(ones(2, 3), 5f)",
            "Tensor a = ones(2, 3);\na?.matmul(a)",
            "Func<Tensor, Tensor> times = a.matmul;\nnew[] { a }.Select(times).First()",
            "a?.t().matmul(a).sum().item<float>()",
            "Product(ones(2, 3), ones(3, 2)).sum().item<float>()"
        );

        await _notebooks.RunAsync("run", "a.ipynb", "--keep-going");

        string[] shown =
        [
            .. JsonNode.Parse(_notebooks.Read("artifacts/run/a.ipynb"))!["cells"]!
                .AsArray()
                .Select(cell => cell!["outputs"]!.ToJsonString()),
        ];
        Assert.Contains("these are [2, 3] and [2, 3]", shown[1]);
        Assert.Contains("these are [2, 3] and [4]", shown[2]);
        Assert.Contains("these are [2, 3] and []", shown[3]);
        Assert.Contains("these are [2, 3] and [2, 3]", shown[4]);
        Assert.Contains("these are [2, 3] and [2, 3]", shown[5]);
        Assert.Contains("\"18\"", shown[6]);
        Assert.Contains("\"12\"", shown[7]);
    }

    [Fact]
    public async Task Whatever_cells_show_the_copy_and_the_page_are_written_and_no_other_cell_is_lost()
    {
        _notebooks.Write(
            "a.ipynb",
            """
            record Forms(string Type, string Content) { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { [Type] = Content, ["text/html"] = null }; }
            string Nested(int levels) => new string('[', levels) + new string(']', levels);
            """,
            "foreach (int levels in new[] { 62, 63, 64, 65, 500, 501, 2000 }) display(new Forms(\"application/json\", Nested(levels)));",
            "display(new Forms(\"application/json\", \"\\\"\\ud83d\\\"\"));\nnew Forms(\"application/json\", @\"{\"\"\\ud83d\"\": 1}\")",
            "new Forms(\"text/markdown\\ud83d\", \"cut \\ud83d\")",
            "#r \"nuget: ShapeKit\"\nusing ShapeKit.Visualization;\nCharts.Lines([new Series(\"\\ud83d\", [1.0, 2.0])], \"cut "
                + "\\ud83d\", \"x\", \"y\")",
            "#r \"nuget: Plotly.NET\"\nusing Plotly.NET;\nusing Microsoft.FSharp.Core;\nGenericChart.ofTraceObject(true, "
                + "Trace2D.initScatter(FuncConvert.FromFunc<Trace2D, Trace2D>(trace => { trace.SetProperty(\"name\", \"cut \\ud83d\"); "
                + "return trace; })))",
            "foreach (string record in new[] { \"[\", \"[1]\", \"{}\", \"{\\\"a\\\": 1e999}\", \"{\\\"b\\\": 0.5}\" }) display(new "
                + "Forms(\"application/papermill.record+json\", record));",
            "Comms.Start(\"nobody\").Send(new { a = 1 });\nConsole.Write(\"half \\ud83d\");",
            "#tag raises-exception\nthrow new Exception(\"\\ud83d\");",
            "40 + 2"
        );

        (int exitCode, string output, string errors) = await _notebooks.RunAsync("run", "a.ipynb");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("42", _notebooks.Read("artifacts/run/a.html"));
        JsonNode[] cells =
        [
            .. JsonNode.Parse(_notebooks.Read("artifacts/run/a.ipynb"), documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })![
                "cells"
            ]!
                .AsArray()
                .OfType<JsonNode>(),
        ];
        Assert.Equal(7, cells[1]["outputs"]!.AsArray().Count);
        foreach (JsonNode cell in cells[2..6])
        {
            string shown = cell["outputs"]!.ToString();
            Assert.Contains("stands in its place", shown);
            Assert.DoesNotContain("null", shown);
        }

        Assert.Equal("{\"b\":0.5}", _notebooks.Summary()["notebooks"]![0]!["results"]!.ToJsonString());
        Assert.Equal("half \ufffd", (string?)cells[7]["outputs"]![0]!["text"]![0]);
        Assert.Equal("\ufffd", (string?)cells[8]["outputs"]![0]!["evalue"]);
    }

    [Fact]
    public async Task Cells_can_use_any_culture_and_numbers_are_written_alike_on_every_machine()
    {
        _notebooks.Write(
            "a.ipynb",
            "using System.Globalization;\nConsole.WriteLine($\"{1234.5:N1} {new DateTime(2026, 1, 2):d} "
                + "{CultureInfo.CurrentCulture.Name}|{CultureInfo.CurrentUICulture.Name}|\");\nvar thread = new Thread(() => "
                + "Console.WriteLine(0.5)); thread.Start(); thread.Join();\nawait Task.Run(() => Console.WriteLine(1.5));",
            "1234.5",
            "var german = new CultureInfo(\"de-DE\");\nConsole.WriteLine($\"{1234.5.ToString(\"N1\", german)} {new DateTime(2026, 3, "
                + "2).ToString(\"d. MMMM\", german)} {string.Compare(\"ä\", \"z\", german, CompareOptions.None)}\");",
            "CultureInfo.CurrentCulture = german;\nConsole.WriteLine(0.5);",
            "Console.WriteLine(0.5);",
            "CultureInfo.CurrentCulture = german;\nvar table = new System.Data.DataTable();\ntable.Columns.Add(\"n\");\nfor (int i = 0; "
                + "i < 2000; i++) table.Rows.Add(i);\ndisplay(table);\ndisplay(new[] { 0.5 });"
        );

        (int exitCode, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            _notebooks.Folder,
            new Dictionary<string, string> { ["LANG"] = "de_DE.UTF-8", ["LC_ALL"] = "de_DE.UTF-8" },
            "run",
            "a.ipynb"
        );

        Assert.True(exitCode == 0, output + errors);
        Assert.Matches(@"Every cell ran, 1 notebook, \d+\.\d s\.", output);
        JsonArray cells = JsonNode.Parse(_notebooks.Read("artifacts/run/a.ipynb"))!["cells"]!.AsArray();
        Assert.Equal("1,234.5 01/02/2026 ||\n0.5\n1.5\n", Text(0));
        Assert.Equal("1234.5", (string?)cells[1]!["outputs"]![0]!["data"]!["text/plain"]![0]);
        Assert.Equal("1.234,5 2. März -1\n", Text(2));
        Assert.Equal("0,5\n", Text(3));
        Assert.Equal("0.5\n", Text(4));
        Assert.Equal(
            ["DataTable, 2,000 rows of 1 columns", "[0.5]"],
            cells[5]!["outputs"]!.AsArray().Select(shown => (string?)shown!["data"]!["text/plain"]![0])
        );

        string Text(int cell) => string.Concat(cells[cell]!["outputs"]![0]!["text"]!.AsArray().Select(line => (string?)line));
    }

    [Fact]
    public async Task Without_ICU_everything_runs_but_cultures()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere ICU is a part of the system.");
        Assert.SkipWhen(
            (await Repository.RunAsync(_notebooks.Folder, "unshare", "-rm", "true")).ExitCode != 0,
            "ICU can't be hidden here: unshare -rm is not allowed."
        );
        _notebooks.Write(
            "a.ipynb",
            "Console.WriteLine($\"{1234.5:N1} {new DateTime(2026, 1, 2):d}\");",
            "#tag raises-exception\nnew System.Globalization.CultureInfo(\"de-DE\")",
            "40 + 2"
        );

        (int exitCode, string output) = await Repository.RunAsync(
            _notebooks.Folder,
            "unshare",
            "-rm",
            "sh",
            "-c",
            "for file in $(find /lib /usr/lib /usr/lib64 -name 'libicu*.so.*' 2>/dev/null); do mount --bind /dev/null $file; done; "
                + $"{TemporaryNotebooks.Launcher} run a.ipynb"
        );

        Assert.True(exitCode == 0, output);
        Assert.Contains("1,234.5 01/02/2026", _notebooks.Read("artifacts/run/a.ipynb"));
        Assert.Contains("CultureNotFoundException", _notebooks.Read("artifacts/run/a.ipynb"));
        Assert.Contains("42", _notebooks.Read("artifacts/run/a.html"));
    }

    [Fact]
    public async Task With_stop_on_error_no_other_notebook_begins_after_the_first_failing_cell()
    {
        _notebooks.Write("a.ipynb", "int.Parse(\"x\")", "File.WriteAllText(\"ran\", \"\");");
        _notebooks.Write("b.ipynb", "File.WriteAllText(\"ran\", \"\");");

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb", "b.ipynb", "--stop-on-error");

        Assert.Equal(1, exitCode);
        Assert.False(File.Exists(_notebooks.PathOf("ran")));
        Assert.Equal(["failed", "not-run"], _notebooks.Summary()["notebooks"]!.AsArray().Select(notebook => (string)notebook!["status"]!));
        Assert.Matches(@"│ a\s+│ 1 of 2 │", output);
        Assert.False(File.Exists(_notebooks.PathOf("artifacts/run/b.html")));
    }

    [Fact]
    public async Task Notebooks_that_run_at_the_same_time_share_the_processors()
    {
        foreach (string name in new[] { "a.ipynb", "b.ipynb" })
        {
            _notebooks.Write(name, "#r \"nuget: ShapeKit\"", "$\"computes with {ShapeKit.Runtime.Session.Start().Threads}\"");
        }

        await _notebooks.RunAsync("run", "a.ipynb", "b.ipynb", "--parallel", "2");

        string expected = $"computes with {Math.Max(1, Environment.ProcessorCount / 2)}";
        Assert.All(new[] { "a", "b" }, name => Assert.Contains(expected, _notebooks.Read($"artifacts/run/{name}.ipynb")));
    }

    [Fact]
    public async Task Parameters_take_the_place_of_a_notebooks_own_values()
    {
        _notebooks.Write(
            "a.ipynb",
            "#tag parameters\nint epochs = 1;\ndouble rate = 1;\nvar name = \"x\";\nbool live = false;",
            "$\"{epochs}|{rate}|{name}|{live}\""
        );

        (int exitCode, string output, string errors) = await _notebooks.RunAsync(
            "run",
            "a.ipynb",
            "--parameter",
            "epochs=20",
            "--parameter",
            "rate=0.5",
            "--parameter",
            "name=a \"b\" = c",
            "--parameter",
            "live=true"
        );

        Assert.True(exitCode == 0, output + errors);
        JsonArray cells = JsonNode.Parse(_notebooks.Read("artifacts/run/a.ipynb"))!["cells"]!.AsArray();
        Assert.Equal("injected-parameters", (string)cells[1]!["metadata"]!["tags"]![0]!);
        Assert.Equal("20|0.5|a \"b\" = c|True", (string)cells[2]!["outputs"]![0]!["data"]!["text/plain"]![0]!);

        // An executed copy can run again with other values: the injected cell is replaced, not joined by another.
        File.Copy(_notebooks.PathOf("artifacts/run/a.ipynb"), _notebooks.PathOf("again.ipynb"));
        Assert.Equal(0, (await _notebooks.RunAsync("run", "again.ipynb", "--parameter", "epochs=30")).ExitCode);
        cells = JsonNode.Parse(_notebooks.Read("artifacts/run/again.ipynb"))!["cells"]!.AsArray();
        Assert.Equal("30|1|x|False", (string)cells[2]!["outputs"]![0]!["data"]!["text/plain"]![0]!);
    }

    [Fact]
    public async Task A_quick_run_tells_the_notebooks_that_know_the_parameter_and_runs_the_others_as_they_are()
    {
        _notebooks.Write("a.ipynb", "#tag parameters\nint seeds = 3;\nbool quick = false;", "$\"{quick}|{seeds}\"");
        _notebooks.Write("b.ipynb", "#tag parameters\nint seeds = 3;", "seeds");
        _notebooks.Write("c.ipynb", "bool quick = false;\nquick");

        (int exitCode, string output, string errors) = await _notebooks.RunAsync("run", "a.ipynb", "b.ipynb", "c.ipynb", "--quick");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("True|3", _notebooks.Read("artifacts/run/a.ipynb"));
        Assert.DoesNotContain("injected-parameters", _notebooks.Read("artifacts/run/b.ipynb"));
        Assert.Contains("false", _notebooks.Read("artifacts/run/c.html"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("injected-parameters", _notebooks.Read("artifacts/run/c.ipynb"));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_stopped_run_keeps_what_was_finished_and_says_so(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send to another process.");
        Assert.SkipWhen(
            IsIgnoredHere(signal),
            $"Signal {signal} is ignored by this process, as where nohup started the tests, and by all that it starts."
        );
        _notebooks.Write("a.ipynb", "1 + 1");
        _notebooks.Write("b.ipynb", $"Console.WriteLine(\"begun\");\n{SayBegun}\nwhile (true) {{ }}", "2");
        _notebooks.Write("c.ipynb", "3");
        Task begun = BegunAsync();
        using Process run = TemporaryNotebooks.Start(_notebooks.Folder, "run", "a.ipynb", "b.ipynb", "c.ipynb", "--parallel", "1");
        Task<string> output = run.Patiently(run.StandardOutput.ReadToEndAsync());
        await begun;

        Assert.Equal(0, Kill(run.Id, signal));
        await run.EndAsync();

        Assert.Equal(130, run.ExitCode);
        Assert.Contains("Stopped after ", await output);
        Assert.Contains("1 of 3 notebooks finished", await output);
        JsonNode summary = _notebooks.Summary();
        Assert.True((bool)summary["interrupted"]!);
        Assert.Equal(["passed", "stopped", "not-run"], summary["notebooks"]!.AsArray().Select(notebook => (string)notebook!["status"]!));
        Assert.Contains(">2</pre>", _notebooks.Read("artifacts/run/a.html"));
        Assert.Contains("begun", _notebooks.Read("artifacts/run/b.ipynb"));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(int.Parse(_notebooks.Read("begun.txt"))));
    }

    [Fact]
    public async Task A_notebooks_process_ends_when_the_run_that_started_it_is_killed()
    {
        _notebooks.Write("a.ipynb", $"{SayBegun}\nwhile (true) {{ }}");
        Task begun = BegunAsync();
        using Process run = TemporaryNotebooks.Start(_notebooks.Folder, "run", "a.ipynb");
        await begun;
        using var session = Process.GetProcessById(int.Parse(_notebooks.Read("begun.txt")));

        run.Kill();

        Assert.True(session.WaitForExit(TimeSpan.FromSeconds(60)), "The notebook's process still runs a minute after the run was killed.");
    }

    [Fact]
    public async Task A_second_run_replaces_what_the_first_one_left()
    {
        _notebooks.Write("a.ipynb", "nonsense");
        Assert.Equal(1, (await _notebooks.RunAsync("run", "a.ipynb", "-o", "out")).ExitCode);
        _notebooks.Write("a.ipynb", "40 + 2");

        Assert.Equal(0, (await _notebooks.RunAsync("run", "a.ipynb", "-o", "out")).ExitCode);
        Assert.Contains("42", _notebooks.Read("out/a.html"));
        Assert.True((bool)_notebooks.Summary("out")["succeeded"]!);
    }

    /// <summary>Ends when a cell has said that it has begun.</summary>
    private async Task BegunAsync()
    {
        var renamed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(_notebooks.Folder, "begun.txt");
        watcher.Renamed += (_, _) => renamed.TrySetResult();
        watcher.EnableRaisingEvents = true;
        await renamed.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    private static bool IsIgnoredHere(int signal) =>
        OperatingSystem.IsLinux()
        && (
            Convert.ToUInt64(
                File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(),
                16
            ) & (1UL << (signal - 1))
        ) != 0;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
