[assembly: AssemblyFixture(typeof(ShapeKit.Notebooks.Tests.InstalledKernel))]

namespace ShapeKit.Notebooks.Tests;

/// <summary>
/// The kernel as a reader has it: installed into folders of its own from a copy of the clone that is gone since. Built once for all
/// tests, when the first one asks, because compiling ahead of time takes a minute or more.
/// </summary>
public sealed class InstalledKernel : IDisposable
{
    /// <summary>What a Codespace runs at its creation; on Linux the kernel is installed by it.</summary>
    public const string Script = ".devcontainer/post-create.sh";

    private readonly TemporaryNotebooks _folders = new();
    private readonly Lazy<Task<string>> _installation;

    public InstalledKernel()
    {
        Environment = EnvironmentIn(_folders);
        _installation = new Lazy<Task<string>>(InstallAsync);
    }

    /// <summary>The variables with which any Jupyter client finds this kernel and no other of the user's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>What JUPYTER_DATA_DIR names.</summary>
    public string JupyterData => Environment["JUPYTER_DATA_DIR"];

    /// <summary>The folder with kernel.json.</summary>
    public string Kernelspec => Path.Combine(JupyterData, "kernels", "shapekit");

    /// <summary>The program that kernel.json names.</summary>
    public string Program =>
        (string)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(Kernelspec, "kernel.json")))!["argv"]![0]!;

    /// <summary>Installs the kernel unless that has been done.</summary>
    /// <returns>What the command said.</returns>
    public Task<string> InstalledAsync() => _installation.Value;

    /// <summary>Variables that send an installation, and whoever looks for it, to a folder.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentIn(TemporaryNotebooks folder) =>
        new Dictionary<string, string>
        {
            ["JUPYTER_DATA_DIR"] = folder.PathOf("jupyter"),
            ["JUPYTER_PATH"] = "",
            ["XDG_DATA_HOME"] = folder.PathOf("data"),
            ["LOCALAPPDATA"] = folder.PathOf("data"),
        };

    public void Dispose() => _folders.Dispose();

    private async Task<string> InstallAsync()
    {
        string clone = _folders.PathOf("clone");
        string[] outputs = ["bin", "obj"];
        IEnumerable<string> sources = new[] { "src", ".devcontainer" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Intersect(outputs).Any());
        foreach (string file in sources.Concat(Directory.EnumerateFiles(Repository.Root)))
        {
            string copy = Path.Combine(clone, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        (int exitCode, string output, string errors) = OperatingSystem.IsLinux()
            ? await TemporaryNotebooks.RunProgramAsync("bash", clone, Environment, Script)
            : await TemporaryNotebooks.RunProgramAsync(
                "dotnet",
                clone,
                Environment,
                "run",
                "--project",
                "src/ShapeKit.Cli",
                "--",
                "kernel",
                "install"
            );
        Directory.Delete(clone, recursive: true);
        Assert.True(exitCode == 0, output + errors);
        return output;
    }
}
