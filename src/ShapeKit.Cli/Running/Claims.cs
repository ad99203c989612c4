using System.Text.RegularExpressions;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Running;

/// <summary>What a text says of the results above it, as C# that is true there.</summary>
/// <param name="Cell">The Markdown cell's id.</param>
/// <param name="Expression">The claim.</param>
/// <param name="Holds">Whether it is true; null when it was not reached or is no C# of this place.</param>
internal sealed record Claim(string Cell, string Expression, bool? Holds);

/// <summary>
/// Claims stand beside the sentence that they are about, in a comment of the Markdown cell: <c>&lt;!-- claim: accuracy &gt; 0.9
/// --&gt;</c>.
/// </summary>
internal static class Claims
{
    private const string Tag = "claim";
    private static readonly Regex Comment = new(@"<!--\s*claim:\s*(?<expression>.*?)\s*-->", RegexOptions.Singleline);

    /// <summary>Puts a code cell for each claim behind the Markdown cell that makes it.</summary>
    public static void Insert(NotebookDocument document)
    {
        int count = 0;
        foreach (NotebookCell cell in document.Cells.Where(cell => cell.Kind == CellKind.Markdown).ToArray())
        {
            NotebookCell last = cell;
            foreach (Match match in Comment.Matches(cell.Source))
            {
                last = document.InsertCodeCellAfter(last, $"{Tag}-{++count}", match.Groups["expression"].Value, Tag, cell.Id ?? "");
            }
        }
    }

    /// <summary>What became of the claims of a document that ran.</summary>
    public static IReadOnlyList<Claim> Read(NotebookDocument document) =>
        [.. document.Cells.Where(cell => cell.Tags is [Tag, _]).Select(cell => new Claim(cell.Tags[1], cell.Source, Holds(cell)))];

    private static bool? Holds(NotebookCell cell) =>
        cell.Outputs.OfType<ResultOutput>().SingleOrDefault() is { } result
        && bool.TryParse(result.Data.Data.GetValueOrDefault("text/plain"), out bool holds)
            ? holds
            : null;
}
