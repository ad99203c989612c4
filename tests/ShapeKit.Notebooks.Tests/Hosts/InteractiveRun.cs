using System.Text.Json.Nodes;
using ShapeKit.Notebooks.Tests.Clients;

namespace ShapeKit.Notebooks.Tests.Hosts;

/// <summary>
/// Notebooks run twice: by shapekit, and by nbconvert in .NET Interactive with the packed library, as its readers have it.
/// Small notebooks, of every kind of output that the kit has and of all that notebooks for Polyglot Notebooks do, where
/// SHAPEKIT_INTERACTIVE is <c>kinds</c>; the chapters, too, where it is 1.
/// </summary>
public sealed class InteractiveRun : IDisposable
{
    /// <summary>The notebook with one cell for every kind of output.</summary>
    public const string Kinds = "kinds";

    /// <summary>The notebooks of <see cref="PolyglotNotebook"/> that run without a browser, in one file.</summary>
    public const string Polyglot = "polyglot";

    private const string ToolManifest = "dotnet-tools.json";

    private readonly PackedLibrary _library;
    private readonly TemporaryNotebooks _folder = new();
    private readonly Lazy<Task<string>> _run;

    public InteractiveRun(PackedLibrary library)
    {
        _library = library;
        _run = new Lazy<Task<string>>(RunAsync);
    }

    private static readonly string? Wanted = Environment.GetEnvironmentVariable("SHAPEKIT_INTERACTIVE");

    /// <summary>The notebooks in the file <see cref="Polyglot"/>.</summary>
    public static IReadOnlyList<PolyglotNotebook> PolyglotNotebooks { get; } =
    [.. PolyglotNotebook.All.Where(notebook => notebook.RunsThere)];

    /// <summary>
    /// The chapters but for the appendix: it has no part of ShapeKit, without which TorchSharp works on newer systems alone.
    /// </summary>
    public static IEnumerable<string> Chapters { get; } =
        Repository.Chapters.Where(chapter => !chapter.EndsWith("-without-shapekit.ipynb", StringComparison.Ordinal));

    /// <summary>Whether the chapters run, too.</summary>
    public static bool IsFull { get; } = Wanted == "1";

    /// <summary>The cells of a notebook with code, as shapekit and as .NET Interactive left them.</summary>
    public async Task<(JsonNode[] Kit, JsonNode[] Host)> ReadAsync(string notebook)
    {
        Assert.SkipUnless(
            IsFull || (notebook is Kinds or Polyglot && Wanted == Kinds),
            "It takes a minute or more in .NET Interactive: set SHAPEKIT_INTERACTIVE=1, or =kinds for small notebooks, to have it done."
        );
        JupyterClients.Python();
        string said = await _run.Value;
        string host = _folder.PathOf("host", notebook + ".ipynb");
        Assert.True(File.Exists(host), said);
        return (CodeOf(_folder.Read("kit", notebook + ".ipynb")), CodeOf(await File.ReadAllTextAsync(host)));
    }

    public void Dispose() => _folder.Dispose();

    private static JsonNode[] CodeOf(string notebook) => [.. Exercises.Cells(notebook).Where(cell => (string?)cell["cell_type"] == "code")];

    private async Task<string> RunAsync()
    {
        string notebooks = Directory.CreateDirectory(Path.Combine(await _library.NotebooksAsync(), "interactive")).FullName;
        IReadOnlyDictionary<string, string> environment = await InstallAsync(notebooks);
        _folder.Write(Kinds + ".ipynb", OneOfEachKind);
        PolyglotOutputs.Write(_folder, Polyglot + ".ipynb", PolyglotNotebooks);
        List<string> names = [Kinds + ".ipynb", Polyglot + ".ipynb"];
        foreach (string chapter in IsFull ? Chapters : [])
        {
            names.Add(Path.GetFileName(chapter));
            File.WriteAllText(_folder.PathOf(names[^1]), QuickRun.Solved(chapter));
        }

        string kit = await RunAsync(TemporaryNotebooks.Launcher, environment, ["run", "--keep-going", "--output", "kit", .. names]);

        // The host restores packages with the NuGet.config that it finds above the notebook.
        foreach (string name in names)
        {
            File.Copy(_folder.PathOf(name), Path.Combine(notebooks, name));
        }

        string[] options = ["--to=notebook", "--execute", "--allow-errors", "--ExecutePreprocessor.startup_timeout=600"];
        string host = await RunAsync(
            JupyterClients.Python(),
            environment,
            [
                "-m",
                "nbconvert",
                .. options,
                "--ExecutePreprocessor.kernel_name=.net-csharp",
                "--output-dir=host",
                .. names.Select(name => Path.Combine(notebooks, name)),
            ]
        );
        return kit + host;
    }

    private async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        (_, string said, string errors) = await TemporaryNotebooks.RunProgramAsync(program, _folder.Folder, environment, arguments);
        return said + errors;
    }

    /// <summary>Fetches the tool beside the notebooks and tells Jupyter of it, in the temporary folder alone.</summary>
    /// <returns>The variables with which a client finds it; chapter 12 finds no radiographs and runs on phantoms.</returns>
    private async Task<IReadOnlyDictionary<string, string>> InstallAsync(string notebooks)
    {
        File.Copy(Repository.PathOf("tests", "ShapeKit.Notebooks.Tests", "Hosts", ToolManifest), Path.Combine(notebooks, ToolManifest));
        (int exitCode, string output) = await Repository.RunAsync(notebooks, "dotnet", "tool", "restore");
        Assert.True(exitCode == 0, output);

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
        return new Dictionary<string, string>(InstalledKernel.EnvironmentIn(_folder))
        {
            ["SHAPEKIT_DATA"] = _folder.Folder,
            ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
        };
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

/// <summary>The tests that look at what <see cref="InteractiveRun"/> has run.</summary>
[CollectionDefinition]
public sealed class InteractiveRunTests : ICollectionFixture<InteractiveRun>;
