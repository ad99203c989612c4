using CsCheck;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Runtime;
using SkiaSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Generation;

public sealed class ShapeGeneratorTests
{
    private static readonly ShapeKind[] AllKinds = [ShapeKind.Circle, ShapeKind.Rectangle, ShapeKind.Triangle];

    [Fact]
    public void The_articles_images_alternate_between_circles_and_squares_of_its_ranges()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.ArticleWithoutMargins).Generate(20_000);

        Assert.Equal(["circle", "square"], data.ClassNames);
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => (long)(i % 2)), data.Labels.data<long>());
        Shape[] circles = [.. data.Shapes!.Where((_, i) => i % 2 == 0)],
            squares = [.. data.Shapes!.Where((_, i) => i % 2 == 1)];
        Assert.All(circles, shape => Assert.Equal(ShapeKind.Circle, shape.Kind));
        Assert.All(squares, shape => Assert.Equal(ShapeKind.Rectangle, shape.Kind));

        // 20,000 images show all 256 circles and nearly all 2,401 rectangles (each is missed with a chance of 1.6%).
        Assert.Equal(256, circles.Distinct().Count());
        Assert.InRange(squares.Distinct().Count(), 2300, 2401);
        Assert.Equal(Enumerable.Range(10, 8), Whole(circles, shape => shape.CenterX));
        Assert.Equal(Enumerable.Range(10, 8), Whole(circles, shape => shape.CenterY));
        Assert.Equal(Enumerable.Range(5, 4), Whole(circles, shape => shape.Radius));
        Assert.Equal(Enumerable.Range(5, 7), Whole(squares, shape => shape.Left));
        Assert.Equal(Enumerable.Range(5, 7), Whole(squares, shape => shape.Top));
        Assert.Equal(Enumerable.Range(8, 7), Whole(squares, shape => shape.Width));
        Assert.Equal(Enumerable.Range(8, 7), Whole(squares, shape => shape.Height));

        static IEnumerable<int> Whole(Shape[] shapes, Func<Shape, float> value) =>
            shapes
                .Select(shape =>
                {
                    Assert.Equal(MathF.Round(value(shape)), value(shape));
                    return (int)value(shape);
                })
                .Distinct()
                .Order();
    }

    [Fact]
    public void Every_circle_of_the_article_is_equally_likely()
    {
        using ImageDataset data = new ShapeGenerator(
            ShapeGeneratorOptions.ArticleWithoutMargins with
            {
                Kinds = [ShapeKind.Circle],
                ClassNames = ["circle"],
            },
            seed: 3
        ).Generate(25_600);

        // 100 each on average, standard deviation 10.
        Assert.All(data.Shapes!.GroupBy(shape => shape), group => Assert.InRange(group.Count(), 50, 150));
    }

    [Fact]
    public void Matplotlibs_margins_shrink_shift_and_turn_y_upwards()
    {
        using ImageDataset plain = new ShapeGenerator(ShapeGeneratorOptions.ArticleWithoutMargins, seed: 5).Generate(100);
        using ImageDataset plotted = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 5).Generate(100);

        foreach ((Shape number, Shape drawn) in plain.Shapes!.Zip(plotted.Shapes!))
        {
            Assert.Equal(number.Kind, drawn.Kind);
            double step = number.Kind == ShapeKind.Rectangle ? 1 : 1e-6; // straight edges move to whole pixels
            Assert.Equal(Near(3.5 + (0.775 * number.Left)), drawn.Left, 1e-5);
            Assert.Equal(Near(3.5 + (0.775 * number.Right)), drawn.Right, 1e-5);
            Assert.Equal(28 - Near(3.08 + (0.77 * number.Top)), drawn.Bottom, 1e-5);
            Assert.Equal(28 - Near(3.08 + (0.77 * number.Bottom)), drawn.Top, 1e-5);

            double Near(double edge) => Math.Floor((edge / step) + 0.5) * step;
        }
    }

    // What matplotlib 3.6.3 draws in a figure of one inch at 28 dpi: axes of 0..28 at the default margins, "off", with one patch of
    // color="black". A circle around (12, 14) of radius 6, and a rectangle at (7, 7), 10 wide and 10 high.
    private static readonly byte[] MatplotlibCircle =
    [
        255,
        255,
        255,
        231,
        114,
        83,
        88,
        158,
        251,
        255,
        255,
        255,
        255,
        144,
        26,
        0,
        0,
        0,
        2,
        53,
        221,
        255,
        255,
        177,
        17,
        0,
        0,
        0,
        0,
        0,
        0,
        55,
        252,
        255,
        75,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        3,
        162,
        252,
        31,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        92,
        249,
        27,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        88,
        255,
        58,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        129,
        255,
        135,
        2,
        0,
        0,
        0,
        0,
        0,
        0,
        35,
        242,
        255,
        253,
        86,
        3,
        0,
        0,
        0,
        0,
        26,
        168,
        255,
        255,
        255,
        253,
        150,
        68,
        40,
        45,
        91,
        208,
        255,
        255,
    ];

    private static readonly byte[] MatplotlibRectangle =
    [
        250,
        205,
        205,
        205,
        205,
        205,
        205,
        205,
        205,
        250,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        205,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        205,
        250,
        205,
        205,
        205,
        205,
        205,
        205,
        205,
        205,
        250,
    ];

    public static TheoryData<ShapeKind, int, int, int, byte[]> Plotted =>
        new() { { ShapeKind.Circle, 9, 7, 11, MatplotlibCircle }, { ShapeKind.Rectangle, 11, 8, 10, MatplotlibRectangle } };

    [Theory]
    [MemberData(nameof(Plotted))]
    public void The_article_looks_as_matplotlib_draws_it(ShapeKind kind, int top, int left, int width, byte[] expected)
    {
        ShapeGeneratorOptions options = ShapeGeneratorOptions.Article with { Kinds = [kind], ClassNames = ["shape"] };
        if (kind == ShapeKind.Circle)
        {
            options = options with { CircleCenter = (12, 14), CircleRadius = (6, 6) };
        }
        else
        {
            options = options with { BoxCorner = (7, 7), BoxSide = (10, 10) };
        }

        using ImageDataset data = new ShapeGenerator(options).Generate(30);
        int same =
            kind == ShapeKind.Circle
                ? data.Shapes!.ToList().FindIndex(shape => Math.Abs(shape.CenterX - 12.8) < 1e-3 && Math.Abs(shape.CenterY - 14.14) < 1e-3)
                : 0;
        float[,] pixels = data.Pixels(same);

        double difference = 0;
        for (int y = 0; y < 28; y++)
        {
            for (int x = 0; x < 28; x++)
            {
                bool within = y >= top && y < top + (expected.Length / width) && x >= left && x < left + width;
                float plotted = within ? expected[((y - top) * width) + (x - left)] / 255f : 1;
                Assert.Equal(plotted, pixels[y, x], 0.2f);
                difference += Math.Abs(plotted - pixels[y, x]);
            }
        }

        Assert.InRange(difference / expected.Length, 0, 0.025);
    }

    [Fact]
    public void The_article_draws_black_on_white_in_256_greys()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(200);

        Assert.Equal([200, 1, 28, 28], data.Images.shape);
        float[] pixels = [.. data.Images.data<float>()];
        Assert.All(pixels.Distinct(), pixel => Assert.Contains(pixel, Enumerable.Range(0, 256).Select(k => k / 255f)));
        foreach (float[] image in pixels.Chunk(784))
        {
            Assert.Equal((0f, 1f, 1f, 1f, 1f), (image.Min(), image[0], image[27], image[27 * 28], image[783]));
        }
    }

    [Fact]
    public void Every_pixel_is_about_as_dark_as_the_shape_covers_it()
    {
        ShapeGeneratorOptions options = new() { Kinds = AllKinds };
        using ImageDataset data = new ShapeGenerator(options).Generate(150);
        var errors = new List<float>();
        for (int i = 0; i < data.Count; i++)
        {
            Shape shape = data.Shapes![i];
            float[,] pixels = data.Pixels(i);
            float darkness = 0,
                momentX = 0,
                momentY = 0;
            for (int y = 0; y < 28; y++)
            {
                for (int x = 0; x < 28; x++)
                {
                    float dark = 1 - pixels[y, x],
                        coverage = Coverage(shape, x, y);
                    Assert.Equal(coverage, dark, shape.Kind == ShapeKind.Rectangle ? 0.08f : 0.4f);
                    if (coverage is > 0 and < 1)
                    {
                        errors.Add(dark - coverage);
                    }

                    darkness += dark;
                    momentX += dark * (x + 0.5f);
                    momentY += dark * (y + 0.5f);
                }
            }

            Assert.InRange(darkness / shape.Area, 0.92f, 1.08f);
            Assert.Equal(shape.CenterX, momentX / darkness, 0.15f);
            Assert.Equal(shape.Kind == ShapeKind.Triangle ? shape.Top + (shape.Height * 2 / 3) : shape.CenterY, momentY / darkness, 0.15f);
        }

        // Skia draws a curve as a few lines whose ends it moves to quarters of a pixel.
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), 0, 0.1);
    }

    [Theory]
    [InlineData(28, 600, true)]
    [InlineData(28, 600, false)]
    [InlineData(200, 60, true)] // more pixels than the generator keeps
    public void A_shape_is_what_Skia_draws_in_the_corner_wherever_it_lies(int size, int count, bool antiAlias)
    {
        ShapeGeneratorOptions options = new()
        {
            ImageSize = size,
            Kinds = AllKinds,
            AntiAlias = antiAlias,
            CircleRadius = (1, size / 2),
            CircleCenter = (0, size),
            BoxSide = (1, size),
            BoxCorner = (0, size),
        };
        using ImageDataset data = new ShapeGenerator(options, seed: 3).Generate(count);
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Alpha8, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = antiAlias };
        for (int i = 0; i < data.Count; i++)
        {
            Shape shape = data.Shapes![i];
            var box = new SKRect(0, 0, shape.Width, shape.Height);
            using var builder = new SKPathBuilder();
            switch (shape.Kind)
            {
                case ShapeKind.Circle:
                    builder.AddOval(box);
                    break;
                case ShapeKind.Rectangle:
                    builder.AddRect(box);
                    break;
                default:
                    builder.AddPoly([new(box.MidX, box.Top), new(box.Right, box.Bottom), new(box.Left, box.Bottom)], close: true);
                    break;
            }

            using SKPath path = builder.Detach();
            canvas.Clear();
            canvas.DrawPath(path, paint);

            byte[] covered = bitmap.Bytes;
            IEnumerable<float> expected =
                from y in Enumerable.Range(0, size)
                from x in Enumerable.Range(0, size)
                let inBoxX = x - (int)shape.Left
                let inBoxY = y - (int)shape.Top
                select inBoxX < 0 || inBoxY < 0 || inBoxX >= shape.Width || inBoxY >= shape.Height
                    ? 1
                    : (255 - covered[(inBoxY * size) + inBoxX]) / 255f;
            using Tensor image = data.Images[i];
            Assert.Equal(expected, image.data<float>());
        }
    }

    [Fact]
    public void A_mask_holds_exactly_the_pixels_whose_centre_lies_inside_the_shape() =>
        Gen.Select(Gen.Int, Gen.Bool, Gen.Bool, Gen.Int[8, 60])
            .Sample(
                (seed, margins, filled, size) =>
                {
                    ShapeGeneratorOptions options = new()
                    {
                        ImageSize = size,
                        Kinds = AllKinds,
                        Filled = filled,
                        Margins = margins ? PlotMargins.Matplotlib : null,
                    };
                    using ImageDataset data = new ShapeGenerator(options, seed).Generate(6);
                    for (int i = 0; i < 6; i++)
                    {
                        Shape shape = data.Shapes![i];
                        var expected =
                            from y in Enumerable.Range(0, size)
                            from x in Enumerable.Range(0, size)
                            select shape.Contains(x + 0.5, y + 0.5) ? 1f : 0f;
                        using Tensor mask = data.Masks![i];
                        Assert.Equal(expected, mask.data<float>());
                    }
                },
                iter: 30,
                seed: "6cJVF8u7n361"
            ); // an edge that float and double put on different sides of a pixel's centre

    [Fact]
    public void Masks_are_drawn_once_and_belong_to_the_data_set()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(20);
        using ImageDataset chosenBefore = data.Select([3, 5]);
        Tensor masks;
        using (NewDisposeScope())
        {
            masks = data.Masks!;
        }

        using ImageDataset chosenAfter = data.Select([3, 5]);
        Assert.Same(masks, data.Masks);
        Assert.Equal(chosenAfter.Masks!.data<float>(), chosenBefore.Masks!.data<float>());
        Assert.Equal(masks[3].data<float>(), chosenBefore.Masks![0].data<float>());
    }

    [Fact]
    public void Without_anti_aliasing_a_filled_image_is_black_and_white_and_shows_its_mask()
    {
        using ImageDataset data = new ShapeGenerator(new ShapeGeneratorOptions { Kinds = AllKinds, AntiAlias = false }).Generate(600);

        Assert.Equal([0f, 1f], data.Images.data<float>().Distinct().Order());
        float[] pixels = [.. data.Images.data<float>()],
            masks = [.. data.Masks!.data<float>()];
        foreach (int i in Enumerable.Range(0, pixels.Length).Where(i => pixels[i] == masks[i]))
        {
            // Skia places edges on a fine grid: a pixel whose centre lies almost on the edge may fall on the other side.
            Shape shape = data.Shapes![i / 784];
            double x = (i % 28) + 0.5,
                y = (i / 28 % 28) + 0.5;
            double distance = Math.Sqrt(Math.Pow(x - shape.CenterX, 2) + Math.Pow(y - shape.CenterY, 2)) - shape.Radius;
            Assert.True(
                shape.Kind switch
                {
                    ShapeKind.Circle => Math.Abs(distance) < 0.1,
                    ShapeKind.Triangle => shape.Contains(x - 0.1, y) != shape.Contains(x + 0.1, y),
                    _ => false,
                }
            );
        }
    }

    [Fact]
    public void Images_do_not_depend_on_the_number_of_threads_or_of_images()
    {
        var generator = new ShapeGenerator(
            ShapeGeneratorOptions.Article with
            {
                Kinds = AllKinds,
                ClassNames = ["circle", "square", "triangle"],
                NoiseStandardDeviation = 0.1,
            },
            seed: 11
        );
        using ImageDataset one = generator.Generate(3000, threads: 1),
            several = generator.Generate(3000, threads: 4),
            fewer = generator.Generate(700);
        using ImageDataset start = one.Slice(0, 700);

        AssertSame(one, several);
        AssertSame(start, fewer);

        static void AssertSame(ImageDataset expected, ImageDataset actual)
        {
            Assert.True(expected.Images.bytes.SequenceEqual(actual.Images.bytes));
            Assert.True(expected.Masks!.bytes.SequenceEqual(actual.Masks!.bytes));
            Assert.True(expected.Labels.bytes.SequenceEqual(actual.Labels.bytes));
            Assert.Equal(expected.Shapes, actual.Shapes);
        }
    }

    [Fact]
    public void Another_seed_draws_other_images()
    {
        using ImageDataset one = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 1).Generate(100),
            two = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 2).Generate(100);

        // The n-th images agree only by chance: a circle in 1 of 256 cases.
        Assert.InRange(one.Shapes!.Zip(two.Shapes!).Count(pair => pair.First == pair.Second), 0, 4);
    }

    [Fact]
    public void Light_on_dark_is_the_negative()
    {
        using ImageDataset dark = new ShapeGenerator(new ShapeGeneratorOptions()).Generate(20);
        using ImageDataset light = new ShapeGenerator(new ShapeGeneratorOptions { Polarity = Polarity.LightOnDark }).Generate(20);
        using Tensor sum = dark.Images + light.Images;

        Assert.All(sum.data<float>(), value => Assert.Equal(1, value, 1e-6f));
        Assert.Equal(0, light.Pixels(0)[0, 0]);
    }

    [Fact]
    public void An_outline_is_dark_along_the_edge_and_leaves_the_middle_white()
    {
        using ImageDataset data = new ShapeGenerator(
            new ShapeGeneratorOptions
            {
                Kinds = AllKinds,
                Filled = false,
                OutlineWidth = 1,
            }
        ).Generate(30);
        for (int i = 0; i < 30; i++)
        {
            Shape shape = data.Shapes![i];
            float[,] pixels = data.Pixels(i);
            Assert.Equal(1, pixels[(int)(shape.Top + (shape.Height * 0.7)), (int)shape.CenterX]);
            Assert.InRange(pixels[(int)shape.Bottom - 1, (int)shape.CenterX], 0.4f, 0.6f);
            Assert.InRange(pixels[(int)shape.Bottom, (int)shape.CenterX], 0.4f, 0.6f);
        }
    }

    [Fact]
    public void Noise_has_the_standard_deviation_asked_for()
    {
        var options = new ShapeGeneratorOptions { NoiseStandardDeviation = 0.1, Polarity = Polarity.LightOnDark };
        using ImageDataset noisy = new ShapeGenerator(options).Generate(100),
            clean = new ShapeGenerator(options with { NoiseStandardDeviation = 0 }).Generate(100);
        float[] noise = [.. noisy.Images.data<float>().Zip(clean.Images.data<float>(), (a, b) => a - b)];

        // Black and white are cut off on one side: half of the noise there is missing, half of the rest has its full spread.
        Assert.Equal(clean.Shapes, noisy.Shapes);
        Assert.InRange(noisy.Images.data<float>().Min(), 0, 0);
        Assert.InRange(noisy.Images.data<float>().Max(), 1, 1);
        Assert.Equal(0.1, Math.Sqrt(2 * noise.Average(value => (double)value * value)), 0.003);
    }

    [Fact]
    public void Default_ranges_grow_with_the_image()
    {
        using ImageDataset data = new ShapeGenerator(new ShapeGeneratorOptions { ImageSize = 64, Kinds = AllKinds }).Generate(300);

        Assert.Equal([300, 1, 64, 64], data.Images.shape);
        Assert.Equal(["circle", "rectangle", "triangle"], data.ClassNames);
        Assert.InRange(data.Shapes!.Where(shape => shape.Kind == ShapeKind.Circle).Average(shape => shape.Radius), 12, 18);
        Assert.InRange(data.Shapes!.Average(shape => shape.CenterX), 28, 34);
    }

    [Fact]
    public void Shapes_stay_inside_the_image_whatever_the_ranges() =>
        (
            from size in Gen.Int[4, 40]
            from radius in Gen.Int[1, size / 2]
            from side in Gen.Int[1, size]
            from low in Gen.Int[-10, 0]
            from high in Gen.Int[size, 50]
            from seed in Gen.Int
            select (
                new ShapeGeneratorOptions
                {
                    ImageSize = size,
                    Kinds = AllKinds,
                    CircleCenter = (low, high),
                    CircleRadius = (1, radius),
                    BoxCorner = (low, high),
                    BoxSide = (1, side),
                },
                seed
            )
        ).Sample(
            (options, seed) =>
            {
                using ImageDataset data = new ShapeGenerator(options, seed).Generate(30);
                Assert.All(data.Shapes!, shape =>
                    Assert.True(shape.Left >= 0 && shape.Top >= 0 && shape.Right <= options.ImageSize && shape.Bottom <= options.ImageSize)
                );
            },
            iter: 100
        );

    [Fact]
    public void No_images_are_an_empty_data_set()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(0);

        Assert.Equal([0, 1, 28, 28], data.Images.shape);
        Assert.Empty(data.Shapes!);
    }

    public static TheoryData<string, ShapeGeneratorOptions> WrongOptions =>
        new()
        {
            {
                "ImageSize is 3",
                new() { ImageSize = 3 }
            },
            {
                "Kinds is empty",
                new() { Kinds = [] }
            },
            {
                "not a ShapeKind",
                new() { Kinds = [(ShapeKind)7] }
            },
            {
                "names a kind twice",
                new() { Kinds = [ShapeKind.Circle, ShapeKind.Circle] }
            },
            {
                "1 names for 2 kinds",
                new() { ClassNames = ["circle"] }
            },
            {
                "NoiseStandardDeviation is -0.1",
                new() { NoiseStandardDeviation = -0.1 }
            },
            {
                "NoiseStandardDeviation is NaN",
                new() { NoiseStandardDeviation = double.NaN }
            },
            {
                "OutlineWidth is 0",
                new() { Filled = false, OutlineWidth = 0 }
            },
            {
                "Polarity is 5",
                new() { Polarity = (Polarity)5 }
            },
            {
                "left 0.9, right 0.1",
                new() { Margins = new(0.9, 0.1, 0, 1) }
            },
            {
                "CircleRadius runs from 8 to 5",
                new() { CircleRadius = (8, 5) }
            },
            {
                "BoxSide starts at 0",
                new() { BoxSide = (0, 5) }
            },
            {
                "CircleRadius 15 fits nowhere in an image of 28 pixels",
                new() { CircleRadius = (5, 15) }
            },
            {
                "BoxSide 20 fits nowhere in an image of 28 pixels with BoxCorner 12 to 20",
                new() { BoxCorner = (12, 20), BoxSide = (8, 20) }
            },
        };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void Says_which_option_cannot_be_drawn(string message, ShapeGeneratorOptions options) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new ShapeGenerator(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Says_when_a_count_is_wrong()
    {
        var generator = new ShapeGenerator(ShapeGeneratorOptions.Article);

        Assert.Contains(
            "-1 images",
            Assert.Throws<ArgumentOutOfRangeException>(() => generator.Generate(-1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "0 threads",
            Assert.Throws<ArgumentOutOfRangeException>(() => generator.Generate(1, threads: 0)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Images_and_masks_that_do_not_fit_into_memory_are_refused_before_they_are_drawn()
    {
        var generator = new ShapeGenerator(ShapeGeneratorOptions.Article with { ImageSize = 1024 });
        Refused(() => generator.Generate(500).Dispose(), "500 images of 1024 x 1024 pixels need 2.1 GB of memory, and 1.0 GB are there");
        using ImageDataset one = generator.Generate(1);
        Refused(() => one.Select(new int[300]).Dispose(), "300 images of 1024 x 1024 pixels need 1.3 GB of memory");
        using ImageDataset many = one.Select(new int[20]);
        Refused(() => many.Masks!.Dispose(), "20 masks of 1024 x 1024 pixels need 0.1 GB of memory", there: 1);
        Assert.Equal([20, 1, 1024, 1024], many.Masks!.shape);

        static void Refused(Action work, string words, long there = 1_000_000_000) =>
            Assert.Contains(
                words,
                Assert.Throws<InsufficientMemoryException>(() => AvailableMemory.Assume(there, work)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Options_without_kinds_can_be_looked_at() =>
        Assert.Contains("ImageSize = 28", new ShapeGeneratorOptions { Kinds = null! }.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Images_of_more_than_two_GiB_are_drawn_like_fewer_ones()
    {
        const int count = 32;
        Assert.SkipUnless(AvailableMemory.Bytes > 4L << 30, "4 GiB of memory are not there.");
        var generator = new ShapeGenerator(ShapeGeneratorOptions.Article with { ImageSize = 4096 });

        using ImageDataset many = generator.Generate(count),
            few = generator.Generate(2);

        Assert.Equal(1L << 31, many.Images.numel() * sizeof(float));
        Assert.Equal(few.Images[1].mean().item<float>(), many.Images[1].mean().item<float>());
        Assert.InRange(many.Images[count - 1].mean().item<float>(), 0.5f, 0.95f);
    }

    /// <summary>The share of a pixel that lies inside a shape, by 16 x 16 points.</summary>
    private static float Coverage(Shape shape, int x, int y)
    {
        if (x + 1 < shape.Left || x > shape.Right || y + 1 < shape.Top || y > shape.Bottom)
        {
            return 0;
        }

        int inside = 0;
        for (int point = 0; point < 256; point++)
        {
            inside += shape.Contains(x + (((point % 16) + 0.5) / 16), y + (((point / 16) + 0.5) / 16)) ? 1 : 0;
        }

        return inside / 256f;
    }
}
