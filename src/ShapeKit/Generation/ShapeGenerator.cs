using System.Numerics;
using System.Runtime.InteropServices;
using ShapeKit.Data;
using ShapeKit.Runtime;
using SkiaSharp;
using static TorchSharp.torch;

namespace ShapeKit.Generation;

/// <summary>Draws labelled grey images of simple shapes, with the exact mask and geometry of each.</summary>
/// <remarks>
/// Image number i depends on the options, the seed and i alone: a longer data set begins with the shorter one's images, and the
/// number of threads makes no difference. For images that were never seen before, use another seed.
/// </remarks>
public sealed class ShapeGenerator
{
    private const int ImagesAtATime = 64;

    /// <summary>What is drawn at a time lies in a span, which holds less than 2 GiB.</summary>
    private const int PixelsAtATime = 1 << 26;

    private readonly ShapeGeneratorOptions _options;
    private readonly int _seed;

    /// <summary>Prepares a generator.</summary>
    /// <param name="options">What to draw, such as <see cref="ShapeGeneratorOptions.Article"/>.</param>
    /// <param name="seed">The seed that the images follow from.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it and says what to do.</exception>
    public ShapeGenerator(ShapeGeneratorOptions options, int seed = 42)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _seed = seed;
    }

    /// <summary>Draws images 0 to count - 1.</summary>
    /// <param name="count">The number of images, N; 0 or more.</param>
    /// <param name="threads">The largest number of threads to draw on, at least 1; all processors unless given.</param>
    /// <returns>
    /// A data set with images <c>[N, 1, S, S]</c> (float32, 0..1; k / 255 with a whole k in 0..255 unless noise is added), labels, shapes,
    /// and masks <c>[N, 1, S, S]</c> (float32), which are 1 for exactly the pixels whose centre lies inside the <see cref="Shape"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of images is negative, or the number of threads is below 1.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough; the message says how much is needed and how much is
    /// there.</exception>
    public ImageDataset Generate(int count, int? threads = null)
    {
        if (count < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} images cannot be drawn; use 0 or more.");
        }

        if (threads < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), $"Images cannot be drawn on {threads} threads; use at least 1.");
        }

        int size = _options.ImageSize,
            area = size * size,
            atATime = Math.Clamp(PixelsAtATime / area, 1, ImagesAtATime);
        AvailableMemory.Require(count, area, $"{count} images of {size} x {size} pixels");
        Tensor images = empty(count, 1, size, size);
        LibTorch.PreferLargePages(images);
        var shapes = new Shape[count];
        Parallel.For(
            0,
            (int)Math.Ceiling((double)count / atATime),
            new ParallelOptions { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount },
            () => new Drawing(_options),
            (part, _, drawing) =>
            {
                int start = part * atATime;
                int length = Math.Min(atATime, count - start);
                using Tensor partOfImages = images.narrow(0, start, length);
                Span<float> pixels = ImageDataset.Values<float>(partOfImages);
                for (int i = 0; i < length; i++)
                {
                    var random = new RepeatableRandom(_seed, start + i);
                    Shape shape = Choose(_options.Kinds[(start + i) % _options.Kinds.Count], ref random);
                    shapes[start + i] = shape;
                    drawing.Draw(shape, pixels.Slice(i * area, area), ref random);
                }

                return drawing;
            },
            drawing => drawing.Dispose()
        );

        Tensor labels = Held.Number(_options.Kinds.Count, Held.Range(count).remainder_);
        return new ImageDataset(_options.ClassNames, images, labels, masks: null, new(shapes), masksFollowShapes: true);
    }

    private Shape Choose(ShapeKind kind, ref RepeatableRandom random)
    {
        int x,
            y,
            width,
            height;
        if (kind == ShapeKind.Circle)
        {
            int radius = random.Next(_options.CircleRadius.Min, _options.CircleRadius.Max);
            PixelRange center = _options.Fitting(_options.CircleCenter, radius, radius);
            x = random.Next(center.Min, center.Max) - radius;
            y = random.Next(center.Min, center.Max) - radius;
            width = height = 2 * radius;
        }
        else
        {
            width = random.Next(_options.BoxSide.Min, _options.BoxSide.Max);
            height = random.Next(_options.BoxSide.Min, _options.BoxSide.Max);
            PixelRange xs = _options.Fitting(_options.BoxCorner, 0, width),
                ys = _options.Fitting(_options.BoxCorner, 0, height);
            x = random.Next(xs.Min, xs.Max);
            y = random.Next(ys.Min, ys.Max);
        }

        if (_options.Margins is not { } margins)
        {
            return new Shape(kind, x, y, width, height);
        }

        double scaleX = margins.Right - margins.Left,
            scaleY = margins.Top - margins.Bottom;
        double left = (margins.Left * _options.ImageSize) + (scaleX * x),
            right = left + (scaleX * width);
        double bottom = (margins.Bottom * _options.ImageSize) + (scaleY * y),
            top = bottom + (scaleY * height);
        if (kind == ShapeKind.Rectangle)
        {
            (left, right, bottom, top) = (Snap(left), Snap(right), Snap(bottom), Snap(top));
        }

        return new Shape(kind, (float)left, (float)(_options.ImageSize - top), (float)(right - left), (float)(top - bottom));
    }

    /// <summary>The pixel edge nearest to a straight edge, as matplotlib's renderer has it.</summary>
    private static double Snap(double edge) => Math.Floor(edge + 0.5);

    /// <summary>
    /// One thread's drawing surface: a single image that Skia draws into and whose 8-bit coverage is read from its memory.
    /// </summary>
    /// <remarks>
    /// A black shape covers a pixel by its opacity. Measured, Skia fills pixels of four bytes, colour and opacity, twice as fast as those
    /// of opacity alone; but it rounds thin lines differently there, so that outlines are drawn on opacity alone.
    /// </remarks>
    private sealed unsafe class Drawing : IDisposable
    {
        private const int MostKeptPixels = 65_536;

        private readonly ShapeGeneratorOptions _options;
        private readonly int _size;
        private readonly int _pixelBytes;
        private readonly byte* _memory;
        private readonly SKSurface _surface;
        private readonly SKCanvas _canvas;
        private readonly SKPaint _paint;
        private readonly SKPathBuilder _builder = new();
        private readonly float _lineWidth;
        private readonly float _reach;
        private readonly float[] _greyOfCoverage = new float[256];
        private readonly Dictionary<Shape, float[]> _kept = [];
        private int _keptPixels;

        public Drawing(ShapeGeneratorOptions options)
        {
            _options = options;
            _size = options.ImageSize;
            _pixelBytes = options.Filled ? 4 : 1;
            _memory = (byte*)NativeMemory.AllocZeroed((nuint)(_size * _size), (nuint)_pixelBytes);
            _surface = SKSurface.Create(
                new SKImageInfo(_size, _size, options.Filled ? SKImageInfo.PlatformColorType : SKColorType.Alpha8, SKAlphaType.Premul),
                (nint)_memory,
                _size * _pixelBytes
            );
            _canvas = _surface.Canvas;
            _paint = new SKPaint
            {
                IsAntialias = options.AntiAlias,
                IsStroke = !options.Filled,
                StrokeWidth = (float)options.OutlineWidth,
                StrokeJoin = SKStrokeJoin.Round,
            };
            _lineWidth = options.Filled
                ? options.Margins is null
                    ? 0
                    : _size / PlotMargins.PointsPerFigure
                : _paint.StrokeWidth;
            _reach = 1 + (_lineWidth / 2);
            for (int covered = 0; covered < 256; covered++)
            {
                _greyOfCoverage[covered] = (options.Polarity == Polarity.DarkOnLight ? 255 - covered : covered) / 255f;
            }
        }

        public void Draw(Shape shape, Span<float> pixels, ref RepeatableRandom random)
        {
            pixels.Fill(_greyOfCoverage[0]);
            if (_options.Filled && _options.Margins is null)
            {
                DrawOnWholePixels(shape, pixels);
            }
            else
            {
                DrawAnew(shape, pixels);
            }

            if (_options.NoiseStandardDeviation > 0)
            {
                foreach (ref float pixel in pixels)
                {
                    pixel = Math.Clamp(pixel + (float)(_options.NoiseStandardDeviation * random.NextGaussian()), 0, 1);
                }
            }
        }

        public void Dispose()
        {
            _builder.Dispose();
            _paint.Dispose();
            _surface.Dispose();
            NativeMemory.Free(_memory);
        }

        /// <summary>
        /// Draws a shape in the top left corner and copies it to its place, so that it looks the same everywhere; Skia's own curves
        /// differ a little from place to place.
        /// </summary>
        private void DrawOnWholePixels(Shape shape, Span<float> pixels)
        {
            int width = (int)shape.Width,
                height = (int)shape.Height;
            Shape inTheCorner = shape with { Left = 0, Top = 0 };
            if (!_kept.TryGetValue(inTheCorner, out float[]? box))
            {
                DrawAnew(inTheCorner, pixels);
                box = new float[width * height];
                for (int y = 0; y < height; y++)
                {
                    pixels.Slice(y * _size, width).CopyTo(box.AsSpan(y * width));
                }

                pixels.Fill(_greyOfCoverage[0]);
                if (_keptPixels + box.Length <= MostKeptPixels)
                {
                    _kept[inTheCorner] = box;
                    _keptPixels += box.Length;
                }
            }

            Span<float> place = pixels[(((int)shape.Top * _size) + (int)shape.Left)..];
            for (int y = 0; y < height; y++)
            {
                box.AsSpan(y * width, width).CopyTo(place[(y * _size)..]);
            }
        }

        private void DrawAnew(Shape shape, Span<float> pixels)
        {
            Cover(shape.Kind, _options.Filled ? WithLine(shape) : Box(shape));
            int left = Math.Max((int)(shape.Left - _reach), 0),
                right = Math.Min((int)(shape.Right + _reach) + 1, _size);
            int top = Math.Max((int)(shape.Top - _reach), 0),
                bottom = Math.Min((int)(shape.Bottom + _reach) + 1, _size);
            if (_pixelBytes == sizeof(uint))
            {
                Range rows = (top * _size)..(bottom * _size);
                ToGreys(new Span<uint>(_memory, _size * _size)[rows], pixels[rows]);
            }
            else
            {
                for (int y = top; y < bottom; y++)
                {
                    for (int i = (y * _size) + left; i < (y * _size) + right; i++)
                    {
                        pixels[i] = _greyOfCoverage[_memory[i]];
                        _memory[i] = 0;
                    }
                }
            }
        }

        /// <summary>Reads whole rows of pixels of four bytes, several at once, and empties them.</summary>
        private void ToGreys(Span<uint> covered, Span<float> pixels)
        {
            const int opacity = 24; // the highest byte
            var most = new Vector<float>(255);
            Vector<float> light = _greyOfCoverage[0] == 1 ? most : Vector<float>.Zero;
            int i = 0;
            for (; i <= covered.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            {
                Vector<float> value = Vector.ConvertToSingle(Vector.AsVectorInt32(new Vector<uint>(covered[i..]) >> opacity));
                (Vector.Abs(light - value) / most).CopyTo(pixels[i..]);
            }

            for (; i < covered.Length; i++)
            {
                pixels[i] = _greyOfCoverage[covered[i] >> opacity];
            }

            covered.Clear();
        }

        private static SKRect Box(Shape shape) => new(shape.Left, shape.Top, shape.Right, shape.Bottom);

        /// <summary>The box of a filled shape together with the line along its edge, of which one half lies outside.</summary>
        private SKRect WithLine(Shape shape)
        {
            float outside = _lineWidth / 2;
            if (shape.Kind != ShapeKind.Triangle)
            {
                return SKRect.Inflate(Box(shape), outside, outside);
            }

            // The sides of a triangle move outwards by as much as the circle within it grows.
            float side = MathF.Sqrt((shape.Width * shape.Width / 4) + (shape.Height * shape.Height));
            float growth = 1 + (outside * ((shape.Width / 2) + side) / shape.Area);
            float bottom = shape.Bottom + outside,
                halfWidth = growth * shape.Width / 2;
            return new SKRect(shape.CenterX - halfWidth, bottom - (growth * shape.Height), shape.CenterX + halfWidth, bottom);
        }

        private void Cover(ShapeKind kind, SKRect box)
        {
            switch (kind)
            {
                case ShapeKind.Circle:
                    _canvas.DrawOval(box, _paint);
                    break;
                case ShapeKind.Rectangle:
                    _canvas.DrawRect(box, _paint);
                    break;
                case ShapeKind.Triangle:
                    _builder.AddPoly([new(box.MidX, box.Top), new(box.Right, box.Bottom), new(box.Left, box.Bottom)], close: true);
                    using (SKPath path = _builder.Detach())
                    {
                        _canvas.DrawPath(path, _paint);
                    }

                    break;
            }
        }
    }
}
