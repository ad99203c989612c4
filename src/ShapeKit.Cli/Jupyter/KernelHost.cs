using System.Diagnostics;
using System.Globalization;
using ShapeKit.Cli.Running;
using ShapeKit.Kernel;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Cli.Jupyter;

/// <summary>The process that a front end starts for a notebook.</summary>
internal static class KernelHost
{
    /// <summary>How long cells may clean up.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    public static int Run(string connectionFile)
    {
        CellEngine.Prepare();
        try
        {
            bool isIdle;
            using (var kernel = new JupyterKernel(ConnectionInfo.Load(connectionFile), Options()))
            {
                isIdle = kernel.Run();
            }

            // Everything that was shown has been sent, and a cell that does not end, or a thread of one, would hold the process.
            End(isIdle);
            return 0;
        }
        catch (KernelStartException e)
        {
            throw new CommandException(e.Message, e);
        }
    }

    /// <summary>
    /// Ends the process after what cells do at its end; at once where a cell still runs, because native code would lose what it works
    /// with.
    /// </summary>
    private static void End(bool isIdle)
    {
        new Thread(() =>
        {
            Thread.Sleep(Farewell);
            Process.GetCurrentProcess().Kill();
        })
        {
            IsBackground = true,
            Name = "end",
        }.Start();
        if (!isIdle)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Process.GetCurrentProcess().Kill();
        }

        Environment.Exit(0);
    }

    private static KernelOptions Options() =>
        new()
        {
            Implementation = "shapekit",
            Version = typeof(KernelHost).Assembly.GetName().Version!.ToString(3),
            Banner = "C# (ShapeKit), for learning how an AI sees medical images",
            HelpLinks =
            [
                ("C# language reference", "https://learn.microsoft.com/dotnet/csharp/language-reference/"),
                ("TorchSharp", "https://github.com/dotnet/TorchSharp"),
            ],
            OnEngine = NotebookWiring.Connect,
            LogPath = LogPath(),
        };

    /// <summary>Where the kernel of this process writes what it does; logs that a crash left behind go after a week.</summary>
    private static string? LogPath()
    {
        string data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        if (data.Length == 0)
        {
            return null;
        }

        string folder = Path.Combine(data, "shapekit", "logs");
        try
        {
            foreach (string old in Directory.Exists(folder) ? Directory.GetFiles(folder, "kernel-*.log") : [])
            {
                if (File.GetLastWriteTimeUtc(old) < DateTime.UtcNow.AddDays(-7))
                {
                    File.Delete(old);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next kernel tries again.
        }

        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"kernel-{Environment.ProcessId}.log"));
    }
}
