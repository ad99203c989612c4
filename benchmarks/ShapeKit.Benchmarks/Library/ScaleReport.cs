using System.Diagnostics;
using System.Globalization;
using System.Text;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Benchmarks.Library;

/// <summary>How the cost of drawing and training grows with images, their side, parameters and threads.</summary>
internal static class ScaleReport
{
    private const int Batch = 32;

    private static readonly int[] Counts = [200, 2_000, 20_000, 200_000, 1_000_000];

    public static string Run(int rounds)
    {
        string load = Machine.Load;
        Session.Start(seed: 1, threads: 1);
        LogLog[] series =
        [
            Images(rounds),
            Training("images in an epoch of the article's training, 28x28, one thread", [200, 2_000, 20_000], rounds, images =>
                (28, 1, images)
            ),
            Training("pixels along a side, a step of 32 images, one thread", [28, 64, 128, 256, 512], rounds, side => (side, 1, Batch)) with
            {
                CanBeShared = false,
            },
            Training(
                "parameters, a step of 32 images 28x28, one thread",
                [1, 3, 10],
                rounds,
                factor => (28, factor, Batch),
                factor => Parameters((int)factor)
            ),
        ];
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- scale`, on {Machine.Description}, load {load} before "
                + $"and LOAD after."
        );
        text.AppendLine();
        text.AppendLine(
            "Medians. The exponent p of time ∝ n^p is the slope of the straight line nearest to the points in the drawing, both axes "
                + "logarithmic. The network is the article's, with the second pooling followed by averages over 5x5 parts so that its "
                + "parameters do not depend on the side; more parameters by more channels. A training step is forward, backward and Adam, "
                + "all as TorchSharp has them; the library's own step of the article's network is faster and stands in *Training*."
        );
        text.AppendLine();
        text.AppendLine("![Time against size, both axes logarithmic](scale.svg)");
        foreach (LogLog one in series)
        {
            Against(text, one);
        }

        Threads(text, rounds);
        File.WriteAllText(ResultsFile.PathBeside("scale.svg"), LogLogChart.Svg(series));
        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }

    private static void Against(StringBuilder text, LogLog sizes)
    {
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Against {sizes.Name}: exponent **{sizes.Exponent:0.00}**.");
        text.AppendLine();
        text.AppendLine(sizes.CanBeShared ? "| n | time | for each |\n|---:|---:|---:|" : "| n | time |\n|---:|---:|");
        foreach ((double n, double seconds) in sizes.Points)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {n:N0} | {Milliseconds(seconds)} ms "
                    + $"|{(sizes.CanBeShared ? string.Create(CultureInfo.InvariantCulture, $" {seconds * 1e6 / n:0.000} µs |") : "")}"
            );
        }
    }

    private static void Threads(StringBuilder text, int rounds)
    {
        text.AppendLine();
        text.AppendLine("Threads, a step of 32 images; one and two threads in turn, and the median of their ratios:");
        text.AppendLine();
        text.AppendLine("| side | parameters | one thread | two threads | share |\n|---:|---:|---:|---:|---:|");
        foreach ((int side, int factor) in new[] { (28, 1), (128, 1), (28, 10) })
        {
            var one = new List<double>();
            var two = new List<double>();
            for (int round = 0; round < rounds; round++)
            {
                one.Add(Step(side, factor, Batch, 5));
                set_num_threads(2);
                two.Add(Step(side, factor, Batch, 5));
                set_num_threads(1);
            }

            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {side} | {Parameters(factor):N0} | {Milliseconds(Middle(one))} ms | {Milliseconds(Middle(two))} ms | "
                    + $"{Middle(one.Zip(two, (a, b) => b / a)):0.00} |"
            );
        }
    }

    private static string Milliseconds(double seconds) =>
        (seconds * 1000).ToString(seconds < 1 ? "0.00" : "N0", CultureInfo.InvariantCulture);

    private static LogLog Images(int rounds) =>
        new(
            "images drawn, 28x28, one thread",
            [.. Counts.Select(count => ((double)count, Median(count > 100_000 ? Math.Min(rounds, 3) : rounds, () =>
                        {
                            using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(count, threads: 1);
                        })))]
        );

    private static LogLog Training(
        string name,
        double[] sizes,
        int rounds,
        Func<double, (double Side, double Factor, double Images)> of,
        Func<double, double>? n = null
    ) =>
        new(
            name,
            [
                .. sizes.Select(size =>
                    of(size) is var (side, factor, images)
                        ? (
                            n?.Invoke(size) ?? size,
                            Step((int)side, (int)factor, (int)images, images > 2_000 || side > 128 ? Math.Min(rounds, 3) : rounds)
                        )
                        : default
                ),
            ]
        );

    /// <summary>The time to train on some images once, in batches.</summary>
    private static double Step(int side, int factor, int images, int rounds)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> model = Network(factor);
        optim.Optimizer optimizer = optim.Adam(model.parameters());
        Tensor batch = rand(Batch, 1, side, side),
            labels = rand(Batch, 1).round();
        return Median(rounds, () =>
        {
            for (int seen = 0; seen < images; seen += Batch)
            {
                using DisposeScope step = NewDisposeScope();
                int count = Math.Min(Batch, images - seen);
                Tensor loss = nn.functional.binary_cross_entropy_with_logits(model.call(batch[..count]), labels[..count]);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        });
    }

    private static nn.Module<Tensor, Tensor> Network(int factor) =>
        nn.Sequential(
            nn.Conv2d(1, 32 * factor, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32 * factor, 64 * factor, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.AdaptiveAvgPool2d(5),
            nn.Flatten(),
            nn.Linear(64 * factor * 25, 64 * factor),
            nn.ReLU(),
            nn.Linear(64 * factor, 1)
        );

    private static long Parameters(int factor)
    {
        using nn.Module<Tensor, Tensor> model = Network(factor);
        return model.parameters().Sum(parameter => parameter.numel());
    }

    private static double Median(int rounds, Action work)
    {
        work();
        var times = new List<double>();
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Middle(times);
    }

    private static double Middle(IEnumerable<double> values) => new Measurement("", "", null, [.. values]).Median;
}

/// <summary>Times against sizes.</summary>
/// <param name="Name">What the sizes are.</param>
/// <param name="Points">Sizes, and seconds.</param>
internal sealed record LogLog(string Name, IReadOnlyList<(double N, double Seconds)> Points)
{
    /// <summary>Whether the time of one of n means something.</summary>
    public bool CanBeShared { get; init; } = true;

    /// <summary>The slope of the line through the logarithms with the least squared distances.</summary>
    public double Exponent
    {
        get
        {
            double[] x = [.. Points.Select(point => Math.Log(point.N))],
                y = [.. Points.Select(point => Math.Log(point.Seconds))];
            double middleX = x.Average(),
                middleY = y.Average();
            return x.Zip(y).Sum(pair => (pair.First - middleX) * (pair.Second - middleY))
                / x.Sum(value => (value - middleX) * (value - middleX));
        }
    }
}
