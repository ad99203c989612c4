using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ShapeKit.Kernel.Documents;
using ShapeKit.Runtime;

namespace ShapeKit.Cli.Running;

/// <summary>What <c>summary.json</c> says about a run; it is kept up to date while the run goes on.</summary>
internal sealed record RunSummary(
    string ShapeKit,
    DateTimeOffset Started,
    double Seconds,
    bool Succeeded,
    bool Interrupted,
    IReadOnlyList<NotebookSummary> Notebooks
)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(RunSummary).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Whether a folder is the output folder of an earlier run.</summary>
    public static bool IsIn(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunSummary>(File.ReadAllBytes(Path.Combine(folder, RunPlan.SummaryName)), Options)?.ShapeKit
                is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    public void Save(string folder) =>
        AtomicFile.Write(Path.Combine(folder, RunPlan.SummaryName), [.. JsonSerializer.SerializeToUtf8Bytes(this, Options), (byte)'\n']);
}

/// <summary>
/// One notebook in <c>summary.json</c>; paths of what was made are relative to the file. Of a notebook that failed, no value stands among
/// the results.
/// </summary>
internal sealed record NotebookSummary(
    string Name,
    string Notebook,
    NotebookStatus Status,
    int Cells,
    int Executed,
    int Failures,
    double Seconds,
    IReadOnlyDictionary<string, double> Results,
    IReadOnlyDictionary<string, double>? ResultsBeforeFailure,
    IReadOnlyDictionary<string, double>? ResultsAfterFailure,
    ConvolutionWay? Convolutions,
    IReadOnlyList<Claim>? Claims,
    string? ExecutedCopy,
    string? Page,
    CellError? Error
);
