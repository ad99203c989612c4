using System.Globalization;
using System.Text;

namespace ShapeKit.Review;

/// <summary>One reader's decision about one draft.</summary>
/// <param name="Reviewer">Who decided; not empty.</param>
/// <param name="Image">Which image was reported, such as a file name or a number; not empty.</param>
/// <param name="Model">Which model wrote the draft; not empty.</param>
/// <param name="Draft">The draft's text; not empty.</param>
/// <param name="Confidence">The confidence that the model gave its draft, in 0..1.</param>
/// <param name="Decision">Accepted, edited or rejected.</param>
/// <param name="Final">The text that the reader answers for: the draft where it was accepted, another text where it was edited, another
/// or an empty one where it was rejected.</param>
public sealed record ReviewedDraft(
    string Reviewer,
    string Image,
    string Model,
    string Draft,
    double Confidence,
    Decision Decision,
    string Final
)
{
    /// <summary>Throws when the review cannot be true.</summary>
    /// <exception cref="ArgumentException">A text is missing or holds half a character, the confidence is no number in 0..1, or decision
    /// and final text contradict each other.</exception>
    internal void Validate()
    {
        if (Flaw() is (string flaw, string remedy))
        {
            throw new ArgumentException($"{flaw}; {remedy}.");
        }
    }

    /// <summary>Why the review cannot be true, and what would mend it; null where it can.</summary>
    internal (string Flaw, string Remedy)? Flaw() =>
        this switch
        {
            _ when string.IsNullOrWhiteSpace(Reviewer) => ("The review has no reviewer", "say who decided"),
            _ when string.IsNullOrWhiteSpace(Image) => ("The review has no image", "say which image was reported"),
            _ when string.IsNullOrWhiteSpace(Model) => ("The review has no model", "say which model wrote the draft"),
            _ when string.IsNullOrWhiteSpace(Draft) => ("The review has no draft", "pass the text that the model wrote"),
            _ when !Array.TrueForAll([Reviewer, Image, Model, Draft, Final ?? ""], IsWhole) => (
                "A text of the review holds half a character (a surrogate without its pair), which no file keeps",
                "type the text anew"
            ),
            { Confidence: not (>= 0 and <= 1) } => (
                string.Create(CultureInfo.InvariantCulture, $"The confidence is {Confidence}"),
                "it must lie in 0 to 1"
            ),
            _ when !Enum.IsDefined(Decision) => ("The decision is none", "use Accepted, Edited or Rejected"),
            { Final: null } => ("The final text is null", "pass an empty one for a rejected draft without a report"),
            { Decision: Decision.Accepted } when Final != Draft => (
                "The draft was accepted, but the final text is another one",
                "call it Edited"
            ),
            { Decision: not Decision.Accepted } when Final == Draft => (
                $"The draft was {Decision.ToString().ToLowerInvariant()}, but the final text is the draft",
                "call it Accepted"
            ),
            { Decision: Decision.Edited } when string.IsNullOrWhiteSpace(Final) => (
                "The draft was edited, but the final text is empty",
                "call it Rejected"
            ),
            _ => null,
        };

    /// <summary>Whether a text comes back from a file as it was written.</summary>
    private static bool IsWhole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
