namespace ShapeKit.Cli.Pages;

/// <summary>The repository on GitHub that a notebook is a file of, as far as the environment tells: Actions and Codespaces do.</summary>
/// <param name="File">The notebook's address on its default branch.</param>
/// <param name="Codespace">The address that begins a Codespace of it.</param>
internal sealed record GitHub(string File, string Codespace)
{
    private const string Server = "https://github.com";

    /// <summary>The repository of a file; null where the environment names none, or the file is in no clone.</summary>
    /// <param name="file">The file's full path.</param>
    public static GitHub? Of(string file)
    {
        string? name = Environment.GetEnvironmentVariable("GITHUB_REPOSITORY");
        string server = Environment.GetEnvironmentVariable("GITHUB_SERVER_URL") ?? Server;
        DirectoryInfo? clone = new FileInfo(file).Directory;
        while (clone is not null && !Path.Exists(Path.Combine(clone.FullName, ".git")))
        {
            clone = clone.Parent;
        }

        if (string.IsNullOrEmpty(name) || server != Server || clone is null)
        {
            return null;
        }

        string path = string.Join(
            '/',
            Path.GetRelativePath(clone.FullName, file).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)
        );
        return new GitHub($"{Server}/{name}/blob/HEAD/{path}", $"https://codespaces.new/{name}");
    }
}
