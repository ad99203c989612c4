namespace ShapeKit.Review;

/// <summary>What a reader does with a draft.</summary>
public enum Decision
{
    /// <summary>The reader signs the draft as it is.</summary>
    Accepted = 0,

    /// <summary>The reader changes the draft and signs what it says then.</summary>
    Edited = 1,

    /// <summary>The reader discards the draft, and reports without it or not at all.</summary>
    Rejected = 2,
}
