using ShapeKit.Generation;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Generation;

public sealed class PhantomGeneratorTests
{
    [Fact]
    public void A_phantom_does_not_depend_on_the_number_of_threads_or_of_images()
    {
        var generator = new PhantomGenerator(new PhantomGeneratorOptions(), seed: 11);
        using PhantomDataset one = generator.Generate(150, threads: 1),
            several = generator.Generate(150, threads: 4),
            fewer = generator.Generate(70);
        using PhantomDataset start = one.Slice(0, 70);

        AssertSame(one, several);
        AssertSame(start, fewer);

        static void AssertSame(PhantomDataset expected, PhantomDataset actual)
        {
            Assert.True(expected.Images.bytes.SequenceEqual(actual.Images.bytes));
            Assert.True(expected.LungMasks.bytes.SequenceEqual(actual.LungMasks.bytes));
            Assert.True(expected.NoduleMasks.bytes.SequenceEqual(actual.NoduleMasks.bytes));
            Assert.Equal(expected.Findings, actual.Findings);
        }
    }

    [Fact]
    public void Another_size_shows_the_same_patients_and_another_seed_other_ones()
    {
        using PhantomDataset small = new PhantomGenerator(new PhantomGeneratorOptions(), seed: 3).Generate(20);
        using PhantomDataset large = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 128 }, seed: 3).Generate(20);
        using PhantomDataset others = new PhantomGenerator(new PhantomGeneratorOptions(), seed: 4).Generate(20);

        Assert.Equal([20, 1, 128, 128], large.Images.shape);
        Assert.Equal((5, 2.5), (small.MillimetresPerPixel, large.MillimetresPerPixel));
        Assert.Equal(small.Findings, large.Findings);
        Assert.NotEqual(small.Findings, others.Findings);
        using Tensor shrunk = nn.functional.avg_pool2d(large.Images, 2);
        using Tensor difference = (shrunk - small.Images).abs().mean();
        Assert.InRange(difference.item<float>(), 0, 0.035);
    }

    [Fact]
    public void Numbers_sides_zones_and_sizes_of_nodules_are_all_drawn_equally_often()
    {
        using PhantomDataset data = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 32 }, seed: 1).Generate(1800);
        Finding[] all = [.. data.Findings.SelectMany(findings => findings)];

        // 600 images of each number, standard deviation 20; 300 nodules in each of 6 places, 600 of each size.
        Assert.All(Enumerable.Range(0, 3), number => Assert.InRange(data.Findings.Count(findings => findings.Count == number), 520, 680));
        Assert.Equal(6, all.GroupBy(f => (f.Side, f.Zone)).Count());
        Assert.All(all.GroupBy(f => (f.Side, f.Zone)), place => Assert.InRange(place.Count(), 230, 370));
        Assert.All(all.GroupBy(f => f.Size), size => Assert.InRange(size.Count(), 520, 680));
        Assert.Equal(
            [.. Enumerable.Range(10, 4), .. Enumerable.Range(15, 6), .. Enumerable.Range(24, 7)],
            all.Select(f => f.DiameterMillimetres).Distinct().Order()
        );
        Assert.All(data.Findings.Where(findings => findings.Count == 2), pair =>
            Assert.NotEqual((pair[0].Side, pair[0].Zone), (pair[1].Side, pair[1].Zone))
        );
    }

    [Fact]
    public void Six_nodules_lie_in_six_places()
    {
        using PhantomDataset data = new PhantomGenerator(
            new PhantomGeneratorOptions
            {
                ImageSize = 32,
                MinNodules = 6,
                MaxNodules = 6,
            },
            seed: 1
        ).Generate(50);

        Assert.All(data.Findings, findings => Assert.Equal(6, findings.Select(f => (f.Side, f.Zone)).Distinct().Count()));
        Assert.Equal(
            "50 phantoms of 32 x 32 pixels (10 mm each): 0 without a nodule, 0 with one, 0 with two, 50 with more",
            data.ToString()
        );
    }

    [Fact]
    public void A_nodules_mask_lies_where_its_finding_says_and_has_its_size()
    {
        using PhantomDataset data = new PhantomGenerator(
            new PhantomGeneratorOptions
            {
                ImageSize = 128,
                MinNodules = 1,
                MaxNodules = 1,
            },
            seed: 2
        ).Generate(60);
        for (int i = 0; i < data.Count; i++)
        {
            Finding finding = Assert.Single(data.Findings[i]);
            float[,] nodule = Plane(data.NoduleMasks, i),
                lung = Plane(data.LungMasks, i),
                image = Plane(data.Images, i);
            (int Y, int X)[] inside = [.. Where(nodule, value => value == 1)];
            int[] halfOfLung =
            [
                .. Where(lung, value => value == 1).Where(p => p.X < 64 == (finding.Side == LungSide.Right)).Select(p => p.Y),
            ];

            Assert.InRange(inside.Length * 6.25 / finding.AreaSquareMillimetres, 0.8, 1.2);
            Assert.Equal(finding.XMillimetres, inside.Average(p => (p.X + 0.5) * 2.5), 1.0);
            Assert.Equal(finding.YMillimetres, inside.Average(p => (p.Y + 0.5) * 2.5), 1.0);
            Assert.Equal(finding.Side == LungSide.Right, finding.XMillimetres < 160);
            Assert.Contains(inside, p => lung[p.Y, p.X] == 1);

            // The zones are thirds between the lung's tip and its dome, which lies about 38 mm above its lowest point.
            double tip = halfOfLung.Min() * 2.5,
                dome = (halfOfLung.Max() * 2.5) - 36;
            double third = 3 * (finding.YMillimetres - tip) / (dome - tip);
            Assert.InRange(third, (int)finding.Zone - 0.15, (int)finding.Zone + 1.15);

            // Visible: lighter than what surrounds it at the same height in the lung.
            double around = Where(lung, value => value == 1)
                .Where(p => nodule[p.Y, p.X] == 0 && Far(p) is > 1.1 and < 2)
                .Average(p => image[p.Y, p.X]);
            Assert.InRange(inside.Average(p => image[p.Y, p.X]) - around, 0.04, 0.5);

            double Far((int Y, int X) p) =>
                Math.Sqrt(Math.Pow(((p.X + 0.5) * 2.5) - finding.XMillimetres, 2) + Math.Pow(((p.Y + 0.5) * 2.5) - finding.YMillimetres, 2))
                / (finding.DiameterMillimetres / 2.0);
        }
    }

    [Fact]
    public void Lungs_are_dark_two_in_number_and_of_a_plausible_area()
    {
        using PhantomDataset data = new PhantomGenerator(new PhantomGeneratorOptions(), seed: 5).Generate(100);
        for (int i = 0; i < data.Count; i++)
        {
            float[,] lung = Plane(data.LungMasks, i),
                image = Plane(data.Images, i);
            (int Y, int X)[] inside = [.. Where(lung, value => value == 1)],
                body = [.. Where(lung, value => value == 0).Where(p => p.Y > 40)];

            Assert.InRange(inside.Length * 25, 22_000, 45_000); // mm²
            Assert.InRange(inside.Count(p => p.X < 32) / (double)inside.Length, 0.45, 0.65); // the heart takes from the left lung
            Assert.True(inside.Average(p => image[p.Y, p.X]) + 0.2 < body.Average(p => image[p.Y, p.X]));
            Assert.DoesNotContain(inside, p => p.X is 31 or 32);
        }
    }

    [Fact]
    public void The_class_of_a_pixel_is_background_lung_or_nodule()
    {
        using PhantomDataset data = new PhantomGenerator(new PhantomGeneratorOptions { MinNodules = 1 }, seed: 6).Generate(30);
        using Tensor classes = data.Classes();
        long[] expected =
        [
            .. data.NoduleMasks.data<float>().Zip(data.LungMasks.data<float>(), (nodule, lung) => nodule == 1 ? 2L : (long)lung),
        ];

        Assert.Equal([30, 64, 64], classes.shape);
        Assert.Equal(expected, classes.data<long>().ToArray());
        Assert.Equal(["background", "lung", "nodule"], PhantomDataset.ClassNames);
    }

    [Fact]
    public void Selected_phantoms_bring_their_findings_along()
    {
        using PhantomDataset data = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 32 }, seed: 7).Generate(40);
        int[] twice = [.. Enumerable.Range(0, 40).Where(i => data.Findings[i].Count == 2)];
        using PhantomDataset chosen = data.Select(twice);

        Assert.Equal(twice.Select(i => data.Findings[i]), chosen.Findings);
        Assert.Equal(Plane(data.Images, twice[1]), Plane(chosen.Images, 1));
        Assert.Equal(
            $"{twice.Length} phantoms of 32 x 32 pixels (10 mm each): 0 without a nodule, 0 with one, {twice.Length} with two",
            chosen.ToString()
        );
        Assert.StartsWith(
            "There is no image 40; the data set has 40 images",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Select([40])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_finding_reads_as_a_radiologist_says_it() =>
        Assert.Equal(
            ("15 mm nodule, right upper zone", NoduleSize.Medium),
            (
                new Finding(LungSide.Right, LungZone.Upper, 15, 80, 60).ToString(),
                new Finding(LungSide.Right, LungZone.Upper, 15, 80, 60).Size
            )
        );

    public static TheoryData<PhantomGeneratorOptions, string> Bad =>
        new()
        {
            {
                new() { ImageSize = 16 },
                "ImageSize is 16; use 32 to 2048 pixels."
            },
            {
                new() { MaxNodules = 7 },
                "MaxNodules is 7; use 0 to 6."
            },
            {
                new() { MinNodules = 2, MaxNodules = 1 },
                "MinNodules is 2 and MaxNodules 1; put the smaller number into MinNodules."
            },
            {
                new() { Sizes = [] },
                "Sizes is empty; name at least one size of nodule."
            },
            {
                new() { NoiseStandardDeviation = double.NaN },
                "NoiseStandardDeviation is NaN; use 0 to 1."
            },
            {
                new() { ExposureVariation = -0.5 },
                "ExposureVariation is -0.5; use 0 to 1."
            },
        };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Options_that_cannot_be_drawn_are_refused_in_one_sentence(PhantomGeneratorOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new PhantomGenerator(options)).Message);

    [Fact]
    public void Phantoms_that_do_not_fit_into_memory_are_refused_before_they_are_drawn()
    {
        var generator = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 1024 });
        using PhantomDataset one = generator.Generate(1);
        foreach (Action work in (Action[])[() => generator.Generate(200).Dispose(), () => one.Select(new int[200]).Dispose()])
        {
            Assert.Contains(
                "200 phantoms of 1024 x 1024 pixels, each with two masks, need 2.5 GB of memory, and 1.0 GB are there",
                Assert.Throws<InsufficientMemoryException>(() => AvailableMemory.Assume(1_000_000_000, work)).Message,
                StringComparison.Ordinal
            );
        }
    }

    private static float[,] Plane(Tensor images, int index)
    {
        using Tensor plane = images[index, 0];
        var values = new float[plane.shape[0], plane.shape[1]];
        Buffer.BlockCopy(plane.data<float>().ToArray(), 0, values, 0, values.Length * sizeof(float));
        return values;
    }

    private static IEnumerable<(int Y, int X)> Where(float[,] plane, Func<float, bool> holds) =>
        from y in Enumerable.Range(0, plane.GetLength(0))
        from x in Enumerable.Range(0, plane.GetLength(1))
        where holds(plane[y, x])
        select (y, x);

    [Fact]
    public void A_followed_patient_keeps_chest_and_nodule_while_the_nodule_grows_and_no_two_films_are_alike()
    {
        var generator = new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = 80 }, seed: 9);
        using PhantomDataset films = generator.FollowUp(3, 16, 20, 25),
            same = generator.FollowUp(3, 16, 16),
            other = generator.FollowUp(4, 16);
        Finding[] nodules = [.. films.Findings.Select(Assert.Single)];
        double[] areas = [.. Enumerable.Range(0, 3).Select(date => films.NoduleMasks[date].sum().item<float>() * 16.0)];

        Assert.Equal([16, 20, 25], nodules.Select(nodule => nodule.DiameterMillimetres));
        Assert.Single(nodules.Select(nodule => (nodule.Side, nodule.Zone)).Distinct());
        Assert.All(nodules.Zip(areas), pair => Assert.InRange(pair.Second / pair.First.AreaSquareMillimetres, 0.8, 1.2));
        // The lungs are the same but for how the patient stands.
        Assert.InRange((films.LungMasks[0].sum() / films.LungMasks[1].sum()).item<float>(), 0.97, 1.03);
        Assert.NotEqual(nodules[0].XMillimetres, nodules[1].XMillimetres);
        Assert.InRange(Math.Abs(nodules[0].XMillimetres - nodules[1].XMillimetres), 0.1, 20);
        Assert.True(films.Images[0].bytes.SequenceEqual(same.Images[0].bytes));
        Assert.False(same.Images[0].bytes.SequenceEqual(same.Images[1].bytes));
        Assert.NotEqual(films.Findings[0][0] with { XMillimetres = 0, YMillimetres = 0 }, other.Findings[0][0]);
    }
}
