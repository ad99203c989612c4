using System.Text;
using CsCheck;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Kernel.Tests.Documents;

/// <summary>What is said about broken notebooks, and where.</summary>
public sealed class NotebookFormatTests
{
    [Theory]
    [InlineData("", "line 1, column 1: the file is empty.")]
    [InlineData("[]", "line 1, column 1: a notebook must be a JSON object, not a list.")]
    [InlineData("{\n \"a\": 1,\n}", "line 3, column 1: this is not JSON: ")]
    [InlineData("{\n \"cells\": [\n", "the file ends in the middle; it was probably not saved or copied completely.")]
    [InlineData("{\"nbformat\": 4, \"cells\": []} x", "line 1, column 30: this is not JSON: ")]
    [InlineData("{\"cells\": []}", "line 1, column 13: “nbformat” is missing, so this is no Jupyter notebook.")]
    [InlineData("{\"nbformat\": 4}", "line 1, column 15: “cells” is missing.")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"cells\": []}", "line 1, column 30: “cells” occurs twice in the same object.")]
    [InlineData("{\"nbformat\": \"4\", \"cells\": []}", "line 1, column 14: “nbformat” must be a whole number, not a string.")]
    [InlineData("{\"nbformat\": 4.5, \"cells\": []}", "line 1, column 14: “nbformat” must be a whole number.")]
    [InlineData(
        "{\"nbformat\": 3, \"worksheets\": []}",
        "line 1, column 14: this is nbformat 3; open the notebook in VS Code or Jupyter and save it once"
    )]
    [InlineData("{\"nbformat\": 5, \"cells\": []}", "line 1, column 14: this is nbformat 5, and only nbformat 4 can be read.")]
    [InlineData("{\"nbformat\": 4, \"cells\": {}}", "line 1, column 26: “cells” must be a list, not an object.")]
    [InlineData("{\"nbformat\": 4, \"metadata\": 1, \"cells\": []}", "line 1, column 29: “metadata” must be an object, not a number.")]
    public void A_broken_file_says_where_and_what(string text, string expected) => Assert.Contains(expected, MessageFor(text));

    [Theory]
    [InlineData("7", "column 1, cell 2: a cell must be an object, not a number.")]
    [InlineData("{\"source\": \"\"}", "column 1, cell 2: “cell_type” is missing.")]
    [InlineData("{\"cell_type\": \"code\"}", "column 1, cell 2: “source” is missing.")]
    [InlineData(
        "{\"cell_type\": \"heading\", \"source\": \"\"}",
        "column 15, cell 2: “cell_type” is “heading”; nbformat 4 has code, markdown and raw."
    )]
    [InlineData("{\"cell_type\": 1, \"source\": \"\"}", "column 15, cell 2: “cell_type” must be a string, not a number.")]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": null}",
        "column 33, cell 2: “source” must be a string or a list of strings, not null."
    )]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": [\"é\", true]}",
        "column 39, cell 2: a line of “source” must be a string, not true or false."
    )]
    [InlineData("{\"cell_type\": \"code\", \"source\": \"\\ud800\"}", "column 33, cell 2: the text has half a surrogate pair")]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": \"\"}",
        "column 48, cell 2: “outputs” must be a list, not a string."
    )]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [1]}",
        "column 49, cell 2: an output must be an object, not a number."
    )]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"execution_count\": \"1\"}",
        "column 56, cell 2: “execution_count” must be a whole number, not a string."
    )]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"metadata\": []}",
        "column 49, cell 2: “metadata” of a cell must be an object, not a list."
    )]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"metadata\": {\"tags\": \"x\"}}",
        "column 58, cell 2: “tags” must be a list, not a string."
    )]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"id\": \"one\"}",
        "column 43, cell 2: the id “one” is that of cell 1 already."
    )]
    [InlineData("{\"cell_type\": \"code\", \"source\": \"\", \"id\": \"a b\"}", "column 43, cell 2: the id “a b” is not 1 to 64 letters")]
    [InlineData(
        "{\"cell_type\": \"code\", \"source\": \"\", \"source\": \"\"}",
        "column 37, cell 2: “source” occurs twice in the same object."
    )]
    public void A_broken_cell_is_named_with_its_place(string cell, string expected)
    {
        string message = MessageFor(
            $"{{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": [\n{{\"cell_type\": \"markdown\", \"source\": [], \"id\": "
                + $"\"one\"}},\n{cell}\n]}}"
        );

        Assert.Contains("line 3, " + expected, message);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_line() => Assert.StartsWith("line 1, column 2: ", MessageFor("\uFEFF{x}"));

    [Fact]
    public void A_file_in_another_encoding_is_named()
    {
        byte[] utf16 = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{}")).ToArray();
        Assert.Contains("the file is not UTF-8 text", Assert.Throws<NotebookFormatException>(() => NotebookDocument.Parse(utf16)).Message);

        var latin = Assert.Throws<NotebookFormatException>(() => NotebookDocument.Parse(Encoding.Latin1.GetBytes("{\n\"caf\u00e9\": 1}")));
        Assert.Equal((2, 5), (latin.Line, latin.Column));
    }

    [Fact]
    public void Loading_names_the_file()
    {
        string path = Path.GetTempFileName();
        try
        {
            Assert.StartsWith(
                path + ": line 1, column 1: the file is empty",
                Assert.Throws<NotebookFormatException>(() => NotebookDocument.Load(path)).Message
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Wherever_a_notebook_is_cut_off_the_reader_says_so() =>
        Gen.Select(RandomNotebook.Any, Gen.Double[0, 1])
            .Sample(
                (random, share) =>
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(random.Text.TrimEnd());
                    byte[] cut = bytes[..(int)(share * bytes.Length)];
                    try
                    {
                        NotebookDocument.Parse(cut);
                        return cut.Length == bytes.Length;
                    }
                    catch (NotebookFormatException e)
                    {
                        return e.Line >= 1 && e.Column >= 1;
                    }
                },
                iter: 2000
            );

    [Fact]
    public void Whatever_the_bytes_only_a_format_problem_is_reported() =>
        Gen.Select(RandomNotebook.Any, Gen.Int[0, 100_000].Array[1, 4], Gen.Byte.Array[4])
            .Sample(
                (random, places, noise) =>
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(random.Text);
                    for (int i = 0; i < places.Length; i++)
                    {
                        bytes[places[i] % bytes.Length] = noise[i];
                    }

                    try
                    {
                        var notebook = NotebookDocument.Parse(bytes);
                        foreach (NotebookCell cell in notebook.Cells)
                        {
                            _ = cell.Outputs;
                            _ = cell.Attachments;
                        }

                        return notebook.ToUtf8().AsSpan().SequenceEqual(bytes);
                    }
                    catch (NotebookFormatException)
                    {
                        return true;
                    }
                },
                iter: 5000
            );

    private static string MessageFor(string text) => Assert.Throws<NotebookFormatException>(() => NotebookDocument.Parse(text)).Message;
}
