using System.Text.Json.Nodes;

namespace ShapeKit.Benchmarks.Jupyter;

/// <summary>How a front end starts a kernel.</summary>
internal sealed record Kernelspec(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Where <c>shapekit kernel install</c> puts its own.</summary>
    public static string Installed => Path.Combine(JupyterData, "kernels", "shapekit");

    private static string JupyterData =>
        System.Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } chosen ? chosen
        : OperatingSystem.IsMacOS() ? Path.Combine(Folder(System.Environment.SpecialFolder.UserProfile), "Library", "Jupyter")
        : Path.Combine(
            Folder(
                OperatingSystem.IsWindows()
                    ? System.Environment.SpecialFolder.ApplicationData
                    : System.Environment.SpecialFolder.LocalApplicationData
            ),
            "jupyter"
        );

    public static Kernelspec Load(string folder)
    {
        JsonNode spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")))!;
        return new Kernelspec(
            [.. spec["argv"]!.AsArray().Select(part => (string)part!)],
            (spec["env"]?.AsObject() ?? []).ToDictionary(variable => variable.Key, variable => (string)variable.Value!)
        );
    }

    private static string Folder(System.Environment.SpecialFolder folder) => System.Environment.GetFolderPath(folder);
}
