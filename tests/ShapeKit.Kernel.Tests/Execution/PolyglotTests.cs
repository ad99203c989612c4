using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

/// <summary>Cells as they are written for Polyglot Notebooks: in several languages, with values that go from one to another.</summary>
public sealed class PolyglotTests : IDisposable
{
    private const string Markdown = "text/markdown";
    private readonly string _folder = Directory.CreateTempSubdirectory("shapekit-polyglot-").FullName;
    private readonly Cells _cells;

    public PolyglotTests() =>
        _cells = new Cells(new CellEngineOptions { WorkingDirectory = _folder, Input = (request, _) => $"<{request.Prompt}>" });

    public void Dispose()
    {
        _cells.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private IReadOnlyDictionary<string, string> Shown => Assert.Single(_cells.Outputs.OfType<DisplayOutput>()).Data.Data;

    [Theory]
    [InlineData("display(7)")]
    [InlineData("7.Display()")]
    [InlineData("display(7);")]
    [InlineData("var handle = display(7);\nhandle")]
    public async Task What_a_cell_displays_last_is_shown_once_and_its_handle_is_not(string code)
    {
        await _cells.Run(code);
        Assert.Equal("7", Assert.IsType<DisplayOutput>(Assert.Single(_cells.Outputs)).Data.Data[MimeBundle.Plain]);
    }

    [Fact]
    public async Task A_value_can_be_displayed_in_the_named_forms_alone_and_keeps_them_when_it_is_updated()
    {
        await _cells.Run("record Point(int X, int Y);\nvar handle = display(new Point(1, 2), \"application/json\");");
        Assert.Equal("""{"X":1,"Y":2}""", Shown["application/json"]);
        Assert.DoesNotContain(MimeBundle.Html, Shown.Keys);
        await _cells.Run("handle.Update(new Point(3, 4));");
        Assert.Equal("""{"X":3,"Y":4}""", Assert.IsType<UpdateDisplayOutput>(Assert.Single(_cells.Outputs)).Data.Data["application/json"]);
        await _cells.Run("display(new Point(1, 2), \"text/plain\");");
        Assert.Equal([MimeBundle.Plain], Shown.Keys);
        await _cells.Run("new Point(1, 2).Display(\"text/html\");");
        Assert.StartsWith("<table>", Shown[MimeBundle.Html], StringComparison.Ordinal);
        await _cells.Run("display(\"a < b\", \"text/html\");");
        Assert.Equal("<pre>a &lt; b</pre>", Shown[MimeBundle.Html]);
        await _cells.Run("display(\"*a*\", \"text/markdown\");");
        Assert.Equal("*a*", Shown[Markdown]);
    }

    [Fact]
    public async Task Scripts_and_styles_reach_the_page()
    {
        await _cells.Run("Javascript(\"alert(1)\");");
        Assert.Equal("<script type=\"text/javascript\">alert(1)</script>", Shown[MimeBundle.Html]);
        await _cells.Run("CSS(\"b { color: red }\");");
        Assert.Contains("b { color: red }", Shown[MimeBundle.Html], StringComparison.Ordinal);
        Assert.Contains("createElement", Shown[MimeBundle.Html], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!html\n<b>x</b>", MimeBundle.Html, "<b>x</b>")]
    [InlineData("#!markdown\n# Title\n\ntext", Markdown, "# Title\n\ntext")]
    [InlineData("#!md\n*a*", Markdown, "*a*")]
    [InlineData("#!mermaid\ngraph LR\nA --> B\n", Markdown, "```mermaid\ngraph LR\nA --> B\n```")]
    [InlineData("#!javascript\nalert(1)", MimeBundle.Html, "<script type=\"text/javascript\">(async () => {\nalert(1)\n})();</script>")]
    [InlineData("#!js // a note\nalert(1)", MimeBundle.Html, "<script type=\"text/javascript\">(async () => {\nalert(1)\n})();</script>")]
    public async Task A_cell_in_another_language_is_shown_in_its_form_and_as_text(string code, string type, string content)
    {
        await _cells.Run(code);
        Assert.Equal(content, Shown[type]);
        Assert.Equal(2, Shown.Count);
        Assert.NotEmpty(Shown[MimeBundle.Plain]);
    }

    [Fact]
    public async Task A_cell_may_change_its_language_as_often_as_it_likes_and_errors_name_the_cells_own_lines()
    {
        await _cells.Run("int x = 1;\nx + 1\n#!html\n<b>x</b>\n#!csharp\nint y = x + 2;\n#!markdown\ntext\n#!c#\nx + y");
        Assert.Equal(
            ["2", "<b>x</b>", "text"],
            _cells.Outputs.OfType<DisplayOutput>().Select(shown => shown.Data.Data[MimeBundle.Plain].TrimEnd())
        );
        Assert.Equal("4", _cells.Value.Data[MimeBundle.Plain]);
        Assert.Equal("5", await _cells.Text("y + 2"));
        await _cells.Try("#!html\n<b>\n#!csharp\nint z = \"two\";");
        Assert.StartsWith("Cell 3, line 4, column 9: CS0029", _cells.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directive_inside_a_string_or_comment_changes_nothing()
    {
        Assert.Equal("#!html\n<b>", await _cells.Text("\"\"\"\n#!html\n<b>\n\"\"\""));
        Assert.Equal("1", await _cells.Text("/*\n#!fsharp\n*/\n1"));
        await _cells.Run("#!csharp");
        await _cells.Run("#!html\n\n");
        Assert.Empty(_cells.Outputs);
    }

    [Theory]
    [InlineData("#!fsharp\nlet x = 1", "F# runs in Polyglot Notebooks and in dotnet fsi.")]
    [InlineData("1\n#!pwsh\nGet-Date", "Process.Start.")]
    [InlineData("#!sql\nselect 1", "Microsoft.Data.Sqlite.")]
    [InlineData("#!kql\nx", "Microsoft.Azure.Kusto.Data.")]
    [InlineData("#!http\nGET https://example.org", "HttpClient.")]
    [InlineData("#!connect mssql --kernel-name x", "other kernels are connected in Polyglot Notebooks.")]
    public async Task A_language_that_does_not_run_here_is_one_sentence_that_says_where_it_does(string code, string end)
    {
        await _cells.Try(code);
        Assert.Contains("does not run here, because this kernel runs C#: ", _cells.Error.Message, StringComparison.Ordinal);
        Assert.EndsWith(end, _cells.Error.Message, StringComparison.Ordinal);
        Assert.Single(_cells.Outputs);
    }

    [Fact]
    public async Task Variables_of_cells_are_given_to_scripts_and_pages_as_JSON()
    {
        await _cells.Run("var rows = new[] { new { Name = \"</script>\", Age = 3 } };\ndouble nothing = double.NaN;");
        await _cells.Run("#!javascript\n#!share --from csharp rows\nalert(rows[0].Name)");
        Assert.StartsWith(
            "<script type=\"text/javascript\">globalThis[\"rows\"] = [{\"Name\":\"\\u003C/script\\u003E\",\"Age\":3}];\n(async () => {\nalert(",
            Shown[MimeBundle.Html],
            StringComparison.Ordinal
        );
        await _cells.Run("#!html\n#!share nothing --from csharp --as gap\n<b>x</b>");
        Assert.Equal("<script>\nglobalThis[\"gap\"] = \"NaN\";\n</script>\n<b>x</b>", Shown[MimeBundle.Html]);
        await _cells.Run("#!js\n#!set --name all --value @csharp:rows\n#!set --name text --value \"a b\"\n");
        Assert.Contains("globalThis[\"all\"] = [{", Shown[MimeBundle.Html], StringComparison.Ordinal);
        Assert.Contains("globalThis[\"text\"] = \"a b\";", Shown[MimeBundle.Html], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_are_kept_and_taken_into_cells()
    {
        await _cells.Run("#!value --name page\n<p>\nhello\n</p>\n");
        Assert.Equal("<p>\nhello\n</p>", await _cells.Text("#!share --from value page\npage"));
        File.WriteAllText(Path.Combine(_folder, "data.json"), "{\"a\": 1}");
        await _cells.Run("#!value --name data --from-file data.json --mime-type application/json");
        Assert.Equal("{\"a\": 1}", Shown["application/json"]);
        await _cells.Run("#!js\n#!share --from value data");
        Assert.Contains("globalThis[\"data\"] = {\"a\": 1};", Shown[MimeBundle.Html], StringComparison.Ordinal);
        Assert.Equal("a \"b\"", await _cells.Text("#!set --name quoted --value 'a \"b\"'\nquoted"));
        Assert.Equal("<Your name?>", await _cells.Text("#!set --name asked --value @input:\"Your name?\"\nasked"));
        Assert.Equal("<p>", await _cells.Text("#!set --name copy --value @csharp:page\ncopy[..3]"));
    }

    [Theory]
    [InlineData("#!js\n#!share --from csharp none", "No cell has declared a variable none.")]
    [InlineData("#!share --from value none", "No #!value has kept a value none.")]
    [InlineData(
        "#!share --from fsharp x",
        "Values of fsharp can't be taken over, because this kernel runs C#; those of csharp and value can."
    )]
    [InlineData("#!share x", "#!share names a variable and where it comes from; write #!share --from csharp name.")]
    [InlineData("#!set --value 3", "#!set names a variable and its value; write #!set --name name --value @csharp:variable.")]
    [InlineData("#!set --name 3x --value 3", "\"3x\" can't be the name of a variable in C#.")]
    [InlineData("#!value\ntext", "#!value names what it keeps; write #!value --name name.")]
    [InlineData("#!markdown\n#!set --name x --value 3\ntext", "markdown takes no values; javascript, html and csharp do.")]
    public async Task A_value_that_is_not_there_or_not_named_is_one_sentence(string code, string sentence)
    {
        await _cells.Try(code);
        Assert.Equal(sentence, _cells.Error.Message);
        Assert.Equal("DirectiveError", _cells.Error.Name);
    }

    [Fact]
    public async Task A_cell_submits_code_in_any_language_that_runs_here_and_goes_on_with_what_it_declared()
    {
        const string Using = "using Microsoft.DotNet.Interactive;\nusing Microsoft.DotNet.Interactive.Commands;\n";
        await _cells.Run(
            Using
                + "Console.Write(1);\nawait Kernel.Root.SendAsync(new SubmitCode(\"int deep = 4;\\nConsole.Write(2);\\ndeep\"));\nConsole.Write(3);\n"
                + "await Kernel.Root.FindKernelByName(\"md\").SubmitCodeAsync(\"*a*\");\n9"
        );
        Assert.Equal("123", _cells.Console);
        Assert.Equal(["4", "*a*"], _cells.Outputs.OfType<DisplayOutput>().Select(shown => shown.Data.Data[MimeBundle.Plain]));
        Assert.Equal("9", _cells.Value.Data[MimeBundle.Plain]);
        Assert.Equal("5", await _cells.Text("deep + 1"));
    }

    [Theory]
    [InlineData("await Kernel.Root.SubmitCodeAsync(\"int x = \\\"\\\";\");", "Code of cell 1, line 1, column 9: CS0029")]
    [InlineData("await Kernel.Root.SubmitCodeAsync(\"#!fsharp\\n1\");", "#!fsharp does not run here")]
    [InlineData("await Kernel.Root.SubmitCodeAsync(\"throw new Exception(\\\"inner\\\");\");", "inner")]
    [InlineData("await Task.Run(() => Kernel.Root.SubmitCodeAsync(\"1\"));", "Only a running cell itself can submit code")]
    public async Task What_is_wrong_with_submitted_code_reaches_the_cell_that_submits_it(string code, string start)
    {
        await _cells.Try($"using Microsoft.DotNet.Interactive;\n{code}");
        Assert.StartsWith(start, _cells.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_class_Kernel_asks_the_reader_as_a_cell_does() =>
        Assert.Equal("<Name>", await _cells.Text("using Microsoft.DotNet.Interactive;\nawait Kernel.GetInputAsync(\"Name\")"));

    [Fact]
    public async Task The_session_tells_its_variables_versions_and_directives()
    {
        await _cells.Run("int b = 1;\nstring a = \"x\";");
        await _cells.Run("int b = 2;");
        await _cells.Run("#!who");
        Assert.Equal("a, b", Shown[MimeBundle.Plain]);
        await _cells.Run("#!whos");
        Assert.Equal("a: string = x\nb: int = 2", Shown[MimeBundle.Plain]);
        Assert.StartsWith("<table><thead><tr><th>Variable</th>", Shown[MimeBundle.Html], StringComparison.Ordinal);
        await _cells.Run("#!about");
        Assert.Contains(".NET", Shown[MimeBundle.Plain], StringComparison.Ordinal);
        await _cells.Run("#!lsmagic");
        Assert.Contains("#!share", Shown[MimeBundle.Plain], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_in_other_languages_disturb_neither_completion_nor_a_console()
    {
        const string Code = "#!html\n<b class=\"\n#!csharp\nMath.Ab";
        CompletionList found = await _cells.Engine.CompleteAsync(Code, Code.Length, TestContext.Current.CancellationToken);
        Assert.Contains(found.Items, item => item.Text == "Abs");
        Assert.Equal(CompletenessStatus.Complete, CellEngine.IsComplete("#!html\n<b {{ (").Status);
    }
}
