using System.Text;

namespace ShapeKit.Visualization;

/// <summary>One part of a network as a drawing shows it: pictures of what it gave, one behind the other, above lines of text.</summary>
/// <param name="Lines">The text; the first line is the part's name.</param>
internal sealed record NetworkPart(params IReadOnlyList<string> Lines)
{
    /// <summary>How far a picture stands out from behind the one before it.</summary>
    private const double Step = 6;

    private const double NameWidth = 90;

    /// <summary>The pictures as data addresses, the front one first.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>The width and height of a picture.</summary>
    public (double Width, double Height) Size { get; init; }

    /// <summary>The width of the pictures, or of a short name where there are none.</summary>
    public double Width => Pictures.Count == 0 ? NameWidth : Size.Width + (Step * (Pictures.Count - 1));

    /// <summary>The height of the pictures, without the text.</summary>
    public double Height => Pictures.Count == 0 ? 0 : Size.Height + (Step * (Pictures.Count - 1));

    /// <summary>The pictures, the left upper corner of them all at a place.</summary>
    public string DrawPictures(double x, double y)
    {
        StringBuilder svg = new();
        for (int i = Pictures.Count - 1; i >= 0; i--)
        {
            (double left, double top) = (x + (Step * i), y + (Step * (Pictures.Count - 1 - i)));
            string box =
                $"x=\"{Html.Css(left)}\" y=\"{Html.Css(top)}\" width=\"{Html.Css(Size.Width)}\" height=\"{Html.Css(Size.Height)}\"";
            svg.Append(
                $"<image {box} href=\"{Pictures[i]}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"/>"
                    + $"<rect {box} fill=\"none\" stroke=\"{Palette.Grey}\"/>"
            );
        }

        return svg.ToString();
    }
}

/// <summary>A level of a drawing: a part in the left column, one in the right, and what leads on from them.</summary>
/// <param name="Left">The part on the left; null for none.</param>
/// <param name="Right">The part on the right; null for none.</param>
/// <param name="Bridge">What goes from left to right on this level; null for none.</param>
/// <param name="LeftArrow">The lines beside the arrow from the left part down to the next level; null for no arrow.</param>
/// <param name="RightArrow">The same of the right part.</param>
internal sealed record NetworkLevel(NetworkPart? Left, NetworkPart? Right, string? Bridge, string[]? LeftArrow, string[]? RightArrow);

/// <summary>
/// Draws a network as two columns of parts, with bridges between them, and a part in the middle below, where both columns meet.
/// </summary>
/// <param name="levels">The levels from top to bottom.</param>
/// <param name="middle">The part below them; null for none.</param>
/// <param name="rises">Whether the right column is read upwards, as that of a U.</param>
internal sealed class NetworkSketch(IReadOnlyList<NetworkLevel> levels, NetworkPart? middle, bool rises)
{
    private const double Width = 400,
        LeftAxis = 78,
        RightAxis = Width - LeftAxis,
        LineHeight = 15,
        ArrowHeight = 40,
        Gap = 5;

    private readonly StringBuilder _svg = new();

    /// <summary>The drawing as an <c>svg</c> element that is as wide as the page, at most 520 pixels.</summary>
    /// <param name="alternativeText">What a reader sees in it.</param>
    public string Draw(string alternativeText)
    {
        double top = 4;
        for (int i = 0; i < levels.Count; i++)
        {
            top = DrawLevel(levels[i], top, meets: middle is not null && i == levels.Count - 1);
        }

        if (middle is not null)
        {
            top = DrawPart(middle, Width / 2, top, middle.Height);
        }

        return $"<svg role=\"img\" aria-label=\"{Html.Escape(alternativeText)}\" viewBox=\"0 0 {Html.Css(Width)} {Html.Css(top + 4)}\" "
            + $"style=\"display:block;width:100%;max-width:520px;height:auto;font-size:12.5px\" fill=\"currentColor\">{_svg}</svg>";
    }

    /// <summary>Draws a level and the arrows below it, and gives the top of the next.</summary>
    private double DrawLevel(NetworkLevel level, double top, bool meets)
    {
        double pictures = Math.Max(level.Left?.Height ?? 0, level.Right?.Height ?? 0),
            bottom = Math.Max(DrawPart(level.Left, LeftAxis, top, pictures), DrawPart(level.Right, RightAxis, top, pictures));
        if (level.Bridge is { } bridge)
        {
            double y = pictures > 0 ? top + (pictures / 2) : top + Gap + (LineHeight / 2),
                from = LeftAxis + ((level.Left?.Width ?? 0) / 2) + Gap,
                to = RightAxis - ((level.Right?.Width ?? 0) / 2) - Gap;
            Arrow(Palette.Blue, (from, y), (to, y));
            Text([bridge], (from + to) / 2, y - Gap, "middle");
        }

        double next = bottom + ArrowHeight,
            reach = meets ? next + (middle!.Height > 0 ? middle.Height / 2 : Gap + (LineHeight / 2)) : next - Gap,
            side = (middle?.Width ?? 0) / 2;
        if (level.LeftArrow is { } left)
        {
            (double, double)[] way = [(LeftAxis, bottom), (LeftAxis, reach), .. Inwards((Width / 2) - side - Gap)];
            Arrow(Palette.Grey, way);
            Text(left, LeftAxis + Gap, bottom + 16, "start");
        }

        if (level.RightArrow is { } right)
        {
            (double, double)[] way = [(RightAxis, bottom), (RightAxis, reach), .. Inwards((Width / 2) + side + Gap)];
            Arrow(Palette.Grey, rises ? [.. way.Reverse()] : way);
            Text(right, RightAxis - Gap, bottom + 16, "end");
        }

        return next;

        (double, double)[] Inwards(double x) => meets ? [(x, reach)] : [];
    }

    /// <summary>Draws a part below a place, its pictures in the middle of a height, and gives its lower end.</summary>
    private double DrawPart(NetworkPart? part, double axis, double top, double height)
    {
        if (part is null)
        {
            return top;
        }

        _svg.Append(part.DrawPictures(axis - (part.Width / 2), top + ((height - part.Height) / 2)));
        double textTop = top + height + Gap;
        _svg.Append("<g style=\"font-weight:600\">");
        Text([part.Lines[0]], axis, textTop + 12, "middle");
        _svg.Append("</g>");
        Text(part.Lines.Skip(1), axis, textTop + 12 + LineHeight, "middle");
        return textTop + (LineHeight * part.Lines.Count) + Gap;
    }

    private void Text(IEnumerable<string> lines, double x, double y, string anchor)
    {
        foreach (string line in lines)
        {
            _svg.Append($"<text x=\"{Html.Css(x)}\" y=\"{Html.Css(y)}\" text-anchor=\"{anchor}\">{Html.Escape(line)}</text>");
            y += LineHeight;
        }
    }

    /// <summary>A line through places with a head at the last.</summary>
    private void Arrow(string color, params (double X, double Y)[] way)
    {
        ((double x, double y), (double fromX, double fromY)) = (way[^1], way[^2]);
        double turn = double.RadiansToDegrees(Math.Atan2(y - fromY, x - fromX));
        _svg.Append(
            $"<polyline points=\"{string.Join(' ', way.Select(place => $"{Html.Css(place.X)},{Html.Css(place.Y)}"))}\" fill=\"none\" "
                + $"stroke=\"{color}\" stroke-width=\"2\"/><path d=\"M2 0L-7 -5V5Z\" fill=\"{color}\" "
                + $"transform=\"translate({Html.Css(x)} {Html.Css(y)}) rotate({Html.Css(turn)})\"/>"
        );
    }
}
