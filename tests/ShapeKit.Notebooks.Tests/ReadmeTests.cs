using System.Diagnostics;
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

    [Fact]
    public async Task Its_two_lines_for_a_newer_version_fetch_it_and_keep_what_a_reader_ran()
    {
        string[] lines = Regex
            .Match(_readme, "```sh\n(git stash [^\n]*)\n(git pull)\n```")
            .Groups.Values.Skip(1)
            .Select(line => line.Value)
            .ToArray();
        using var folder = new TemporaryNotebooks();
        string kit = folder.PathOf("kit"),
            clone = folder.PathOf("clone"),
            chapter = Path.Combine(clone, "a.ipynb");
        Directory.CreateDirectory(kit);
        await Git(kit, "init", "--quiet");
        await Write(kit, "first");
        await Git(folder.Folder, "clone", "--quiet", kit, clone);
        for (int version = 2; version <= 3; version++)
        {
            await File.WriteAllTextAsync(chapter, $"run {version}", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(clone, "own.ipynb"), "own", TestContext.Current.CancellationToken);
            await Write(kit, $"version {version}");

            foreach (string line in lines)
            {
                await Git(clone, [.. Regex.Matches(line, "\"([^\"]*)\"|(\\S+)").Skip(1).Select(word => word.Value.Trim('"'))]);
            }

            Assert.Equal($"version {version}", await File.ReadAllTextAsync(chapter, TestContext.Current.CancellationToken));
        }

        Assert.Equal("run 3", await Git(clone, "show", "stash@{0}:a.ipynb"));
        Assert.Equal("run 2", await Git(clone, "show", "stash@{1}:a.ipynb"));
        Assert.True(File.Exists(Path.Combine(clone, "own.ipynb")));

        async Task Write(string repository, string text)
        {
            await File.WriteAllTextAsync(Path.Combine(repository, "a.ipynb"), text, TestContext.Current.CancellationToken);
            await Git(repository, "add", ".");
            await Git(repository, "commit", "--quiet", "--message", "a version");
        }
    }

    private static async Task<string> Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start)!;
        string output = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
        return output;
    }
}
