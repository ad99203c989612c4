using System.Text;
using ShapeKit.Operators;

namespace ShapeKit.Visualization;

/// <summary>
/// An image and the same image moved: both, their feature maps, and these pooled again and again, with what the move changes at each stage.
/// </summary>
internal sealed class PoolingPicture
{
    private const int Down = 0,
        Right = 1;

    /// <summary>What the stages are called; a small map has fewer.</summary>
    private static readonly string[] Names = ["image", "feature map", "map pooled once", "map pooled twice", "map pooled three times"];

    private readonly float[,] _image;
    private readonly float[,] _kernel;
    private readonly float[][,] _still;
    private readonly float[][,] _moved;
    private readonly string[] _changes;

    public PoolingPicture(float[,] image, float[,] kernel)
    {
        (_image, _kernel) = (image, kernel);
        (_still, _moved) = (Stages(image), Stages(Moved()));
        _changes = [.. _still.Zip(_moved, Change)];
    }

    public Explorer ToExplorer(string title) =>
        new("pooling", title, $"{title}: an image of {Size(_image)} pixels beside the same image, moved. {Words()}", Texts());

    private Dictionary<string, string> Texts()
    {
        (float low, float high) = ColorScales.Range(ColorScale.Grey, _image.Cast<float>());
        float strongest = ColorScales.Range(ColorScale.Grey, _still[1].Cast<float>()).High;
        StringBuilder stages = new();
        for (int i = 0; i < _still.Length; i++)
        {
            (float from, float to) = i == 0 ? (low, high) : (0, strongest);
            stages
                .Append($"<div><p class=\"name\">{Names[i]}<span>{Size(_still[i])}</span></p>")
                .Append(
                    $"<img src=\"{Pixels.ToPng(_still[i], ColorScale.Grey, from, to)}\" alt=\"{Names[i]}, not moved\" draggable=\"false\"/>"
                )
                .Append($"<img class=\"moved{(i == 0 ? " hold" : "")}\" src=\"{Pixels.ToPng(_moved[i], ColorScale.Grey, from, to)}\" ")
                .Append($"alt=\"{Names[i]}, moved{(i == 0 ? "; the arrow keys move it" : "")}\" draggable=\"false\"/>")
                .Append($"<p>change <b class=\"change\">{_changes[i]}</b></p></div>");
        }

        return new()
        {
            ["stages"] = stages.ToString(),
            ["words"] = Words(),
            ["data"] = Html.Data(
                new
                {
                    image = Pixels.Rows(_image),
                    kernel = Pixels.Rows(_kernel),
                    names = Names[.._still.Length],
                    reach = Math.Max(1, Math.Min(_image.GetLength(0), _image.GetLength(1)) / 4),
                    middle = Middle(),
                    stops = ColorScales.ForScript(ColorScale.Grey),
                    low,
                    high,
                    strongest,
                    down = Down,
                    right = Right,
                }
            ),
        };
    }

    private string Words() =>
        $"Moved {Right} pixel right: change of the {string.Join(", ", _changes.Select((change, i) => $"{Names[i]} {change}"))}.";

    private float[][,] Stages(float[,] image)
    {
        float[,] map = Convolution.Apply(image, _kernel);
        for (int row = 0; row < map.GetLength(0); row++)
        {
            for (int column = 0; column < map.GetLength(1); column++)
            {
                map[row, column] = Math.Max(0, map[row, column]);
            }
        }

        List<float[,]> stages = [image, map];
        while (stages.Count < Names.Length && Math.Min(stages[^1].GetLength(0), stages[^1].GetLength(1)) >= 2)
        {
            stages.Add(Pooling.Max(stages[^1]));
        }

        return [.. stages];
    }

    private float[,] Moved()
    {
        float[,] moved = new float[_image.GetLength(0), _image.GetLength(1)];
        for (int row = 0; row + Down < moved.GetLength(0); row++)
        {
            for (int column = 0; column + Right < moved.GetLength(1); column++)
            {
                moved[row + Down, column + Right] = _image[row, column];
            }
        }

        return moved;
    }

    /// <summary>The centre of what is not zero, which follows the reader's finger.</summary>
    private int[] Middle()
    {
        double sum = 0,
            rows = 0,
            columns = 0;
        for (int row = 0; row < _image.GetLength(0); row++)
        {
            for (int column = 0; column < _image.GetLength(1); column++)
            {
                double weight = Math.Abs(_image[row, column]);
                sum += weight;
                rows += weight * row;
                columns += weight * column;
            }
        }

        return sum > 0 ? [(int)Math.Round(rows / sum), (int)Math.Round(columns / sum)] : [_image.GetLength(0) / 2, _image.GetLength(1) / 2];
    }

    /// <summary>The length of the difference, measured against the length of the first.</summary>
    private static string Change(float[,] still, float[,] moved)
    {
        double change = Length(still.Cast<float>().Zip(moved.Cast<float>(), (a, b) => a - b)) / Length(still.Cast<float>());
        return double.IsFinite(change) ? Html.Fixed(change, 2) : "undefined";
    }

    private static double Length(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => Math.Pow(value, 2)));

    private static string Size(float[,] values) => $"{values.GetLength(0)} × {values.GetLength(1)}";
}
