using System.Globalization;
using System.Text;

namespace ShapeKit.Visualization;

/// <summary>
/// The loss of the model y = w x over its one weight, and a walk down its slope: each step goes against the slope, the learning rate times
/// as far.
/// </summary>
internal sealed class DescentPicture
{
    /// <summary>How large a number may be.</summary>
    public const double MostReach = 1000;

    /// <summary>How large one of the inputs must be: a curve without slope has no floor.</summary>
    public const double LeastInput = 0.001;

    private const int Width = 400,
        Height = 240,
        Steps = 10;

    private readonly IReadOnlyList<double> _inputs;
    private readonly IReadOnlyList<double> _targets;
    private readonly double[] _path = new double[Steps + 1];
    private readonly string[] _rates;
    private readonly int _rate;
    private readonly double _best;
    private readonly double _left;
    private readonly double _right;
    private readonly double _top;

    public DescentPicture(IReadOnlyList<double> inputs, IReadOnlyList<double> targets, double start)
    {
        (_inputs, _targets) = (inputs, targets);
        double steepness = inputs.Average(x => x * x);
        _best = inputs.Zip(targets, (x, y) => x * y).Average() / steepness;
        double reach = 1.25 * (Math.Abs(start - _best) < 0.001 ? Math.Max(1, Math.Abs(_best)) : Math.Abs(start - _best));
        (_left, _right) = (_best - reach, _best + reach);
        _top = Math.Max(Loss(_left), Loss(_right));

        // From 1 / steepness on, a step across the floor lands no lower than it began; the slider goes a little farther.
        double step = RoundUp(1 / steepness / 45);
        _rates =
        [
            .. Enumerable
                .Range(1, (int)Math.Ceiling(1.15 / steepness / step))
                .Select(i => ((decimal)step * i).ToString("0.###############", CultureInfo.InvariantCulture)),
        ];
        _rate = Math.Max(0, (int)(0.25 / steepness / step) - 1);
        _path[0] = start;
        for (int i = 0; i < Steps; i++)
        {
            _path[i + 1] = _path[i] - (double.Parse(_rates[_rate], CultureInfo.InvariantCulture) * Slope(_path[i]));
        }
    }

    public Explorer ToExplorer(string title) =>
        new(
            "descent",
            title,
            $"{title}: a valley over the weights {Html.Number(_left)} to {Html.Number(_right)}, lowest at {Html.Number(_best, 3)}. {Words()}",
            Texts()
        );

    private Dictionary<string, string> Texts()
    {
        double end = _path[^1];
        string[] points = [.. _path.Select(Point)];
        return new()
        {
            ["ticks"] = Ticks(),
            ["curve"] = string.Join(' ', Enumerable.Range(0, 81).Select(i => Point(_left + (i / 80.0 * (_right - _left))))),
            ["path"] = string.Join(' ', points),
            ["dots"] = string.Concat(points.Select(point => $"M{point}h0")),
            ["ball"] = points[^1],
            ["turn"] = Html.Css(double.RadiansToDegrees(Math.Atan2(-Slope(end) * Height / _top, Width / (_right - _left)))),
            ["last"] = $"{_rates.Length - 1}",
            ["first"] = $"{_rate}",
            ["rate"] = _rates[_rate],
            ["count"] = $"{Steps}",
            ["weight"] = Html.Fixed(end, 3),
            ["loss"] = Html.Fixed(Loss(end), 3),
            ["slope"] = Html.Fixed(Slope(end), 3),
            ["next"] = Html.Fixed(-double.Parse(_rates[_rate], CultureInfo.InvariantCulture) * Slope(end), 3),
            ["words"] = Words(),
            ["data"] = Html.Data(
                new
                {
                    inputs = _inputs,
                    targets = _targets,
                    start = _path[0],
                    rates = _rates,
                    left = _left,
                    right = _right,
                    top = _top,
                    grain = RoundUp((_right - _left) / 200),
                    width = Width,
                    height = Height,
                }
            ),
        };
    }

    private string Ticks()
    {
        (double across, double up) = (RoundUp((_right - _left) / 6), RoundUp(_top / 5));
        StringBuilder ticks = new("<g class=\"tick\">");
        for (double w = Math.Ceiling(_left / across); w * across <= _right; w++)
        {
            ticks.Append(
                $"<text x=\"{Html.Css(Across(w * across))}\" y=\"257\" text-anchor=\"middle\">{Html.Number(w * across, 6)}</text>"
            );
        }

        for (double loss = 0; loss * up <= _top; loss++)
        {
            ticks.Append($"<text x=\"-6\" y=\"{Html.Css(Up(loss * up) + 4)}\" text-anchor=\"end\">{Html.Number(loss * up, 6)}</text>");
        }

        return ticks.Append("</g>").ToString();
    }

    private string Words() =>
        $"{Steps} steps from weight {Html.Number(_path[0], 3)} with learning rate {_rates[_rate]} end at weight {Html.Fixed(_path[^1], 3)}, "
        + $"where the loss is {Html.Fixed(Loss(_path[^1]), 3)}.";

    private double Loss(double w) => _inputs.Zip(_targets, (x, y) => Math.Pow((w * x) - y, 2)).Average();

    private double Slope(double w) => 2 * _inputs.Zip(_targets, (x, y) => ((w * x) - y) * x).Average();

    private double Across(double w) => (w - _left) / (_right - _left) * Width;

    private double Up(double loss) => (1 - (loss / _top)) * Height;

    private string Point(double w) => $"{Html.Css(Across(w))},{Html.Css(Up(Loss(w)))}";

    /// <summary>The least of 1, 2 and 5 times a power of ten that is not below a number.</summary>
    private static double RoundUp(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return new[] { power, 2 * power, 5 * power, 10 * power }.First(step => step >= least);
    }
}
