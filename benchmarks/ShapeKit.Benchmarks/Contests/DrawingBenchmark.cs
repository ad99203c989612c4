using System.Globalization;
using System.Text;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>How fast labelled images are drawn, by ShapeKit and by the article's own way.</summary>
internal static class DrawingBenchmark
{
    public static string Run(int rounds)
    {
        string load = Machine.Load;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- drawing`, on {Machine.Description}, load {load} before and LOAD after.");
        text.AppendLine();
        text.AppendLine("Images of 28x28 pixels as float32 in 0..1; ShapeKit's come with exact masks, labels and the shapes' numbers, each drawn from its own seeded generator.");
        text.AppendLine();
        Entry one = Peers.ShapeKit("ShapeKit, one thread", "drawing", "1"), two = Peers.ShapeKit("ShapeKit, two threads", "drawing", "2");
        text.AppendLine("The article's 200 images, with matplotlib's margins and the line of one point along each edge, again and again:");
        text.AppendLine();
        text.AppendLine(Contest.Run(
            [
                one,
                Peers.Python("matplotlib", "drawing_matplotlib.py", null, 1) with { Share = 0.0025 },
                Peers.Python("Pillow", "drawing_pillow.py", null, 1) with { Share = 0.1 },
                two,
            ],
            [new Work("images", 20_000, "an image", "µs", 1e6)],
            rounds,
            [new Goal("images", "matplotlib", 1.0 / 5_000)]));
        text.AppendLine("Filled shapes on the whole image, with and without anti-aliasing; 2.5 µs an image are 400,000 a second:");
        text.AppendLine();
        text.AppendLine(Contest.Run(
            [one, two],
            [
                new Work("smooth", 100_000, "an image with anti-aliasing (sought on one thread: 3.57)", "µs", 1e6),
                new Work("plain", 100_000, "an image without (sought: 2.50)", "µs", 1e6),
                new Work("smooth", 10_000, "an image with anti-aliasing, of 10,000 at a time", "µs", 1e6),
                new Work("smooth", 1_000_000, "an image with anti-aliasing, of 1,000,000 at a time", "µs", 1e6),
            ],
            rounds,
            []));
        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }
}
