using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests.Hosts;

/// <summary>
/// The notebooks of <see cref="PolyglotNotebook"/> as one file, and what an engine showed in it in words that can be compared.
/// </summary>
internal static partial class PolyglotOutputs
{
    private const string Plain = "text/plain";

    /// <summary>Writes notebooks one after the other into one file: a kernel is started once for all.</summary>
    public static void Write(TemporaryNotebooks folder, string name, IReadOnlyList<PolyglotNotebook> notebooks)
    {
        PolyglotCell[] cells = [.. notebooks.SelectMany(notebook => notebook.Cells)];
        folder.Write(name, [.. cells.Select(cell => cell.Code)]);
        JsonNode file = JsonNode.Parse(folder.Read(name))!;
        foreach ((PolyglotCell cell, JsonNode? written) in cells.Zip(file["cells"]!.AsArray()))
        {
            if (cell.Language is { } language)
            {
                written!["metadata"] = new JsonObject
                {
                    ["dotnet_interactive"] = new JsonObject { ["language"] = language },
                    ["polyglot_notebook"] = new JsonObject { ["kernelName"] = language },
                };
            }
        }

        File.WriteAllText(folder.PathOf(name), file.ToJsonString());
    }

    /// <summary>The cells of one notebook in the file of all.</summary>
    public static JsonNode[] Of(PolyglotNotebook notebook, IReadOnlyList<PolyglotNotebook> notebooks, JsonNode[] cells) =>
        [.. cells.Skip(notebooks.TakeWhile(other => other != notebook).Sum(other => other.Cells.Count)).Take(notebook.Cells.Count)];

    /// <summary>What a cell showed: each output's kind, its forms and their content.</summary>
    public static string Told(JsonNode cell) =>
        string.Join(" | ", cell["outputs"]!.AsArray().Select(output => One(output!)).OfType<string>());

    /// <summary>Whether a text is the one that is expected, in which <c>…</c> stands for any.</summary>
    public static bool IsAsExpected(string expected, string told) =>
        Regex.IsMatch(told, $"^{Regex.Escape(expected).Replace("…", ".*", StringComparison.Ordinal)}$", RegexOptions.Singleline);

    private static string? One(JsonNode output)
    {
        switch ((string)output["output_type"]!)
        {
            case "stream":
                string text = Content(output["text"]);
                // .NET Interactive warns of its own assemblies.
                return text.TrimStart().StartsWith("warning CS", StringComparison.Ordinal) ? null : $"{output["name"]}: {Tidy(text)}";
            case "error":
                // It puts the exception's type before its message, and where it was thrown below.
                return $"error: {Exception().Replace(Content(output["evalue"]).Split('\n')[0], "").TrimEnd()}";
            case var type:
                Dictionary<string, string> forms = output["data"]!.AsObject().ToDictionary(form => form.Key, form => Content(form.Value));
                // The script by which a page connects to .NET Interactive.
                return forms.Values.Any(form => form.Contains("dotnet-interactive-this-cell", StringComparison.Ordinal))
                    ? null
                    : $"{(type == "execute_result" ? "result" : "shown")}: {InWords(forms)}";
        }
    }

    /// <summary>
    /// The forms but for the text beside them, which the kit adds for front ends that show nothing else. HTML that is nothing but a text
    /// counts as text: .NET Interactive writes numbers so.
    /// </summary>
    private static string InWords(Dictionary<string, string> forms)
    {
        if (forms.Count > 1)
        {
            forms.Remove(Plain);
        }

        IEnumerable<string> told = forms
            .OrderBy(form => form.Key, StringComparer.Ordinal)
            .Select(form =>
                form.Key != "text/html" ? (form.Key, form.Value)
                : OnlyText().Match(Style().Replace(form.Value, "")) is { Success: true } text
                    ? (Plain, WebUtility.HtmlDecode(text.Groups[1].Value))
                : (form.Key, PlainText().Replace(Style().Replace(form.Value, ""), "$1"))
            )
            .Select(form => form.Item1 == Plain ? Tidy(form.Item2) : $"{form.Item1} {Tidy(form.Item2)}");
        return string.Join(" + ", told);
    }

    private static string Content(JsonNode? content) =>
        content switch
        {
            JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
            _ => content?.ToJsonString() ?? "",
        };

    private static string Tidy(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^([\w.]+Exception: )+")]
    private static partial Regex Exception();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("""^(?:<div class="dni-plaintext">)?<pre>([^<]*)</pre>(?:</div>)?$""")]
    private static partial Regex OnlyText();

    [GeneratedRegex("""<div class="dni-plaintext"><pre>([^<]*)</pre></div>""")]
    private static partial Regex PlainText();
}
