namespace ShapeKit.Cli.Jupyter;

/// <summary>The user's folders: where front ends look for kernels, and where the installed program lies.</summary>
internal static class KernelFolders
{
    /// <summary>Where Jupyter keeps a user's files; kernelspecs are written to its folder <c>kernels</c>.</summary>
    /// <remarks>https://docs.jupyter.org/en/latest/use/jupyter-directories.html, "Data files".</remarks>
    public static string JupyterData =>
        Variable("JUPYTER_DATA_DIR") is { } chosen ? chosen
        : OperatingSystem.IsWindows() ? Path.Combine(Variable("APPDATA") ?? Special(Environment.SpecialFolder.ApplicationData), "jupyter")
        : OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Jupyter")
        : Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(Home, ".local", "share"), "jupyter");

    /// <summary>The folder that holds the installed programs, one folder each.</summary>
    /// <remarks>Not Jupyter's own: on Windows that one travels with the user from machine to machine, and a program takes 125 MB.</remarks>
    public static string Programs =>
        Path.Combine(
            OperatingSystem.IsWindows()
                ? Variable("LOCALAPPDATA") ?? Special(Environment.SpecialFolder.LocalApplicationData)
                : Variable("XDG_DATA_HOME")
                    ?? (
                        OperatingSystem.IsMacOS()
                            ? Path.Combine(Home, "Library", "Application Support")
                            : Path.Combine(Home, ".local", "share")
                    ),
            "shapekit",
            "kernel"
        );

    /// <summary>The folders with kernelspecs that front ends read, in their order.</summary>
    public static IEnumerable<string> Kernelspecs =>
        (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(JupyterData)
            .Concat(
                OperatingSystem.IsWindows()
                    ? [Path.Combine(Special(Environment.SpecialFolder.CommonApplicationData), "jupyter")]
                    : ["/usr/local/share/jupyter", "/usr/share/jupyter"]
            )
            .Select(folder => Path.GetFullPath(Path.Combine(folder, "kernels")))
            .Distinct();

    private static string Home => Special(Environment.SpecialFolder.UserProfile);

    /// <summary>A folder that a variable names; a relative one is ignored, as the XDG specification asks.</summary>
    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && Path.IsPathFullyQualified(value) ? value : null;

    private static string Special(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder) is { Length: > 0 } path
            ? path
            : throw new CommandException("There is no home folder for the kernel: set HOME to a folder of yours.");
}
