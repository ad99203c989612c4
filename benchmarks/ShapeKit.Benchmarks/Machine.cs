using System.Globalization;
using System.Runtime.InteropServices;

namespace ShapeKit.Benchmarks;

/// <summary>Where and when something was measured.</summary>
internal static class Machine
{
    public static string Description =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, "
                + $"{DateTime.Now:yyyy-MM-dd HH:mm}"
        );

    /// <summary>How many threads wanted to run on average in the last minute, these ones included.</summary>
    public static string Load => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static string Processor =>
        OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1]
                .Trim()
                ?? "unknown processor"
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
}
