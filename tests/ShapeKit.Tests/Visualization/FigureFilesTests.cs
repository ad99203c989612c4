using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ShapeKit.Visualization;

namespace ShapeKit.Tests.Visualization;

public sealed class FigureFilesTests
{
    /// <summary>All figures that have a markup, a style and a script.</summary>
    public static TheoryData<string> Figures => [.. Directory.GetFiles(Markup()).Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [InlineData("chart")]
    [MemberData(nameof(Figures))]
    public async Task A_script_is_one_that_a_browser_can_read(string kind)
    {
        var start = new ProcessStartInfo("node", ["--check", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        Process? started = null;
        try
        {
            started = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed, so nothing here can read a script.");
        }

        using Process node = started!;
        await node.StandardInput.WriteAsync(FigureScripts.Of(kind));
        node.StandardInput.Close();
        string errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();

        Assert.True(node.ExitCode == 0, errors);
    }

    [Theory]
    [MemberData(nameof(Figures))]
    public void A_style_is_well_formed_and_touches_one_figure_alone(string kind)
    {
        foreach (string line in FigureFiles.Style(kind, "mine").Split('\n'))
        {
            string rule = Regex.Replace(line, @"^@media \([a-z-]+: \w+\) \{ (.*) \}$", "$1");
            Match match = Regex.Match(rule, @"^([^{}]+) \{ (?:[a-z-]+: [^:;{}]+; )+\}$");
            Assert.True(match.Success, rule);
            Assert.All(Regex.Split(match.Groups[1].Value, ", "), selector =>
                Assert.StartsWith("#mine ", selector, StringComparison.Ordinal)
            );
            Assert.DoesNotContain("var(--", rule.Replace("var(--columns)", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Figures))]
    public void The_tags_of_a_markup_are_balanced(string kind) =>
        XElement.Parse(
            $"<div>{Regex.Replace(FigureFiles.Read(kind + ".html"), @"\{\{\w+\}\}", "").Replace(" hidden>", ">", StringComparison.Ordinal)}</div>"
        );

    [Theory]
    [MemberData(nameof(Figures))]
    public void The_names_in_a_figure_are_no_headings_of_the_page(string kind) =>
        Assert.DoesNotMatch("<h[1-6]", FigureFiles.Read(kind + ".html"));

    private static string Markup([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "src", "ShapeKit", "Visualization", "Markup");
}
