using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ShapeKit.Data;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>How fast labelled images are drawn, by ShapeKit and by the article's own way.</summary>
internal static class DrawingBenchmark
{
    public static string Run(int rounds)
    {
        string load = Machine.Load;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- drawing`, on {Machine.Description}, load {load} before "
                + $"and LOAD after."
        );
        text.AppendLine();
        text.AppendLine(
            "Images of 28x28 pixels as float32 in 0..1; ShapeKit's come with exact masks, labels and the shapes' numbers, each drawn "
                + "from its own seeded generator."
        );
        text.AppendLine();
        Entry one = Peers.ShapeKit("ShapeKit, one thread", "drawing", "1"),
            two = Peers.ShapeKit("ShapeKit, two threads", "drawing", "2"),
            matplotlib = Peers.Python("matplotlib", "drawing_matplotlib.py", null, 1) with { Share = 0.0025 },
            pillow = Peers.Python("Pillow", "drawing_pillow.py", null, 1) with { Share = 0.1 };
        text.AppendLine("The article's 200 images, with matplotlib's margins and the line of one point along each edge, again and again:");
        text.AppendLine();
        text.AppendLine(
            Contest.Run(
                [one, matplotlib, pillow, two],
                [new Work("images", 20_000, "an image", "µs", 1e6)],
                rounds,
                [new Goal("images", "matplotlib", 1.0 / 5_000)]
            )
        );
        text.AppendLine(
            "Filled shapes on the whole image, with and without anti-aliasing; 2.5 µs an image are 400,000 a second, 3.57 are 280,000:"
        );
        text.AppendLine();
        text.AppendLine(
            Contest.Run(
                [one, two],
                [
                    new Work("smooth", 100_000, "an image with anti-aliasing", "µs", 1e6) { Target = 3.57 },
                    new Work("plain", 100_000, "an image without", "µs", 1e6) { Target = 2.5 },
                ],
                rounds,
                []
            )
        );
        text.AppendLine(
            "The same images with anti-aliasing, each data set drawn by a program that has just started and drawn 200 before, as a "
                + "chapter does:"
        );
        text.AppendLine();
        text.AppendLine(FirstDataSets([one, two], [10_000, 1_000_000], rounds));
        text.AppendLine(
            "Phantoms of 64x64 pixels with their findings and the masks of lungs and nodules; 0.50 ms a phantom are 2,000 a second:"
        );
        text.AppendLine();
        text.AppendLine(Contest.Run([one, two], [new Work("phantoms", 2_000, "a phantom", "ms", 1e3)], rounds, []));
        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }

    /// <summary>Draws one data set in each of many programs, whose memory is new to them; every program is started once a round.</summary>
    private static string FirstDataSets(IReadOnlyList<Entry> entries, IReadOnlyList<int> counts, int rounds)
    {
        int bytesOfOne = (28 * 28 * sizeof(float)) + sizeof(long) + Unsafe.SizeOf<Shape>();
        var results = entries
            .SelectMany(entry =>
                counts.Select(count => (Entry: entry, Count: count, Microseconds: new List<double>(), MiB: new List<double>()))
            )
            .ToArray();
        for (int round = 0; round < rounds; round++)
        {
            foreach ((Entry entry, int count, List<double> microseconds, List<double> mebibytes) in results)
            {
                using Contestant program = Contestant.Start(entry.Command, entry.Environment, out _)!;
                program.Do("smooth", 200);
                double before = program.PeakMemory;
                microseconds.Add(program.Do("smooth", count).Clock * 1e6 / count);
                mebibytes.Add(program.PeakMemory - before);
            }
        }

        var text = new StringBuilder();
        text.AppendLine(Measurement.TableHead);
        foreach ((Entry entry, int count, List<double> microseconds, List<double> mebibytes) in results)
        {
            text.AppendLine(
                new Measurement(
                    string.Create(CultureInfo.InvariantCulture, $"an image of {count:N0}: {entry.Label}"),
                    "µs",
                    null,
                    microseconds
                ).TableRow
            );
            text.AppendLine(
                new Measurement(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"more memory for them; their pixels, labels and shapes are {(double)count * bytesOfOne / (1 << 20):N0} MiB"
                    ),
                    "MiB",
                    null,
                    mebibytes
                ).TableRow
            );
        }

        return text.ToString();
    }
}
