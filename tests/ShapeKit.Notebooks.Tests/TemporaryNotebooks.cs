using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Tests;

namespace ShapeKit.Notebooks.Tests;

/// <summary>A temporary folder with notebooks, in which shapekit runs as a process.</summary>
public class TemporaryNotebooks : IDisposable
{
    internal static readonly string Launcher = ProgramOf("shapekit", "src", "ShapeKit.Cli");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-run-");

    public string Folder => _folder.FullName;

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    public string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    public JsonNode Summary(string output = "artifacts/run") => JsonNode.Parse(Read(output, "summary.json"))!;

    /// <summary>Writes a notebook; cells that start with <c>#md</c> are Markdown, and <c>#tag name</c> tags a cell.</summary>
    public void Write(string name, params string[] cells)
    {
        var notebook = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select((cell, i) => Cell(cell, i))]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject
                {
                    ["name"] = "shapekit",
                    ["display_name"] = "C# (ShapeKit)",
                    ["language"] = "csharp",
                },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), notebook.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    public Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunInAsync(Folder, arguments);

    /// <summary>Runs shapekit to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunInAsync(string folder, params string[] arguments) =>
        RunProgramAsync(Launcher, folder, new Dictionary<string, string>(), arguments);

    /// <summary>Runs a program to its end, with some variables of the environment changed.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunProgramAsync(
        string program,
        string folder,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        using Process process = StartProgram(program, folder, environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.EndAsync();
        return (process.ExitCode, await process.Patiently(output), await process.Patiently(errors));
    }

    public static Process Start(string folder, params string[] arguments) => Start(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Starts shapekit with some variables of the environment changed.</summary>
    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartProgram(Launcher, folder, environment, arguments);

    /// <summary>The program of a project, built as these tests are.</summary>
    internal static string ProgramOf(string name, params string[] project) =>
        Path.Combine(
            Repository.PathOf(project),
            "bin",
            new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
            new DirectoryInfo(AppContext.BaseDirectory).Name,
            OperatingSystem.IsWindows() ? name + ".exe" : name
        );

    private static Process StartProgram(string program, string folder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static JsonObject Cell(string text, int index)
    {
        bool isMarkdown = text.StartsWith("#md ", StringComparison.Ordinal);
        bool isTagged = text.StartsWith("#tag ", StringComparison.Ordinal);
        string source =
            isMarkdown ? text[4..]
            : isTagged ? text[(text.IndexOf('\n') + 1)..]
            : text;
        var cell = new JsonObject
        {
            ["cell_type"] = isMarkdown ? "markdown" : "code",
            ["id"] = $"cell-{index}",
            ["metadata"] = isTagged ? new JsonObject { ["tags"] = new JsonArray(text.Split('\n')[0][5..]) } : [],
            ["source"] = source,
        };
        if (!isMarkdown)
        {
            cell["execution_count"] = null;
            cell["outputs"] = new JsonArray();
        }

        return cell;
    }
}
