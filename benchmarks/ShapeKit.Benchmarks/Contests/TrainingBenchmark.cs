using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ShapeKit.Data;
using ShapeKit.Generation;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>The article's training, in ShapeKit and in other people's tools.</summary>
internal static class TrainingBenchmark
{
    private const string Blas = "/usr/lib/x86_64-linux-gnu/";

    public static string Run(int rounds)
    {
        string load = Machine.Load;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- training`, on {Machine.Description}, load {load} "
                + $"before and LOAD after."
        );
        text.AppendLine();
        text.AppendLine(
            "Every program trains the same network on the same images in float32: steps of 32 images with Adam, and the article's whole "
                + "fit (200 images, of which 128 train, 32 validate and 40 test, 10 epochs). The programs take turns, round by round; a "
                + "share compares two times of the same round."
        );
        text.AppendLine();
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(640);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, MemoryMarshal.AsBytes<float>(data.Images.data<float>().ToArray()));
            foreach (int threads in new[] { 1, 2 })
            {
                text.AppendLine(threads == 1 ? "On one thread:" : "On two threads:");
                text.AppendLine();
                text.AppendLine(Race(threads, file, rounds));
            }
        }
        finally
        {
            File.Delete(file);
        }

        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }

    /// <param name="threads">How many threads each program gets.</param>
    /// <param name="file">The images' pixels.</param>
    /// <param name="rounds">How many rounds count.</param>
    private static string Race(int threads, string file, int rounds) =>
        Contest.Run(
            [
                Peers.ShapeKit("ShapeKit", "training", $"{threads}"),
                Peers.Python("PyTorch with OpenBLAS", "training_pytorch.py", Blas + "openblas-pthread", threads, $"{threads}", file),
                Peers.Python("PyTorch as Debian ships it", "training_pytorch.py", Blas + "blas", threads, $"{threads}", file),
            ],
            [
                new Work("steps", 40, "a step", "ms", 1e3),
                new Work("fit", 1, "the article's fit", "s", 1),
                new Work("predict", 1_280, "a prediction", "µs", 1e6),
            ],
            rounds,
            [
                new Goal("steps", "PyTorch with OpenBLAS", threads == 1 ? 0.65 : 0.5),
                new Goal("fit", "PyTorch with OpenBLAS", threads == 1 ? 0.65 : 0.5),
                new Goal("predict", "PyTorch with OpenBLAS", 0.6),
            ]
        );

    /// <summary>TensorFlow.js in plain JavaScript takes about half a minute for a step, so that it has a command of its own.</summary>
    public static string RunNode(int rounds)
    {
        string load = Machine.Load;
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(32);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, MemoryMarshal.AsBytes<float>(data.Images.data<float>().ToArray()));
            string table = Contest.Run(
                [Peers.ShapeKit("ShapeKit", "training", "1"), Peers.Node("TensorFlow.js", "training_tfjs.mjs", 0.05, "1", file)],
                [new Work("steps", 20, "a step", "ms", 1e3)],
                rounds,
                []
            );
            return string.Create(
                CultureInfo.InvariantCulture,
                $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- node`, on {Machine.Description}, load {load} "
                    + $"before and {Machine.Load} after.\n\nSteps of 32 images, each program on one thread.\n\n{table}"
            );
        }
        finally
        {
            File.Delete(file);
        }
    }
}
