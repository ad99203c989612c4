using System.Diagnostics;
using ShapeKit.Tests;

namespace ShapeKit.Notebooks.Tests;

/// <summary>The clone that the tests were built from, and programs run in it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static IReadOnlyList<string> Chapters { get; } =
    [.. Directory.GetFiles(Path.Combine(Root, "notebooks", "en"), "*.ipynb").Order(StringComparer.Ordinal)];

    /// <summary>
    /// The folder with the real chest radiographs of chapter 12, which are not part of the repository; null where they are absent.
    /// </summary>
    public static string? Data { get; } =
        Path.GetFullPath(Path.Combine(Root, "..", "shared", "data")) is var folder
        && File.Exists(Path.Combine(folder, "pneumoniamnist.npz"))
            ? folder
            : null;

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    /// <summary>Runs a program to its end; both streams come back as one text.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.EndAsync();
        return (process.ExitCode, await process.Patiently(output) + await process.Patiently(errors));
    }

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ShapeKit.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No ShapeKit.sln above {AppContext.BaseDirectory}.");
    }
}
