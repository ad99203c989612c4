using System.Runtime.InteropServices;
using ShapeKit.Data;
using SkiaSharp;

namespace ShapeKit.Generation;

/// <summary>One thread's drawing surfaces: soft tissue, air, lungs, vessels and bones, each a single image of 8-bit coverage.</summary>
/// <remarks>
/// Like the layers of a body in the beam, each layer lets through a share of what the others let through; air takes away tissue, and
/// vessels show within the lungs. The structures' shapes are drawn from textbook anatomy by eye and stand for no real patient.
/// </remarks>
internal sealed class PhantomDrawing : IDisposable
{
    private readonly PhantomGeneratorOptions _options;
    private readonly int _size;
    private readonly Layer _tissue,
        _air,
        _lungs,
        _vessels,
        _bones;
    private readonly float[] _absorbed,
        _passed,
        _across,
        _down;
    private readonly SKPathBuilder _builder = new();

    public PhantomDrawing(PhantomGeneratorOptions options)
    {
        _options = options;
        _size = options.ImageSize;
        (_absorbed, _passed, _across, _down) = (new float[_size * _size], new float[_size * _size], new float[_size], new float[_size]);
        (_tissue, _air, _lungs, _vessels, _bones) = (
            new Layer(options),
            new Layer(options),
            new Layer(options),
            new Layer(options),
            new Layer(options)
        );
    }

    /// <summary>
    /// Draws a film of a patient, whose numbers are drawn from random; those of the film itself, exposure, contrast and noise, from film.
    /// </summary>
    public void Draw(
        Thorax thorax,
        Span<float> pixels,
        Span<float> lungMask,
        Span<float> noduleMask,
        ref RepeatableRandom random,
        ref RepeatableRandom film
    )
    {
        foreach (Layer layer in (ReadOnlySpan<Layer>)[_tissue, _air, _lungs, _vessels, _bones])
        {
            layer.Begin(thorax.Position);
        }

        float lungAir = Thorax.Between(ref random, 0.64, 0.78);
        DrawTissue(ref random);
        DrawAir(thorax, ref random);
        DrawVessels(ref random);
        DrawBones(thorax, ref random);
        _lungs.Fill(thorax.Right, 1, blur: 1.2f);
        _lungs.Fill(thorax.Left, 1, blur: 1.2f);
        for (int i = 0; i < _passed.Length; i++)
        {
            float lung = _lungs[i];
            _absorbed[i] = _tissue[i] * (1 - _air[i]) * (1 - (lungAir * lung));
            _passed[i] = (1 - _absorbed[i]) * (1 - _bones[i]) * (1 - (_vessels[i] * lung));
            lungMask[i] = lung > 0.5f ? 1 : 0;
        }

        Shade(thorax, 0, 170, 30, 400, 0.55f, inTissue: true); // spine and mediastinum
        Shade(thorax, 22, 196, 70, 56, 0.8f, inTissue: true); // heart
        Shade(thorax, 0, 330, 400, 110, 0.55f, inTissue: true); // belly, and what lies before and behind the bases of the lungs
        Shade(thorax, -32, 138, 16, 24, 0.2f, inTissue: false); // right hilum
        Shade(thorax, 34, 130, 16, 24, 0.2f, inTissue: false); // left hilum
        noduleMask.Clear();
        foreach (Finding finding in thorax.Findings)
        {
            DrawNodule(finding, Thorax.Between(ref random, 0.22, 0.34), noduleMask);
        }

        Expose(pixels, ref film);
    }

    public void Dispose()
    {
        _builder.Dispose();
        _tissue.Dispose();
        _air.Dispose();
        _lungs.Dispose();
        _vessels.Dispose();
        _bones.Dispose();
    }

    private void DrawTissue(ref RepeatableRandom random)
    {
        float shoulder = Thorax.Between(ref random, 30, 46),
            wall = Thorax.Between(ref random, 148, 156);
        Span<(float U, float Y)> side =
        [
            (34, -60),
            (36, 0),
            (44, shoulder - 22),
            (78, shoulder - 12),
            (124, shoulder),
            (150, shoulder + 14),
            (190, shoulder + 40),
            (190, 108),
            (wall + 6, 118),
            (wall, 150),
            (wall + 2, 240),
            (wall + 4, 400),
        ];
        _builder.MoveTo(-34, -60);
        foreach ((float u, float y) in side)
        {
            _builder.LineTo(-u, y);
        }

        side.Reverse();
        foreach ((float u, float y) in side)
        {
            _builder.LineTo(u, y);
        }

        _builder.Close();
        _tissue.Fill(_builder, 0.58f, blur: 4);
    }

