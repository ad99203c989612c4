using System.Globalization;
using SkiaSharp;

namespace ShapeKit.Cli.Jupyter;

/// <summary>The kernel's mark: a circle and a square, the two shapes that the course tells apart.</summary>
internal static class KernelLogo
{
    /// <summary>The sizes that front ends ask for.</summary>
    public static readonly IReadOnlyList<int> Sizes = [32, 64];

    // On a field of 64 by 64.
    private const float Square = 36,
        Left = 3,
        Top = 25,
        Corner = 5,
        CenterX = 41,
        CenterY = 23,
        Radius = 20;
    private const string SquareColor = "#2f7fc1",
        CircleColor = "#f0a13c",
        BothColor = "#1f4f7d";

    public static byte[] Png(int size)
    {
        using var bitmap = new SKBitmap(size, size);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Transparent);
        canvas.Scale(size / 64f);
        using var square = new SKRoundRect(SKRect.Create(Left, Top, Square, Square), Corner);
        using var paint = new SKPaint { IsAntialias = true, Color = SKColor.Parse(SquareColor) };
        canvas.DrawRoundRect(square, paint);
        paint.Color = SKColor.Parse(CircleColor);
        canvas.DrawCircle(CenterX, CenterY, Radius, paint);
        canvas.ClipRoundRect(square, antialias: true);
        paint.Color = SKColor.Parse(BothColor);
        canvas.DrawCircle(CenterX, CenterY, Radius, paint);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    public static string Svg() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
              <clipPath id="square"><rect x="{Left}" y="{Top}" width="{Square}" height="{Square}" rx="{Corner}"/></clipPath>
              <rect x="{Left}" y="{Top}" width="{Square}" height="{Square}" rx="{Corner}" fill="{SquareColor}"/>
              <circle cx="{CenterX}" cy="{CenterY}" r="{Radius}" fill="{CircleColor}"/>
              <circle cx="{CenterX}" cy="{CenterY}" r="{Radius}" fill="{BothColor}" clip-path="url(#square)"/>
            </svg>

            """
        );
}
