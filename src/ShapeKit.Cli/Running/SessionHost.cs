using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>The process that runs one notebook's cells: requests arrive on standard input, reports leave on standard output.</summary>
internal static class SessionHost
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(6);

    public static int Run()
    {
        // Ctrl+C reaches all processes of a terminal; the runner decides what it means.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        Stream output = Console.OpenStandardOutput();
        using var session = new CSharpSession(new SessionOptions { WorkingDirectory = Environment.CurrentDirectory });
        NotebookWiring.Connect(session);

        using var cells = new BlockingCollection<string>();
        new Thread(() => Listen(session, cells)) { IsBackground = true, Name = "requests" }.Start();
        session.Ready.Wait();
        Report(output, new SessionReport());
        foreach (string code in cells.GetConsumingEnumerable())
        {
            CellResult result = session.ExecuteAsync(code, shown => Report(output, new SessionReport(Output: shown))).GetAwaiter().GetResult();
            Report(output, new SessionReport(Result: result, Convolutions: LibTorch.Current?.Convolutions));
        }

        // Comes after what the cells do at the end of their process. The runner then ends it, and with it what they have started.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Report(output, new SessionReport(Ended: true));
            Thread.Sleep(Farewell);
        };
        // Threads that cells have left behind don't hold the process.
        Environment.Exit(0);
        return 0;
    }

    private static void Listen(CSharpSession session, BlockingCollection<string> cells)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        while (input.ReadLine() is { } line)
        {
            if (SessionMessages.Read<SessionRequest>(line).Code is { } code)
            {
                cells.Add(code);
            }
            else
            {
                session.Interrupt();
            }
        }

        // The runner has gone, on purpose or not. A cell that still runs has nobody left to run for.
        cells.CompleteAdding();
        Thread.Sleep(Farewell);
        Process.GetCurrentProcess().Kill();
    }

    private static void Report(Stream output, SessionReport report)
    {
        byte[] line = Encoding.UTF8.GetBytes($"{SessionMessages.RecordSeparator}{SessionMessages.Write(report)}\n");
        lock (output)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
