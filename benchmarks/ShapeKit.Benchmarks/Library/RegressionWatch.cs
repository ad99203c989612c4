using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;

namespace ShapeKit.Benchmarks.Library;

/// <summary>
/// Times five of the <see cref="LibraryBenchmarks"/> briefly and prints how they stand to the recorded results. It judges nothing:
/// machines differ.
/// </summary>
internal static class RegressionWatch
{
    private const int Rounds = 5;

    public static void Run()
    {
        string recorded = File.ReadAllText(ResultsFile.PathBeside("RESULTS.md"));
        using var benchmarks = new LibraryBenchmarks();
        benchmarks.Prepare();
        foreach (
            string name in new[]
            {
                nameof(LibraryBenchmarks.Generate),
                nameof(LibraryBenchmarks.Convolve),
                nameof(LibraryBenchmarks.Step),
                nameof(LibraryBenchmarks.Fit),
                nameof(LibraryBenchmarks.Evaluate),
            }
        )
        {
            MethodInfo method = typeof(LibraryBenchmarks).GetMethod(name)!;
            BenchmarkAttribute benchmark = method.GetCustomAttribute<BenchmarkAttribute>()!;
            double microseconds = Median(() => method.Invoke(benchmarks, null)) / benchmark.OperationsPerInvoke;
            Match last = Regex.Match(recorded, $@"^\| {Regex.Escape(benchmark.Description!)} \| ([\d.,]+) µs", RegexOptions.Multiline);
            string ratio = last.Success
                ? (microseconds / double.Parse(last.Groups[1].Value, CultureInfo.InvariantCulture)).ToString(
                    "0.00",
                    CultureInfo.InvariantCulture
                ) + " of the last recorded"
                : "not recorded yet";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{benchmark.Description}: {microseconds:N1} µs, {ratio}"));
        }
    }

    /// <summary>
    /// The median time in µs, after two seconds in which .NET compiles what is used often once more; what takes less than 100 ms is
    /// repeated within a round.
    /// </summary>
    private static double Median(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
        {
            work();
        }

        int repeats = Math.Clamp((int)(100_000 / Time(work, 1)), 1, 10_000);
        return Enumerable.Range(0, Rounds).Select(_ => Time(work, repeats)).Order().ElementAt(Rounds / 2);
    }

    private static double Time(Action work, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats;
    }
}
