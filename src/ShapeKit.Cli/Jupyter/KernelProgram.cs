namespace ShapeKit.Cli.Jupyter;

/// <summary>An installed program: a folder with everything that the kernel is, but libtorch.</summary>
internal static class KernelProgram
{
    /// <summary>Names the kernelspec that the program was installed for; a running kernel holds it open.</summary>
    private const string HeldFile = "kernelspec.txt";

    /// <summary>How the names of folders begin that an installation has not finished.</summary>
    private const string DraftPrefix = "new-";

    /// <summary>Keeps the folder of this program while it runs as a kernel, whatever is installed meanwhile.</summary>
    /// <returns>What to dispose at the end; nothing to hold in a build that was not installed.</returns>
    public static IDisposable? Hold()
    {
        string file = Path.Combine(AppContext.BaseDirectory, HeldFile);
        return File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
    }

    /// <summary>A new folder for an installation to fill.</summary>
    public static string CreateDraft() =>
        Directory.CreateDirectory(Path.Combine(KernelFolders.Programs, DraftPrefix + Path.GetRandomFileName())).FullName;

    /// <summary>Gives a filled folder its final place.</summary>
    /// <returns>The path of the program in it.</returns>
    public static string Keep(string program, string version)
    {
        File.WriteAllText(Path.Combine(program, HeldFile), KernelSpec.OwnPath);
        string folder = Path.Combine(KernelFolders.Programs, $"{version}-{Path.GetRandomFileName()[..8]}");
        Directory.Move(program, folder);
        return Path.Combine(folder, Executable);
    }

    public static string Executable { get; } = OperatingSystem.IsWindows() ? "shapekit.exe" : "shapekit";

    /// <summary>Removes programs that no kernelspec names and no kernel runs from, and what unfinished installations left.</summary>
    /// <returns>The folders removed, and those that a running kernel still needs.</returns>
    public static (IReadOnlyList<string> Removed, IReadOnlyList<string> Held) RemoveUnused()
    {
        List<string> removed = [],
            held = [];
        foreach (string folder in Directory.Exists(KernelFolders.Programs) ? Directory.GetDirectories(KernelFolders.Programs) : [])
        {
            if (IsNeeded(folder))
            {
                continue;
            }

            (TryRemove(folder) ? removed : held).Add(folder);
        }

        return (removed, held);
    }

    private static bool IsNeeded(string folder)
    {
        string file = Path.Combine(folder, HeldFile);
        return File.Exists(file) && KernelSpec.Read(File.ReadAllText(file)) is { } spec && Path.GetDirectoryName(spec.Program) == folder;
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            string file = Path.Combine(folder, HeldFile);
            if (File.Exists(file))
            {
                // Refused while a kernel holds it. Moved aside first, so that nobody meets half a program.
                using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }

                string draft = Path.Combine(KernelFolders.Programs, DraftPrefix + Path.GetRandomFileName());
                Directory.Move(folder, draft);
                folder = draft;
            }

            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
