namespace Microsoft.DotNet.Interactive.Commands;

/// <summary>.NET Interactive's command to run code.</summary>
/// <param name="Code">The code.</param>
/// <param name="TargetKernelName">The language; null for that of the kernel that it is sent to.</param>
public sealed record SubmitCode(string Code, string? TargetKernelName = null);
