using System.Globalization;
using SkiaSharp;

namespace ShapeKit.Visualization;

/// <summary>
/// What a network paints over an image while it learns: where its probability reaches a threshold, beside what is truly there.
/// </summary>
/// <remarks>
/// A probability travels to the script as one byte, the whole hundredths that it reaches. A threshold is a whole number of hundredths, too,
/// so nothing that is counted changes by it.
/// </remarks>
internal sealed class PaintingPicture(
    float[,] image,
    float[,] truth,
    IReadOnlyList<float[,]> probabilities,
    IReadOnlyList<string> names,
    double millimetresPerPixel
)
{
    private const int Start = 50;

    /// <summary>The thresholds in hundredths, as float32 like the probabilities.</summary>
    private static readonly float[] Hundredths = [.. Enumerable.Range(0, 101).Select(hundredth => hundredth / 100f)];

    private static readonly string[] Paints = [Palette.Green, Palette.Orange, Palette.Blue];

    public Explorer ToExplorer(string title) => new("painting", title, $"{title}: {Words()}", Texts());

    private Dictionary<string, string> Texts()
    {
        (int hits, int extra, int missed) = Count();
        return new()
        {
            ["picture"] = Painted(),
            ["alt"] = Html.Escape(Words()),
            ["last"] = (names.Count - 1).ToString(CultureInfo.InvariantCulture),
            ["name"] = Html.Escape(names[^1]),
            ["dice"] = Html.Fixed(Dice(hits, extra, missed), 3),
            ["painted"] = Area(hits + extra),
            ["there"] = Area(hits + missed),
            ["hits"] = Pixels(hits),
            ["extra"] = Pixels(extra),
            ["missed"] = Pixels(missed),
            ["words"] = Html.Escape(Words()),
            ["data"] = Html.Data(
                new
                {
                    width = image.GetLength(1),
                    image = Bytes(image, Grey),
                    truth = Bytes(truth, value => value == 0 ? (byte)0 : (byte)1),
                    steps = probabilities.Select(step => Bytes(step, Reached)),
                    names,
                    area = millimetresPerPixel * millimetresPerPixel,
                    colors = Paints.Select(Color).Select(color => new int[] { color.Red, color.Green, color.Blue }),
                }
            ),
        };
    }

    /// <summary>How many whole hundredths a probability reaches.</summary>
    private static byte Reached(float probability)
    {
        int at = Array.BinarySearch(Hundredths, probability);
        return (byte)Math.Max(0, at >= 0 ? at : ~at - 1);
    }

    private static byte Grey(float value) => (byte)MathF.Round(255 * Math.Clamp(value, 0, 1));

    private static SKColor Color(string paint) => SKColor.Parse(paint);

    private static string Bytes(float[,] values, Func<float, byte> of) => Convert.ToBase64String([.. values.Cast<float>().Select(of)]);

    private bool IsPainted(int row, int column) => Reached(probabilities[^1][row, column]) >= Start;

    private (int Hits, int Extra, int Missed) Count()
    {
        (int hits, int extra, int missed) = (0, 0, 0);
        for (int row = 0; row < image.GetLength(0); row++)
        {
            for (int column = 0; column < image.GetLength(1); column++)
            {
                (bool painted, bool there) = (IsPainted(row, column), truth[row, column] != 0);
                hits += painted && there ? 1 : 0;
                extra += painted && !there ? 1 : 0;
                missed += there && !painted ? 1 : 0;
            }
        }

        return (hits, extra, missed);
    }

    private string Painted() => Visualization.Pixels.ToPng(image.GetLength(0), image.GetLength(1), (row, column) =>
        {
            byte grey = Grey(image[row, column]);
            (bool painted, bool there) = (IsPainted(row, column), truth[row, column] != 0);
            if (!painted && !there)
            {
                return (grey, grey, grey);
            }

            SKColor color = Color(Paints[painted ? (there ? 0 : 1) : 2]);
            return (Mix(grey, color.Red), Mix(grey, color.Green), Mix(grey, color.Blue));
        });

    private static byte Mix(byte grey, byte color) => (byte)((grey + color) / 2);

    private static double Dice(int hits, int extra, int missed) =>
        hits + extra + missed == 0 ? 1 : 2.0 * hits / ((2 * hits) + extra + missed);

    private string Words()
    {
        (int hits, int extra, int missed) = Count();
        return $"{names[^1]}, threshold {Html.Fixed(Start / 100.0, 2)}: {Area(hits + extra)} painted, {Area(hits + missed)} truly there, "
            + $"Dice {Html.Fixed(Dice(hits, extra, missed), 3)}.";
    }

    private string Area(int pixels) => $"{Html.Fixed(pixels * millimetresPerPixel * millimetresPerPixel, 0)} mm²";

    private static string Pixels(int count) => count == 1 ? "1 pixel" : $"{count.ToString(CultureInfo.InvariantCulture)} pixels";
}
