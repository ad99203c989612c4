using System.Diagnostics;

namespace ShapeKit.Notebooks.Tests.Running;

/// <summary>What a run leaves in the folder for temporary files, and of the processes that its cells have started.</summary>
public sealed class LeftoversTests : IDisposable
{
    private readonly TemporaryNotebooks _notebooks = new();

    public void Dispose() => _notebooks.Dispose();

    [Fact]
    public async Task Neither_packages_nor_what_cells_delete_at_their_end_nor_their_programs_are_left()
    {
        string temporary = Directory.CreateDirectory(_notebooks.PathOf("temporary")).FullName;
        Directory.CreateDirectory(_notebooks.PathOf("feed"));
        File.WriteAllText(
            _notebooks.PathOf("NuGet.config"),
            "<configuration><packageSources><clear /><add key=\"only\" value=\"feed\" /></packageSources></configuration>"
        );
        _notebooks.Write(
            "a.ipynb",
            "#tag raises-exception\n#r \"nuget: No.Such.Package.Anywhere\"",
            "string path = Path.Combine(Path.GetTempPath(), \"shapekit-reviews.db\");\nFile.WriteAllText(path, "
                + "\"\");\nAppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);\nFile.WriteAllText(\"written.txt\", path);",
            "var program = System.Diagnostics.Process.Start(OperatingSystem.IsWindows() ? \"ping\" : \"sleep\", "
                + "OperatingSystem.IsWindows() ? \"-n 600 127.0.0.1\" : \"600\");\nFile.WriteAllText(\"program.txt\", "
                + "program.Id.ToString());",
            "new Thread(() => Thread.Sleep(Timeout.Infinite)).Start();"
        );

        (int exitCode, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            _notebooks.Folder,
            new Dictionary<string, string> { [OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR"] = temporary },
            "run",
            "a.ipynb"
        );

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("No.Such.Package.Anywhere does not exist", _notebooks.Read("artifacts/run/a.ipynb"), StringComparison.Ordinal);
        Assert.StartsWith(temporary, _notebooks.Read("written.txt"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(temporary, "shapekit-*"));
        Assert.True(await HasEnded(int.Parse(_notebooks.Read("program.txt"))), "A program that a cell had started still runs.");
    }

    /// <summary>Whether a process ends, which takes a moment after it has been told to.</summary>
    private static async Task<bool> HasEnded(int id)
    {
        var time = Stopwatch.StartNew();
        while (time.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (!Process.GetProcesses().Any(process => process.Id == id))
            {
                return true;
            }

            await Task.Delay(100);
        }

        return false;
    }
}
