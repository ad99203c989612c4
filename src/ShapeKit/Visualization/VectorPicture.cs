using System.Text;

namespace ShapeKit.Visualization;

/// <summary>Two vectors in the plane with their angle, and beside them the calculation of their cosine similarity.</summary>
internal sealed class VectorPicture((double X, double Y) a, (double X, double Y) b)
{
    /// <summary>How far the plane reaches at most; the numbers on its axes have room for no more digits.</summary>
    public const int MostReach = 1_000_000;

    private const int Size = 380;

    /// <summary>Room around the plane for the name of a vector that reaches its edge.</summary>
    private const int Margin = 26;

    private const string Undefined = "A vector of length zero has no direction: angle and similarity are undefined.";

    /// <summary>What a cosine similarity of at least so much means.</summary>
    private static readonly (double Least, string Words)[] Meanings =
    [
        (0.995, "The vectors point the same way: as similar as can be."),
        (0.1, "The vectors point to the same side: similar."),
        (-0.1, "The vectors stand at a right angle, or nearly so: nothing in common."),
        (-0.995, "The vectors point to opposite sides: dissimilar."),
        (-1, "The vectors point in opposite directions: as dissimilar as can be."),
    ];

    /// <summary>The plane reaches from −Reach to Reach.</summary>
    private readonly int _reach = Math.Max(5, (int)Math.Ceiling(new[] { a.X, a.Y, b.X, b.Y }.Max(Math.Abs)));

    public Explorer ToExplorer(string title)
    {
        (double lengthA, double lengthB) = (Math.Sqrt(Dot(a, a)), Math.Sqrt(Dot(b, b)));
        double cosine = Math.Clamp(Dot(a, b) / (lengthA * lengthB), -1, 1);
        string result = double.IsNaN(cosine)
            ? Undefined
            : $"The angle is {Html.Fixed(double.RadiansToDegrees(Math.Acos(cosine)), 1)}° and the cosine similarity "
                + $"{Html.Fixed(cosine, 3)}.";
        return new Explorer("vectors", title, $"{title}: a = {Pair(a)}, b = {Pair(b)}. {result}", Texts(lengthA, lengthB, cosine));
    }

    private Dictionary<string, string> Texts(double lengthA, double lengthB, double cosine)
    {
        double unit = Size / 2.0 / _reach;
        int every = Math.Max(1, _reach / 5);
        StringBuilder grid = new();
        for (int i = -_reach; i <= _reach; i += every)
        {
            string at = Html.Css(i * unit);
            string style = $"stroke=\"{(i == 0 ? Palette.Axis : Palette.Grid)}\"";
            grid.Append(
                $"<line x1=\"{at}\" x2=\"{at}\" y1=\"{-Size / 2}\" y2=\"{Size / 2}\" {style}/><line y1=\"{at}\" y2=\"{at}\" "
                    + $"x1=\"{-Size / 2}\" x2=\"{Size / 2}\" {style}/>"
            );
            if (i != 0 && Math.Abs(i) != _reach)
            {
                grid.Append(
                    $"<text x=\"{at}\" y=\"14\" text-anchor=\"middle\" class=\"tick\">{Html.Number(i)}</text><text x=\"-6\" "
                        + $"y=\"{Html.Css((-i * unit) + 4)}\" text-anchor=\"end\" class=\"tick\">{Html.Number(i)}</text>"
                );
            }
        }

        return new()
        {
            ["edge"] = $"{(-Size / 2) - Margin}",
            ["size"] = $"{Size + (2 * Margin)}",
            ["grid"] = grid.ToString(),
            ["arc"] = Arc(),
            ["arrowA"] = Arrow("a", a, Palette.Blue, unit),
            ["arrowB"] = Arrow("b", b, Palette.Orange, unit),
            ["a"] = Pair(a),
            ["b"] = Pair(b),
            ["lengthA"] = Html.Fixed(lengthA, 2),
            ["lengthB"] = Html.Fixed(lengthB, 2),
            ["dot"] = Html.Fixed(Dot(a, b), 2),
            ["angle"] = double.IsNaN(cosine) ? "undefined" : Html.Fixed(double.RadiansToDegrees(Math.Acos(cosine)), 1) + "°",
            ["cosine"] = double.IsNaN(cosine) ? "undefined" : Html.Fixed(cosine, 3),
            ["mark"] = Html.Css(double.IsNaN(cosine) ? 0 : cosine * 100),
            ["visibility"] = double.IsNaN(cosine) ? "visibility=\"hidden\"" : "",
            ["words"] = Words(cosine),
            ["data"] = Html.Data(
                new
                {
                    a = new[] { a.X, a.Y },
                    b = new[] { b.X, b.Y },
                    size = Size + (2 * Margin),
                    unit,
                    reach = _reach,
                    words = Meanings.Select(meaning => new object[] { meaning.Least, meaning.Words }),
                    unknown = Undefined,
                }
            ),
        };
    }

    /// <summary>The arrow's origin is its tip, so that moving it is one translation.</summary>
    private string Arrow(string name, (double X, double Y) vector, string color, double unit)
    {
        double turn = -Math.Atan2(vector.Y, vector.X);
        return $"""
            <g class="vector-{name}" transform="translate({Html.Css(vector.X * unit)} {Html.Css(-vector.Y * unit)})"><line x1="{Html.Css(
                -vector.X * unit
            )}" y1="{Html.Css(
                vector.Y * unit
            )}" stroke="{color}" stroke-width="3"/><polygon points="3,0 -12,-6 -12,6" transform="rotate({Html.Css(
                double.RadiansToDegrees(turn)
            )})" fill="{color}"/><text class="name" x="{Html.Css(26 * Math.Cos(turn))}" y="{Html.Css(
                (26 * Math.Sin(turn)) + 5
            )}" text-anchor="middle" fill="{color}">{name}</text><circle class="handle" data-vector="{name}" r="15" fill="{color}" fill-opacity=".25" stroke="{color}" stroke-width="1.5" role="slider" aria-label="Tip of vector {name}" aria-valuemin="{-_reach}" aria-valuemax="{_reach}" aria-valuenow="{Html.Css(
                vector.X
            )}" aria-valuetext="{Pair(vector)}"/></g>
            """;
    }

    private string Arc()
    {
        if (Dot(a, a) == 0 || Dot(b, b) == 0)
        {
            return "";
        }

        (double from, double to) = (Math.Atan2(a.Y, a.X), Math.Atan2(b.Y, b.X));
        return string.Join(
            ' ',
            "M",
            Html.Css(34 * Math.Cos(from)),
            Html.Css(-34 * Math.Sin(from)),
            "A 34 34 0 0",
            Math.Sin(to - from) >= 0 ? "0" : "1",
            Html.Css(34 * Math.Cos(to)),
            Html.Css(-34 * Math.Sin(to))
        );
    }

    private static string Words(double cosine) =>
        double.IsNaN(cosine) ? Undefined : Meanings.First(meaning => cosine >= meaning.Least).Words;

    private static double Dot((double X, double Y) p, (double X, double Y) q) => (p.X * q.X) + (p.Y * q.Y);

    private static string Pair((double X, double Y) vector) => $"({Html.Fixed(vector.X, 1)}, {Html.Fixed(vector.Y, 1)})";
}
