using System.Diagnostics;
using System.Globalization;
using System.Text;
using ShapeKit.Kernel.Tests;

namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Many small programs, most of them wild, against one kernel process, which must stay as it was.</summary>
/// <remarks>
/// The variable <c>SHAPEKIT_FUZZ</c> chooses others: a seed, and a colon and how many if you like; and after another colon a kind.
/// </remarks>
public sealed class KernelFuzzTests : IDisposable
{
    private const string Variable = "SHAPEKIT_FUZZ";

    private readonly TemporaryNotebooks _folder = new();
    private readonly StringBuilder _printed = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void After_each_of_many_wild_programs_the_kernel_answers_shows_in_order_and_stops()
    {
        string[] chosen = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':');
        int seed = int.TryParse(chosen[0], CultureInfo.InvariantCulture, out int number) ? number : 20260424;
        int count = chosen.Length > 1 ? int.Parse(chosen[1], CultureInfo.InvariantCulture) : 250;
        FuzzProgram[] programs = [.. FuzzPrograms.Of(seed, count, chosen.ElementAtOrDefault(2))];
        Process? process = null;
        using var client = new KernelClient(connectionFile =>
        {
            process = Start(connectionFile);
            return (process, process.WaitForExitAsync());
        });
        var conversation = new FuzzConversation(client, new Random(seed));
        int i = 0;
        try
        {
            for (; i < count; i++)
            {
                conversation.Run(i, programs[i]);
                conversation.Run(i, FuzzPrograms.AliveAfter(seed, i));
            }

            conversation.Finish();
        }
        catch (Exception e)
        {
            process!.Kill();
            process.WaitForExit(TimeSpan.FromMinutes(1));
            int ran = Math.Min(i, count - 1);
            Assert.Fail(
                $"""
                {e.Message}
                Awaited: {conversation.Awaited}, of a program “{conversation.Program?.Kind}”, while program {ran} of seed {seed} was run (“{programs[
                    ran
                ].Kind}”).
                Run it alone: {Variable}={seed}:{count}:{conversation.Program?.Kind}; up to here: {Variable}={seed}:{ran + 1}
                {conversation.Program}
                The kernel printed: {_printed}
                Its log: {Log()}
                """
            );
        }
    }

    private Process Start(string connectionFile)
    {
        // Its log comes here, too.
        Process process = TemporaryNotebooks.Start(
            _folder.Folder,
            InstalledKernel.EnvironmentIn(_folder),
            "kernel",
            "run",
            "-f",
            connectionFile
        );
        process.OutputDataReceived += (_, line) => Printed(line.Data);
        process.ErrorDataReceived += (_, line) => Printed(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Printed(string? line)
    {
        lock (_printed)
        {
            _printed.Append(_printed.Length < 5000 ? line + "\n" : "");
        }
    }

    private string Log() =>
        string.Join(
            "",
            Directory
                .GetFiles(_folder.Folder, "kernel-*.log", SearchOption.AllDirectories)
                .Select(file => string.Join("\n", File.ReadLines(file).TakeLast(10)))
        );
}
