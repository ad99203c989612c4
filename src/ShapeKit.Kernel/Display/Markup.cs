using System.Text.Json;

namespace ShapeKit.Kernel.Display;

/// <summary>What cells write in the languages of a page, in forms that front ends show.</summary>
internal static class Markup
{
    private const string MarkdownType = "text/markdown";

    /// <summary>HTML, with its source as its text.</summary>
    public static MimeBundle Html(string html) => Bundle(MimeBundle.Html, html, html);

    /// <summary>A script that runs where it is shown.</summary>
    public static MimeBundle Script(string script) =>
        Bundle(MimeBundle.Html, $"<script type=\"text/javascript\">{script}</script>", script);

    /// <summary>A style sheet that is added to the page, so that it outlives the output that brings it.</summary>
    public static MimeBundle Style(string css) =>
        Script(
            $"document.head.appendChild(Object.assign(document.createElement('style'), {{ textContent: {JsonSerializer.Serialize(css)} }}));"
        );

    public static MimeBundle Markdown(string markdown) => Bundle(MarkdownType, markdown, markdown);

    /// <summary>A diagram as Markdown that holds its source, which front ends draw without a network.</summary>
    public static MimeBundle Mermaid(string source) => Bundle(MarkdownType, $"```mermaid\n{source.TrimEnd()}\n```", source);

    private static MimeBundle Bundle(string type, string content, string text) =>
        new(new Dictionary<string, string> { [type] = content, [MimeBundle.Plain] = text });
}
