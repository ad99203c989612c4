using System.Globalization;
using ShapeKit.Generation;

namespace ShapeKit.Review;

/// <summary>A nodule that a draft names, and how sure the model was of it.</summary>
/// <param name="Finding">Its side, zone and size.</param>
/// <param name="Confidence">The product of the probabilities of the words that state its side, its zone and its size, and of all words
/// that state none of a nodule's, which tell how many there are; in 0..1.</param>
public sealed record DraftedFinding(ReportedFinding Finding, double Confidence)
{
    /// <summary>The finding as words, such as <c>medium nodule, right upper zone (confidence 0.87)</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Finding} (confidence {Confidence:0.00})");
}
