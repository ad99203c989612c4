using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>The process that runs one notebook's cells: requests arrive on standard input, reports leave on standard output.</summary>
internal static class WorkerHost
{
    /// <summary>The hidden command that starts it.</summary>
    public const string Command = "worker";

    /// <summary>How long what the cells left running may go on after the last of them.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    /// <summary>How long the process may go on when nobody is left to run cells for.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(6);

    public static int Run()
    {
        // Ctrl+C reaches all processes of a terminal; the runner decides what it means.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using Stream output = OpenOutput();
        string mark = WorkerMessages.NewMark();
        output.Write(Encoding.UTF8.GetBytes(mark + "\n"));
        using var engine = new CellEngine(new CellEngineOptions { WorkingDirectory = Environment.CurrentDirectory });
        NotebookWiring.Connect(engine);

        using var cells = new BlockingCollection<string>();
        new Thread(() => Listen(engine, cells)) { IsBackground = true, Name = "requests" }.Start();
        engine.Ready.Wait();
        Report(output, mark, new WorkerReport(0));
        foreach ((int cell, string code) in cells.GetConsumingEnumerable().Index())
        {
            CellResult result = engine.Execute(code, shown => Report(output, mark, new WorkerReport(cell, Output: shown)));
            Report(output, mark, new WorkerReport(cell, Result: result, Convolutions: LibTorch.Current?.Convolutions));
        }

        AwaitLate();
        // Comes after what the cells do at the end of their process. The runner then ends it, and with it what they have started.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Report(output, mark, new WorkerReport(0, Ended: true));
            Thread.Sleep(Farewell);
        };
        // Threads that cells have left behind don't hold the process.
        Environment.Exit(0);
        return 0;
    }

    private static void Listen(CellEngine engine, BlockingCollection<string> cells)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        while (input.ReadLine() is { } line)
        {
            if (WorkerMessages.ReadRequest(line).Code is { } code)
            {
                cells.Add(code);
            }
            else
            {
                engine.Interrupt();
            }
        }

        // The runner has gone, on purpose or not. A cell that still runs has nobody left to run for.
        cells.CompleteAdding();
        Thread.Sleep(Farewell);
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>Waits, not for ever, for what cells left to the thread pool or to timers: it may still show something.</summary>
    private static void AwaitLate()
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Late && (Timer.ActiveCount > 0 || ThreadPool.PendingWorkItemCount > 0 || BusyWorkers() > 0))
        {
            Thread.Sleep(10);
        }
    }

    private static int BusyWorkers()
    {
        ThreadPool.GetMaxThreads(out int all, out _);
        ThreadPool.GetAvailableThreads(out int free, out _);
        return all - free;
    }

    /// <summary>Standard output without the lock that cells' own console has, and may hold while it waits for this one.</summary>
    private static Stream OpenOutput() =>
        OperatingSystem.IsWindows()
            ? Console.OpenStandardOutput()
            : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static void Report(Stream output, string mark, WorkerReport report)
    {
        byte[] line = Encoding.UTF8.GetBytes($"{mark}{WorkerMessages.Write(report)}\n");
        lock (output)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
