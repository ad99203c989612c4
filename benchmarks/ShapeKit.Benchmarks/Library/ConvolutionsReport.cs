using System.Diagnostics;
using System.Globalization;
using System.Text;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Benchmarks.Library;

/// <summary>What each way to compute convolutions costs: at a program's start, in the course's networks, and in its chapters.</summary>
internal static class ConvolutionsReport
{
    public const string Argument = "convolutions-of";

    private static readonly string[] Ways = [ConvolutionWay.Fast, ConvolutionWay.Mended, ConvolutionWay.Plain];

    public static string Run(int rounds)
    {
        string load = Machine.Load;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- convolutions` on {Machine.Description}, load LOAD."
        );
        text.AppendLine();
        text.AppendLine(
            "`fast` is oneDNN as it is, `mended` oneDNN with usual sizes for the caches (what the kit does where the processor hides "
                + "them), `plain` libtorch's own code. Each process runs once a round, one after the other; shares are taken within "
                + "a round."
        );
        text.AppendLine();
        text.AppendLine(Measurement.TableHead);

        // Without a wish the kit compares first.
        Samples starts = Measure(rounds, ["", .. Ways], way =>
            new() { ["from a program's start to its first tensor"] = Child(way, "start")[""] }
        );
        text.AppendLine(starts.Row("from a program's start to its first tensor", ConvolutionWay.Fast, "ms"));
        text.AppendLine(
            starts.Difference("from a program's start to its first tensor", "", ConvolutionWay.Fast, "finding out which way is right, more")
        );
        text.AppendLine(
            starts.Difference("from a program's start to its first tensor", ConvolutionWay.Mended, ConvolutionWay.Fast, "mending, more")
        );
        foreach (int threads in new[] { 1, 2 })
        {
            Samples networks = Measure(rounds, Ways, way => Child(way, $"{threads}"));
            foreach (string name in networks.Names)
            {
                text.AppendLine(networks.Row(name, ConvolutionWay.Fast, "ms", $", {threads} thread{(threads == 1 ? "" : "s")}"));
                text.AppendLine(networks.Share(name, ConvolutionWay.Mended));
                text.AppendLine(networks.Share(name, ConvolutionWay.Plain));
            }
        }

        return text.ToString().Replace("LOAD", $"{load} before and {Machine.Load} after", StringComparison.Ordinal);
    }

    /// <summary>Runs all chapters in each way, in turn; a ninth of the rounds, because it takes a quarter of an hour.</summary>
    public static string RunChapters(int rounds)
    {
        const string name = "all chapters, `shapekit run`";
        string load = Machine.Load;
        Samples chapters = Measure(Math.Max(1, rounds / 9), Ways, way => new() { [name] = Chapters(way) });
        return string.Join(
            '\n',
            string.Create(
                CultureInfo.InvariantCulture,
                $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- chapters` on {Machine.Description}, load {load} "
                    + $"before and {Machine.Load} after."
            ),
            "",
            Measurement.TableHead,
            chapters.Row(name, ConvolutionWay.Fast, "s"),
            chapters.Share(name, ConvolutionWay.Mended, target: 1.2),
            chapters.Share(name, ConvolutionWay.Plain)
        );
    }

    /// <summary>The child process: prints names and milliseconds.</summary>
    public static void Serve(string what)
    {
        if (what == "start")
        {
            using Tensor first = ones(2) + ones(2);
            float sum = first.sum().item<float>();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"\t{(DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds}\t{sum}"
                )
            );
            return;
        }

        Session.Start(threads: int.Parse(what, CultureInfo.InvariantCulture));
        Report("the article's network, 32 images", new ShapeCnn(seed: 1), 32, 28);
        Report("U-Net of chapter 08, 4 images", new UNet(3, depth: 2, width: 8, seed: 1), 4, 80);
        Report("encoder of chapters 10 and 11, 12 images", new ImageEncoder(48), 12, 64);
    }

    private static void Report(string name, nn.Module<Tensor, Tensor> network, int images, int side)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = rand(images, 1, side, side);
        network.train();
        Time($"{name}, forward and backward", () => network.call(input).sum().backward());
        network.eval();
        using IDisposable withoutGradients = no_grad();
        Time($"{name}, forward", () => network.call(input));
    }

    private static void Time(string name, Action work)
    {
        const int runs = 25,
            first = 5;
        var times = new List<double>();
        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                work();
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name}\t{times.Skip(first).Order().ElementAt((runs - first) / 2)}")
        );
    }

    private static Dictionary<string, double> Child(string way, string what) =>
        Start(Environment.ProcessPath!, way, Argument, what)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .ToDictionary(line => line[0], line => double.Parse(line[1], CultureInfo.InvariantCulture));

    private static double Chapters(string way)
    {
        string root = Path.GetFullPath(ResultsFile.PathBeside("..")),
            output = Directory.CreateTempSubdirectory("shapekit-ways-").FullName;
        try
        {
            long start = Stopwatch.GetTimestamp();
            Start(
                Path.Combine(root, "src", "ShapeKit.Cli", "bin", "Debug", "net10.0", "shapekit"),
                way,
                "run",
                Path.Combine(root, "notebooks", "en"),
                "--output",
                output
            );
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static string Start(string program, string way, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment[ConvolutionWay.Variable] = way;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    private static Samples Measure(int rounds, string[] ways, Func<string, Dictionary<string, double>> measure)
    {
        var samples = new Samples();
        for (int round = -1; round < rounds; round++)
        {
            foreach (string way in ways)
            {
                // The round before the first only fills the system's caches, where it takes no minutes.
                if (round >= 0 || rounds > 1)
                {
                    samples.Add(way, measure(way), counts: round >= 0);
                }
            }
        }

        return samples;
    }

    private sealed class Samples
    {
        private readonly Dictionary<(string Name, string Way), List<double>> _values = [];

        public IEnumerable<string> Names => _values.Keys.Select(key => key.Name).Distinct();

        public void Add(string way, Dictionary<string, double> values, bool counts)
        {
            foreach ((string name, double value) in counts ? values : [])
            {
                _values.TryAdd((name, way), []);
                _values[(name, way)].Add(value);
            }
        }

        public string Row(string name, string way, string unit, string more = "") =>
            new Measurement($"{name}{more}: {way}", unit, null, _values[(name, way)]).TableRow;

        public string Share(string name, string way, double? target = null) =>
            new Measurement(
                $"{way}, times as long",
                "x",
                target,
                [.. _values[(name, way)].Zip(_values[(name, ConvolutionWay.Fast)], (own, fast) => own / fast)]
            ).TableRow;

        public string Difference(string name, string way, string other, string label) =>
            new Measurement(label, "ms", null, [.. _values[(name, way)].Zip(_values[(name, other)], (own, less) => own - less)]).TableRow;
    }
}
