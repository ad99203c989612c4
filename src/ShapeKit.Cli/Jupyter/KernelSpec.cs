using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Cli.Running;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Jupyter;

/// <summary>A kernel as front ends find it: a folder with <c>kernel.json</c>.</summary>
/// <remarks>https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs.</remarks>
/// <param name="Path">The path of kernel.json.</param>
/// <param name="DisplayName">What front ends show.</param>
/// <param name="Program">The program that is started.</param>
/// <param name="Version">For ShapeKit's own kernel, its version.</param>
/// <param name="Sources">For ShapeKit's own kernel, the fingerprint of what it was built from; null where it runs what was built
/// last.</param>
internal sealed record KernelSpec(string Path, string DisplayName, string Program, string? Version, string? Sources)
{
    /// <summary>The name that chapters ask for.</summary>
    public const string OwnName = "shapekit";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where this user's ShapeKit kernel is registered.</summary>
    public static string OwnPath => System.IO.Path.Combine(KernelFolders.JupyterData, "kernels", OwnName, "kernel.json");

    /// <summary>The name by which notebooks ask for the kernel.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path)!).ToLowerInvariant();

    /// <summary>Whether its program is there; a bare name such as <c>python</c> is left to the search path.</summary>
    public bool ProgramExists => !System.IO.Path.IsPathFullyQualified(Program) || File.Exists(Program);

    /// <summary>All kernels that this user's front ends find; of two with one name, the first counts.</summary>
    public static IReadOnlyList<KernelSpec> All() =>
        [
            .. KernelFolders
                .Kernelspecs.Where(Directory.Exists)
                .SelectMany(Directory.EnumerateDirectories)
                .Select(folder => Read(System.IO.Path.Combine(folder, "kernel.json")))
                .OfType<KernelSpec>()
                .DistinctBy(spec => spec.Name),
        ];

    /// <summary>Reads a kernel.json; null where there is none that a front end could use.</summary>
    public static KernelSpec? Read(string path)
    {
        try
        {
            JsonNode spec = JsonNode.Parse(File.ReadAllBytes(path))!;
            JsonNode? own = spec["metadata"]?["shapekit"];
            return new KernelSpec(
                path,
                (string)spec["display_name"]!,
                (string)spec["argv"]![0]!,
                (string?)own?["version"],
                (string?)own?["sources"]
            );
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or ArgumentNullException
                        or ArgumentOutOfRangeException
            )
        {
            return null;
        }
    }

    /// <summary>Registers ShapeKit's kernel for this user, in the place of an earlier one.</summary>
    public static void Write(string program, string version, string? sources)
    {
        string folder = System.IO.Path.GetDirectoryName(OwnPath)!;
        Directory.CreateDirectory(folder);
        foreach (int size in KernelLogo.Sizes)
        {
            AtomicFile.Write(System.IO.Path.Combine(folder, $"logo-{size}x{size}.png"), KernelLogo.Png(size));
        }

        AtomicFile.Write(System.IO.Path.Combine(folder, "logo-svg.svg"), System.Text.Encoding.UTF8.GetBytes(KernelLogo.Svg()));

        // Last, because from here on front ends start the new program.
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray(program, "kernel", "run", "-f", "{connection_file}"),
            ["display_name"] = "C# (ShapeKit)",
            ["language"] = "csharp",
            ["interrupt_mode"] = "message",
            ["env"] = new JsonObject
            {
                // A front end started from the desktop doesn't know where a .NET in the user's own folder is.
                ["DOTNET_ROOT"] = DotnetRoot,
                // libgomp's threads otherwise spin while they wait.
                ["OMP_WAIT_POLICY"] = "PASSIVE",
                [NotebookWiring.FirstGeneration.Name] = NotebookWiring.FirstGeneration.Value,
            },
            ["metadata"] = new JsonObject
            {
                ["shapekit"] = new JsonObject { ["version"] = version, ["sources"] = sources },
            },
        };
        AtomicFile.Write(OwnPath, System.Text.Encoding.UTF8.GetBytes(spec.ToJsonString(Readable) + "\n"));
    }

    /// <summary>The .NET that runs this program: the runtime's own folder is shared/Microsoft.NETCore.App/10.x below it.</summary>
    private static string DotnetRoot =>
        System.IO.Path.GetFullPath(
            System.IO.Path.Combine(System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..")
        );
}
