namespace ShapeKit.Review;

/// <summary>Somebody who decides about drafts: a person at the keyboard, or a script.</summary>
public interface IReviewer
{
    /// <summary>The name under which decisions are logged.</summary>
    string Name { get; }

    /// <summary>Decides about a draft.</summary>
    /// <param name="draft">The draft.</param>
    /// <returns>The decision, ready for <see cref="ReviewLog"/>.</returns>
    ReviewedDraft Review(DraftReport draft);
}
