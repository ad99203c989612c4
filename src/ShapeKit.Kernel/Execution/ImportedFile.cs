using ShapeKit.Kernel.Documents;

namespace ShapeKit.Kernel.Execution;

/// <summary>The code of a file that a cell imports: a script, a C# source file, or the code cells of a notebook or .dib file.</summary>
internal static class ImportedFile
{
    /// <summary>The pieces of code in order, each with the name under which errors speak of it.</summary>
    public static IReadOnlyList<(string Code, string Name)> Read(string path, Directive directive)
    {
        string name = Path.GetFileName(path);
        try
        {
            return Path.GetExtension(path).ToUpperInvariant() switch
            {
                ".CS" or ".CSX" => [(File.ReadAllText(path), name)],
                ".IPYNB" or ".DIB" =>
                [
                    .. NotebookDocument
                        .Load(path)
                        .Cells.Select((cell, i) => (cell, i))
                        .Where(c => c.cell.Kind == CellKind.Code)
                        .Select(c => (c.cell.Code, $"{name}, cell {c.i + 1}")),
                ],
                _ => throw directive.Error($"{name} cannot be imported; only .ipynb, .dib, .cs and .csx files can."),
            };
        }
        catch (NotebookFormatException e)
        {
            throw directive.Error(e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw directive.Error($"The file {path} does not exist.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw directive.Error($"The file {path} cannot be read: {e.Message}");
        }
    }
}
