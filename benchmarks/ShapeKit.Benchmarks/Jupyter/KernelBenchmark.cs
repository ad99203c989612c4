using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ShapeKit.Benchmarks.Jupyter;

/// <summary>Times a kernel as a front end meets it: its start, its cells, its completion, its floods.</summary>
internal static class KernelBenchmark
{
    private const int Starts = 11;
    private const int Repeats = 21;
    private const int Floods = 9;
    private const int Cells = 5_000;
    private const int Lines = 100_000;
    private const int Megabytes = 50;
    private const int Updates = 1_000;
    private const int Displays = 20_000;

    /// <summary>The kernel's log names these moments; the names of the rows that show them.</summary>
    private static readonly (string Line, string Name)[] Marks =
    [
        ("The kernel listens.", "the kernel's sockets listen"),
        ("The engine exists.", "the engine exists, its compiler still loads"),
        ("The compiler is warm.", "the compiler is warm"),
        ("Cell 1 runs.", "the first cell is taken on"),
        ("Cell 1 has run.", "the first cell has run"),
    ];

    /// <summary>Cells that never end by themselves.</summary>
    private static readonly (string Name, string Code)[] Endless =
    [
        ("`while (true) { }`", "Console.Write(1); while (true) { }"),
        (
            "a recursion 10,000 calls deep",
            "int Deep(int n) => n == 0 ? Forever() : 1 + Deep(n - 1); int Forever() { Console.Write(1); while (true) { } } Deep(10_000);"
        ),
        ("`await Task.Delay(-1)`", "Console.Write(1); await Task.Delay(-1);"),
        ("`Thread.Sleep(-1)`", "Console.Write(1); Thread.Sleep(-1);"),
        (
            "a training loop",
            """
            using ShapeKit.Data; using ShapeKit.Generation; using ShapeKit.Models; using ShapeKit.Training;
            var data = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 42).Generate(2_000);
            Console.Write(1);
            new Trainer(new ShapeCnn(seed: 1), new TrainingOptions { Epochs = 100_000 }).Fit(data);
            """
        ),
    ];

