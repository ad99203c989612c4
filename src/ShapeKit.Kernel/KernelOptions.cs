namespace ShapeKit.Kernel;

/// <summary>What the program around a kernel decides for it.</summary>
public sealed record KernelOptions
{
    /// <summary>The kernel's name, as <c>kernel_info_reply</c> gives it.</summary>
    public required string Implementation { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The lines with which a console greets.</summary>
    public required string Banner { get; init; }

    /// <summary>Title and address of pages that a front end's help menu shows.</summary>
    public IReadOnlyList<(string Text, string Url)> HelpLinks { get; init; } = [];

    /// <summary>Where relative paths of cells start.</summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>Told when the engine exists, before its first cell.</summary>
    public Action<Execution.CellEngine>? OnEngine { get; init; }

    /// <summary>A file that tells what the kernel did, cell by cell; null for none. It never holds code, outputs or keys.</summary>
    public string? LogPath { get; init; }
}
