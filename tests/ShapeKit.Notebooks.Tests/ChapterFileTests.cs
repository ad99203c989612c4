using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ShapeKit.Kernel.Handlers;

namespace ShapeKit.Notebooks.Tests;

/// <summary>A chapter in git is what VS Code runs without asking and saves without a change, in cells that a beginner can follow.</summary>
public sealed class ChapterFileTests
{
    private const int LongestCell = 20;
    private const int LongestMedian = 12;

    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_metadata_is_what_an_editor_writes_after_a_run_in_alphabetical_order(string chapter)
    {
        JsonNode notebook = JsonNode.Parse(Repository.Read("notebooks", "en", chapter + ".ipynb"))!;
        var kernelspec = JsonNode.Parse("""{"display_name": "C# (ShapeKit)", "language": "csharp", "name": "shapekit"}""");
        IEnumerable<KeyValuePair<string, JsonNode?>> language = KernelInfoHandler
            .LanguageInfo.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()));

        Assert.Equal(
            new JsonObject { ["kernelspec"] = kernelspec, ["language_info"] = new JsonObject(language) }.ToJsonString(),
            notebook["metadata"]!.ToJsonString()
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

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_cells_are_short(string chapter)
    {
        (string Id, int Lines)[] cells =
        [
            .. from cell in Exercises.Cells(Repository.Read("notebooks", "en", chapter + ".ipynb"))
            where (string)cell["cell_type"]! == "code"
            select ((string)cell["id"]!, Exercises.Source(cell).Split('\n').Length),
        ];
        int[] sorted = [.. cells.Select(cell => cell.Lines).Order()];

        Assert.DoesNotContain(cells, cell => cell.Lines > LongestCell);
        Assert.InRange((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0, 1, LongestMedian);
    }
}
