using System.Text.Json.Nodes;
using ShapeKit.Notebooks.Tests.Clients;

namespace ShapeKit.Notebooks.Tests.Hosts;

/// <summary>
/// What .NET Interactive makes of notebooks, by nbconvert and with the packed library, as its readers have it: of small ones, with every
/// kind of output that the kit has and all that notebooks for Polyglot Notebooks do, where SHAPEKIT_INTERACTIVE is <c>kinds</c>; of the
/// chapters, too, where it is 1.
/// </summary>
public sealed class InteractiveRun : IDisposable
{
    /// <summary>The notebook with one cell for every kind of output.</summary>
    public const string Kinds = "kinds";

    /// <summary>The notebooks of <see cref="PolyglotNotebook"/> that run without a browser, in one file.</summary>
    public const string Polyglot = "polyglot";

    private const string ToolManifest = "dotnet-tools.json";

    private static readonly string? Wanted = Environment.GetEnvironmentVariable("SHAPEKIT_INTERACTIVE");

    private readonly PackedLibrary _library;
    private readonly TemporaryNotebooks _folder = new();
    private readonly Lazy<Task<(string Folder, IReadOnlyDictionary<string, string> Environment)>> _host;
    private readonly Lazy<Task<string>> _run;

    public InteractiveRun(PackedLibrary library)
    {
        _library = library;
        _host = new Lazy<Task<(string, IReadOnlyDictionary<string, string>)>>(InstallAsync);
        _run = new Lazy<Task<string>>(RunAsync);
    }

    /// <summary>Whether the chapters run, too.</summary>
    public static bool IsFull { get; } = Wanted == "1";

    /// <summary>The notebooks in the file <see cref="Polyglot"/>.</summary>
    public static IReadOnlyList<PolyglotNotebook> PolyglotNotebooks { get; } =
    [.. PolyglotNotebook.All.Where(notebook => notebook.RunsThere)];

    /// <summary>
    /// The chapters but for the appendix: it has no part of ShapeKit, without which TorchSharp works on newer systems alone.
    /// </summary>
    public static IEnumerable<string> Chapters { get; } =
        Repository.Chapters.Where(chapter => !chapter.EndsWith("-without-shapekit.ipynb", StringComparison.Ordinal));

    /// <summary>Whether a chapter runs as a reader opens it; the others run quickly and solved, as in <see cref="QuickRun"/>.</summary>
    public static bool IsInFull(string chapter) => ChapterRun.IsFull || string.CompareOrdinal(chapter, "08") < 0;

    /// <summary>The cells of a notebook with code, as .NET Interactive left them.</summary>
    public async Task<JsonNode[]> ReadAsync(string notebook)
    {
        SkipUnlessWanted(notebook);
        JupyterClients.Python();
        string said = await _run.Value;
        string host = _folder.PathOf("host", notebook + ".ipynb");
        Assert.True(File.Exists(host), said);
        return Exercises.CodeCells(await File.ReadAllTextAsync(host));
    }

    /// <summary>The notebook <see cref="Kinds"/>, as shapekit left it.</summary>
    public string ReadKinds() => _folder.Read("kit", Kinds + ".ipynb");

    /// <summary>What becomes of a notebook's cells where they are run as the extension runs them.</summary>
    public async Task<StdioCell[]> TalkAsync(string notebook, Func<string?> answer)
    {
        SkipUnlessWanted(notebook);
        (string folder, IReadOnlyDictionary<string, string> environment) = await _host.Value;
        IEnumerable<string> cells =
            notebook == Kinds
                ? OneOfEachKind
                : Exercises.CodeCells(FileOf(Repository.Chapters.Single(path => Name(path) == notebook))).Select(Exercises.Source);
        using var extension = new StdioFrontEnd(folder, environment, answer);
        return await extension.RunAsync(cells);
    }

    public void Dispose() => _folder.Dispose();

    private static void SkipUnlessWanted(string notebook) =>
        Assert.SkipUnless(
            IsFull || (notebook is Kinds or Polyglot && Wanted == Kinds),
            "It takes a minute or more in .NET Interactive: set SHAPEKIT_INTERACTIVE=1, or =kinds for small notebooks, to have it done."
        );

    private static string Name(string chapter) => Path.GetFileNameWithoutExtension(chapter);

    private static string FileOf(string chapter) => IsInFull(Name(chapter)) ? File.ReadAllText(chapter) : QuickRun.Solved(chapter);

