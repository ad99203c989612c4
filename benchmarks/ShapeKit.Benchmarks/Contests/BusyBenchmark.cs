using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>
/// What a training step costs while others use the machine, with threads that sleep while they wait, as the kit has it, and with threads
/// that spin.
/// </summary>
internal static class BusyBenchmark
{
    public static string Run(int rounds)
    {
        string load = Machine.Load;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- busy`, on {Machine.Description}, load {load} before "
                + $"and LOAD after."
        );
        text.AppendLine();
        text.AppendLine("A step of `ShapeCnn` with 32 images. A busy neighbour is a program that computes without a pause on one thread.");
        text.AppendLine();
        text.AppendLine(Measurement.TableHead);
        foreach (int threads in new[] { 1, 2 })
        {
            foreach (string policy in threads == 1 ? ["PASSIVE"] : new[] { "PASSIVE", "ACTIVE" })
            {
                Entry entry = Peers.ShapeKit("ShapeKit", "training", $"{threads}") with
                {
                    Environment = new Dictionary<string, string> { ["OMP_WAIT_POLICY"] = policy },
                };
                string name = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{threads} thread{(threads == 1 ? "" : $"s, {policy.ToLowerInvariant()}")}"
                );
                foreach (int neighbours in new[] { 0, 1, 2 })
                {
                    Process[] busy = [.. Enumerable.Range(0, neighbours).Select(_ => Process.Start(Environment.ProcessPath!, "neighbour"))];
                    try
                    {
                        Row(text, $"{name}: {neighbours} busy neighbour{(neighbours == 1 ? "" : "s")}", [entry], rounds);
                    }
                    finally
                    {
                        foreach (Process neighbour in busy)
                        {
                            neighbour.Kill();
                            neighbour.Dispose();
                        }
                    }
                }

                Row(text, $"{name}: two trainings at once", [entry, entry], rounds);
            }
        }

        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }

    private static void Row(StringBuilder text, string name, Entry[] entries, int rounds)
    {
        const int steps = 20;
        Contestant[] all = [.. entries.Select(entry => Contestant.Start(entry.Command, entry.Environment, out _)!)];
        var times = new List<double>();
        for (int round = -2; round < rounds; round++)
        {
            Array.ForEach(all, one => one.Begin("steps", steps));
            double[] taken = [.. all.Select(one => one.End())];
            if (round >= 0)
            {
                times.Add(taken.Average() * 1000 / steps);
            }
        }

        Array.ForEach(all, one => one.Dispose());
        text.AppendLine(new Measurement(name, "ms", null, times).TableRow);
    }
}
