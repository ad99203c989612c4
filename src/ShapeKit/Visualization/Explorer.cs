namespace ShapeKit.Visualization;

/// <summary>A picture that answers the reader's pointer and keys, complete in itself: no library, no network.</summary>
public sealed class Explorer : IShown
{
    private readonly string _kind;
    private readonly Func<string, string> _body;

    /// <summary>Makes a picture.</summary>
    /// <param name="kind">The name of its script.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="alternativeText">What a reader sees in it at first.</param>
    /// <param name="body">The HTML inside, for the id of the element around it.</param>
    internal Explorer(string kind, string title, string alternativeText, Func<string, string> body) =>
        (_kind, Title, AlternativeText, _body) = (kind, title, alternativeText, body);

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
            {_body(id)}
            <script>{FigureScripts.Of(_kind)}</script>
            </figure>
            """;
    }

    /// <summary>The alternative text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => AlternativeText;
}