    /// <summary>Windpipe, main bronchi and, in most patients, a bubble in the stomach.</summary>
    private void DrawAir(Thorax thorax, ref RepeatableRandom random)
    {
        _builder.MoveTo(0, -40);
        _builder.LineTo(0, 94);
        _air.Line(_builder, 0.16f, 15, blur: 2);
        _builder.MoveTo(-24, 122);
        _builder.LineTo(0, 94);
        _builder.LineTo(28, 118);
        _air.Line(_builder, 0.08f, 9, blur: 2);
        if (random.NextUnit() < 0.6)
        {
            AddOval(Thorax.Between(ref random, 54, 72), thorax.LeftDome + 24, 20, 11);
            _air.Fill(_builder, 0.3f, blur: 2.5f);
        }
    }

    /// <summary>Vessels fan out from each hilum, thinner and fainter towards the chest wall.</summary>
    private void DrawVessels(ref RepeatableRandom random)
    {
        const int Branches = 8,
            Pieces = 3;
        foreach (LungSide side in (ReadOnlySpan<LungSide>)[LungSide.Right, LungSide.Left])
        {
            int sign = Thorax.SignOf(side);
            float hilum = side == LungSide.Right ? 136 : 128;
            for (int branch = 0; branch < Branches; branch++)
            {
                double angle = -1.3 + (2.7 * (branch + random.NextUnit() - 0.5) / (Branches - 1));
                float u = 30,
                    y = hilum + (9 * (float)angle);
                for (int piece = 0; piece < Pieces; piece++)
                {
                    float half = 15 - (1.5f * piece);
                    (float sin, float cos) = MathF.SinCos((float)angle);
                    angle += Thorax.Between(ref random, -0.5, 0.5);
                    (float nextSin, float nextCos) = MathF.SinCos((float)angle);
                    (float nextU, float nextY) = (u + (half * (cos + nextCos)), y + (half * (sin + nextSin)));
                    _builder.MoveTo(sign * u, y);
                    _builder.QuadTo(sign * (u + (half * cos)), y + (half * sin), sign * nextU, nextY);
                    _vessels.Line(_builder, 0.17f - (0.035f * piece), 4.4f - (1.1f * piece));
                    (u, y) = (nextU, nextY);
                }
            }
        }
    }

    private void DrawBones(Thorax thorax, ref RepeatableRandom random)
    {
        float strength = Thorax.Between(ref random, 0.75, 1.15);
        DrawSpine(thorax, strength);
        foreach (int sign in (ReadOnlySpan<int>)[-1, 1])
        {
            DrawRibs(thorax, sign, strength);
            DrawCollarbone(sign, strength);
        }

        DrawShoulders(strength);
    }

    private void DrawSpine(Thorax thorax, float strength)
    {
        for (int vertebra = 0; vertebra < 15; vertebra++)
        {
            float y = -20 + (vertebra * thorax.RibPitch);
            _builder.AddRect(new SKRect(-15, y, 15, y + thorax.RibPitch - 4));
        }

        _bones.Fill(_builder, 0.05f * strength);
    }

    /// <summary>Behind, each rib runs from the spine out and down; at the chest wall it turns and comes forward, fainter, to the
    /// breastbone.</summary>
    private void DrawRibs(Thorax thorax, int sign, float strength)
    {
        for (int rib = 0; rib < 10; rib++)
        {
            float spine = 40 + (rib * thorax.RibPitch),
                side = spine + (rib * 1.5f) + thorax.RibDrop,
                reach = Thorax.Wall(side),
                front = side + 18;
            _builder.MoveTo(sign * 14, spine);
            _builder.CubicTo(sign * reach * 0.4f, spine - 12, sign * reach * 0.85f, spine - 2, sign * reach, side);
            DrawTube(0.13f * strength, 8.5f);
            if (rib < 7)
            {
                _builder.MoveTo(sign * reach, side);
                _builder.CubicTo(
                    sign * Thorax.Wall(front),
                    front,
                    sign * reach * 0.78f,
                    front + 26,
                    sign * ((reach * 0.42f) + 14),
                    front + 30
                );
                DrawTube(0.07f * strength, 9);
            }
        }
    }

