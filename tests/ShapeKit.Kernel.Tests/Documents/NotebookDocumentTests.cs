using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Kernel.Tests.Documents;

public sealed class NotebookDocumentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shapekit-documents-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private const string Small = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "title",
           "metadata": {},
           "source": "# Caf\u00e9"
          },
          {
           "cell_type": "code",
           "execution_count": null,
           "id": "sum",
           "metadata": {
            "tags": ["parameters"]
           },
           "outputs": [],
           "source": [
            "int a = 1;\n",
            "a + 1"
           ]
          }
         ],
         "metadata": {
          "kernelspec": {"display_name": "C# (ShapeKit)", "language": "csharp", "name": "shapekit"}
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    private const string OutputsOfEachKind = """
        "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "one\n",
              "two\n"
             ]
            },
            {
             "data": {
              "application/papermill.record+json": {
               "test_accuracy": 0.9750
              },
              "image/png": "iVBORw0KGgo=",
              "text/plain": [
               "é\n",
               "😀"
              ]
             },
             "metadata": {},
             "output_type": "display_data"
            },
            {
             "data": {
              "text/plain": [
               "2"
              ]
             },
             "execution_count": 3,
             "metadata": {},
             "output_type": "execute_result"
            },
            {
             "ename": "CompilationError",
             "evalue": "no",
             "output_type": "error",
             "traceback": [
              "line 1"
             ]
            }
           ]
        """;

    private static readonly Gen<MimeBundle> AnyBundle = Gen.Select(Gen.String, Gen.String, (plain, html) => new MimeBundle(
            new Dictionary<string, string>
            {
                ["text/plain"] = plain,
                ["text/html"] = html,
                ["image/png"] = "iVBORw0KGgo=",
                ["application/vnd.plotly.v1+json"] = """{"data":[1.50,-0]}""",
            }
        ));
    private static readonly Gen<CellOutput> AnyOutput = Gen.OneOf<CellOutput>(
        Gen.Select(Gen.OneOf("stdout", "stderr"), Gen.String, (name, text) => (CellOutput)new StreamOutput(name, text)),
        AnyBundle.Select(b => (CellOutput)new DisplayOutput(b, null)),
        Gen.Select(AnyBundle, Gen.Int, (b, count) => (CellOutput)new ResultOutput(b, count)),
        Gen.Select(Gen.String, Gen.String, Gen.String.Array[0, 3], (name, message, trace) =>
            (CellOutput)new ErrorOutput(name, message, trace)
        )
    );

    [Fact]
    public void A_very_long_line_is_kept_whole_in_pieces()
    {
        string line = new string('x', 16 * 1024 * 1024 - 1) + "😀" + new string('y', 20 * 1024 * 1024);
        var document = NotebookDocument.Parse(
            """{"cells":[{"cell_type":"code","execution_count":null,"id":"a","metadata":{},"outputs":[],"source":[]}],"metadata":{},"nbformat":4,"nbformat_minor":5}"""
        );
        document.Cells[0].Outputs = [new StreamOutput("stdout", line)];
        Assert.True(Assert.IsType<StreamOutput>(Assert.Single(NotebookDocument.Parse(document.ToUtf8()).Cells[0].Outputs)).Text == line);
        Assert.Matches("x\",\\s*\"(😀|\\\\uD83D\\\\uDE00)y", document.ToString());
    }

    [Fact]
    public void Cells_are_read_from_strings_and_from_lists_of_lines()
    {
        var notebook = NotebookDocument.Parse(Small);

        Assert.Equal(["# Café", "int a = 1;\na + 1"], notebook.Cells.Select(cell => cell.Source));
        Assert.Equal([CellKind.Markdown, CellKind.Code], notebook.Cells.Select(cell => cell.Kind));
        Assert.Equal(["title", "sum"], notebook.Cells.Select(cell => cell.Id));
        Assert.Equal(["parameters"], notebook.Cells[1].Tags);
        Assert.Null(notebook.Cells[1].ExecutionCount);
        Assert.Empty(notebook.Cells[1].Outputs);
        Assert.Equal((5, "csharp"), (notebook.FormatMinor, notebook.Language));
    }

    [Fact]
    public void Any_notebook_is_written_as_it_was_read_to_the_byte() =>
        RandomNotebook.Any.Sample(random => NotebookDocument.Parse(random.Text).ToString() == random.Text, iter: 2000);

    [Fact]
    public void Setting_outputs_changes_nothing_but_that_cells_outputs_and_count()
    {
        Gen.Select(RandomNotebook.Any, Gen.Int[0, 5])
            .Where((random, i) => i < random.Cells.Count && random.Cells[i].Kind == "code")
            .Sample(
                (random, i) =>
                {
                    var notebook = NotebookDocument.Parse(random.Text);
                    notebook.Cells[i].Outputs = [];
                    notebook.Cells[i].ExecutionCount = 12;

                    string expected = random.TextWith(
                        i,
                        random.Cells[i].TextWith(new Dictionary<string, string> { ["outputs"] = "[]", ["execution_count"] = "12" })
                    );
                    return notebook.ToString() == expected;
                },
                iter: 1000
            );
    }

    [Fact]
    public void Any_outputs_come_back_from_the_file_as_they_were_set()
    {
        AnyOutput
            .Array[0, 4]
            .Sample(
                outputs =>
                {
                    var notebook = NotebookDocument.Parse(Small);
                    notebook.Cells[1].Outputs = outputs;
                    IReadOnlyList<CellOutput> read = NotebookDocument.Parse(notebook.ToString()).Cells[1].Outputs;
                    return Describe(outputs) == Describe(read);
                },
                iter: 500
            );

        // Half a surrogate pair can't be written; it becomes the replacement character.
        static string Describe(IEnumerable<CellOutput> outputs) =>
            Encoding.UTF8.GetString(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        "\n",
                        outputs.Select(o =>
                            o switch
                            {
                                DisplayOutput d => "display " + Bundle(d.Data),
                                ResultOutput r => r.ExecutionCount + Bundle(r.Data),
                                ErrorOutput e => $"{e.Name} {e.Message} {string.Join("|", e.Traceback)}",
                                _ => o.ToString(),
                            }
                        )
                    )
                )
            );

        static string Bundle(MimeBundle b) =>
            string.Join(
                ";",
                b.Data.OrderBy(d => d.Key, StringComparer.Ordinal)
                    .Select(d =>
                        d.Key + "=" + (d.Key.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(d.Value)!.ToJsonString() : d.Value)
                    )
            );
    }

    [Fact]
    public void Outputs_are_written_as_nbformat_4_5_says()
    {
        var notebook = NotebookDocument.Parse(Small);
        notebook.Cells[1].ExecutionCount = 3;
        notebook.Cells[1].Outputs =
        [
            new StreamOutput("stdout", "one\ntwo\n"),
            new DisplayOutput(
                new MimeBundle(
                    new Dictionary<string, string>
                    {
                        ["text/plain"] = "é\n😀",
                        ["image/png"] = "iVBORw0KGgo=",
                        ["application/papermill.record+json"] = """{"test_accuracy":0.9750}""",
                    }
                ),
                "id-1"
            ),
            new ResultOutput(MimeBundle.Text("2"), 3),
            new ErrorOutput("CompilationError", "no", ["line 1"]),
        ];

        string expected = Small
            .Replace("\"execution_count\": null", "\"execution_count\": 3")
            .Replace("\"outputs\": []", OutputsOfEachKind);
        Assert.Equal(expected, notebook.ToString().Replace("\\uD83D\\uDE00", "😀"));
    }

    [Fact]
    public void Broken_json_in_a_value_is_kept_as_text()
    {
        var notebook = NotebookDocument.Parse(Small);
        notebook.Cells[1].Outputs =
        [
            new DisplayOutput(new MimeBundle(new Dictionary<string, string> { ["application/json"] = "{oops" }), null),
        ];

        Assert.Equal(
            "{oops",
            JsonNode.Parse(notebook.ToString())!["cells"]![1]!["outputs"]![0]!["data"]!["application/json"]!.GetValue<string>()
        );
    }

    [Fact]
    public void Line_ends_and_indentation_of_the_file_are_kept_in_new_outputs()
    {
        string windows = Small.Replace("\n ", "\n\t").Replace("\n", "\r\n");
        var notebook = NotebookDocument.Parse(windows);
        notebook.Cells[1].Outputs = [new StreamOutput("stdout", "hi")];

        string text = notebook.ToString();
        Assert.Contains("\"outputs\": [\r\n\t", text);
        Assert.Equal(text.Count(c => c == '\n'), text.Count(c => c == '\r'));
        Assert.Equal("hi", ((StreamOutput)NotebookDocument.Parse(text).Cells[1].Outputs[0]).Text);
    }

    [Fact]
    public void A_notebook_on_one_line_stays_on_one_line()
    {
        var notebook = NotebookDocument.Parse("""{"nbformat":4,"nbformat_minor":4,"cells":[{"cell_type":"code","source":"1"}]}""");
        notebook.Cells[0].Outputs = [new StreamOutput("stdout", "hi\n")];
        notebook.Cells[0].ExecutionCount = 1;
        notebook.InsertCodeCellAfter(notebook.Cells[0], "new", "2");

        string text = notebook.ToString();
        Assert.DoesNotContain('\n', text);
        var read = NotebookDocument.Parse(text);
        Assert.Equal(["1", "2"], read.Cells.Select(cell => cell.Source));
        Assert.Equal(1, read.Cells[0].ExecutionCount);
        Assert.Single(read.Cells[0].Outputs);
    }

    [Fact]
    public void A_cell_is_added_with_an_id_of_its_own()
    {
        var notebook = NotebookDocument.Parse(Small);
        notebook.InsertCodeCellAfter(notebook.Cells[0], "sum", "int b = 2;\nb", "injected-parameters");

        var read = NotebookDocument.Parse(notebook.ToString());
        Assert.Equal(["title", "sum-2", "sum"], read.Cells.Select(cell => cell.Id));
        Assert.Equal("int b = 2;\nb", read.Cells[1].Source);
        Assert.Equal(["injected-parameters"], read.Cells[1].Tags);
        string added = """
            ,
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "sum-2",
               "metadata": {
                "tags": [
                 "injected-parameters"
                ]
               },
               "outputs": [],
               "source": [
                "int b = 2;\n",
                "b"
               ]
              }
            """;
        Assert.Equal(Small, notebook.ToString().Replace(added, ""));
        Assert.NotEqual(Small, notebook.ToString());
    }

    [Fact]
    public void Before_nbformat_4_5_an_added_cell_has_no_id()
    {
        var notebook = NotebookDocument.Parse("""{"nbformat":4,"nbformat_minor":4,"cells":[{"cell_type":"code","source":"1"}]}""");
        notebook.InsertCodeCellAfter(notebook.Cells[0], "new", "2");

        Assert.DoesNotContain("\"id\"", notebook.ToString());
    }

    [Fact]
    public void Attachments_are_read_by_name()
    {
        var notebook = NotebookDocument.Parse(
            """
            {"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"markdown","id":"a","source":"![x](attachment:x.png)","attachments":{"x.png":{"image/png":"iVBORw0KGgo="}}}]}
            """
        );

        Assert.Equal("iVBORw0KGgo=", notebook.Cells[0].Attachments["x.png"].Data["image/png"]);
    }

    [Fact]
    public void A_markdown_cell_has_no_outputs_to_set() =>
        Assert.Throws<InvalidOperationException>(() => NotebookDocument.Parse(Small).Cells[0].Outputs = []);

    [Fact]
    public void Saving_leaves_no_draft_behind_and_keeps_the_old_file_when_it_fails()
    {
        string path = Path.Combine(_folder, "a.ipynb");
        NotebookDocument.Parse(Small).Save(path);
        Assert.Equal(Small, File.ReadAllText(path));
        Assert.Equal(["a.ipynb"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));

        Directory.CreateDirectory(Path.Combine(_folder, "folder.ipynb", "inside"));
        Assert.ThrowsAny<Exception>(() => NotebookDocument.Parse(Small).Save(Path.Combine(_folder, "folder.ipynb")));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void A_huge_notebook_is_read_and_written()
    {
        string png = new('A', 20_000_000);
        string text = Small.Replace(
            "\"outputs\": []",
            $$$"""
            "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "{{{png}}}"}}]
            """
        );
        var notebook = NotebookDocument.Parse(text);
        notebook.Cells[1].ExecutionCount = 1;

        Assert.Equal(text.Replace("\"execution_count\": null", "\"execution_count\": 1"), notebook.ToString());
        Assert.Equal(png, ((DisplayOutput)notebook.Cells[1].Outputs[0]).Data.Data["image/png"]);
    }
}
