using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// Values that go from one language of a notebook to another: <c>#!share</c> and <c>#!set</c> take them from C#'s variables, from what
/// <c>#!value</c> has kept, or from the reader.
/// </summary>
/// <param name="compiler">Knows the variables of cells.</param>
/// <param name="ask">Asks the reader.</param>
internal sealed class SharedValues(CellCompiler compiler, Func<InputRequest, string?> ask)
{
    private const string Json = "application/json";
    private static readonly Regex Word = new(
        @"(?<!\S)(?:--(?<name>[\w-]+)(?!\S))|""(?<value>[^""]*)""|'(?<value>[^']*)'|(?<value>@\w+:(?:""[^""]*""|\{[^}]*\})|\S+)"
    );

    private static readonly JsonSerializerOptions Options = new()
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        ReferenceHandler = ReferenceHandler.IgnoreCycles,
    };

    /// <summary>What <c>#!value</c> has kept, by name.</summary>
    private readonly Dictionary<string, (string Text, string MimeType)> _kept = [];

    /// <summary>Keeps the text that a <c>#!value</c> directive names, or that follows it.</summary>
    /// <returns>The text, as it is shown.</returns>
    /// <exception cref="CellException">The directive names no value, or one that can't be read.</exception>
    public MimeBundle Keep(Directive directive, string text, string folder, CancellationToken cancellationToken)
    {
        Dictionary<string, string> options = Read(directive);
        string name = Named(directive, options, "name");
        if (options.TryGetValue("from-value", out string? written))
        {
            text = written;
        }
        else if (options.TryGetValue("from-file", out string? file))
        {
            text = Fetch(directive, file, () => File.ReadAllText(Path.GetFullPath(file, folder)));
        }
        else if (options.TryGetValue("from-url", out string? url))
        {
            text = Fetch(directive, url, () =>
            {
                using var client = new HttpClient();
                return client.GetStringAsync(new Uri(url), cancellationToken).GetAwaiter().GetResult();
            });
        }

        string mimeType = options.GetValueOrDefault("mime-type", MimeBundle.Plain);
        _kept[name] = (text, mimeType);
        return MimeBundle.Of(mimeType, text);
    }

    /// <summary>The statement of JavaScript that gives a script the value which a directive names.</summary>
    /// <exception cref="CellException">There is no such value, or it can't be written as JSON.</exception>
    public string Script(Directive directive)
    {
        Shared shared = Find(directive);
        string json;
        try
        {
            json = shared.Json ?? JsonSerializer.Serialize(shared.Value, Options);
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or InvalidOperationException)
        {
            throw directive.Error($"The value {shared.Target} can't be written as JSON: {e.Message.Split('\n')[0].TrimEnd('.')}.");
        }

        return $"globalThis[{JsonSerializer.Serialize(shared.Target)}] = {json};\n";
    }

    /// <summary>The statement of C# that declares the value which a directive names.</summary>
    /// <exception cref="CellException">There is no such value.</exception>
    public string Declaration(Directive directive)
    {
        Shared shared = Find(directive);
        if (!SyntaxFacts.IsValidIdentifier(shared.Target))
        {
            throw directive.Error($"\"{shared.Target}\" can't be the name of a variable in C#.");
        }

        return shared.Variable == shared.Target ? ""
            : shared.Variable is { } variable ? $"var {shared.Target} = {variable};"
            : $"string {shared.Target} = {(shared.Value is string text ? SymbolDisplay.FormatLiteral(text, quote: true) : "null")};";
    }

    private Shared Find(Directive directive)
    {
        Dictionary<string, string> options = Read(directive);
        string name = Named(directive, options, "name");
        if (directive.Name == "#!share")
        {
            return From(directive, options.GetValueOrDefault("as", name), Named(directive, options, "from"), name);
        }

        string value = Named(directive, options, "value");
        return !value.StartsWith('@') ? new Shared(name, value) { Json = IsJson(value) ? value : null }
            : value.Split(':', 2) is [var source, var rest] ? From(directive, name, source[1..], rest)
            : throw directive.Error($"\"{value}\" names no value; write @csharp:name, @value:name or @input:question.");
    }

    private Shared From(Directive directive, string target, string source, string name)
    {
        switch (source)
        {
            case "csharp" or "c#":
                return compiler.Variables().TryGetValue(name, out CellVariable? variable)
                    ? new Shared(target, variable.Value) { Variable = name }
                    : throw directive.Error($"No cell has declared a variable {name}.");
            case "value":
                return _kept.TryGetValue(name, out (string Text, string MimeType) kept)
                    ? new Shared(target, kept.Text) { Json = kept.MimeType == Json && IsJson(kept.Text) ? kept.Text : null }
                    : throw directive.Error($"No #!value has kept a value {name}.");
            case "input" or "password":
                return new Shared(target, ask(new InputRequest(Prompt(name.Trim('"')), source == "password")));
            default:
                throw directive.Error(
                    $"Values of {source} can't be taken over, because this kernel runs C#; those of csharp and value can."
                );
        }
    }

    /// <summary>A question may be written as JSON with more than its text.</summary>
    private static string Prompt(string written)
    {
        try
        {
            return JsonDocument.Parse(written).RootElement.GetProperty("prompt").GetString() ?? written;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return written;
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Fetch(Directive directive, string source, Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or UriFormatException)
        {
            throw directive.Error($"{source} can't be read: {e.Message}");
        }
    }

    private static string Named(Directive directive, Dictionary<string, string> options, string name) =>
        options.TryGetValue(name, out string? value)
            ? value
            : throw directive.Error(
                directive.Name switch
                {
                    "#!share" => "#!share names a variable and where it comes from; write #!share --from csharp name.",
                    "#!set" => "#!set names a variable and its value; write #!set --name name --value @csharp:variable.",
                    _ => "#!value names what it keeps; write #!value --name name.",
                }
            );

    /// <summary>A directive's options by name; a word without one is the name of the value.</summary>
    private static Dictionary<string, string> Read(Directive directive)
    {
        var options = new Dictionary<string, string>();
        string? option = null;
        foreach (Match word in Word.Matches(directive.Argument))
        {
            if (word.Groups["name"].Success)
            {
                option = word.Groups["name"].Value;
                options[option] = "";
            }
            else
            {
                options[option is null or "byref" ? "name" : option] = word.Groups["value"].Value;
                option = null;
            }
        }

        return options;
    }

    /// <summary>A value on its way.</summary>
    /// <param name="Target">Its new name.</param>
    /// <param name="Value">The value.</param>
    private sealed record Shared(string Target, object? Value)
    {
        /// <summary>The variable that it is in C#; null where it is none.</summary>
        public string? Variable { get; init; }

        /// <summary>What it is in JavaScript; null where that follows from the value.</summary>
        public string? Json { get; init; }
    }
}
