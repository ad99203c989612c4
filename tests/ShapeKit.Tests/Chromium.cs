namespace ShapeKit.Tests;

/// <summary>The browser of the tests that look at pages.</summary>
internal static class Chromium
{
    /// <summary>The path of the system's Chromium; where there is none, the test is skipped and says so.</summary>
    public static string Path()
    {
        string? browser = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no chromium on this machine's path.");
        return browser;
    }
}
