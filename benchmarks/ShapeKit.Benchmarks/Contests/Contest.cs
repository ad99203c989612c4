using System.Globalization;
using System.Text;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>Who takes part: how it is started, and which share of the others' work it does where it is much slower.</summary>
internal sealed record Entry(
    string Label,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    double Share = 1
);

/// <summary>A piece of work: what it is called, how much of it is done at a time, and what one of it is.</summary>
internal sealed record Work(string Name, int Count, string What, string Unit, double UnitsPerSecond)
{
    /// <summary>What the first entry's median is to stay under, in the unit.</summary>
    public double? Target { get; init; }
}

/// <summary>What the first entry's median is to stay under, as a share of another's.</summary>
internal sealed record Goal(string Work, string Against, double Share);

/// <summary>
/// The same work, done by several programs in turn, round after round, so that a change of the machine meets all of them alike.
/// </summary>
internal static class Contest
{
    /// <summary>
    /// Runs the rounds, and gives one table for each piece of work; ratios are the first entry's time over the other's in the same round.
    /// </summary>
    public static string Run(IReadOnlyList<Entry> entries, IReadOnlyList<Work> works, int rounds, IReadOnlyList<Goal> goals)
    {
        var text = new StringBuilder();
        var missing = new List<string>();
        var running = new List<(Entry Entry, Contestant Contestant)>();
        try
        {
            foreach (Entry entry in entries)
            {
                if (Contestant.Start(entry.Command, entry.Environment, out string absent) is { } contestant)
                {
                    running.Add((entry, contestant));
                }
                else
                {
                    missing.Add($"{entry.Label}: {absent}");
                    Console.Error.WriteLine($"Not installed, left out: {missing[^1]}.");
                }
            }

            foreach (Work work in works)
            {
                Measure(text, running, work, rounds, goals);
            }

            text.AppendLine(
                "The most memory that each process held, all of the above included: "
                    + string.Join(
                        ", ",
                        running.Select(one =>
                            string.Create(CultureInfo.InvariantCulture, $"{one.Entry.Label} {one.Contestant.PeakMemory:0} MiB")
                        )
                    )
                    + "."
            );
            text.AppendLine();
            text.AppendLine("Ran: " + string.Join("; ", running.Select(one => $"{one.Entry.Label} is {one.Contestant.Name}")) + ".");
        }
        finally
        {
            running.ForEach(one => one.Contestant.Dispose());
        }

        if (missing.Count > 0)
        {
            text.AppendLine();
            text.AppendLine($"Not installed, left out: {string.Join("; ", missing)}.");
        }

        return text.ToString();
    }

    private static void Measure(
        StringBuilder text,
        List<(Entry Entry, Contestant Contestant)> running,
        Work work,
        int rounds,
        IReadOnlyList<Goal> goals
    )
    {
        List<double>[] clock = [.. running.Select(_ => new List<double>())],
            processor = [.. running.Select(_ => new List<double>())];

        // The first two rounds warm everybody up.
        for (int round = -2; round < rounds; round++)
        {
            for (int i = 0; i < running.Count; i++)
            {
                int count = Math.Max(1, (int)(work.Count * running[i].Entry.Share));
                (double seconds, double charged) = running[i].Contestant.Do(work.Name, count);
                if (round >= 0)
                {
                    clock[i].Add(seconds * work.UnitsPerSecond / count);
                    processor[i].Add(charged * work.UnitsPerSecond / count);
                }
            }
        }

        text.AppendLine(Measurement.TableHead);
        for (int i = 0; i < running.Count; i++)
        {
            text.AppendLine(
                new Measurement($"{work.What}: {running[i].Entry.Label}", work.Unit, i == 0 ? work.Target : null, clock[i]).TableRow
            );
        }

        for (int i = 1; i < running.Count; i++)
        {
            string other = running[i].Entry.Label;
            double? share = goals.FirstOrDefault(goal => goal.Work == work.Name && goal.Against == other)?.Share;
            text.AppendLine(
                new Measurement(
                    $"{running[0].Entry.Label}: its time as a share of that of {other}",
                    "×",
                    share,
                    Ratios(clock[0], clock[i])
                ).TableRow
            );
            text.AppendLine(new Measurement("the same, of processor time", "×", null, Ratios(processor[0], processor[i])).TableRow);
        }

        text.AppendLine();
    }

    private static List<double> Ratios(List<double> ours, List<double> theirs) => [.. ours.Zip(theirs, (a, b) => a / Math.Max(b, 1e-12))];
}
