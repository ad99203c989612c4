using System.Diagnostics;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Tests;

namespace ShapeKit.Notebooks.Tests.Commands;

public sealed class KernelProcessTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly TemporaryNotebooks _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("new Thread(() => Thread.Sleep(-1)).Start();", false)]
    [InlineData(
        "new Thread(() => Thread.Sleep(-1)).Start(); Console.Write(\"on\"); while (true) { try { Thread.Sleep(10); } catch { } }",
        true
    )]
    public async Task A_kernel_that_is_shut_down_ends_whatever_its_cells_left_running_and_takes_its_log_along(string code, bool isEndless)
    {
        Process? process = null;
        using var client = new KernelClient(connectionFile =>
        {
            process = TemporaryNotebooks.Start(
                _folder.Folder,
                InstalledKernel.EnvironmentIn(_folder),
                "kernel",
                "run",
                "-f",
                connectionFile
            );
            return (process, process.WaitForExitAsync());
        });
        if (isEndless)
        {
            client.Send("execute_request", new JsonObject { ["code"] = code });
            while (client.Published().Type != "stream") { }
        }
        else
        {
            client.Run(code);
        }

        Assert.Single(Logs());

        client.Send("shutdown_request", new JsonObject { ["restart"] = false }, control: true);

        await client.Ended.WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.True(isEndless || process!.ExitCode == 0);
        Assert.Empty(Logs());
    }

    private string[] Logs() => Directory.GetFiles(_folder.Folder, "kernel-*.log", SearchOption.AllDirectories);
}
