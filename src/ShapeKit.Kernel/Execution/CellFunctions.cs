using Microsoft.AspNetCore.Html;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

#pragma warning disable CA1707, CA1708 // display, Display and clear_output are called so in every C# and Python notebook.

/// <summary>What every cell can call by name.</summary>
public static class CellFunctions
{
    /// <summary>Shows a value now, in the middle of the cell.</summary>
    /// <returns>What was shown; its <see cref="DisplayHandle.Update"/> puts a newer value in its place.</returns>
    public static DisplayHandle display(object? value) => Engine.Display(value);

    /// <summary>Shows a value now, in the middle of the cell.</summary>
    /// <returns>What was shown; its <see cref="DisplayHandle.Update"/> puts a newer value in its place.</returns>
    public static DisplayHandle Display(this object? value) => Engine.Display(value);

    /// <summary>Shows a value now, in the named forms alone.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms, such as <c>text/html</c> or <c>application/json</c>.</param>
    /// <returns>What was shown; its <see cref="DisplayHandle.Update"/> puts a newer value in its place.</returns>
    public static DisplayHandle display(object? value, params string[] mimeTypes) => Engine.Display(value, mimeTypes);

    /// <summary>Shows a value now, in the named form alone.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeType">The form, such as <c>text/html</c> or <c>application/json</c>.</param>
    /// <returns>What was shown; its <see cref="DisplayHandle.Update"/> puts a newer value in its place.</returns>
    public static DisplayHandle Display(this object? value, string mimeType) => Engine.Display(value, mimeType);

    /// <summary>Text that is shown as HTML.</summary>
    public static IHtmlContent HTML(string html) => new HtmlString(html);

    /// <summary>Runs a script in the front end.</summary>
    public static void Javascript(string script) => Engine.Show(Markup.Script(script));

    /// <summary>Styles the page that the front end shows.</summary>
    public static void CSS(string css) => Engine.Show(Markup.Style(css));

    /// <summary>Clears what the cell has shown; with <paramref name="wait"/> only when the next output arrives.</summary>
    public static void clear_output(bool wait = false) => Engine.Send(new ClearOutput(wait));

    /// <summary>Asks the reader for a line.</summary>
    public static Task<string?> GetInputAsync(string prompt = "") => Engine.AskAsync(new InputRequest(prompt, IsPassword: false));

    /// <summary>Asks the reader for a line that is not shown while it is typed.</summary>
    public static Task<string?> GetPasswordAsync(string prompt = "") => Engine.AskAsync(new InputRequest(prompt, IsPassword: true));

    /// <summary>The channels between this notebook's cells and scripts in its front end.</summary>
    public static CommRegistry Comms => Engine.Comms;

    internal static CellEngine Engine =>
        CellEngine.Current ?? throw new InvalidOperationException("Only code that a cell runs can show or ask something.");
}
