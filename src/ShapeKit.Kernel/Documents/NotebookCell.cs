using System.Text.Json;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Documents;

public enum CellKind
{
    Code,
    Markdown,
    Raw,
}

/// <summary>One cell of a <see cref="NotebookDocument"/>. What is not assigned keeps every byte it had in the file.</summary>
public sealed class NotebookCell
{
    private readonly ReadOnlyMemory<byte> _file;
    private string _source;
    private int? _executionCount;
    private IReadOnlyList<CellOutput>? _outputs;

    /// <summary>A cell read from a file: where it lies among the file's bytes, and where the value of each of its fields does.</summary>
    internal NotebookCell(
        ReadOnlyMemory<byte> file,
        Range place,
        IReadOnlyDictionary<string, Range> fields,
        CellKind kind,
        string? id,
        string source,
        int? executionCount,
        IReadOnlyList<string> tags
    )
    {
        _file = file;
        Place = place;
        Fields = fields;
        Kind = kind;
        Id = id;
        _source = source;
        _executionCount = executionCount;
        Tags = tags;
    }

    /// <summary>A new code cell, with every field still to be written.</summary>
    internal NotebookCell(string? id, string source, IReadOnlyList<string> tags)
    {
        Fields = new Dictionary<string, Range>();
        Kind = CellKind.Code;
        Id = id;
        _source = source;
        Tags = tags;
        Edits["cell_type"] = writer => writer.WriteStringValue("code");
        ExecutionCount = null;
        if (id is not null)
        {
            Edits["id"] = writer => writer.WriteStringValue(id);
        }

        Edits["metadata"] = writer => NotebookJson.WriteTags(writer, tags);
        Outputs = [];
        Source = source;
    }

    public CellKind Kind { get; }

    /// <summary>The cell's stable id; null where the file gives none, as before nbformat 4.5.</summary>
    public string? Id { get; }

    public IReadOnlyList<string> Tags { get; }

    /// <summary>The language that .NET Interactive has noted for the cell, such as <c>html</c>; null where there is no note.</summary>
    public string? Language { get; init; }

    /// <summary>What an engine runs of a code cell: its text, behind a directive where it is in another language than C#.</summary>
    public string Code => CodeIn(Language, Source);

    internal static string CodeIn(string? language, string source) =>
        language is null or "csharp" or "c#" ? source : $"#!{language}\n{source}";

    /// <summary>The cell's text.</summary>
    public string Source
    {
        get => _source;
        set
        {
            _source = value;
            Edits["source"] = writer => NotebookJson.WriteLines(writer, value);
        }
    }

    /// <summary>The number that front ends show beside a cell that ran; null when it did not run.</summary>
    /// <exception cref="InvalidOperationException">Set on a cell that holds no code.</exception>
    public int? ExecutionCount
    {
        get => _executionCount;
        set
        {
            RequireCode();
            _executionCount = value;
            Edits["execution_count"] = writer => NotebookJson.WriteCount(writer, value);
        }
    }

    /// <summary>What the cell showed. Display ids belong to a running kernel and are not kept in a file.</summary>
    /// <exception cref="InvalidOperationException">Set on a cell that holds no code.</exception>
    public IReadOnlyList<CellOutput> Outputs
    {
        get => _outputs ??= Fields.TryGetValue("outputs", out Range json) ? NotebookJson.ReadOutputs(_file[json]) : [];
        set
        {
            RequireCode();
            _outputs = value;
            Edits["outputs"] = writer => NotebookJson.WriteOutputs(writer, value);
        }
    }

    /// <summary>Files that a Markdown cell carries with it, by name.</summary>
    public IReadOnlyDictionary<string, MimeBundle> Attachments =>
        Fields.TryGetValue("attachments", out Range json)
            ? NotebookJson.ReadAttachments(_file[json])
            : new Dictionary<string, MimeBundle>();

    internal Range Place { get; }

    internal IReadOnlyDictionary<string, Range> Fields { get; }

    /// <summary>The fields to write anew; in nbformat's order where the cell is new.</summary>
    internal OrderedDictionary<string, Action<Utf8JsonWriter>> Edits { get; } = [];

    private void RequireCode()
    {
        if (Kind != CellKind.Code)
        {
            throw new InvalidOperationException("Only a code cell has outputs and an execution count.");
        }
    }
}
