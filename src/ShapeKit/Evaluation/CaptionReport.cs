using System.Globalization;
using ShapeKit.Generation;

namespace ShapeKit.Evaluation;

/// <summary>How well written reports agree with what was drawn.</summary>
/// <remarks>
/// A report is right when it names exactly the true nodules: their number, and for each its side, its zone and its size class, in whatever
/// wording <see cref="ReportGrammar.Read"/> understands. A report that it does not understand is wrong.
/// </remarks>
public sealed class CaptionReport : IShown
{
    private readonly PlainTable _table;

    private CaptionReport(
        IReadOnlyList<CaptionReportRow> rows,
        double findingsAccuracy,
        double bleu4,
        IReadOnlyList<int> wrong,
        int unreadable
    )
    {
        (Rows, FindingsAccuracy, Bleu4, Wrong, Unreadable) = (rows, findingsAccuracy, bleu4, wrong, unreadable);
        _table = new PlainTable(
            $"{rows.Sum(row => row.Images)} reports",
            ["in truth", "images", "right", "nodules miscounted", "side or zone wrong", "size wrong"],
            [
                .. rows.Select(row =>
                    (string[])
                        [
                            row.Nodules switch
                            {
                                0 => "no nodule",
                                1 => "one nodule",
                                _ => "two nodules",
                            },
                            Text(row.Images),
                            Text(row.Right),
                            Text(row.CountWrong),
                            Text(row.PlaceWrong),
                            Text(row.SizeWrong),
                        ]
                ),
            ],
            string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * findingsAccuracy:0.0}% of the reports name exactly the true nodules; BLEU-4 {bleu4:0.000}."
            )
        );
    }

    /// <summary>One row for each true number of nodules.</summary>
    public IReadOnlyList<CaptionReportRow> Rows { get; }

    /// <summary>The share of reports, 0..1, that name exactly the true nodules.</summary>
    public double FindingsAccuracy { get; }

    /// <summary>BLEU-4 against the standard wording of the truth, 0..1; see <see cref="Bleu.Corpus"/>.</summary>
    public double Bleu4 { get; }

    /// <summary>The indices of the wrong reports.</summary>
    public IReadOnlyList<int> Wrong { get; }

    /// <summary>How many reports are no sentence of the language; they count among those that miscount.</summary>
    public int Unreadable { get; }

    /// <summary>Compares reports with the truth.</summary>
    /// <param name="texts">The reports.</param>
    /// <param name="findings">The true nodules of each image, from the right lung to the left and from top to bottom.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">There is no report, one is null, the numbers differ, or an image has findings for which there is
    /// no sentence.</exception>
    public static CaptionReport From(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<Finding>> findings)
    {
        ThrowIfInvalid(texts, findings);
        var rows = new SortedDictionary<int, CaptionReportRow>();
        var wrong = new List<int>();
        int unreadable = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            ReportedFinding[] truth = [.. findings[i].Select(ReportedFinding.From)];
            ReportedFinding[]? said = ReportGrammar
                .Read(texts[i])
                ?.OrderBy(finding => finding.Side)
                .ThenBy(finding => finding.Zone)
                .ToArray();
            CaptionReportRow row = rows.GetValueOrDefault(truth.Length) ?? new(truth.Length, 0, 0, 0, 0, 0);
            row = row with { Images = row.Images + 1 };
            if (said is not null && said.SequenceEqual(truth))
            {
                rows[truth.Length] = row with { Right = row.Right + 1 };
                continue;
            }

            wrong.Add(i);
            unreadable += said is null ? 1 : 0;
            rows[truth.Length] =
                said is null || said.Length != truth.Length ? row with { CountWrong = row.CountWrong + 1 }
                : said.Zip(truth).All(pair => pair.First.Side == pair.Second.Side && pair.First.Zone == pair.Second.Zone)
                    ? row with
                    {
                        SizeWrong = row.SizeWrong + 1,
                    }
                : row with { PlaceWrong = row.PlaceWrong + 1 };
        }

        double right = (double)(texts.Count - wrong.Count) / texts.Count;
        return new CaptionReport(
            [.. rows.Values],
            right,
            Bleu.Corpus(texts, [.. findings.Select(ofImage => ReportGrammar.Write(ofImage))]),
            wrong,
            unreadable
        );
    }

    private static void ThrowIfInvalid(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<Finding>> findings)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(findings);
        if (texts.Count == 0 || texts.Count != findings.Count)
        {
            throw new ArgumentException(
                $"There are {texts.Count} reports about {findings.Count} images; pass one report for each image, and at least one.",
                nameof(texts)
            );
        }

        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i] is null || findings[i] is null)
            {
                throw new ArgumentException(
                    $"Report {i} or its findings are null; pass a text and a list, empty for none.",
                    texts[i] is null ? nameof(texts) : nameof(findings)
                );
            }
        }
    }

    /// <summary>The comparison as an HTML table.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => _table.ToHtml();

    /// <summary>The comparison as a text table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => _table.ToString();

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// The reports about images with a certain number of nodules. Each image counts once: as right, or under the first fault that applies.
/// </summary>
/// <param name="Nodules">The true number of nodules.</param>
/// <param name="Images">The number of images.</param>
/// <param name="Right">How many reports name exactly the true nodules.</param>
/// <param name="CountWrong">How many name another number of nodules, or are no sentence of the language.</param>
/// <param name="PlaceWrong">How many of the others have a side or zone wrong.</param>
/// <param name="SizeWrong">How many of the others have a size class wrong.</param>
public sealed record CaptionReportRow(int Nodules, int Images, int Right, int CountWrong, int PlaceWrong, int SizeWrong);
