namespace ShapeKit.Notebooks.Tests.Running;

/// <summary>What can't be done is said in one sentence before anything runs, and nothing of the user's is touched.</summary>
public sealed class RunProblemsTests : IDisposable
{
    private readonly TemporaryNotebooks _notebooks = new();

    public RunProblemsTests() => _notebooks.Write("a.ipynb", "#tag parameters\nint epochs = 1;\nvar name = \"x\";", "epochs");

    public void Dispose() => _notebooks.Dispose();

    [Theory]
    [InlineData("There is no notebook nowhere.ipynb: check the path", "nowhere.ipynb")]
    [InlineData("The folder empty holds no notebooks", "empty")]
    [InlineData("notes.txt is not a notebook", "notes.txt")]
    [InlineData("broken.ipynb: line 1, column 27, cell 1: “source” is missing.", "a.ipynb", "broken.ipynb")]
    [InlineData("python.ipynb is a notebook in python; shapekit runs C# notebooks.", "python.ipynb")]
    [InlineData("is the folder of", "a.ipynb", "--output", ".")]
    [InlineData("is the folder of", "a.ipynb", "--output", "link")]
    [InlineData("notes.txt is a file", "a.ipynb", "--output", "notes.txt")]
    [InlineData("notes.txt", "a.ipynb", "--output", "notes.txt/below")]
    [InlineData("holds other files than those of an earlier run", "a.ipynb", "--output", "full")]
    [InlineData("There is no folder notebooks/en with chapters")]
    [InlineData("--parameter epochs is not of the form name=value.", "a.ipynb", "--parameter", "epochs")]
    [InlineData("of a has no variable speed; it has: epochs, name.", "a.ipynb", "--parameter", "speed=1")]
    [InlineData("epochs is of type int in a, and “many” is not.", "a.ipynb", "--parameter", "epochs=many")]
    [InlineData("plain has no code cell tagged \"parameters\"", "plain.ipynb", "--parameter", "epochs=1")]
    [InlineData("There is no option --bogus; `shapekit run --help` lists them.", "a.ipynb", "--bogus")]
    [InlineData("--parallel must be 1 or more.", "a.ipynb", "--parallel", "0")]
    [InlineData("--timeout must be a number of seconds above 0", "a.ipynb", "--timeout", "-1")]
    public async Task What_cannot_be_done_is_said_in_one_sentence(string expected, params string[] arguments)
    {
        Directory.CreateDirectory(_notebooks.PathOf("empty"));
        Directory.CreateDirectory(_notebooks.PathOf("full"));
        Directory.CreateSymbolicLink(_notebooks.PathOf("link"), _notebooks.Folder);
        File.WriteAllText(_notebooks.PathOf("notes.txt"), "mine");
        File.WriteAllText(_notebooks.PathOf("full", "a.ipynb"), "mine");
        File.WriteAllText(_notebooks.PathOf("broken.ipynb"), "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\"}]}");
        File.WriteAllText(
            _notebooks.PathOf("python.ipynb"),
            "{\"nbformat\": 4, \"metadata\": {\"kernelspec\": {\"language\": \"python\"}}, \"cells\": []}"
        );
        _notebooks.Write("plain.ipynb", "1");
        string[] before = Files();

        (int exitCode, string output, string errors) = await _notebooks.RunAsync(["run", .. arguments]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.DoesNotContain("[1/", output);
        Assert.Equal(before, Files());
        Assert.Equal("mine", _notebooks.Read("full", "a.ipynb"));

        string[] Files() =>
            [
                .. Directory
                    .GetFiles(
                        _notebooks.Folder,
                        "*",
                        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                    )
                    .Order(StringComparer.Ordinal),
            ];
    }

    [Fact]
    public async Task What_looks_like_the_runs_own_messages_and_is_none_is_shown_as_any_other_output()
    {
        _notebooks.Write(
            "b.ipynb",
            """
            var output = Console.OpenStandardOutput();
            output.Write("\u001e{\"Cell\": 0, \"Output\": {\"$type\": \"display\"}}\nmy own \u001e{ words\n\u001enull\n"u8);
            output.Flush();
            6 * 7
            """
        );

        (int exitCode, string output, string errors) = await _notebooks.RunAsync("run", "b.ipynb");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("words", _notebooks.Read("artifacts/run/b.ipynb"), StringComparison.Ordinal);
        Assert.Contains("42", _notebooks.Read("artifacts/run/b.ipynb"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_on_one_thread_and_values_on_another_don_t_hold_each_other_up()
    {
        _notebooks.Write(
            "b.ipynb",
            "var printing = Task.Run(() => { for (int i = 0; i < 3000; i++) Console.WriteLine(i); });\nfor (int i = 0; i < 1000; i++) "
                + "display(i);\nawait printing;"
        );

        (int exitCode, string output, string errors) = await _notebooks.RunAsync("run", "b.ipynb", "--timeout", "60");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("2999", _notebooks.Read("artifacts/run/b.ipynb"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_whose_process_ends_is_over_though_a_program_that_it_started_goes_on()
    {
        string sleep = OperatingSystem.IsWindows() ? "\"ping\", \"-n 600 127.0.0.1\"" : "\"sleep\", \"600\"";
        _notebooks.Write(
            "b.ipynb",
            $"var program = System.Diagnostics.Process.Start({sleep});\nFile.WriteAllText(\"program.txt\", "
                + "program.Id.ToString());\nEnvironment.FailFast(\"gone\");"
        );

        (int exitCode, string output, string errors) = await _notebooks.RunAsync("run", "b.ipynb");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("The notebook's process ended", output + errors, StringComparison.Ordinal);
        using var program = System.Diagnostics.Process.GetProcessById(
            int.Parse(_notebooks.Read("program.txt"), System.Globalization.CultureInfo.InvariantCulture)
        );
        Assert.False(program.HasExited);
        program.Kill();
    }

    [Fact]
    public async Task A_missing_folder_for_temporary_files_is_named_where_a_cell_installs_a_package()
    {
        string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR",
            missing = _notebooks.PathOf("gone");
        _notebooks.Write("b.ipynb", "40 + 2", "#r \"nuget: Anything.At.All\"");

        (int exitCode, string output, string _) = await TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            _notebooks.Folder,
            new Dictionary<string, string> { [variable] = missing },
            "run",
            "b.ipynb"
        );

        Assert.Equal(1, exitCode);
        Assert.Contains($"the folder for temporary files, {missing}", output, StringComparison.Ordinal);
        Assert.Contains(
            $"does not exist: create it, or start the kernel with the variable {variable} naming another.",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc, which nobody can write to, exists on Linux only.");

        (int exitCode, string _, string errors) = await _notebooks.RunAsync("run", "a.ipynb", "--output", "/proc/shapekit");

        Assert.NotEqual(0, exitCode);
        Assert.StartsWith("The output folder /proc/shapekit can't be written: ", errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_one_sentence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a folder that a program is in can't be removed.");

        (int exitCode, string output) = await Repository.RunAsync(
            _notebooks.Folder,
            "sh",
            "-c",
            $"mkdir gone && cd gone && rmdir ../gone && {TemporaryNotebooks.Launcher} doctor"
        );

        Assert.Equal((2, "The current folder does not exist any more: change to another one and try again.\n"), (exitCode, output));
    }
}
