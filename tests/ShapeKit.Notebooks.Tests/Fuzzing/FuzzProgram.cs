using System.Text.Json.Nodes;

namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Some requests, one after the other, and what a reader must notice of each.</summary>
/// <param name="Kind">What it tries.</param>
/// <param name="Steps">The requests.</param>
internal sealed record FuzzProgram(string Kind, params FuzzStep[] Steps)
{
    public override string ToString() => string.Join("\n", Steps.Select(step => $"--- {step.Type}, ends as {step.Ends}\n{step.Content}"));
}

/// <summary>One request.</summary>
/// <param name="Code">The cell; of other requests, their content as JSON.</param>
internal sealed record FuzzStep(string Code)
{
    /// <summary>What a cell that is stopped once it runs writes first.</summary>
    public const string On = "on";

    public string Type { get; init; } = "execute_request";

    /// <summary>The reply's status, or the names that its error may have, with bars between; empty when nothing is asked.</summary>
    public string Ends { get; init; } = "ok";

    /// <summary>
    /// What it shows, in order, but for its error, each as the conversation writes it; a star at the end stands for any rest.
    /// </summary>
    public string[] Shows { get; init; } = [];

    /// <summary>Texts that it shows at some time, maybe after its end.</summary>
    public string[] Late { get; init; } = [];

    /// <summary>Whether what it writes to stderr is looked at for late texts only.</summary>
    public bool Warns { get; init; }

    /// <summary>When it is stopped.</summary>
    public Stop Stop { get; init; }

    /// <summary>What it answers when it asks for input; null when it does not ask, or is stopped while it does.</summary>
    public string? Answer { get; init; }

    /// <summary>Requests that are sent while it runs; each must be answered.</summary>
    public FuzzStep[] Beside { get; init; } = [];

    /// <summary>More fields of a cell's request.</summary>
    public string Fields { get; init; } = "{}";

    /// <summary>The content of the request.</summary>
    public string Content
    {
        get
        {
            if (Type != "execute_request" || Code.StartsWith("{\"code\":", StringComparison.Ordinal))
            {
                return Code;
            }

            JsonObject content = JsonNode.Parse(Fields)!.AsObject();
            content["code"] = Code;
            return content.ToJsonString(Readable);
        }
    }

    private static System.Text.Json.JsonSerializerOptions Readable { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>When a cell is stopped.</summary>
internal enum Stop
{
    Never,

    /// <summary>Before it is sent, when nothing runs.</summary>
    Before,

    /// <summary>As soon as it is sent, and again once it runs.</summary>
    AtOnce,

    /// <summary>Once it runs.</summary>
    Once,

    /// <summary>Once it runs, and again.</summary>
    Twice,

    /// <summary>While it waits for input.</summary>
    Asking,
}
