using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>A chapter in git is what VS Code runs without asking and saves without a change.</summary>
public sealed class ChapterFileTests
{
    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_metadata_names_the_kernel_and_nothing_more(string chapter)
    {
        JsonNode notebook = JsonNode.Parse(Repository.Read("notebooks", "en", chapter + ".ipynb"))!;

        Assert.Equal(
            """{"kernelspec":{"display_name":"C# (ShapeKit)","language":"csharp","name":"shapekit"},"language_info":{"name":"csharp"}}""",
            notebook["metadata"]!.ToJsonString(
                new System.Text.Json.JsonSerializerOptions
                {
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        );
        Assert.Equal((4, 5), ((int)notebook["nbformat"]!, (int)notebook["nbformat_minor"]!));
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_cells_carry_ids_no_outputs_and_no_metadata_but_tags(string chapter) =>
        Assert.All(Exercises.Cells(Repository.Read("notebooks", "en", chapter + ".ipynb")), cell =>
        {
            Assert.NotEmpty((string)cell["id"]!);
            Assert.All(cell["metadata"]!.AsObject(), entry => Assert.Equal("tags", entry.Key));
            Assert.True(
                (string)cell["cell_type"]! == "markdown" || (cell["execution_count"] is null && cell["outputs"]!.AsArray().Count == 0)
            );
        });

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_sections_are_numbered_without_a_gap_and_the_text_refers_to_no_other(string chapter)
    {
        int number = int.Parse(chapter[..2], CultureInfo.InvariantCulture);
        string text = string.Join(
            '\n',
            Exercises
                .Cells(Repository.Read("notebooks", "en", chapter + ".ipynb"))
                .Where(cell => (string)cell["cell_type"]! == "markdown")
                .Select(cell => string.Concat(cell["source"]!.AsArray().Select(line => (string)line!)))
        );
        string[] sections = [.. Regex.Matches(text, @"^## (\d+\.\d+) ", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

        Assert.Equal(Enumerable.Range(1, sections.Length).Select(i => $"{number}.{i}"), sections);
        Assert.All(Regex.Matches(text, $@"\bsections? ({number}\.\d+)").Select(match => match.Groups[1].Value), section =>
            Assert.Contains(section, sections)
        );
    }
}
