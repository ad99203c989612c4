using System.Text.Json.Nodes;
using ShapeKit.Notebooks.Tests.Clients;

namespace ShapeKit.Notebooks.Tests;

/// <summary>
/// All English chapters, run once as they run without a network, quickly, with every exercise replaced by the solution that stands
/// folded below it: by nbconvert in the installed kernel, and by shapekit where nbconvert is not.
/// </summary>
public sealed class QuickRun : IDisposable
{
    private readonly InstalledKernel _kernel;
    private readonly TemporaryNotebooks _folder = new();
    private readonly Lazy<Task<string>> _run;

    public QuickRun(InstalledKernel kernel)
    {
        _kernel = kernel;
        _run = new Lazy<Task<string>>(RunAsync);
    }

    /// <summary>The executed chapter.</summary>
    public async Task<string> ReadAsync(string chapter)
    {
        string said = await _run.Value;
        string path = _folder.PathOf("run", chapter + ".ipynb");
        Assert.True(File.Exists(path), said);
        return await File.ReadAllTextAsync(path);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RunAsync()
    {
        string[] chapters = [.. Repository.Chapters.Select(chapter => Path.GetFileName(chapter))];
        foreach (string chapter in Repository.Chapters)
        {
            File.WriteAllText(_folder.PathOf(Path.GetFileName(chapter)), Solved(chapter));
        }

        // Chapter 12 finds no radiographs here and runs on phantoms.
        var environment = new Dictionary<string, string>(_kernel.Environment) { ["SHAPEKIT_DATA"] = _folder.Folder };
        string program = TemporaryNotebooks.Launcher;
        string[] arguments = ["run", "--output", "run", .. chapters];
        if (JupyterClients.Found is { } python)
        {
            await _kernel.InstalledAsync();
            (program, arguments) = (
                python,
                ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output-dir", "run", .. chapters]
            );
        }

        (_, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(program, _folder.Folder, environment, arguments);
        return output + errors;
    }

    /// <summary>A chapter that runs quickly, each exercise replaced by its solution.</summary>
    internal static string Solved(string chapter)
    {
        JsonNode notebook = JsonNode.Parse(File.ReadAllText(chapter))!;
        JsonNode? exercise = null;
        foreach (JsonNode cell in notebook["cells"]!.AsArray().OfType<JsonNode>())
        {
            // What --quick does; nbconvert can't set a parameter.
            cell["source"] = Exercises.Source(cell).Replace("bool quick = false;", "bool quick = true;", StringComparison.Ordinal);
            if (Exercises.IsExercise(cell))
            {
                exercise = cell;
            }
            else if (exercise is not null && Exercises.Solution(cell) is { } solution)
            {
                exercise["source"] = solution;
                exercise = null;
            }
        }

        return notebook.ToJsonString();
    }
}

/// <summary>The tests that look at what <see cref="QuickRun"/> has run.</summary>
[CollectionDefinition]
public sealed class QuickRunTests : ICollectionFixture<QuickRun>;
