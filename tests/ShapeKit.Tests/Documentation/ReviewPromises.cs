using ShapeKit.Review;
using static ShapeKit.Tests.Documentation.Promise;

namespace ShapeKit.Tests.Documentation;

internal static class ReviewPromises
{
    private const string Lost = "The file is no longer a review log";

    private static readonly (string, string) Locked = ("stays locked", "ReviewLogTests, which wait less long");

    private static readonly ReviewedDraft Reviewed = Draft().AcceptedBy("me");

    public static Promise[] All { get; } = [.. Drafts, .. Logs];

    private static Promise[] Drafts =>
        [
            .. Of<ArgumentException>("Review.Agreement.OverTime", ("An entry is null", () => Agreement.OverTime([null!]))),
            .. Of<ArgumentOutOfRangeException>(
                "Review.Agreement.OverTime",
                ("The window is shorter than 1", () => Agreement.OverTime([], 0))
            ),
            .. Of<ArgumentException>(
                "Review.Agreement.Kappa",
                ("There are no cases", () => Agreement.Kappa([], [])),
                ("the numbers of cases differ", () => Agreement.Kappa([1], [1, 2]))
            ),
            .. Of<InvalidOperationException>("Review.ConsoleReviewer.Review", ("Nobody answers any more", () =>
                {
                    var answers = new Queue<string?>(["me", null]);
                    ConsoleReviewer.OrElse(new ScriptedReviewer(_ => []), _ => answers.Dequeue()).Review(Draft());
                })),
            .. Of<ArgumentOutOfRangeException>(
                "Review.DraftReport.Threshold",
                ("The threshold lies outside 0..1", () => _ = Draft() with { Threshold = double.NaN }),
                ("The threshold lies outside 0..1", () => _ = Draft() with { Threshold = -0.1 })
            ),
            .. Of<ArgumentException>(
                "Review.DraftReport.From",
                ("A name is empty", () => DraftReport.From("", "model", Given.Caption())),
                ("A name is empty", () => DraftReport.From("image", " ", Given.Caption())),
                ("a step of the caption is missing", () => DraftReport.From("image", "model", Given.Caption() with { Steps = [] })),
                ("a step of the caption is missing", () => DraftReport.From("image", "model", Given.Caption() with { Steps = null! })),
                ("its word is not the text's", () => DraftReport.From("image", "model", Given.Caption() with { Text = "normal lungs ." })),
                ("its word is not the text's", () =>
                    DraftReport.From("image", "model", Given.Caption() with { Text = "right upper zone : small nodule ." })
                ),
                ("its probability lies outside 0..1", () => DraftReport.From("image", "model", Given.Caption(probability: double.NaN))),
                ("the threshold lies outside 0..1", () => DraftReport.From("image", "model", Given.Caption(), 1.1)),
                ("the threshold lies outside 0..1", () => DraftReport.From("image", "model", Given.Caption(), double.NaN))
            ),
            .. Of<ArgumentException>("Review.DraftReport.AcceptedBy", ("Nobody signs", () => Draft().AcceptedBy(""))),
            .. Of<ArgumentException>(
                "Review.DraftReport.EditedBy",
                ("Nobody signs", () => Draft().EditedBy(null!, "normal lungs .")),
                ("the report is empty", () => Draft().EditedBy("me", " ")),
                ("the draft's own", () => Draft().EditedBy("me", "no nodule ."))
            ),
            .. Of<ArgumentException>(
                "Review.DraftReport.RejectedBy",
                ("Nobody discards it", () => Draft().RejectedBy(" ")),
                ("the report is null", () => Draft().RejectedBy("me", null!)),
                ("the draft's own", () => Draft().RejectedBy("me", "no nodule ."))
            ),
            .. Of<ArgumentException>(
                "Review.RiskCoverageCurve.From",
                ("There are no drafts", () => RiskCoverageCurve.From([], [])),
                ("the numbers of values differ", () => RiskCoverageCurve.From([true], [0.5, 0.6])),
                ("a confidence lies outside 0..1", () => RiskCoverageCurve.From([true], [1.5])),
                ("a confidence lies outside 0..1", () => RiskCoverageCurve.From([true], [double.NaN]))
            ),
            .. Of<ArgumentException>("Review.RiskCoverageCurve.At", ("The threshold is not a number", () => Curve().At(double.NaN))),
            .. Of<ArgumentOutOfRangeException>(
                "Review.RiskCoverageCurve.ForRisk",
                ("The risk lies outside 0..1", () => Curve().ForRisk(double.NaN)),
                ("The risk lies outside 0..1", () => Curve().ForRisk(-0.1))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Review.ScriptedReviewer.#ctor",
                ("The attention lies outside 0..1", () => _ = new ScriptedReviewer(_ => [], double.NaN))
            ),
            .. Of<ArgumentException>(
                "Review.ScriptedReviewer.Review",
                ("The truth is null", () => new ScriptedReviewer(_ => null!).Review(Draft())),
                ("holds findings for which there is no sentence, such as more than two", () =>
                    new ScriptedReviewer(_ => [Given.Nodule, Given.Nodule, Given.Nodule]).Review(Draft())
                )
            ),
        ];

