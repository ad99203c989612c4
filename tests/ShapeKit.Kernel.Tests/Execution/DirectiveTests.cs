using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class DirectiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shapekit-directives-").FullName;
    private readonly Cells _cells;

    public DirectiveTests() => _cells = new Cells(new CellEngineOptions { WorkingDirectory = _folder });

    public void Dispose()
    {
        _cells.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_script_can_be_loaded_and_the_scripts_that_it_loads_are_found_beside_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        Write("sub/outer.csx", "#load \"inner.csx\"\nint Twice(int n) => 2 * One * n;");
        Write("sub/inner.csx", "const int One = 1;");
        Assert.Equal("6", await _cells.Text("#load \"sub/outer.csx\"\nTwice(3)"));
    }

    [Fact]
    public async Task The_code_cells_of_a_notebook_can_be_imported()
    {
        Write(
            "other.ipynb",
            """
            {"cells":[{"cell_type":"markdown","id":"a","metadata":{},"source":["# no code"]},
             {"cell_type":"code","id":"b","execution_count":null,"metadata":{},"outputs":[],"source":["var first = 1;"]},
             {"cell_type":"code","id":"c","execution_count":null,"metadata":{},"outputs":[],"source":["var second = first + 1;\n","Console.Write(second);"]}],
             "metadata":{},"nbformat":4,"nbformat_minor":5}
            """
        );
        await _cells.Run("#!import other.ipynb");
        Assert.Equal("2", _cells.Console);
        Assert.Equal("3", await _cells.Text("first + second"));
    }

    [Fact]
    public async Task The_cells_of_a_dib_file_can_be_imported()
    {
        Write("other.dib", "#!markdown\n\n# no code\n\n#!csharp\n\nint first = 1;\n\n#!html\n\n<b>shown</b>\n");
        await _cells.Run("#!import other.dib");
        Assert.Equal("<b>shown</b>", Assert.Single(_cells.Outputs.OfType<DisplayOutput>()).Data.Data[MimeBundle.Html]);
        Assert.Equal("2", await _cells.Text("first + 1"));
    }

    [Fact]
    public async Task A_source_file_with_namespaces_can_be_imported()
    {
        Write(
            "Tools.cs",
            "namespace Tools;\n\npublic static class Area\n{\n    public static double OfCircle(double r) => Math.PI * r * r;\n}"
        );
        Assert.Equal("3.1", await _cells.Text("#!import Tools.cs\nTools.Area.OfCircle(1).ToString(\"0.0\")"));
    }

    [Fact]
    public async Task A_source_file_of_extension_methods_can_be_loaded_and_loaded_again_after_a_change()
    {
        foreach (int factor in (int[])[2, 3])
        {
            Write("Tools.cs", $"static class Tools\n{{\n    public static int Times(this int n) => {factor} * n;\n}}");
            Assert.Equal($"{7 * factor}", await _cells.Text("#load \"Tools.cs\"\n7.Times()"));
        }
    }

    [Fact]
    public async Task Errors_of_a_loaded_file_name_the_file()
    {
        Write("broken.csx", "int a = 1;\nint b = \"two\";");
        await _cells.Try("#load \"broken.csx\"");
        Assert.StartsWith("broken.csx, line 2, column 9: CS0029 ", _cells.Error.Message, StringComparison.Ordinal);
        Write("failing.csx", "\nthrow new Exception(\"no\");");
        await _cells.Try("#load \"failing.csx\"");
        Assert.Contains("   at failing.csx, line 2", _cells.Error.Traceback);
    }

    [Fact]
    public async Task A_file_that_is_missing_unreadable_or_loads_itself_is_one_sentence()
    {
        Write("self.csx", "#load \"self.csx\"");
        Write("bad.ipynb", "{ \"cells\": [");
        foreach (
            (string line, string expected) in new[]
            {
                ("#load \"none.csx\"", "does not exist"),
                ("#r \"none.dll\"", "does not exist"),
                ("#!import self.csx", "imports itself"),
                ("#!import bad.ipynb", "bad.ipynb"),
                ("#!import picture.png", "only .ipynb, .dib, .cs and .csx"),
            }
        )
        {
            await _cells.Try("int a = 1;\n" + line);
            Assert.Equal("DirectiveError", _cells.Error.Name);
            Assert.Contains(expected, _cells.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_magic_is_named_and_the_cell_does_not_run()
    {
        await _cells.Try("Console.Write(1);\n#!python\nConsole.Write(2);");
        Assert.Equal("#!python does not run here, because this kernel runs C#: Python runs in Jupyter's own kernel.", _cells.Error.Message);
        Assert.StartsWith("Cell 1, line 2, column 1: ", Assert.Single(_cells.Error.Traceback), StringComparison.Ordinal);
        Assert.Empty(_cells.Console);
        await _cells.Try("Console.Write(1);\n#!clock");
        Assert.Equal("#!clock is not known here; #!lsmagic lists what is.", _cells.Error.Message);
        Assert.Empty(_cells.Console);
    }

    [Fact]
    public async Task What_only_looks_like_a_directive_is_left_alone()
    {
        Assert.Equal("\n#!python\n#r \"none.dll\"\n", await _cells.Text("@\"\n#!python\n#r \"\"none.dll\"\"\n\""));
        await _cells.Run("/*\n#!python\n*/\n// #load \"none.csx\"\n#region a\n#endregion");
    }

    [Theory]
    [InlineData("#r \"System.Linq\" // a note")]
    [InlineData("#r \"System.Linq\"// a \"note\"")]
    [InlineData("#load \"one.csx\" // a note")]
    [InlineData("#!import one.csx // a note")]
    [InlineData("#!time // a note")]
    public async Task A_note_may_follow_a_directive(string line)
    {
        Write("one.csx", "const int One = 1;");
        Assert.Equal("2", await _cells.Text(line + "\n1 + 1"));
    }

    [Fact]
    public void A_note_is_no_part_of_a_package_and_an_address_is_no_note()
    {
        Directive[] found =
        [
            .. Directive
                .Split("#r \"nuget: X, 1.0\" // note\n#i \"nuget: https://example.org/v3\"\n#i nuget: https://example.org/v3 // note")
                .Directives,
        ];
        Assert.Equal(["nuget: X, 1.0", "nuget: https://example.org/v3", "nuget: https://example.org/v3"], found.Select(d => d.Argument));
    }

    [Fact]
    public async Task The_running_time_is_shown_on_request()
    {
        await _cells.Run("#!time\nvar x = 1;");
        Assert.Matches(@"^Wall time: [\d,]+\.\d ms\n$", _cells.Console);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
