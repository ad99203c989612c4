using System.Runtime.CompilerServices;

namespace ShapeKit.Kernel.Tests;

/// <summary>Compares text with a file that somebody has read and approved.</summary>
internal static class Approved
{
    public static void Same(string name, string text, [CallerFilePath] string caller = "")
    {
        string folder = Path.GetDirectoryName(caller)!;
        string approved = Path.Combine(folder, name + ".approved.txt");
        string received = Path.Combine(folder, name + ".received.txt");
        text = text.ReplaceLineEndings("\n");
        if (!File.Exists(approved) || File.ReadAllText(approved).ReplaceLineEndings("\n") != text)
        {
            File.WriteAllText(received, text);
            Assert.Fail(
                $"{name} changed. Compare {received} with {approved}, and if the change is meant, let the first replace the second."
            );
        }

        File.Delete(received);
    }
}
