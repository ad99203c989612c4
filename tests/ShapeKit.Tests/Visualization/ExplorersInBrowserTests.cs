using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using ShapeKit.Evaluation;
using ShapeKit.Visualization;

namespace ShapeKit.Tests.Visualization;

/// <summary>What a reader's pointer and keys do to the explorers, in the system's Chromium.</summary>
public sealed class ExplorersInBrowserTests
{
    private static readonly Regex Log = new("<pre id=\"log\">(.*?)</pre>", RegexOptions.Singleline);

    [Fact]
    public async Task The_line_gives_what_the_library_computes_wherever_it_stands()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 2)];
        float[] probabilities = [.. labels.Select((label, i) => ((i * 37 % 40) + (label * 15)) / 60f)];
        int[] lines = [0, 25, 40, 50, 65, 100];

        string[] seen = await Run(
            Explorers.Threshold(labels, probabilities, ["well", "ill"]).ToHtml(),
            $$"""
            const slider = root.querySelector('.threshold'), rarity = root.querySelector('.rarity');
            rarity.value = 8; // one in two, as in the data
            for (const line of {{System.Text.Json.JsonSerializer.Serialize(lines)}}) {
              slider.value = line;
              slider.dispatchEvent(new Event('input'));
              log(['sensitivity', 'specificity', 'right'].map(name => root.querySelector('.' + name).textContent).join(' '));
            }
            const picture = root.querySelector('.scores'), box = picture.getBoundingClientRect();
            picture.setPointerCapture = () => { };
            picture.dispatchEvent(new PointerEvent('pointerdown', { clientX: box.left + box.width * (14 + 0.7 * 400) / 428 }));
            log(root.querySelector('output').textContent);
            """
        );

        Assert.Equal(
            [
                .. lines.Select(line =>
                {
                    var report = ClassificationReport.From(labels, probabilities, ["well", "ill"], line / 100.0);
                    string right = double.IsNaN(report.Precision)
                        ? "never given"
                        : FormattableString.Invariant($"{100 * report.Precision:F1}%");
                    return FormattableString.Invariant($"{report.Sensitivity:F3} {report.Specificity:F3} {right}");
                }),
                "0.70",
            ],
            seen
        );
    }

    /// <summary>Shows a figure and runs a script on it, which may <c>log</c> lines.</summary>
    private static async Task<string[]> Run(string figure, string script)
    {
        string browser = Chromium.Path();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("shapekit-test-");
        try
        {
            string page = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(
                page,
                $$"""
                <!DOCTYPE html><meta charset="utf-8">{{figure}}<pre id="log"></pre><script>
                const root = document.querySelector('figure'), lines = [], log = line => lines.push(line);
                {{script}}
                document.getElementById('log').textContent = lines.join('\n');
                </script>
                """
            );
            using var process = Process.Start(
                new ProcessStartInfo(
                    browser,
                    [
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        $"--user-data-dir={Path.Combine(folder.FullName, "profile")}",
                        "--virtual-time-budget=2000",
                        "--dump-dom",
                        new Uri(page).AbsoluteUri,
                    ]
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string shown = await process.Patiently(process.StandardOutput.ReadToEndAsync());
            await process.EndAsync();
            Match found = Log.Match(shown);
            Assert.True(found.Success, shown + await errors);
            return WebUtility.HtmlDecode(found.Groups[1].Value).Split('\n');
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
