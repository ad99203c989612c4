using System.Security.Cryptography;
using System.Text;

namespace ShapeKit.Cli.Jupyter;

/// <summary>The clone that this program was built in, from which the kernel is made.</summary>
internal sealed class Clone
{
    private static readonly string ProjectPath = Path.Combine("src", "ShapeKit.Cli", "ShapeKit.Cli.csproj");

    private Clone(string folder) => Folder = folder;

    public string Folder { get; }

    public string Project => Path.Combine(Folder, ProjectPath);

    /// <summary>The clone above this program, or null for a program that was copied or installed elsewhere.</summary>
    public static Clone? Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, ProjectPath)))
        {
            folder = folder.Parent;
        }

        return folder is null ? null : new Clone(folder.FullName);
    }

    /// <summary>A number that changes with every source file of the kernel.</summary>
    public string Fingerprint()
    {
        string separator = Path.DirectorySeparatorChar.ToString();
        IEnumerable<string> files = Directory
            .EnumerateFiles(Path.Combine(Folder, "src"), "*", SearchOption.AllDirectories)
            .Where(file =>
                !file.Contains($"{separator}obj{separator}", StringComparison.Ordinal)
                && !file.Contains($"{separator}bin{separator}", StringComparison.Ordinal)
            )
            .Concat(Directory.EnumerateFiles(Folder, "Directory.*"))
            .Order(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(Folder, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
