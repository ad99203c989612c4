using CsCheck;

namespace ShapeKit.Kernel.Tests.Documents;

/// <summary>A notebook file in the parts it was put together from.</summary>
internal sealed record RandomNotebook(string Before, IReadOnlyList<RandomCell> Cells, IReadOnlyList<string> Separators, string After)
{
    public string Text => TextWith(-1, "");

    /// <summary>The file with one cell's text exchanged.</summary>
    public string TextWith(int cell, string replacement) =>
        Before + string.Concat(Cells.Select((c, i) => (i == 0 ? "" : Separators[i]) + (i == cell ? replacement : c.Text))) + After;

    private static readonly Gen<string> Space = Gen.OneOf("", " ", "\n", "\r\n  ", "\t", "\n   ");

    private static readonly Gen<string> JsonString = Gen.OneOf(
        "\"\"",
        "\"x\"",
        "\"\\u00e9\\n\"",
        "\"é 細胞 😀\"",
        "\"\\ud83d\\ude00\"",
        "\"\\/\\\"\\\\\\t\"",
        "\"<b>&amp;</b>\"",
        "\"\\u2028\"",
        "\"cells\""
    );

    private static readonly Gen<string> Number = Gen.OneOf("0", "-0", "1.0", "1e400", "1E-7", "12345678901234567890.50", "0.1000");

    private static readonly Gen<string> Scalar = Gen.OneOf(JsonString, Number, Gen.OneOf("true", "false", "null", "\"\\ud800\""));

    private static Gen<string> Value(int depth) =>
        depth == 0
            ? Scalar
            : Gen.OneOf(
                Scalar,
                Gen.Select(Value(depth - 1).Array[0, 3], Space, (values, space) => $"[{space}{string.Join("," + space, values)}]"),
                Gen.Select(Value(depth - 1).Array[0, 3], Space, (values, space) =>
                    $"{{{space}{string.Join("," + space, values.Select((v, i) => $"\"k{i}\"{space}:{v}"))}}}"
                )
            );

    private static readonly Gen<string> Source = Gen.OneOf(
        JsonString,
        Gen.Select(JsonString.Array[0, 4], Space, (lines, space) => $"[{space}{string.Join("," + space, lines)}{space}]")
    );

    private static readonly Gen<RandomCell> Cell =
        from kind in Gen.OneOf("code", "markdown", "raw")
        from source in Source
        from metadata in Value(2)
        from extra in Value(2)
        from output in Value(2)
        from order in Gen.Shuffle(Enumerable.Range(0, 7).ToArray())
        from space in Space
        from close in Space
        select new RandomCell(
            kind,
            source,
            space,
            close,
            order
                .Select(i =>
                    i switch
                    {
                        0 => ("cell_type", $"\"{kind}\""),
                        1 => ("id", "\"?\""),
                        2 => ("source", source),
                        3 => ("metadata", $"{{\"m\": {metadata}}}"),
                        4 => ("extra", extra),
                        5 => ("outputs", $"[{{\"output_type\": \"future\", \"v\": {output}}}]"),
                        _ => ("execution_count", kind == "code" ? "7" : "null"),
                    }
                )
                .ToArray()
        );

    public static readonly Gen<RandomNotebook> Any =
        from cells in Cell.Array[0, 5]
        from separators in Space.Array[6]
        from metadata in Value(3)
        from minor in Gen.Int[0, 5]
        from bom in Gen.OneOf("", "\uFEFF")
        from space in Space
        from end in Space
        select new RandomNotebook(
            $"{bom}{space}{{{space}\"nbformat\":4,{space}\"x\": {metadata},{space}\"cells\":{space}[{separators[0]}",
            [
                .. cells.Select(
                    (cell, i) => cell with { Fields = [.. cell.Fields.Select(f => f.Name == "id" ? (f.Name, $"\"cell-{i}\"") : f)] }
                ),
            ],
            [.. separators.Select(s => s + "," + s)],
            $"{end}],{space}\"metadata\": {{\"m\": {metadata}}},\"nbformat_minor\": {minor}{space}}}{end}"
        );
}

internal sealed record RandomCell(string Kind, string Source, string Space, string Close, IReadOnlyList<(string Name, string Json)> Fields)
{
    public string Text => TextWith(new Dictionary<string, string>());

    /// <summary>The cell with some values exchanged.</summary>
    public string TextWith(IReadOnlyDictionary<string, string> values) =>
        "{"
        + Space
        + string.Join("," + Space, Fields.Select(f => $"\"{f.Name}\" :{Space}{values.GetValueOrDefault(f.Name, f.Json)}"))
        + Close
        + "}";
}
