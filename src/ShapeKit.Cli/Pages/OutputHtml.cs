using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Cli.Pages;

/// <summary>What cells showed, as HTML; of a value's forms the first of HTML, Markdown, picture and text is taken.</summary>
internal static class OutputHtml
{
    private static readonly Regex TerminalCodes = new("\u001b\\[[0-9;?]*[A-Za-z]");

    public static string ToHtml(CellOutput output) =>
        output switch
        {
            StreamOutput stream => $"<pre class=\"stream {(stream.Name == "stderr" ? "stderr" : "stdout")}\">{Text(stream.Text)}</pre>\n",
            DisplayOutput display => ToHtml(display.Data),
            ResultOutput result => ToHtml(result.Data),
            ErrorOutput error => ToHtml(error),
            _ => "",
        };

    private static string ToHtml(MimeBundle bundle)
    {
        if (bundle.Data.TryGetValue(MimeBundle.Html, out string? html))
        {
            return $"<div class=\"value\">{Fragment.Close(html)}</div>\n";
        }

        if (bundle.Data.TryGetValue("text/markdown", out string? markdown))
        {
            return $"<div class=\"value\">{MarkdownHtml.Shown(markdown)}</div>\n";
        }

        string text = bundle.Data.GetValueOrDefault(MimeBundle.Plain, "");
        if (bundle.Data.TryGetValue("image/svg+xml", out string? svg))
        {
            return Image("image/svg+xml", Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)), text);
        }

        foreach (string type in new[] { MimeBundle.Png, "image/jpeg", "image/gif" })
        {
            if (bundle.Data.TryGetValue(type, out string? picture))
            {
                return Image(type, picture.ReplaceLineEndings(""), text);
            }
        }

        return $"<pre class=\"value\">{Text(text)}</pre>\n";
    }

    private static string Image(string type, string base64, string text) =>
        $"<div class=\"value\"><img src=\"data:{type};base64,{WebUtility.HtmlEncode(base64)}\" "
        + $"alt=\"{WebUtility.HtmlEncode(text)}\"></div>\n";

    private static string ToHtml(ErrorOutput error)
    {
        string trace = string.Join('\n', error.Below());
        return $"<div class=\"error\" role=\"alert\"><p><strong>{WebUtility.HtmlEncode(error.Name)}</strong> "
            + $"{Text(error.Message)}</p>{(trace.Length > 0 ? $"<pre>{Text(trace)}</pre>" : "")}</div>\n";
    }

    /// <summary>Text of a terminal: colours go, and a carriage return starts its line anew.</summary>
    private static string Text(string text)
    {
        string plain = TerminalCodes.Replace(text.Replace("\r\n", "\n", StringComparison.Ordinal), "");
        if (plain.Contains('\r'))
        {
            plain = string.Join(
                '\n',
                plain.Split('\n').Select(line => line.TrimEnd('\r')).Select(line => line[(line.LastIndexOf('\r') + 1)..])
            );
        }

        return WebUtility.HtmlEncode(plain);
    }
}
