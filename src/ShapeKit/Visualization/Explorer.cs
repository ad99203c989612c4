namespace ShapeKit.Visualization;

/// <summary>A picture that answers the reader's pointer and keys, complete in itself: no library, no network.</summary>
public sealed class Explorer : IShown
{
    private readonly string _kind;
    private readonly IReadOnlyDictionary<string, string> _texts;

    /// <summary>Makes a picture.</summary>
    /// <param name="kind">The name of its markup, its style and its script.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="alternativeText">What a reader sees in it at first.</param>
    /// <param name="texts">What its markup leaves open, as HTML.</param>
    internal Explorer(string kind, string title, string alternativeText, IReadOnlyDictionary<string, string> texts) =>
        (_kind, Title, AlternativeText, _texts) = (kind, title, alternativeText, texts);

    /// <summary>What the picture shows.</summary>
    public string Title { get; }

    /// <summary>What a reader sees in it at first.</summary>
    public string AlternativeText { get; }

    /// <summary>The picture as HTML with its style and script.</summary>
    /// <returns>A <c>figure</c> element.</returns>
    public string ToHtml()
    {
        string id = Html.NewId();
        return $"""
            <figure id="{id}" class="shapekit-{_kind}" style="margin:.5em 0 1em;font-family:{Html.FontFamily}">
            <figcaption style="font-weight:600;margin:0 0 .5em">{Html.Escape(Title)}</figcaption>
            <style>
            {FigureFiles.Style(_kind, id)}
            </style>
            {FigureFiles.Markup(_kind, _texts)}
            <script>{FigureScripts.Of(_kind)}</script>
            </figure>
            """;
    }

    /// <summary>The alternative text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => AlternativeText;
}
