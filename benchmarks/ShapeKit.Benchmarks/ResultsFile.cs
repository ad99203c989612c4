using System.Runtime.CompilerServices;

namespace ShapeKit.Benchmarks;

/// <summary>benchmarks/RESULTS.md: one section a command, written by the commands only.</summary>
internal static class ResultsFile
{
    private const string Title =
        "# Measured\n\nWritten by `dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- COMMAND`, one section a command; "
        + "never by hand.\n";

    /// <summary>Prints a section, and puts it in the place of the one before.</summary>
    public static void Write(string heading, string section)
    {
        string text = $"\n## {heading}\n\n{section.TrimEnd()}\n";
        Console.Write(text);
        string path = PathOfFile();
        string[] parts = File.Exists(path) ? File.ReadAllText(path).Split("\n## ") : [Title];
        List<string> sections = [.. parts[1..].Select(part => $"\n## {part.TrimEnd()}\n")];
        int earlier = sections.FindIndex(part => part.StartsWith($"\n## {heading}\n", StringComparison.Ordinal));
        if (earlier < 0)
        {
            sections.Add(text);
        }
        else
        {
            sections[earlier] = text;
        }

        File.WriteAllText(path, Title + string.Concat(sections));
    }

    /// <summary>The path of a file that the results show.</summary>
    public static string PathBeside(string name) => Path.Combine(Path.GetDirectoryName(PathOfFile())!, name);

    private static string PathOfFile([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "RESULTS.md"));
}