    private void DrawCollarbone(int sign, float strength)
    {
        _builder.MoveTo(sign * 10, 68);
        _builder.CubicTo(sign * 42, 72, sign * 66, 36, sign * 122, 40);
        DrawTube(0.17f * strength, 10.5f);
    }

    /// <summary>The edges of the shoulder blades and the heads of the upper arms.</summary>
    private void DrawShoulders(float strength)
    {
        foreach (int sign in (ReadOnlySpan<int>)[-1, 1])
        {
            _builder.MoveTo(sign * 122, 62);
            _builder.CubicTo(sign * 108, 90, sign * 110, 130, sign * 126, 160);
            _builder.LineTo(sign * 146, 80);
            _builder.Close();
            AddOval(sign * 148, 62, 17, 18);
        }

        _bones.Fill(_builder, 0.1f * strength, blur: 2);
    }

    /// <summary>A long bone is a tube: its walls show brighter than its marrow.</summary>
    private void DrawTube(float share, float width)
    {
        using SKPath path = _builder.Detach();
        _bones.Line(path, share, width);
        _bones.ClearLine(path, 0.25f, width * 0.45f);
    }

    /// <summary>A nodule is a ball: the beam's way through it is longest in the middle.</summary>
    private void DrawNodule(Finding finding, float density, Span<float> mask)
    {
        double pixel = _options.MillimetresPerPixel,
            radius = finding.DiameterMillimetres / 2.0;
        int left = FirstPixel(finding.XMillimetres),
            right = LastPixel(finding.XMillimetres);
        int top = FirstPixel(finding.YMillimetres),
            bottom = LastPixel(finding.YMillimetres);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double dx = ((x + 0.5) * pixel) - finding.XMillimetres,
                    dy = ((y + 0.5) * pixel) - finding.YMillimetres;
                double distance = Math.Sqrt((dx * dx) + (dy * dy)),
                    inner = Math.Min(distance / radius, 1);
                double covered = Math.Clamp(((radius - distance) / pixel) + 0.5, 0, 1);
                double thickness = 0.55 + (0.45 * Math.Sqrt(1 - (inner * inner)));
                int i = (y * _size) + x;
                _passed[i] *= (float)(1 - (density * covered * thickness));
                if (distance < radius)
                {
                    mask[i] = 1;
                }
            }
        }

        int FirstPixel(double centre) => Math.Max(0, (int)Math.Floor((centre - radius) / pixel) - 1);
        int LastPixel(double centre) => Math.Min(_size - 1, (int)Math.Ceiling((centre + radius) / pixel));
    }

    /// <summary>
    /// Turns what passed the body into grey values: where more passed, the film is darker. Exposure, contrast and noise differ.
    /// </summary>
    private void Expose(Span<float> pixels, ref RepeatableRandom random)
    {
        float variation = (float)_options.ExposureVariation;
        float contrast = 1 + (variation * Thorax.Between(ref random, -0.3, 0.3)),
            exposure = variation * Thorax.Between(ref random, -0.5, 0.5);
        float noise = (float)_options.NoiseStandardDeviation;
        for (int i = 0; i < pixels.Length; i++)
        {
            float grey = Math.Clamp(0.5f + (contrast * (0.5f - _passed[i])), 0, 1);
            grey += exposure * grey * (1 - grey);
            pixels[i] = noise > 0 ? Math.Clamp(grey + (noise * random.NextBell()), 0, 1) : grey;
        }
    }

    private void AddOval(float u, float y, float halfWidth, float halfHeight) =>
        _builder.AddOval(new SKRect(u - halfWidth, y - halfHeight, u + halfWidth, y + halfHeight));

    /// <summary>
    /// A soft shadow around a point: densest there, halved at about 0.83 of its reach, the product of one bell curve across and one down.
    /// </summary>
    private void Shade(Thorax thorax, float u, float y, float reachAcross, float reachDown, float share, bool inTissue)
    {
        SKPoint centre = thorax.Position.MapPoint(u, y);
        Bell(_across, centre.X, reachAcross, share);
        Bell(_down, centre.Y, reachDown, 1);
        for (int row = 0, i = 0; row < _size; row++)
        {
            float strength = _down[row];
            for (int column = 0; column < _size; column++, i++)
            {
                _passed[i] *= 1 - (strength * _across[column] * (inTissue ? _absorbed[i] : 1));
            }
        }

        void Bell(float[] values, float middle, float reach, float height)
        {
            for (int k = 0; k < _size; k++)
            {
                float distance = (((k + 0.5f) * (float)_options.MillimetresPerPixel) - middle) / reach;
                values[k] = height * MathF.Exp(-distance * distance);
            }
        }
    }

    /// <summary>An image of 8-bit coverage that Skia draws into. Shares are shares of 1; blurs and widths are millimetres.</summary>
    /// <remarks>Lines, gaps and blurs too fine for the pixels to show are left out: they would take time and change nothing.</remarks>
    private sealed class Layer : IDisposable
    {
        // In pixels.
        private const float FinestLine = 0.5f,
            FinestGap = 1,
            FinestBlur = 0.45f;

        private readonly uint[] _pixels;
        private readonly SKSurface _surface;
        private readonly SKPaint _paint;
        private readonly Dictionary<float, SKMaskFilter> _blurs = [];
        private readonly float _pixelsPerMillimetre;

        public Layer(PhantomGeneratorOptions options)
        {
            int size = options.ImageSize;
            _pixelsPerMillimetre = (float)(1 / options.MillimetresPerPixel);
            _pixels = GC.AllocateArray<uint>(size * size, pinned: true);

            // Of the four channels only the opacity counts; yet Skia fills 32-bit pixels about twice as fast as 8-bit ones.
            var info = new SKImageInfo(size, size, SKColorType.Bgra8888, SKAlphaType.Premul);
            _surface = SKSurface.Create(info, Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0), info.RowBytes);
            _paint = new SKPaint { IsAntialias = true, StrokeCap = SKStrokeCap.Round };
        }

        /// <summary>The share of a pixel that is covered, in 0..1.</summary>
        public float this[int pixel] => (_pixels[pixel] >> 24) * (1 / 255f);

        public void Begin(SKMatrix position)
        {
            Array.Clear(_pixels);
            _surface.Canvas.SetMatrix(position.PostConcat(SKMatrix.CreateScale(_pixelsPerMillimetre, _pixelsPerMillimetre)));
        }

        public void Fill(SKPath path, float share, float blur = 0) => Draw(path, share, SKBlendMode.SrcOver, 0, blur);

        public void Fill(SKPathBuilder builder, float share, float blur = 0)
        {
            using SKPath path = builder.Detach();
            Fill(path, share, blur);
        }

        public void Line(SKPath path, float share, float width, float blur = 0)
        {
            if (width * _pixelsPerMillimetre >= FinestLine)
            {
                Draw(path, share, SKBlendMode.SrcOver, width, blur);
            }
        }

        public void Line(SKPathBuilder builder, float share, float width, float blur = 0)
        {
            using SKPath path = builder.Detach();
            Line(path, share, width, blur);
        }

        public void ClearLine(SKPath path, float share, float width)
        {
            if (width * _pixelsPerMillimetre >= FinestGap)
            {
                Draw(path, share, SKBlendMode.DstOut, width, 0);
            }
        }

        public void Dispose()
        {
            foreach (SKMaskFilter blur in _blurs.Values)
            {
                blur.Dispose();
            }

            _paint.Dispose();
            _surface.Dispose();
        }

        private void Draw(SKPath path, float share, SKBlendMode mode, float width, float blur)
        {
            _paint.ColorF = new SKColorF(0, 0, 0, share);
            _paint.BlendMode = mode;
            _paint.IsStroke = width > 0;
            _paint.StrokeWidth = width;
            _paint.MaskFilter = blur * _pixelsPerMillimetre >= FinestBlur ? Blur(blur) : null;
            _surface.Canvas.DrawPath(path, _paint);
        }

        private SKMaskFilter Blur(float sigma)
        {
            if (!_blurs.TryGetValue(sigma, out SKMaskFilter? filter))
            {
                filter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, sigma);
                _blurs.Add(sigma, filter);
            }

            return filter;
        }
    }
}
