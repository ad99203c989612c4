using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>The runner's end of a process that runs one notebook's cells, one after another.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>Lines of a crash report that tell a reader nothing; frames in a cell stay.</summary>
    private static readonly Regex CrashFrame = new(
        @"^(frame #\d+: |Exception raised from |   at (?!.* in Cell \d+:line )|--- End of stack trace )"
    );

    /// <summary>How the C++ runtime introduces the message of an exception that nobody caught.</summary>
    private const string NativeReason = "  what():  ";

    /// <summary>
    /// How long cells may clean up; less than the process gives itself, because what they have started can be ended only together with
    /// it.
    /// </summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>How long what the process printed last may take to arrive, or its end after that.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Task _reading;

    /// <summary>Where the outputs of each cell go that was run so far.</summary>
    private readonly List<Action<CellOutput>> _outputs = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _farewell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<CellResult>? _cell;
    private string _lastWords = "";
    private bool _ended;

    private WorkerProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Starts this program again as a worker.</summary>
    /// <param name="folder">Where the cells' relative paths start.</param>
    /// <param name="neighbours">How many workers share the processors with this one.</param>
    /// <param name="environment">Variables that it gets.</param>
    public static WorkerProcess Start(string folder, int neighbours, IReadOnlyDictionary<string, string> environment)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(WorkerProcess).Assembly.Location);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment.TryAdd(NotebookWiring.FirstGeneration.Name, NotebookWiring.FirstGeneration.Value);
        if (neighbours > 0)
        {
            // Threads that outnumber the processors wait for one another in the middle of every operation. A reader's own number counts.
            start.Environment.TryAdd(
                "OMP_NUM_THREADS",
                Math.Max(1, Environment.ProcessorCount / (1 + neighbours)).ToString(CultureInfo.InvariantCulture)
            );
        }

        start.ArgumentList.Add(WorkerHost.Command);
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Ends when the process can run cells, or has ended without.</summary>
    public Task Ready => _ready.Task;

    /// <summary>How the process computes convolutions; null while it has not loaded libtorch.</summary>
    public ConvolutionWay? Convolutions { get; private set; }

    /// <summary>Runs a cell.</summary>
    /// <exception cref="WorkerEndedException">The process ended before the cell did.</exception>
    public Task<CellResult> ExecuteAsync(string code, Action<CellOutput> output)
    {
        Task<CellResult> result;
        lock (_gate)
        {
            _cell = new TaskCompletionSource<CellResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            _outputs.Add(output);
            result = _cell.Task;
            if (_ended)
            {
                Fail();
                return result;
            }
        }

        Send(new WorkerRequest(code));
        return result;
    }

    /// <summary>Asks the running cell to stop.</summary>
    public void Interrupt() => Send(new WorkerRequest(Code: null));

    /// <summary>Ends the process, whatever it is doing.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Ends the process regularly where no cell runs any more, so that cells can clean up, and otherwise at once.</summary>
    public void Dispose()
    {
        if (_cell is null or { Task.IsCompleted: true })
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The process has gone.
            }

            _farewell.Task.Wait(Farewell);
        }

        Kill();
        _reading.Wait();
        _process.Dispose();
    }

    private void Send(WorkerRequest request)
    {
        try
        {
            _process.StandardInput.WriteLine(WorkerMessages.Write(request));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The process has gone; reading its end tells the cell.
        }
    }

    /// <summary>Reads until the process has ended, whatever a program that it has started does with its pipes.</summary>
    private async Task ReadAsync()
    {
        Task reading = Task.WhenAll(ReadReportsAsync(), ReadErrorsAsync()),
            ended = _process.WaitForExitAsync();
        try
        {
            await Task.WhenAny(reading, ended);
            await await Task.WhenAny(Task.WhenAll(reading, ended), Task.Delay(Rest));
        }
        finally
        {
            Kill();
            await ended;
            lock (_gate)
            {
                _ended = true;
                Fail();
            }
        }
    }

    private async Task ReadReportsAsync()
    {
        string? mark = null;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (mark is null)
            {
                mark = line.StartsWith(WorkerMessages.RecordSeparator) ? line : null;
                continue;
            }

            int start = line.IndexOf(mark, StringComparison.Ordinal);
            if (start != 0)
            {
                Show(new StreamOutput("stdout", start < 0 ? line + "\n" : line[..start]));
            }

            if (start >= 0)
            {
                Take(WorkerMessages.ReadReport(line.AsSpan(start + mark.Length)));
            }
        }
    }

    private async Task ReadErrorsAsync()
    {
        bool told = false;
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (CrashFrame.IsMatch(line))
            {
                continue;
            }

            // Of a crash report one line tells most; of anything else, the last.
            bool telling =
                line.StartsWith(NativeReason, StringComparison.Ordinal) || line.StartsWith("Unhandled exception", StringComparison.Ordinal);
            if (telling || (!told && line.Length > 0))
            {
                _lastWords = line.Replace(NativeReason, "", StringComparison.Ordinal);
            }

            told |= telling;

            Show(new StreamOutput("stderr", line + "\n"));
        }
    }

    /// <summary>Passes on what native code printed, or the process itself: as far as anybody knows, the newest cell's.</summary>
    private void Show(CellOutput output)
    {
        lock (_gate)
        {
            _outputs.LastOrDefault()?.Invoke(output);
        }
    }

    private void Take(WorkerReport report)
    {
        _ready.TrySetResult();
        if (report.Ended == true)
        {
            _farewell.TrySetResult();
        }

        if (report.Output is { } output)
        {
            lock (_gate)
            {
                _outputs[report.Cell](output);
            }
        }

        if (report.Result is { } result)
        {
            Convolutions = report.Convolutions;
            lock (_gate)
            {
                _cell?.TrySetResult(result);
            }
        }
    }

    private void Fail()
    {
        _ready.TrySetResult();
        _farewell.TrySetResult();
        _cell?.TrySetException(new WorkerEndedException(_process.ExitCode, _lastWords));
    }
}

/// <summary>The process that ran a notebook ended in the middle of a cell.</summary>
internal sealed class WorkerEndedException(int exitCode, string lastWords)
    : Exception($"The notebook's process ended (exit code {exitCode}){(lastWords.Length > 0 ? $": {lastWords.TrimEnd('.')}" : "")}.");
