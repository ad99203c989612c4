using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>What the runner asks of a worker process: to run a cell, or, without code, to interrupt the one that runs.</summary>
internal sealed record WorkerRequest(string? Code);

/// <summary>
/// What a worker process reports: first, with nothing, that it is ready; then an output of a cell, counted from 0, or how it ended, and
/// how libtorch computes convolutions once it is loaded; last, that nothing is left to do.
/// </summary>
internal sealed record WorkerReport(
    int Cell,
    CellOutput? Output = null,
    CellResult? Result = null,
    ConvolutionWay? Convolutions = null,
    bool? Ended = null
);

/// <summary>
/// Messages as lines of JSON. Reports start with a mark of their worker's, its first line, because cells and native code may print on the
/// same pipe.
/// </summary>
internal static class WorkerMessages
{
    public const char RecordSeparator = '\u001e';

    /// <summary>A record separator (RFC 7464), and what no cell knows.</summary>
    public static string NewMark() => $"{RecordSeparator}{Guid.NewGuid():N}";

    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { TellOutputsApart } },
    };

    public static string Write<T>(T message) => JsonSerializer.Serialize(message, Options);

    public static WorkerRequest ReadRequest(string line) => JsonSerializer.Deserialize<WorkerRequest>(line, Options)!;

    public static WorkerReport ReadReport(ReadOnlySpan<char> json) => JsonSerializer.Deserialize<WorkerReport>(json, Options)!;

    private static void TellOutputsApart(JsonTypeInfo type)
    {
        if (type.Type == typeof(CellOutput))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions
            {
                DerivedTypes =
                {
                    new JsonDerivedType(typeof(StreamOutput), "stream"),
                    new JsonDerivedType(typeof(DisplayOutput), "display"),
                    new JsonDerivedType(typeof(UpdateDisplayOutput), "update"),
                    new JsonDerivedType(typeof(ResultOutput), "result"),
                    new JsonDerivedType(typeof(ErrorOutput), "error"),
                    new JsonDerivedType(typeof(ClearOutput), "clear"),
                    new JsonDerivedType(typeof(CommOutput), "comm"),
                },
            };
        }
    }
}
