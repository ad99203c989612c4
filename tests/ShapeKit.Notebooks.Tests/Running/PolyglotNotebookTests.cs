using System.Text.Json.Nodes;

namespace ShapeKit.Notebooks.Tests.Running;

/// <summary>Notebooks and .dib files of Polyglot Notebooks, run and converted by the command.</summary>
public sealed class PolyglotNotebookTests : TemporaryNotebooks
{
    private const string Dib = """
        #!markdown

        # Title

        #!csharp

        var rows = new[] { 1, 2, 3 };

        #!html

        <b>bold</b>

        #!markdown

        text

        #!mermaid

        graph LR
        A --> B

        #!csharp

        rows.Sum()

        """;

    [Fact]
    public async Task A_dib_file_runs_as_the_notebook_that_it_is_converted_to()
    {
        File.WriteAllText(PathOf("x.dib"), Dib);
        (int exitCode, _, string errors) = await RunAsync("run", "x.dib", "--output", "dib");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal((0, "", ""), await RunAsync("convert", "x.dib", "x.ipynb"));
        Assert.Equal(0, (await RunAsync("run", "x.ipynb", "--output", "ipynb")).ExitCode);
        Assert.Equal(Read("dib", "x.ipynb"), Read("ipynb", "x.ipynb"));
        Assert.Equal((0, "", ""), await RunAsync("convert", "x.ipynb", "again.dib"));
        Assert.Equal(Dib, Read("again.dib"));

        JsonArray cells = JsonNode.Parse(Read("dib", "x.ipynb"))!["cells"]!.AsArray();
        Assert.Equal("<b>bold</b>", cells[2]!["outputs"]![0]!["data"]!["text/html"]![0]!.GetValue<string>());
        Assert.Equal("```mermaid\n", cells[4]!["outputs"]![0]!["data"]!["text/markdown"]![0]!.GetValue<string>());
        Assert.Equal("6", cells[5]!["outputs"]![0]!["data"]!["text/plain"]![0]!.GetValue<string>());
        Assert.Contains("<b>bold</b>", Read("dib", "x.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_whose_metadata_name_a_language_that_does_not_run_here_fails_with_a_sentence()
    {
        File.WriteAllText(PathOf("x.dib"), "#!csharp\n\n1\n\n#!fsharp\n\nlet x = 1\n");
        (int exitCode, string output, _) = await RunAsync("run", "x.dib", "--output", "out");
        Assert.Equal(1, exitCode);
        Assert.Contains(
            "#!fsharp does not run here, because this kernel runs C#",
            output.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("none.dib x.ipynb", "There is no file none.dib: check the path.")]
    [InlineData("x.dib x.txt", "x.txt is neither a .dib file nor a notebook: its name ends in neither .dib nor .ipynb.")]
    [InlineData("x.dib y.dib", "x.dib and y.dib are of one kind: one name must end in .dib and the other in .ipynb.")]
    [InlineData("x.dib there.ipynb", "there.ipynb exists already: delete it, or name another file.")]
    [InlineData("bad.dib y.ipynb", "bad.dib: line 2, column 1: what follows “#!meta” must be a JSON object.")]
    [InlineData("cut.ipynb y.dib", "cut.ipynb can't be written as .dib: cell 1: the line “#!html” would begin a cell in a .dib file")]
    public async Task What_cannot_be_converted_is_one_sentence(string arguments, string sentence)
    {
        File.WriteAllText(PathOf("x.dib"), Dib);
        File.WriteAllText(PathOf("bad.dib"), "#!meta\n[1]\n");
        Write("there.ipynb", "1");
        Write("cut.ipynb", "1\n#!html\n<b>");
        (int exitCode, string output, string errors) = await RunAsync(["convert", .. arguments.Split(' ')]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith(sentence, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.False(File.Exists(PathOf("y.ipynb")) || File.Exists(PathOf("y.dib")));
    }
}