    private async Task<string> RunAsync()
    {
        (string notebooks, IReadOnlyDictionary<string, string> environment) = await _host.Value;
        _folder.Write(Kinds + ".ipynb", OneOfEachKind);
        PolyglotOutputs.Write(_folder, Polyglot + ".ipynb", PolyglotNotebooks);
        string kit = await RunAsync(TemporaryNotebooks.Launcher, environment, ["run", "--keep-going", "--output", "kit", Kinds + ".ipynb"]);

        List<string> names = [Kinds, Polyglot];
        foreach (string chapter in IsFull ? Chapters : [])
        {
            names.Add(Name(chapter));
            File.WriteAllText(_folder.PathOf(names[^1] + ".ipynb"), FileOf(chapter));
        }

        // The host restores packages with the NuGet.config that it finds above the notebook.
        string[] files = [.. names.Select(name => Path.Combine(notebooks, name + ".ipynb"))];
        foreach (string file in files)
        {
            File.Copy(_folder.PathOf(Path.GetFileName(file)), file);
        }

        string[] options = ["--to=notebook", "--execute", "--allow-errors", "--ExecutePreprocessor.startup_timeout=600"];
        string host = await RunAsync(
            JupyterClients.Python(),
            environment,
            ["-m", "nbconvert", .. options, "--ExecutePreprocessor.kernel_name=.net-csharp", "--output-dir=host", .. files]
        );
        return kit + host;
    }

    private async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        (_, string said, string errors) = await TemporaryNotebooks.RunProgramAsync(program, _folder.Folder, environment, arguments);
        return said + errors;
    }

    /// <summary>Fetches the tool beside the notebooks and tells Jupyter of it, in the temporary folder alone.</summary>
    /// <returns>The folder for notebooks, and the variables with which a client finds the tool.</returns>
    private async Task<(string Folder, IReadOnlyDictionary<string, string> Environment)> InstallAsync()
    {
        string notebooks = Directory.CreateDirectory(Path.Combine(await _library.NotebooksAsync(), "interactive")).FullName;
        File.Copy(Repository.PathOf("tests", "ShapeKit.Notebooks.Tests", "Hosts", ToolManifest), Path.Combine(notebooks, ToolManifest));
        (int exitCode, string output) = await Repository.RunAsync(notebooks, "dotnet", "tool", "restore");
        Assert.SkipUnless(exitCode == 0, "The tool Microsoft.dotnet-interactive can't be had: " + output);

        // What `dotnet interactive jupyter install` writes, but for the ports, which it would open to everybody.
        string kernel = Directory.CreateDirectory(_folder.PathOf("jupyter", "kernels", ".net-csharp")).FullName;
        File.WriteAllText(
            Path.Combine(kernel, "kernel.json"),
            """
            {
              "argv": ["dotnet", "interactive", "jupyter", "--default-kernel", "csharp", "{connection_file}", "--http-local-only"],
              "display_name": ".NET (C#)",
              "language": "C#"
            }
            """
        );
        return (
            notebooks,
            new Dictionary<string, string>(InstalledKernel.EnvironmentIn(_folder))
            {
                // As the run that it is compared with.
                ["SHAPEKIT_DATA"] = ChapterRun.IsFull ? Repository.Data ?? _folder.Folder : _folder.Folder,
                ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
            }
        );
    }

    private static readonly string[] OneOfEachKind =
    [
        """
            #r "nuget: ShapeKit"
            using ShapeKit.Exercises;
            using ShapeKit.Evaluation;
            using ShapeKit.Runtime;
            using ShapeKit.Training;
            using ShapeKit.Visualization;
            using TorchSharp;
            float[,] square = { { 0, 1 }, { 1, 0 } };
            Session.Start(seed: 42)
            """,
        "Charts.HeatMap(square, \"A chart\")",
        "ImageGrid.Of([square], [\"a picture\"], columns: 1, imageSize: 100)",
        "ConfusionMatrix.From([0, 1, 1], [0, 1, 0], [\"circle\", \"rectangle\"])",
        "Check.Close(torch.tensor(square) + 1, torch.tensor(square) + 1, \"the sum\")",
        """
            var curves = new LiveTrainingCurves();
            for (int epoch = 1; epoch <= 3; epoch++)
            {
                curves.Report(new EpochResult(epoch, 3, 1.0 / epoch, 0.75, 0.5, 0.8, TimeSpan.FromSeconds(1)));
            }
            """,
        "Results.Record(\"test_accuracy\", 0.75);",
        "Console.WriteLine($\"What is it? {Console.ReadLine() ?? \"Nobody answers.\"}\");",
        "Console.WriteLine(\"The end.\");",
    ];
}
