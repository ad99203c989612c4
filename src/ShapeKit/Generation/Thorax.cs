using ShapeKit.Data;
using SkiaSharp;

namespace ShapeKit.Generation;

/// <summary>
/// One synthetic patient: the random proportions of a chest and where its nodules lie. Lengths are millimetres; u counts from the
/// body's midline to the side, y down from above the shoulders.
/// </summary>
internal sealed class Thorax : IDisposable
{
    /// <summary>The midline's u and the height about which a patient is turned, shifted and scaled.</summary>
    private const float MiddleY = 150;

    private const int RingPoints = 8;

    /// <summary>A nodule's centre keeps this far from the border of its zone, so that its zone can be read off the image.</summary>
    private const double ZoneMargin = 6;

    private readonly SKPathBuilder _builder = new();

    /// <summary>Draws a patient from random, and from film how the patient stands before the film.</summary>
    public Thorax(PhantomGeneratorOptions options, ref RepeatableRandom random, ref RepeatableRandom film)
    {
        float scaleX = Between(ref random, 0.98, 1.1),
            scaleY = Between(ref random, 0.98, 1.1);
        SKMatrix position = SKMatrix
            .CreateTranslation(0, -MiddleY)
            .PostConcat(SKMatrix.CreateScale(scaleX, scaleY))
            .PostConcat(SKMatrix.CreateRotationDegrees(Between(ref film, -2, 2)))
            .PostConcat(SKMatrix.CreateTranslation(160 + Between(ref film, -6, 6), MiddleY + 8 + Between(ref film, -6, 6)));
        Position = position;
        Apex = Between(ref random, 27, 37);
        HeartWidth = Between(ref random, -8, 12);
        RightDome = Between(ref random, 206, 226);
        LeftDome = RightDome + Between(ref random, 2, 14);
        RibPitch = Between(ref random, 20, 23);
        RibDrop = Between(ref random, 16, 30);
        Right = Lung(LungSide.Right);
        Left = Lung(LungSide.Left);
        Findings = Place(options, ref random);
    }

    /// <summary>
    /// From the patient's u and y to millimetres from the image's top left corner; +u is the image's right, the patient's left.
    /// </summary>
    public SKMatrix Position { get; }

    public float Apex { get; }

    public float HeartWidth { get; }

    public float RightDome { get; }

    public float LeftDome { get; }

    public float RibPitch { get; }

    public float RibDrop { get; }

    public SKPath Right { get; }

    public SKPath Left { get; }

    public Finding[] Findings { get; }

    public static float Between(ref RepeatableRandom random, double min, double max) => (float)(min + ((max - min) * random.NextUnit()));

    /// <summary>The sign of u on a side of the patient.</summary>
    public static int SignOf(LungSide side) => side == LungSide.Right ? -1 : 1;

    /// <summary>How far from the midline the ribs reach at a height.</summary>
    public static float Wall(float y)
    {
        float fromWidest = (Math.Clamp(y, 34, 300) - 235) / 208;
        return 136 * MathF.Sqrt(1 - (fromWidest * fromWidest));
    }

    public void Dispose()
    {
        Right.Dispose();
        Left.Dispose();
        _builder.Dispose();
    }

    /// <summary>
    /// The outline of a lung field: tip, chest wall, costophrenic angle, dome of the diaphragm, border of heart and mediastinum.
    /// </summary>
    private SKPath Lung(LungSide side)
    {
        int sign = SignOf(side);
        float dome = side == LungSide.Right ? RightDome : LeftDome,
            angle = dome + 38;
        MoveTo(23, 76);
        CubicTo(22, 52, 32, Apex, 50, Apex);
        CubicTo(76, Apex, 96, 68, 106, 103);
        CubicTo(119, 150, 131, 205, 131, angle);
        CubicTo(114, dome + 8, 94, dome, 72, dome);
        if (side == LungSide.Right)
        {
            CubicTo(56, dome, 44, dome + 6, 30, dome + 16);
            CubicTo(46 + (HeartWidth / 3), dome - 6, 50 + (HeartWidth / 3), 158, 29, 140);
            CubicTo(25, 118, 25, 96, 23, 76);
        }
        else
        {
            float tip = 84 + HeartWidth;
            CubicTo(tip + 8, dome + 2, tip + 8, dome + 4, tip, dome + 5);
            CubicTo(tip + 8, dome - 26, 66 + HeartWidth, 168, 40, 152);
            CubicTo(33, 144, 36, 128, 31, 122);
            CubicTo(42, 114, 40, 92, 26, 90);
            CubicTo(24, 86, 23, 81, 23, 76);
        }

        _builder.Close();
        return _builder.Detach();

        void MoveTo(float u, float y) => _builder.MoveTo(sign * u, y);
        void CubicTo(float u1, float y1, float u2, float y2, float u3, float y3) =>
            _builder.CubicTo(sign * u1, y1, sign * u2, y2, sign * u3, y3);
    }

    private Finding[] Place(PhantomGeneratorOptions options, ref RepeatableRandom random)
    {
        var findings = new Finding[random.Next(options.MinNodules, options.MaxNodules)];
        int first = random.Next(0, 5),
            second = (first + random.Next(1, 5)) % 6;
        int[] places = [first, second, .. Enumerable.Range(0, 6).Where(place => place != first && place != second)];
        for (int i = 0; i < findings.Length; i++)
        {
            int place = places[i];
            PixelRange diameters = Finding.DiametersOf(options.Sizes[random.Next(0, options.Sizes.Count - 1)]);
            findings[i] = Place((LungSide)(place / 3), (LungZone)(place % 3), random.Next(diameters.Min, diameters.Max), ref random);
        }

        return [.. findings.OrderBy(finding => finding.Side).ThenBy(finding => finding.Zone)];
    }

    private Finding Place(LungSide side, LungZone zone, int diameter, ref RepeatableRandom random)
    {
        double third = ((side == LungSide.Right ? RightDome : LeftDome) - Apex) / 3;
        double top = Apex + (third * (int)zone) + ZoneMargin,
            bottom = Apex + (third * ((int)zone + 1)) - ZoneMargin;
        while (true)
        {
            float u = SignOf(side) * Between(ref random, 22, 132),
                y = Between(ref random, top, bottom);
            if (Fits(side, zone, u, y, diameter / 2f))
            {
                SKPoint centre = Position.MapPoint(u, y);
                return new Finding(side, zone, diameter, Math.Round(centre.X, 1), Math.Round(centre.Y, 1));
            }
        }
    }

    /// <summary>A nodule lies within the lung field; on the left, from the middle down, it may reach over the heart's border.</summary>
    private bool Fits(LungSide side, LungZone zone, float u, float y, float radius)
    {
        SKPath lung = side == LungSide.Right ? Right : Left;
        bool fits = lung.Contains(u, y);
        bool mayTouchHeart = side == LungSide.Left && zone != LungZone.Upper;
        for (int i = 0; fits && i < RingPoints; i++)
        {
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * i / RingPoints);
            fits = (mayTouchHeart && cos < 0) || lung.Contains(u + (radius * cos), y + (radius * sin));
        }

        return fits;
    }
}