    private static Promise[] Logs =>
        [
            .. Of<ArgumentException>("Review.ReviewLog.#ctor", ("path is empty", () => _ = new ReviewLog(" "))),
            .. Of<InvalidDataException>(
                "Review.ReviewLog.#ctor",
                ("The file is not a review log", () => Given.File("reviews.db", new string('x', 999), path => _ = new ReviewLog(path))),
                ("The file is not a review log", () => Given.File("reviews.db", "S", path => _ = new ReviewLog(path)))
            ),
            .. Not<InvalidDataException>(
                "Review.ReviewLog.#ctor",
                ("is damaged", "ReviewLogTests, which cut files off"),
                ("has columns of its own that bringing it up to date would lose", "ReviewChainTests, which make such logs")
            ),
            .. Of<IOException>(
                "Review.ReviewLog.#ctor",
                ("is a folder", () => Given.Folder(folder => _ = new ReviewLog(folder))),
                ("The file cannot be read or written", () =>
                    Given.File("file", "", file => _ = new ReviewLog(Path.Combine(file, "reviews.db")))
                )
            ),
            .. Not<IOException>("Review.ReviewLog.#ctor", Locked),
            .. Of<ArgumentException>(
                "Review.ReviewLog.Add(ReviewedDraft)",
                ("A text is missing", () => Log(log => log.Add(Reviewed with { Model = "" }))),
                ("A text is missing", () => Log(log => log.Add(Reviewed with { Final = null! }))),
                ("holds half a character", () => Log(log => log.Add(Reviewed with { Image = "image \ud83d" }))),
                ("the confidence is no number in 0..1", () => Log(log => log.Add(Reviewed with { Confidence = double.NaN }))),
                ("decision and final text contradict each other", () => Log(log => log.Add(Reviewed with { Decision = Decision.Edited })))
            ),
            .. Of<ArgumentException>(
                "Review.ReviewLog.Add(IReadOnlyList<ReviewedDraft>)",
                ("A text is missing", () => Log(log => log.Add([Reviewed, Reviewed with { Reviewer = "" }]))),
                ("holds half a character", () => Log(log => log.Add([Reviewed with { Reviewer = "\udc00 me" }]))),
                ("a confidence is no number in 0..1", () => Log(log => log.Add([Reviewed with { Confidence = 2 }]))),
                ("decision and final text contradict each other", () => Log(log => log.Add([Reviewed with { Final = "other" }])))
            ),
            .. OnFile("Review.ReviewLog.Add(ReviewedDraft)", "is damaged", "The file cannot be written", log => log.Add(Reviewed)),
            .. OnFile("Review.ReviewLog.Add(IReadOnlyList<ReviewedDraft>)", "is damaged", "The file cannot be written", log =>
                log.Add([Reviewed, Reviewed])
            ),
            .. OnFile("Review.ReviewLog.Read", "is damaged as a whole", "The file cannot be read", log => log.Read()),
            .. OnFile("Review.ReviewLog.Verify", "is damaged as a whole", "The file cannot be read", log => log.Verify()),
        ];

    /// <summary>What every use of a log promises of its file.</summary>
    private static Promise[] OnFile(string member, string damaged, string closed, Action<ReviewLog> use) =>
        [
            .. Of<FileNotFoundException>(member, ("The file is gone", () => Removed(use))),
            .. Of<InvalidDataException>(member, (Lost, () => Overwritten(use))),
            .. Not<InvalidDataException>(member, (damaged, "ReviewLogTests, which cut files off")),
            .. Of<IOException>(member, (closed, () => Replaced(use))),
            .. Not<IOException>(member, Locked),
        ];

    private static DraftReport Draft() => DraftReport.From("image", "model", Given.Caption());

    private static RiskCoverageCurve Curve() => RiskCoverageCurve.From([true, false], [0.9, 0.5]);

    private static void Log(Action<ReviewLog> use) => Given.Folder(folder => use(new ReviewLog(Path.Combine(folder, "reviews.db"))));

    /// <summary>Uses a log that was deleted.</summary>
    private static void Removed(Action<ReviewLog> use) =>
        Log(log =>
        {
            File.Delete(log.FilePath);
            use(log);
        });

    /// <summary>Uses a log over which something else was written.</summary>
    private static void Overwritten(Action<ReviewLog> use) =>
        Log(log =>
        {
            File.WriteAllText(log.FilePath, new string('x', 999));
            use(log);
        });

    /// <summary>Uses a log in whose place there is a folder.</summary>
    private static void Replaced(Action<ReviewLog> use) =>
        Log(log =>
        {
            File.Delete(log.FilePath);
            Directory.CreateDirectory(log.FilePath);
            use(log);
        });
}
