using System.Text;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Kernel.Tests.Documents;

public sealed class DibFileTests
{
    private const string Meta =
        "{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"aliases\":[\"py\"],\"name\":\"pythonkernel\"}]}}";

    private const string Whole =
        "#!meta\n\n"
        + Meta
        + "\n\n#!markdown\n\n# Title\n\n#!csharp\n\nint x = 1; // é 🙂\n\n  x\n\n#!html\n\n<b>\n\n#!js\n\n#!share x --from csharp\n\n"
        + "#!pythonkernel\n\nprint(1)\n\n#!raw\n\nas it is\n";

    [Fact]
    public void A_file_becomes_a_notebook_with_its_texts_and_languages()
    {
        NotebookDocument document = Read(Whole);
        Assert.Equal(
            [
                (CellKind.Markdown, null, "# Title"),
                (CellKind.Code, null, "int x = 1; // é 🙂\n\n  x"),
                (CellKind.Code, "html", "<b>"),
                (CellKind.Code, "js", "#!share x --from csharp"),
                (CellKind.Code, "pythonkernel", "print(1)"),
                (CellKind.Raw, null, "as it is"),
            ],
            document.Cells.Select(cell => (cell.Kind, cell.Language, cell.Source))
        );
        Assert.Equal("csharp", document.Language);
        Assert.Equal("#!html\n<b>", document.Cells[2].Code);
    }

    [Theory]
    [InlineData(Whole)]
    [InlineData("#!csharp\n\n1 + 1\n")]
    [InlineData("#!meta\n\n{\n  \"kernelInfo\": {\n    \"items\": []\n  },\n  \"more\": 1.0\n}\n\n#!csharp\n\n1\n")]
    [InlineData("#!csharp\n\nvar x = 1;\n#!time\n#!unknown\n")]
    [InlineData("")]
    public void A_file_that_becomes_a_notebook_and_a_file_again_is_the_same_to_the_byte(string text) =>
        Assert.Equal(text, Write(NotebookDocument.Parse(Read(text).ToUtf8())));

    [Fact]
    public void A_notebook_that_becomes_a_file_and_a_notebook_again_is_the_same_to_the_byte()
    {
        string notebook = Read(Whole).ToString();
        Assert.Equal(notebook, Read(Write(NotebookDocument.Parse(notebook))).ToString());
    }

    [Theory]
    [InlineData("1 + 1", "#!csharp\n\n1 + 1\n")]
    [InlineData("\uFEFF#!csharp\r\n1\r\n\r\n\r\n#!md\r\nb", "#!csharp\n\n1\n\n#!markdown\n\nb\n")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"html\"}}\n#!csharp\n\n#!csharp\n1", "#!csharp\n\n1\n")]
    public void Other_layouts_are_read_as_well(string text, string expected) =>
        Assert.EndsWith(expected, Write(Read(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("#!meta\n\n{\"a\": }\n", "line 3, column 7: what follows “#!meta” is not JSON")]
    [InlineData("#!meta\n[1]\n#!csharp\n1", "what follows “#!meta” must be a JSON object.")]
    public void Broken_JSON_is_one_sentence_with_its_place(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<NotebookFormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_no_text_is_one_sentence() =>
        Assert.Equal(
            "the file is not UTF-8 text; save it as UTF-8.",
            Assert.Throws<NotebookFormatException>(() => DibFile.Read([0xff, 0xfe, 0x00])).Problem
        );

    [Theory]
    [InlineData(
        "code",
        "\"var x = 1;\\n#!html\\n<b>\"",
        "the line “#!html” would begin a cell in a .dib file; give what follows it a cell of its own."
    )]
    [InlineData(
        "markdown",
        "\"text\\n#!csharp\"",
        "the line “#!csharp” would begin a cell in a .dib file; give what follows it a cell of its own."
    )]
    public void A_cell_that_a_file_would_cut_in_two_is_one_sentence(string kind, string source, string expected)
    {
        string code = kind == "code" ? "\"outputs\":[],\"execution_count\":null," : "";
        var document = NotebookDocument.Parse(
            $"{{\"cells\":[{{\"cell_type\":\"{kind}\",{code}\"metadata\":{{}},\"source\":{source}}}],\"metadata\":{{}},\"nbformat\":4,\"nbformat_minor\":4}}"
        );
        NotebookFormatException e = Assert.Throws<NotebookFormatException>(() => DibFile.Write(document));
        Assert.Equal((expected, 1), (e.Problem, e.Cell));
    }

    [Theory]
    [InlineData("{\"dotnet_interactive\":{\"language\":\"html\"}}", "html")]
    [InlineData("{\"polyglot_notebook\":{\"kernelName\":\"mermaid\"},\"dotnet_interactive\":{\"language\":\"html\"}}", "mermaid")]
    [InlineData("{\"dotnet_interactive\":3,\"polyglot_notebook\":{\"kernelName\":[]}}", null)]
    [InlineData("{\"tags\":[\"a\"]}", null)]
    public void A_cells_metadata_name_its_language(string metadata, string? language)
    {
        var document = NotebookDocument.Parse(
            $"{{\"cells\":[{{\"cell_type\":\"code\",\"outputs\":[],\"execution_count\":null,\"metadata\":{metadata},\"source\":\"x\"}}],"
                + "\"metadata\":{},\"nbformat\":4,\"nbformat_minor\":4}"
        );
        NotebookCell cell = Assert.Single(document.Cells);
        Assert.Equal(language, cell.Language);
        Assert.Equal(language is null ? "x" : $"#!{language}\nx", cell.Code);
    }

    private static NotebookDocument Read(string text) => DibFile.Read(Encoding.UTF8.GetBytes(text));

    private static string Write(NotebookDocument document) => Encoding.UTF8.GetString(DibFile.Write(document));
}
