using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>
/// A chapter's text tells of every run: figures of a single one are printed by the cell that computed them, or stand beside a claim that
/// <c>shapekit check</c> holds against the run.
/// </summary>
/// <remarks>
/// Only patterns are looked for: phrases that quote a run, and figures in a sentence that names a measure. A figure that a cell's code
/// sets, such as a threshold, may be repeated, and 95% is a custom. What is said in words alone, such as <em>most</em>, no pattern can
/// tell from a reason.
/// </remarks>
public sealed class ChapterClaimsTests
{
    private static readonly Regex OneRun = new(
        @"\b(when this was written|on (one|most|many|some) computers?|on the computers where|(were|was) seen)\b",
        RegexOptions.IgnoreCase
    );
    private static readonly Regex Measure = new(
        @"\b(accuracy|AUC|Dice|IoU|recall|BLEU|sensitivity|specificity|risk|confidence|coverage|calibration error)\b",
        RegexOptions.IgnoreCase
    );
    private static readonly Regex Figure = new(@"(?<![\d.])(?:\d*\.\d+(?![\d.]*\d)|\d+(?=\s?%|\spercent))");

    // What is no prose: code, claims, and the numbers of sections.
    private static readonly Regex Hidden = new(
        @"```.*?```|<!--.*?-->|`[^`]*`|^#+ \d+\.\d+|\bsections? \d+\.\d+",
        RegexOptions.Singleline | RegexOptions.Multiline
    );
    private static readonly Regex Claim = new("<!--.*?-->", RegexOptions.Singleline);
    private static readonly Regex SentenceEnd = new(@"(?<=[.?!:])\s+|\n\n");

    // In these, training lets the last digits grow until they change figures.
    private static readonly string[] Trained =
    [
        "07-evaluation",
        "08-segmentation",
        "09-image-text",
        "10-captioning",
        "11-human-in-the-loop",
        "12-chest-x-rays",
    ];

    public static TheoryData<string> Chapters => [.. Repository.Chapters.Select(path => Path.GetFileNameWithoutExtension(path))];

    public static TheoryData<string> TrainedChapters => [.. Trained];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void The_text_quotes_no_single_run(string chapter) =>
        Assert.Empty(TextsOf(chapter).SelectMany(text => Sentences(text.Prose).Where(sentence => OneRun.IsMatch(sentence))));

    [Theory]
    [MemberData(nameof(TrainedChapters))]
    public void A_figure_beside_a_measure_is_set_in_the_code_or_claimed(string chapter)
    {
        string code = string.Join('\n', CellsOf(chapter, "code"));

        Assert.Empty(TextsOf(chapter).SelectMany(text => Unfounded(text.Prose, code + text.Claims)));
    }

    [Theory]
    [InlineData("When this was written, the Dice was high.")]
    [InlineData("On most computers it is a little too modest.")]
    [InlineData("It lay between two values (both were seen).")]
    public void A_phrase_that_quotes_a_run_is_found(string sentence) => Assert.Matches(OneRun, sentence);

    [Theory]
    [InlineData("About 95 reports of 100 are right, with BLEU-4 at about 0.90.", "", "0.90")]
    [InlineData("The Dice fell to 0.83.", "Math.Abs(dice - 0.83) < 0.01", null)]
    [InlineData("The risk was 6.5 percent.", "", "6.5")]
    [InlineData("An accuracy of 99% is useless.", "", "99")]
    [InlineData("A 95 percent interval holds the true sensitivity.", "", null)]
    [InlineData("A pixel is 4.0 mm wide.", "", null)]
    public void A_figure_beside_a_measure_is_found_unless_it_is_claimed(string sentence, string claims, string? figure) =>
        Assert.Equal(figure is null ? [] : [$"{figure}: {sentence}"], Unfounded(sentence, claims));

    private static IEnumerable<string> Unfounded(string prose, string founded) =>
        from sentence in Sentences(prose)
        where Measure.IsMatch(sentence)
        from Match figure in Figure.Matches(sentence)
        let number = figure.Value.Contains('.') ? figure.Value.TrimEnd('0') : figure.Value
        where number != "95" && !Regex.IsMatch(founded, $@"(?<![\d.]){Regex.Escape(number)}0*(?!\d)")
        select $"{figure.Value}: {sentence}";

    private static IEnumerable<(string Prose, string Claims)> TextsOf(string chapter) =>
        CellsOf(chapter, "markdown")
            .Select(text => text.Split("\n## Sources", 2)[0])
            .Select(text => (Hidden.Replace(text, " "), string.Concat(Claim.Matches(text).Select(match => match.Value))));

    private static IEnumerable<string> Sentences(string prose) => SentenceEnd.Split(prose).Select(sentence => sentence.Trim());

    private static IEnumerable<string> CellsOf(string chapter, string kind) =>
        Exercises
            .Cells(Repository.Read("notebooks", "en", chapter + ".ipynb"))
            .Where(cell => (string)cell["cell_type"]! == kind)
            .Select(cell => Exercises.Source((JsonNode)cell));
}
