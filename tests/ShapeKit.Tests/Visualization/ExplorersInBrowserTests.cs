using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using ShapeKit.Evaluation;
using ShapeKit.Visualization;
using TorchSharp;

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
            slide('.rarity', 8); // one in two, as in the data
            for (const line of {{System.Text.Json.JsonSerializer.Serialize(lines)}}) {
              slide('.threshold', line);
              log(['.sensitivity', '.specificity', '.right'].map(read).join(' '));
            }
            press('.scores', (14 + 0.7 * 400) / 428, 0.5);
            log(read('output'));
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

    [Fact]
    public async Task A_ball_takes_the_steps_of_SGD_whether_they_arrive_leap_or_diverge()
    {
        double[] rates = [0.05, 0.21, 0.25];

        string[] seen = await Run(
            Explorers.Descent(Dose, Effect).ToHtml(),
            $$"""
            for (const rate of {{System.Text.Json.JsonSerializer.Serialize(rates)}}) {
              slide('.rate', Math.round(rate / 0.005) - 1);
              click('.again');
              for (let step = 1; step <= 8; step++) {
                click('.one');
                log([read('output'), ...['.count', '.weight', '.slope', '.loss'].map(read)].join(' '));
              }
            }
            """
        );

        Assert.Equal([.. rates.SelectMany(rate => StepsOfSgd(rate, 8))], seen);
    }

    [Fact]
    public async Task What_a_step_did_is_said_in_words_and_the_ball_lies_where_it_is_put()
    {
        string[] seen = await Run(
            Explorers.Descent(Dose, Effect).ToHtml(),
            """
            log(read('.words'));
            click('.one');
            log(read('.words'));
            for (const rate of [41, 49]) {
              slide('.rate', rate);
              click('.again');
              click('.one');
              log(read('.words'));
            }
            slide('.rate', 20);
            for (let step = 0; step < 20; step++) click('.one');
            log(read('.words'));
            press('.plane', (46 + 400 * (1 - 28.5 / 14 * -0.25) / (28.5 / 14 * 2.5)) / 460, 0.5);
            log(read('.weight') + ' after ' + read('.count'));
            key('.plane', 'ArrowRight');
            log(read('.weight') + ' ' + root.querySelector('.plane').getAttribute('aria-valuetext'));
            """
        );

        Assert.Equal("The ball lies at weight 0.000. It goes down to the right.", seen[0]);
        Assert.Equal("The step went down to the right and stayed on the same side of the floor.", seen[1]);
        Assert.Equal("The step leapt across the floor to the other side, and it landed lower than before.", seen[2]);
        Assert.StartsWith("The ball has left the picture: its weight is 4.750. Each step leaps farther than the one before", seen[3]);
        Assert.StartsWith("Here the slope is 0: the ball lies on the floor of the valley", seen[4]);
        Assert.Equal(["1.000 after 0", "1.050 1.05"], seen[5..]);
    }

    [Theory]
    [InlineData(false, "block", "0 1 3 stop", "3 run")]
    [InlineData(true, "none", "0 0 0 run", "0 run")]
    public async Task The_ball_runs_when_it_is_asked_and_never_where_the_reader_wants_no_motion(
        bool still,
        string display,
        string running,
        string stopped
    )
    {
        string[] seen = await Run(
            Explorers.Descent(Dose, Effect).ToHtml(),
            """
            const wait = () => new Promise(done => setTimeout(done, 900)), run = root.querySelector('.run');
            log(getComputedStyle(run).display.replace('inline-', ''));
            await wait();
            const counts = [read('.count')];
            run.click();
            counts.push(read('.count'));
            await wait();
            log([...counts, read('.count'), run.textContent].join(' '));
            if (run.textContent === 'stop') run.click();
            await wait();
            log(read('.count') + ' ' + run.textContent);
            """,
            still ? ["--force-prefers-reduced-motion"] : []
        );

        Assert.Equal([display, running, stopped], seen);
    }

    private static double[] Dose => [1, 2, 3];

    private static double[] Effect => [2.1, 3.9, 6.2];

    /// <summary>What libtorch's gradient descent gives, as the figure writes it.</summary>
    private static IEnumerable<string> StepsOfSgd(double rate, int steps)
    {
        var weight = new TorchSharp.Modules.Parameter(torch.tensor(0.0));
        var sgd = torch.optim.SGD([weight], rate);
        for (int step = 0; step <= steps; step++)
        {
            sgd.zero_grad();
            torch.Tensor error = (weight * torch.tensor(Dose)) - torch.tensor(Effect);
            torch.Tensor loss = (error * error).mean();
            loss.backward();
            if (step > 0)
            {
                yield return $"{Html.Css(rate)} {step} {Html.Fixed(weight.item<double>(), 3)} {Html.Fixed(weight.grad!.item<double>(), 3)} "
                    + Html.Fixed(loss.item<double>(), 3);
            }

            sgd.step();
        }
    }

    /// <summary>Shows a figure and runs a script on it, which may <c>log</c> lines.</summary>
    private static async Task<string[]> Run(string figure, string script, params string[] options)
    {
        string? browser = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no chromium on this machine's path.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("shapekit-test-");
        try
        {
            string page = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(
                page,
                $$"""
                <!DOCTYPE html><meta charset="utf-8">{{figure}}<pre id="log"></pre><script>
                const root = document.querySelector('figure'), lines = [], log = line => lines.push(line);
                const find = name => root.querySelector(name), read = name => find(name).textContent, click = name => find(name).click();
                const slide = (name, value) => { find(name).value = value; find(name).dispatchEvent(new Event('input')); };
                const key = (name, key) => find(name).dispatchEvent(new KeyboardEvent('keydown', { key }));
                const press = (name, x, y, type = 'pointerdown') => {
                  const element = find(name), box = element.getBoundingClientRect();
                  Object.assign(element, { setPointerCapture() { }, hasPointerCapture: () => true });
                  element.dispatchEvent(new PointerEvent(type, { clientX: box.left + box.width * x, clientY: box.top + box.height * y }));
                };
                (async () => {
                {{script}}
                })().catch(log).then(() => { document.getElementById('log').textContent = lines.join('\n'); });
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
                        "--virtual-time-budget=4000",
                        .. options,
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
