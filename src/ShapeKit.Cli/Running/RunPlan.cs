using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Running;

/// <summary>One notebook of a run.</summary>
/// <param name="Source">The full path of the notebook; it is only read.</param>
/// <param name="Name">The notebook's name without extension; with its folder where a run has several folders.</param>
/// <param name="Document">The notebook, with the parameters in place.</param>
/// <param name="ExecutedCopy">Where the executed copy goes.</param>
/// <param name="Page">Where the HTML page goes.</param>
internal sealed record PlannedNotebook(string Source, string Name, NotebookDocument Document, string ExecutedCopy, string Page);

/// <summary>Which notebooks run, and where what they make goes. Everything that can be checked before a run is checked here.</summary>
internal sealed record RunPlan(IReadOnlyList<PlannedNotebook> Notebooks, string Output)
{
    public const string SummaryName = "summary.json";

    private const string Chapters = "notebooks/en";

    /// <exception cref="CommandException">A path, a notebook, a parameter or the output folder is not usable.</exception>
    public static RunPlan Create(RunRequest request, string workingDirectory)
    {
        string? root = FindChapters(workingDirectory);
        IReadOnlyList<string> sources =
            request.Paths.Count > 0
                ? [.. request.Paths.SelectMany(path => Find(path, workingDirectory)).Distinct()]
                : NotebooksIn(
                    Path.Combine(
                        root
                            ?? throw new CommandException(
                                $"There is no folder {Chapters} with chapters in {workingDirectory} or above it: run this inside the "
                                    + "ShapeKit folder, or name the notebooks to run."
                            ),
                        Chapters
                    )
                );

        string output = Path.GetFullPath(
            request.Output ?? Path.Combine(root ?? workingDirectory, "artifacts", request.Name),
            workingDirectory
        );
        string common = CommonFolder(sources);
        var notebooks = new List<PlannedNotebook>();
        foreach (string source in sources)
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(common, source), null).Replace('\\', '/');
            NotebookDocument document = Load(source);
            Parameters.Apply(document, request.Parameters, request.Quick, name);
            if (request.Claims)
            {
                Claims.Insert(document);
            }

            // The contents and the glossary have these names.
            string page = name.ToUpperInvariant() is "INDEX" or "GLOSSARY" ? name + "-notebook.html" : name + ".html";
            notebooks.Add(new PlannedNotebook(source, name, document, Path.Combine(output, name + ".ipynb"), Path.Combine(output, page)));
        }

        ClaimOutput(output, notebooks);
        return new RunPlan(notebooks, output);
    }

    /// <summary>The nearest folder, from the given one upwards, that holds English chapters.</summary>
    private static string? FindChapters(string folder)
    {
        for (DirectoryInfo? place = new(folder); place is not null; place = place.Parent)
        {
            string chapters = Path.Combine(place.FullName, Chapters);
            if (Directory.Exists(chapters) && NotebooksIn(chapters).Count > 0)
            {
                return place.FullName;
            }
        }

        return null;
    }

    private static IReadOnlyList<string> Find(string path, string workingDirectory)
    {
        string full = Path.GetFullPath(path, workingDirectory);
        if (Directory.Exists(full))
        {
            return NotebooksIn(full) is { Count: > 0 } notebooks
                ? notebooks
                : throw new CommandException($"The folder {path} holds no notebooks (*.ipynb).");
        }

        if (!File.Exists(full))
        {
            throw new CommandException($"There is no notebook {path}: check the path, or leave it out to run all chapters.");
        }

        return Path.GetExtension(full) is ".ipynb" or DibFile.Extension
            ? [full]
            : throw new CommandException($"{path} is not a notebook: its name does not end in .ipynb or .dib.");
    }

    private static List<string> NotebooksIn(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.ipynb")
                .Where(file => !Path.GetFileName(file).StartsWith('.'))
                .Order(StringComparer.Ordinal),
        ];

    private static string CommonFolder(IReadOnlyList<string> files)
    {
        string common = Path.GetDirectoryName(files[0])!;
        while (
            !files.All(file =>
                file.StartsWith(Path.TrimEndingDirectorySeparator(common) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            )
        )
        {
            common = Path.GetDirectoryName(common)!;
        }

        return common;
    }

    /// <summary>Reads a notebook in any language.</summary>
    /// <exception cref="CommandException">The file is no notebook, or can't be read.</exception>
    public static NotebookDocument Read(string source)
    {
        try
        {
            return NotebookDocument.Load(source);
        }
        catch (NotebookFormatException e)
        {
            throw new CommandException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{source} can't be read: {e.Message}", e);
        }
    }

    private static NotebookDocument Load(string source)
    {
        NotebookDocument document = Read(source);
        return document.Language is null or "csharp" or "C#" or "polyglot-notebook"
            ? document
            : throw new CommandException($"{source} is a notebook in {document.Language}; shapekit runs C# notebooks.");
    }

    /// <summary>Makes the output folder, unless something of the user's would be overwritten or nothing can be written there.</summary>
    private static void ClaimOutput(string output, IReadOnlyList<PlannedNotebook> notebooks)
    {
        string real = RealPath(output);
        foreach (PlannedNotebook notebook in notebooks)
        {
            if (RealPath(Path.GetDirectoryName(notebook.ExecutedCopy)!) == RealPath(Path.GetDirectoryName(notebook.Source)!))
            {
                throw new CommandException(
                    $"The output folder {output} is the folder of {notebook.Source}, which would be overwritten: choose another one "
                        + "with --output."
                );
            }
        }

        if (File.Exists(output))
        {
            throw new CommandException($"The output folder {output} is a file: choose another one with --output.");
        }

        if (Directory.Exists(real) && Directory.EnumerateFileSystemEntries(real).Any() && !RunSummary.IsIn(real))
        {
            throw new CommandException(
                $"The output folder {output} holds other files than those of an earlier run: choose an empty or new one with --output."
            );
        }

        try
        {
            foreach (PlannedNotebook notebook in notebooks)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(notebook.ExecutedCopy)!);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(output, e);
        }
    }

    public static CommandException CannotWrite(string output, Exception e) =>
        new($"The output folder {output} can't be written: {e.Message.TrimEnd('.')}. Choose another one with --output.", e);

    /// <summary>A path with all links on the way resolved, so that two names of one folder compare equal.</summary>
    private static string RealPath(string path)
    {
        string? parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return path;
        }

        string here = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return Directory.Exists(here) && Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target
            ? RealPath(target.FullName)
            : here;
    }
}
