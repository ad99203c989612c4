using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Commands;
using ShapeKit.Kernel.Documents;
using ShapeKit.Kernel.Execution;

namespace Microsoft.DotNet.Interactive;

#pragma warning disable CA1707 // display is called so in every C# notebook.

/// <summary>The class by which notebooks written for .NET Interactive speak of its kernels, one for each language.</summary>
/// <remarks>
/// .NET Interactive's own hands commands from thread to thread, where a cell can't be stopped; this one runs code in the cell that sends
/// it.
/// </remarks>
public sealed class Kernel
{
    private readonly string _language;

    private Kernel(string name, string language)
    {
        Name = name;
        _language = language;
    }

    /// <summary>The kernel of all languages; it takes code for C# unless a command says otherwise.</summary>
    public static Kernel Root { get; } = new(".NET", CellPart.CSharp);

    /// <summary>The kernel of C#, in which the running cell is written.</summary>
    public static Kernel Current { get; } = new(CellPart.CSharp, CellPart.CSharp);

    /// <summary>The name by which it is found.</summary>
    public string Name { get; }

    /// <summary>The kernel of a language; null for languages that don't run here.</summary>
    public Kernel? FindKernelByName(string name) =>
        name == Name ? this
        : CellPart.LanguageOf(name) is { } language ? new Kernel(language, language)
        : null;

    /// <summary>Runs a command's code before the running cell goes on.</summary>
    /// <returns>A task that has ended.</returns>
    /// <exception cref="InvalidOperationException">No cell runs the calling code, or a thread that it started does.</exception>
    public Task SendAsync(SubmitCode command)
    {
        ArgumentNullException.ThrowIfNull(command);
        CellFunctions.Engine.Submit(NotebookCell.CodeIn(command.TargetKernelName ?? _language, command.Code));
        return Task.CompletedTask;
    }

    /// <summary>Runs code in this kernel's language before the running cell goes on.</summary>
    /// <returns>A task that has ended.</returns>
    /// <exception cref="InvalidOperationException">No cell runs the calling code, or a thread that it started does.</exception>
    public Task SubmitCodeAsync(string code) => SendAsync(new SubmitCode(code));

    /// <inheritdoc cref="CellFunctions.GetInputAsync"/>
    public static Task<string?> GetInputAsync(string prompt = "") => CellFunctions.GetInputAsync(prompt);

    /// <inheritdoc cref="CellFunctions.GetPasswordAsync"/>
    public static Task<string?> GetPasswordAsync(string prompt = "") => CellFunctions.GetPasswordAsync(prompt);

    /// <inheritdoc cref="CellFunctions.display(object?, string[])"/>
    public static DisplayHandle display(object? value, params string[] mimeTypes) => CellFunctions.display(value, mimeTypes);

    /// <inheritdoc cref="CellFunctions.HTML"/>
    public static IHtmlContent HTML(string html) => CellFunctions.HTML(html);

    /// <inheritdoc cref="CellFunctions.Javascript"/>
    public static void Javascript(string script) => CellFunctions.Javascript(script);

    /// <inheritdoc cref="CellFunctions.CSS"/>
    public static void CSS(string css) => CellFunctions.CSS(css);
}
