using System.Globalization;

namespace ShapeKit.Visualization;

/// <summary>How numbers become colours.</summary>
public enum ColorScale
{
    /// <summary>Black for the smallest value, white for the largest, as an X-ray is shown; for images.</summary>
    Grey,

    /// <summary>Blue below zero, white at zero, red above, equally far to both sides; for kernels and feature maps.</summary>
    Diverging,
}

/// <summary>The colours of a scale and the range of values they stand for.</summary>
internal static class ColorScales
{
    private static readonly (byte R, byte G, byte B)[] DivergingStops =
    [
        (24, 84, 150),
        (116, 172, 220),
        (247, 247, 245),
        (240, 146, 116),
        (168, 32, 52),
    ];

    private static readonly (byte R, byte G, byte B)[] GreyStops = [(0, 0, 0), (255, 255, 255)];

    /// <summary>The scale that suits the values: diverging where one is negative, grey otherwise.</summary>
    public static ColorScale For(float[,] values) => values.Cast<float>().Any(value => value < 0) ? ColorScale.Diverging : ColorScale.Grey;

    /// <summary>
    /// The values that the scale's two ends stand for. Grey: 0..1 or 0..255 where the values fit, otherwise from 0, or from the lowest
    /// value where one is negative.
    /// </summary>
    public static (float Low, float High) Range(ColorScale scale, IEnumerable<float> values)
    {
        float low = float.PositiveInfinity;
        float high = float.NegativeInfinity;
        foreach (float value in values.Where(float.IsFinite))
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high)
        {
            return (0, 1);
        }

        if (scale == ColorScale.Diverging)
        {
            float reach = Math.Max(Math.Abs(low), Math.Abs(high));
            return reach == 0 ? (-1, 1) : (-reach, reach);
        }

        return low >= 0 && high <= 1 ? (0, 1)
            : low >= 0 && high <= 255 && high > 16 ? (0, 255)
            : low == high ? (low - 1, low + 1)
            : (Math.Min(low, 0), high);
    }

    /// <summary>The colour of a share in 0..1 of the way from the low to the high end.</summary>
    public static (byte R, byte G, byte B) Color(ColorScale scale, float share)
    {
        (byte R, byte G, byte B)[] stops = Stops(scale);
        float position = (float.IsFinite(share) ? Math.Clamp(share, 0, 1) : 0.5f) * (stops.Length - 1);
        int first = Math.Min((int)position, stops.Length - 2);
        float part = position - first;
        return (Mix(stops[first].R, stops[first + 1].R), Mix(stops[first].G, stops[first + 1].G), Mix(stops[first].B, stops[first + 1].B));

        byte Mix(byte a, byte b) => (byte)MathF.Round(a + ((b - a) * part));
    }

    /// <summary>The colour of a value as CSS writes it.</summary>
    public static string Css(ColorScale scale, float value, float low, float high)
    {
        (byte r, byte g, byte b) = Color(scale, (value - low) / (high - low));
        return string.Create(CultureInfo.InvariantCulture, $"rgb({r},{g},{b})");
    }

    /// <summary>Black or white, whichever reads better on the colour of a value.</summary>
    public static string TextCss(ColorScale scale, float value, float low, float high)
    {
        (byte r, byte g, byte b) = Color(scale, (value - low) / (high - low));
        return (0.299 * r) + (0.587 * g) + (0.114 * b) > 140 ? "#111" : "#fff";
    }

    /// <summary>The scale as plotly.js takes it: positions in 0..1 and their colours.</summary>
    public static object[][] ForPlotly(ColorScale scale)
    {
        (byte R, byte G, byte B)[] stops = Stops(scale);
        return [.. stops.Select((stop, i) => new object[] { (double)i / (stops.Length - 1), $"rgb({stop.R},{stop.G},{stop.B})" })];
    }

    /// <summary>The scale as the explorers' scripts take it: red, green and blue of its colours, equally far apart.</summary>
    public static int[][] ForScript(ColorScale scale) => [.. Stops(scale).Select(stop => new int[] { stop.R, stop.G, stop.B })];

    private static (byte R, byte G, byte B)[] Stops(ColorScale scale) =>
        scale switch
        {
            ColorScale.Grey => GreyStops,
            ColorScale.Diverging => DivergingStops,
            _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, $"There is no color scale {scale}; use Grey or Diverging."),
        };
}
