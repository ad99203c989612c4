using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>The glossary says in a sentence what a word of the course means, and leads to the section that explains it.</summary>
public sealed class GlossaryTests
{
    private static readonly Regex Entry = new(
        @"^### (.+)\n\n(.+) \[(?:chapter )?[\d.]+\]\(([\w-]+)\.ipynb#([\w-]+)\)$",
        RegexOptions.Multiline
    );
    private static readonly Regex Heading = new("^#{1,3} (.+)$", RegexOptions.Multiline);
    private static readonly Regex NoAnchor = new(@"[^\w\- ]");
    private static readonly Regex Hidden = new("```.*?```|<!--.*?-->", RegexOptions.Singleline);

    private static readonly string Text = Repository.Read("notebooks", "en", "glossary.md").ReplaceLineEndings("\n");

    public static TheoryData<string, string, string> Sections =>
        [.. Entry.Matches(Text).Select(entry => (entry.Groups[1].Value, entry.Groups[3].Value, entry.Groups[4].Value))];

    [Fact]
    public void Each_word_stands_there_once_in_order_with_one_sentence_and_one_section()
    {
        string[] words = [.. Heading.Matches(Text).Skip(1).Select(heading => heading.Groups[1].Value)];

        Assert.Equal(words, Entry.Matches(Text).Select(entry => entry.Groups[1].Value));
        Assert.Equal(words.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase), words);
        Assert.All(Entry.Matches(Text).Select(entry => entry.Groups[2].Value), sentence => Assert.Matches(@"^[^.?!]+\.$", sentence));
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void The_section_that_explains_a_word_exists_and_names_it(string word, string chapter, string anchor)
    {
        string text = Hidden.Replace(
            string.Join(
                '\n',
                Exercises
                    .Cells(Repository.Read("notebooks", "en", chapter + ".ipynb"))
                    .Where(cell => (string)cell["cell_type"]! == "markdown")
                    .Select(Exercises.Source)
            ),
            ""
        );
        Match[] headings = Heading.Matches(text).ToArray();
        int section = Array.FindIndex(headings, heading => Anchor(heading.Groups[1].Value) == anchor);
        Assert.True(section >= 0, $"{chapter} has no section {anchor}.");
        int end = section + 1 < headings.Length ? headings[section + 1].Index : text.Length;

        Assert.Matches($@"(?i)(?<![\w-]){Regex.Escape(word)}", text[headings[section].Index..end]);
    }

    /// <summary>The id that a page gives to a heading, as GitHub does.</summary>
    private static string Anchor(string heading) => NoAnchor.Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');
}
