using System.Runtime.CompilerServices;

namespace ShapeKit.Kernel.Tests;

/// <summary>The files of the clone.</summary>
internal static class Repository
{
    public static string PathOf(params string[] path) => Path.Combine([Root(), .. path]);

    private static string Root([CallerFilePath] string caller = "") => Path.GetFullPath(Path.Combine(caller, "..", "..", ".."));
}
