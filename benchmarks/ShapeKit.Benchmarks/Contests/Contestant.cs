using System.Diagnostics;
using System.Globalization;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>
/// A program that does the same work as others, on request: it says what it is, then answers each line "WORK COUNT" with the seconds that
/// it took.
/// </summary>
internal sealed class Contestant : IDisposable
{
    private readonly Process _process;

    private Contestant(Process process, string name) => (_process, Name) = (process, name);

    /// <summary>What the program calls itself, with its version.</summary>
    public string Name { get; }

    /// <summary>The most memory that the program has held so far, in MiB.</summary>
    public double PeakMemory =>
        OperatingSystem.IsLinux()
            ? double.Parse(
                File.ReadLines($"/proc/{_process.Id}/status")
                    .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
                CultureInfo.InvariantCulture
            ) / 1024
            : _process.PeakWorkingSet64 / 1048576.0;

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables that it gets besides its parent's.</param>
    /// <param name="missing">What has to be installed, where it doesn't run.</param>
    /// <returns>The program, ready; null where something is missing.</returns>
    public static Contestant? Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, out string missing)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        missing = command[0];
        try
        {
            Process process = Process.Start(start)!;
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                {
                    return new Contestant(process, line["ready ".Length..]);
                }

                if (line.StartsWith("missing ", StringComparison.Ordinal))
                {
                    missing = line["missing ".Length..];
                }
            }

            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
        }

        return null;
    }

    /// <summary>Answers as a contestant, until there are no more questions.</summary>
    public static void Serve(string name, IReadOnlyDictionary<string, Action<int>> works)
    {
        Console.WriteLine($"ready {name}");
        while (Console.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ');
            long start = Stopwatch.GetTimestamp();
            works[parts[0]](int.Parse(parts[1], CultureInfo.InvariantCulture));
            Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Has a piece of work done.</summary>
    /// <returns>Seconds by the clock, as the program took them, and processor time, as the operating system charged it.</returns>
    public (double Clock, double Processor) Do(string work, int count)
    {
        _process.Refresh();
        double before = _process.TotalProcessorTime.TotalSeconds;
        Begin(work, count);
        double clock = End();
        _process.Refresh();
        return (clock, _process.TotalProcessorTime.TotalSeconds - before);
    }

    /// <summary>Has a piece of work begun.</summary>
    public void Begin(string work, int count)
    {
        _process.StandardInput.WriteLine($"{work} {count.ToString(CultureInfo.InvariantCulture)}");
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for the work that was begun.</summary>
    /// <returns>The seconds that it took.</returns>
    public double End() =>
        double.Parse(
            _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"Not measured: {Name} has ended."),
            CultureInfo.InvariantCulture
        );

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