    /// <summary>Measures, and gives the section of the results.</summary>
    public static string Run(Kernelspec spec)
    {
        string load = Machine.Load;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- kernel`, on {Machine.Description}, load {load} before "
                + $"and LOAD after."
        );
        text.AppendLine();
        text.AppendLine(
            "Every time is taken outside, from the sending of a request to its reply and `idle`, whichever comes last; a start counts "
                + "from before the process is made. Processor time is what the operating system has charged to the kernel: unlike the "
                + "clock, it hardly grows when others use the machine."
        );
        text.AppendLine();
        Table(text, Start(spec, out List<Measurement> marks));
        using (var kernel = new KernelClient(spec))
        {
            Table(text, Warm(kernel));
            Table(text, [.. Flood(kernel), Update(kernel), Large(spec)]);
            text.AppendLine("Stop: from the interrupt to the cell's reply and `idle`. The session goes on, with its variables.");
            text.AppendLine();
            Table(text, Stop(kernel));
        }

        text.AppendLine(
            "Completion in a long session, of a variable's members and of names, after cells that each declare a variable and a function:"
        );
        text.AppendLine();
        Table(text, Complete(spec));
        text.AppendLine(
            "Where the time of a start goes: the kernel's own log, counted from the start of its process. The floor is a program that "
                + "does nothing."
        );
        text.AppendLine();
        Table(text, marks);
        text.AppendLine("Long sessions, and what the process holds in memory:");
        text.AppendLine();
        text.AppendLine(Endure(spec, Cells, "like `17 + 17`", i => $"{i} + {i}"));
        text.AppendLine(Endure(spec, Cells / 5, "that each declare a variable", i => $"var x{i} = {i};"));
        return text.ToString().Replace("LOAD", Machine.Load, StringComparison.Ordinal);
    }

    private static List<Measurement> Start(Kernelspec spec, out List<Measurement> marks)
    {
        List<double> info = [],
            first = [],
            nothing = [],
            version = [],
            infoWork = [],
            firstWork = [];
        List<double>[] marked = [.. Marks.Select(_ => new List<double>())];
        // The first one brings the files into the page cache.
        for (int i = -1; i < Starts; i++)
        {
            double idle = Exit(Environment.ProcessPath!, "nothing");
            double smallest = Exit(spec.Arguments[0], "--version");
            (double answered, double answeredWork) = Answered(spec);
            using var cold = new KernelClient(spec);
            cold.Execute("1 + 1");
            double ran = cold.Started.Elapsed.TotalSeconds;
            double ranWork = cold.Work;
            if (i < 0)
            {
                continue;
            }

            info.Add(answered);
            first.Add(ran);
            infoWork.Add(answeredWork);
            firstWork.Add(ranWork);
            nothing.Add(idle);
            version.Add(smallest);
            DateTime began = cold.Process.StartTime;
            foreach (
                (string line, int mark) in Log(cold.Process.Id)
                    .SelectMany(line =>
                        Marks.Index().Where(m => line.EndsWith(m.Item.Line, StringComparison.Ordinal)).Select(m => (line, m.Index))
                    )
            )
            {
                marked[mark]
                    .Add((DateTime.ParseExact(line[..23], "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) - began).TotalSeconds);
            }
        }

        marks =
        [
            new Measurement("floor: a .NET program that does nothing, start to end", "s", null, nothing),
            new Measurement("the installed program prints its version, start to end", "s", null, version),
            .. Marks.Zip(marked).Where(m => m.Second.Count > 0).Select(m => new Measurement(m.First.Name, "s", null, m.Second)),
        ];
        return
        [
            new Measurement("process start to `kernel_info_reply`", "s", 0.5, info),
            new Measurement("process start to the first cell's result", "s", 1.2, first),
            new Measurement("processor time until `kernel_info_reply`, all threads", "s", null, infoWork),
            new Measurement("processor time until the first cell's result, all threads", "s", null, firstWork),
        ];
    }

    private static (double Seconds, double Work) Answered(Kernelspec spec)
    {
        using var kernel = new KernelClient(spec);
        kernel.Ask("kernel_info_request", []);
        return (kernel.Started.Elapsed.TotalSeconds, kernel.Work);
    }

    private static IEnumerable<Measurement> Warm(KernelClient kernel)
    {
        // A reader who chooses Run All at once, while completion still loads beside the cells.
        double[] hurried = [.. Enumerable.Range(0, 5 * Repeats).Select(i => kernel.Execute($"{i} * 3").Time.TotalMilliseconds)];
        string[] expressions = ["text.", "numbers.", "Math.", "DateTime.Now.", "numbers.Select(n => n.ToString())."];
        kernel.Execute("var text = \"a\"; var numbers = new List<int> { 1, 2 };");

        // Warm: some use, and pauses in which the runtime compiles once more what is used often.
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 30; i++)
            {
                kernel.Execute($"{i} + {i}");
                Complete(kernel, expressions[i % expressions.Length]);
            }

            kernel.Settle();
        }

        double before = kernel.Work;
        double[] cells = [.. Enumerable.Range(0, 5 * Repeats).Select(i => kernel.Execute($"{i} * 2").Time.TotalMilliseconds)];
        double work = (kernel.Work - before) * 1000 / cells.Length;
        double[] questions =
        [
            .. Enumerable.Range(0, 5 * Repeats).Select(_ => kernel.Ask("kernel_info_request", []).Time.TotalMilliseconds),
        ];
        return
        [
            new Measurement("warm trivial cell", "ms", 12, cells),
            new Measurement("the same in the first seconds after the start", "ms", null, hurried),
            new Measurement("processor time of a warm one, all threads, the mean", "ms", null, [work]),
            new Measurement("of it the way there and back: a warm `kernel_info_request`", "ms", null, questions),
            new Measurement(
                "warm completion of a member",
                "ms",
                50,
                [.. Enumerable.Range(0, Repeats).Select(i => Complete(kernel, expressions[i % expressions.Length]))]
            ),
        ];
    }

    private static double Complete(KernelClient kernel, string code)
    {
        Answer answer = kernel.Ask("complete_request", new JsonObject { ["code"] = code, ["cursor_pos"] = code.Length });
        Require(answer.Reply["matches"]!.AsArray().Count > 0, $"{code} is not completed");
        return answer.Time.TotalMilliseconds;
    }

    private static List<Measurement> Complete(Kernelspec spec)
    {
        using var kernel = new KernelClient(spec);
        List<Measurement> rows = [];
        int cells = 0;
        foreach (int count in (int[])[50, 700, 2_000])
        {
            for (; cells < count; cells++)
            {
                kernel.Execute($"var text{cells} = \"a\"; int Size{cells}() => {cells};");
            }

            kernel.Settle();
            Measure($"{count:N0} cells, members", i => $"text{i}.");
            Measure($"{count:N0} cells, names", i => $"Size{i}");
        }

        double[] renewed =
        [
            .. Enumerable
                .Range(0, Repeats)
                .Select(i =>
                {
                    kernel.Execute($"var text{i} = {i};");
                    return Complete(kernel, $"text{i}.");
                }),
        ];
        rows.Add(new Measurement("the same, members, right after one more cell", "ms", 50, renewed));
        string running = kernel.Send("execute_request", new JsonObject { ["code"] = "Thread.Sleep(5_000);" });
        Measure("the same, members, while a cell runs", i => $"text{cells - 1 - i}.");
        kernel.ReplyTo(running);
        return rows;

        void Measure(string name, Func<int, string> code)
        {
            Complete(kernel, code(0));
            rows.Add(new Measurement(name, "ms", 50, [.. Enumerable.Range(1, Repeats).Select(i => Complete(kernel, code(i)))]));
        }
    }

    private static IEnumerable<Measurement> Flood(KernelClient kernel)
    {
        string lines = string.Concat(Enumerable.Range(0, Lines).Select(i => $"{i}\n"));
        List<double> linesTime = [],
            linesMessages = [],
            megabytesTime = [],
            numbersTime = [],
            recordsTime = [];
        kernel.Execute("record Point(int X, int Y);");
        for (int i = -1; i < Floods; i++)
        {
            Answer answer = kernel.Execute($"for (int i = 0; i < {Lines}; i++) Console.WriteLine(i);");
            Require(answer.Text == lines, "stream lines were lost");
            Answer large = kernel.Execute($"for (int i = 0; i < {Megabytes}; i++) Console.Write(new string('x', 1024 * 1024));");
            Require(large.Text.Length == Megabytes * 1024 * 1024, "output was lost");
            Answer numbers = kernel.Execute($"for (int i = 0; i < {Displays}; i++) display(i);");
            Answer records = kernel.Execute($"for (int i = 0; i < {Displays}; i++) display(new Point(i, i));");
            Require(numbers.Of("display_data").Count() == Displays && records.Of("display_data").Count() == Displays, "displays were lost");
            if (i < 0)
            {
                continue;
            }

            linesTime.Add(answer.Time.TotalSeconds);
            linesMessages.Add(answer.Of("stream").Count());
            megabytesTime.Add(large.Time.TotalSeconds);
            numbersTime.Add(numbers.Time.TotalSeconds);
            recordsTime.Add(records.Time.TotalSeconds);
        }

        return
        [
            new Measurement($"{Lines:N0} stream lines, all arrived in order", "s", 2, linesTime),
            new Measurement("the messages that carried them", "", null, linesMessages),
            new Measurement($"{Megabytes} MiB of output, all arrived", "s", null, megabytesTime),
            new Measurement($"{Displays:N0} displays of a number, all arrived", "s", 5, numbersTime),
            new Measurement($"{Displays:N0} displays of a record, all arrived", "s", 5, recordsTime),
        ];
    }

    /// <summary>How many messages carry the updates of a display.</summary>
    private static Measurement Update(KernelClient kernel)
    {
        List<double> messages = [];
        for (int i = 0; i < 3; i++)
        {
            // 200 a second by the clock, however long a pause really takes.
            Answer answer = kernel.Execute(
                $$"""
                var shown = display(0);
                var clock = System.Diagnostics.Stopwatch.StartNew();
                for (int i = 1; i <= {{Updates}}; i++) { while (clock.ElapsedMilliseconds < 5 * i) Thread.Sleep(1); shown.Update(i); }
                """
            );
            JsonObject[] updates = [.. answer.Of("update_display_data")];
            Require(
                (string?)updates[^1]["data"]!["text/plain"] == Updates.ToString(CultureInfo.InvariantCulture),
                "the last update was lost"
            );
            messages.Add(updates.Length);
        }

        return new Measurement(
            $"{Updates:N0} updates of one display, 200 a second: messages sent, the last with the last value",
            "",
            Updates,
            messages
        );
    }

    /// <summary>What a display of a long text takes of memory while it is sent.</summary>
    private static Measurement Large(Kernelspec spec)
    {
        List<double> peaks = [];
        for (int i = 0; i < 3; i++)
        {
            using var kernel = new KernelClient(spec);
            kernel.Execute("display(HTML(new string('x', 100)));");
            kernel.Settle();
            double before = kernel.PeakMemory;
            kernel.Execute(
                $"display(HTML(string.Create({Megabytes} * 1024 * 1024, 'x', (text, letter) => {{ text.Fill(letter); text[0] = "
                    + $"'\\n'; }})));"
            );
            peaks.Add(kernel.PeakMemory - before);
        }

        return new Measurement(
            $"the most memory that a display of {Megabytes} Mi characters takes, its own text among it",
            "MiB",
            3 * 2 * Megabytes,
            peaks
        );
    }

    private static List<Measurement> Stop(KernelClient kernel)
    {
        kernel.Execute("#r \"nuget: ShapeKit\"\nint kept = 7;");
        List<Measurement> rows =
        [
            .. Endless.Select(cell => new Measurement(
                cell.Name,
                "s",
                1,
                [.. Enumerable.Range(0, Floods).Select(_ => kernel.Interrupt(cell.Code).TotalSeconds)]
            )),
        ];
        Require((string?)kernel.Execute("kept").Of("execute_result").Single()["data"]!["text/plain"] == "7", "a variable was lost");
        return rows;
    }

    private static string Endure(Kernelspec spec, int count, string what, Func<int, string> cell)
    {
        using var kernel = new KernelClient(spec);
        List<double> times = [];
        double early = 0;
        for (int i = 1; i <= count; i++)
        {
            times.Add(kernel.Execute(cell(i)).Time.TotalMilliseconds);
            if (i == count / 10)
            {
                early = kernel.Memory;
            }
        }

        double late = kernel.Memory;
        double Median(IEnumerable<double> values) => new Measurement("", "", null, [.. values]).Median;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"- {count:N0} cells {what}: {early:0} MiB after {count / 10}, {late:0} MiB after all, "
                + $"{(late - early) * 1024 / (count * 9 / 10):0} KiB a cell; a cell took "
                + $"{Median(times.Skip(count / 20).Take(count / 20)):0.0} ms at first and {Median(times.TakeLast(count / 20)):0.0} ms at "
                + $"last (medians of {count / 20})."
        );
    }

    private static double Exit(string program, string argument)
    {
        var time = Stopwatch.StartNew();
        using Process process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true })!;
        process.WaitForExit();
        return time.Elapsed.TotalSeconds;
    }

    private static string[] Log(int process)
    {
        string path = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData),
            "shapekit",
            "logs",
            string.Create(CultureInfo.InvariantCulture, $"kernel-{process}.log")
        );
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Table(StringBuilder text, IEnumerable<Measurement> rows)
    {
        text.AppendLine(Measurement.TableHead);
        foreach (Measurement row in rows)
        {
            text.AppendLine(row.TableRow);
        }

        text.AppendLine();
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Not measured: {otherwise}.");
        }
    }
}
