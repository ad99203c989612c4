using ShapeKit.Data;
using ShapeKit.Generation;

namespace ShapeKit.Review;

/// <summary>A reader who knows how each phantom was drawn: it accepts what is right, and corrects the rest.</summary>
/// <remarks>
/// A draft with the right number of nodules but a wrong side, zone or size is edited; one that misses or invents a nodule is rejected,
/// and the report written anew. With <paramref name="attention"/> below 1 it signs some drafts unread, as people do who have learned to
/// rely on a machine.
/// </remarks>
/// <param name="truth">The findings of the image that a draft is about.</param>
/// <param name="attention">The share of drafts that it reads, in 0..1; the others it accepts unread.</param>
/// <param name="seed">Which drafts it reads.</param>
/// <exception cref="ArgumentOutOfRangeException">The attention lies outside 0..1.</exception>
public sealed class ScriptedReviewer(Func<DraftReport, IReadOnlyList<Finding>> truth, double attention = 1, int seed = 1) : IReviewer
{
    private readonly Func<DraftReport, IReadOnlyList<Finding>> _truth = truth ?? throw new ArgumentNullException(nameof(truth));
    private readonly double _attention = attention is >= 0 and <= 1
        ? attention
        : throw new ArgumentOutOfRangeException(
            nameof(attention),
            FormattableString.Invariant($"The attention is {attention}; it must lie in 0 to 1.")
        );

    private int _reviewed;

    /// <inheritdoc/>
    public string Name { get; init; } = "scripted reviewer";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The truth is null, or holds findings for which there is no sentence, such as more than
    /// two.</exception>
    public ReviewedDraft Review(DraftReport draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        IReadOnlyList<Finding> findings = _truth(draft)
            ?? throw new ArgumentException(
                $"The truth of {draft.Image} is null; give its findings, an empty list for none.",
                nameof(draft)
            );
        bool reads = new RepeatableRandom(seed, _reviewed++).NextUnit() < _attention;
        if (!reads || draft.Says(findings))
        {
            return draft.AcceptedBy(Name);
        }

        string right = ReportGrammar.Write(findings);
        return draft.Findings?.Count == findings.Count ? draft.EditedBy(Name, right) : draft.RejectedBy(Name, right);
    }
}
