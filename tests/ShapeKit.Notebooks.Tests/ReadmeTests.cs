using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

public sealed class ReadmeTests
{
    private static readonly Regex Links = new(@"\]\(([^)\s]+)\)");
    private static readonly Regex Commands = new("""^```(?:sh|bash|console)\n(dotnet [^\n]*)\n```""", RegexOptions.Multiline);
    private readonly string _readme = Repository.Read("README.md");

    [Fact]
    public void Every_chapter_has_a_row_in_the_table() =>
        Assert.All(Repository.Chapters, chapter =>
            Assert.Contains($"](notebooks/en/{Path.GetFileName(chapter)})", _readme, StringComparison.Ordinal)
        );

    [Fact]
    public void Every_file_it_links_to_exists() =>
        Assert.All(
            Links
                .Matches(_readme)
                .Select(m => m.Groups[1].Value)
                .Where(link => !link.StartsWith("http", StringComparison.Ordinal) && !link.StartsWith('#')),
            link => Assert.True(Path.Exists(Repository.PathOf(link)), $"README.md links to {link}, which does not exist.")
        );

    [Fact]
    public void Ci_runs_the_test_command_that_it_prints()
    {
        string[] commands = [.. Commands.Matches(_readme).Select(m => m.Groups[1].Value.Trim()).Take(2)];

        Assert.Equal(2, commands.Length);
        Assert.Contains($"\n{commands[1]} ", Repository.Read(".ci", "run"), StringComparison.Ordinal);
    }
}
