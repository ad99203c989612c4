using System.Diagnostics;

namespace ShapeKit.Notebooks.Tests.Clients;

/// <summary>The front ends that others wrote, as far as this machine has them.</summary>
internal static class JupyterClients
{
    private const string Reason =
        "No Python with jupyter_client, nbclient and nbconvert here; on Debian: apt-get install python3-jupyter-client python3-nbclient "
        + "jupyter-nbconvert.";

    /// <summary>The Python that has them, or null.</summary>
    public static string? Found { get; } = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(HasClients);

    /// <summary>The Python that has them; without one the test is skipped.</summary>
    public static string Python()
    {
        Assert.SkipWhen(Found is null, Reason);
        return Found!;
    }

    private static bool HasClients(string python)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, ["-c", "import jupyter_client, nbclient, nbconvert"]) { RedirectStandardError = true }
            )!;
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), $"{python} has been importing Jupyter's clients for two minutes.");
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
