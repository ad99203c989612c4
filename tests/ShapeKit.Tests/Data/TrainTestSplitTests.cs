using CsCheck;
using ShapeKit.Data;
using ShapeKit.Generation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Data;

public sealed class TrainTestSplitTests
{
    /// <summary>At least two images of each of up to four classes, in any order.</summary>
    private static readonly Gen<int[]> Labels =
        from classes in Gen.Int[1, 4]
        from rest in Gen.Int[0, classes - 1].Array[0, 60]
        from shuffled in Gen.Shuffle((int[])[.. rest, .. Enumerable.Range(0, classes), .. Enumerable.Range(0, classes)])
        select shuffled;

    [Fact]
    public void Every_image_is_on_exactly_one_side_with_its_own_label() =>
        Gen.Select(Labels, Gen.Double[0.01, 0.99], Gen.Int, Gen.Bool)
            .Sample(
                (labels, fraction, seed, together) =>
                {
                    using ImageDataset data = Numbered.Images([.. Enumerable.Range(0, labels.Length)], labels, classes: 4);
                    (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, fraction, seed, together);
                    using (train)
                    using (test)
                    {
                        int[] trained = Numbered.Of(train),
                            tested = Numbered.Of(test);
                        Assert.Empty(trained.Intersect(tested));
                        Assert.Equal(Enumerable.Range(0, labels.Length), trained.Concat(tested).Order());
                        Assert.Equal(trained.Select(number => labels[number]), Numbered.LabelsOf(train));
                        Assert.Equal(tested.Select(number => labels[number]), Numbered.LabelsOf(test));
                        Assert.Equal(0, TrainTestSplit.CountDuplicates(train, test));
                    }
                },
                iter: 200
            );

    [Fact]
    public void Every_class_has_its_share_on_both_sides() =>
        Gen.Select(Labels, Gen.Double[0.01, 0.99], Gen.Int)
            .Sample(
                (labels, fraction, seed) =>
                {
                    using ImageDataset data = Numbered.Images([.. Enumerable.Range(0, labels.Length)], labels, classes: 4);
                    (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, fraction, seed);
                    using (train)
                    using (test)
                    {
                        foreach (IGrouping<int, int> ofClass in labels.GroupBy(label => label))
                        {
                            int size = ofClass.Count(),
                                tested = Numbered.LabelsOf(test).Count(label => label == ofClass.Key);
                            Assert.InRange(tested, 1, size - 1);
                            Assert.InRange(tested, Math.Min(size - 1, (fraction * size) - 0.5), Math.Max(1, (fraction * size) + 0.5));
                        }
                    }
                },
                iter: 200
            );

    [Fact]
    public void Duplicates_stay_on_one_side_when_asked_to() =>
        (from numbers in Gen.Int[0, 9].Array[2, 60] from seed in Gen.Int select (Numbers: (int[])[0, 1, 2, 3, .. numbers], seed)).Sample(
            (numbers, seed) =>
            {
                using ImageDataset data = Numbered.Images(numbers, [.. numbers.Select(number => number % 2)]);
                (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, 0.3, seed, keepDuplicatesTogether: true);
                using (train)
                using (test)
                {
                    Assert.Empty(Numbered.Of(train).Intersect(Numbered.Of(test)));
                    Assert.Equal(numbers.Order(), Numbered.Of(train).Concat(Numbered.Of(test)).Order());
                    Assert.Equal(0, TrainTestSplit.CountDuplicates(train, test));
                    Assert.Equal([0, 1], Numbered.LabelsOf(test).Distinct().Order());
                    Assert.Equal([0, 1], Numbered.LabelsOf(train).Distinct().Order());
                }
            },
            iter: 200
        );

    [Fact]
    public void The_articles_200_images_split_into_160_and_40_with_half_of_each_class()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(200);
        (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data);
        using (train)
        using (test)
        {
            Assert.EndsWith(": 80 circle, 80 square", train.ToString(), StringComparison.Ordinal);
            Assert.EndsWith(": 20 circle, 20 square", test.ToString(), StringComparison.Ordinal);
            Assert.NotNull(test.Masks);
            Assert.Equal(40, test.Shapes!.Count);
        }
    }

    [Fact]
    public void About_a_sixth_of_the_articles_test_images_equal_a_training_image()
    {
        double duplicates = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article, seed).Generate(200);
            (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, seed: seed);
            using (train)
            using (test)
            {
                duplicates += TrainTestSplit.CountDuplicates(train, test) / 40.0;
            }
        }

        // Circles: 1 - (255/256)^80 = 0.27; squares: 1 - (2400/2401)^80 = 0.03; the mean is 0.15.
        Assert.InRange(duplicates / 40, 0.12, 0.19);
    }

    [Fact]
    public void The_same_seed_repeats_the_split_and_another_one_changes_it()
    {
        using ImageDataset data = Numbered.Images(100);

        int[] Tested(int seed)
        {
            (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, seed: seed);
            using (train)
            using (test)
            {
                return Numbered.Of(test);
            }
        }

        Assert.Equal(Tested(42), Tested(42));
        Assert.NotEqual(Tested(42), Tested(43));
    }

    [Fact]
    public void Both_sides_mix_the_classes_even_when_the_data_came_sorted()
    {
        using ImageDataset sorted = Numbered.Images([.. Enumerable.Range(0, 200)], [.. Enumerable.Range(0, 200).Select(i => i / 100)]);
        (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(sorted);
        using (train)
        using (test)
        {
            // Training sets the last part aside for validation: it needs both classes.
            Assert.InRange(Numbered.LabelsOf(train).TakeLast(32).Sum(), 8, 24);
            Assert.InRange(Numbered.LabelsOf(test).Take(20).Sum(), 3, 17);
        }
    }

    [Fact]
    public void Counts_the_test_images_that_were_trained_on()
    {
        using ImageDataset train = Numbered.Images([1, 2, 2, 3], [0, 0, 0, 0]),
            test = Numbered.Images([2, 2, 3, 4, 5], [0, 1, 0, 0, 0]);

        Assert.Equal(3, TrainTestSplit.CountDuplicates(train, test));
    }

    [Fact]
    public void Without_leaves_out_exactly_the_images_of_the_other_set()
    {
        using ImageDataset data = Numbered.Images([5, 1, 2, 1, 6, 5], [0, 1, 0, 1, 0, 0]),
            exclude = Numbered.Images([1, 6], [1, 0]);
        using ImageDataset rest = TrainTestSplit.Without(data, exclude);

        Assert.Equal([5, 2, 5], Numbered.Of(rest));
        Assert.Equal(0, TrainTestSplit.CountDuplicates(exclude, rest));
    }

    [Fact]
    public void Images_that_can_never_be_equal_are_not_said_to_be_different()
    {
        using ImageDataset grey = new(zeros(2, 1, 4, 4), zeros(2, ScalarType.Int64), ["a", "b"]),
            colour = new(zeros(2, 3, 4, 4), zeros(2, ScalarType.Int64), ["a", "b"]);

        Assert.All(
            new Action[] { () => TrainTestSplit.CountDuplicates(colour, grey), () => TrainTestSplit.Without(colour, grey) },
            compare =>
                Assert.StartsWith(
                    "Images [1, 4, 4] never equal images [3, 4, 4] to the pixel; load both in the same size",
                    Assert.Throws<ArgumentException>(compare).Message,
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(2, TrainTestSplit.CountDuplicates(colour, colour));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_test_fraction_outside_0_to_1_is_refused(double fraction)
    {
        using ImageDataset data = Numbered.Images(10);

        Assert.Contains(
            "use a number above 0 and below 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => TrainTestSplit.Stratified(data, fraction)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_class_whose_images_equal_those_of_another_is_named()
    {
        using ImageDataset data = Numbered.Images([9, 9, 1, 2, 3, 4, 5, 6, 9, 9], [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);

        Assert.StartsWith(
            "Images of the class class 1 equal images of another class and must stay with them",
            Assert.Throws<ArgumentException>(() => TrainTestSplit.Stratified(data, keepDuplicatesTogether: true)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Zeros_are_equal_whatever_their_sign()
    {
        using Tensor black = zeros(1, 1, 2, 2),
            label = zeros(1, ScalarType.Int64);
        using ImageDataset plain = new(black, label, ["a", "b"]),
            negative = new(black.negative(), label, ["a", "b"]);

        Assert.Equal(1, TrainTestSplit.CountDuplicates(plain, negative));
    }

    [Fact]
    public void A_class_that_cannot_be_on_both_sides_is_named()
    {
        using ImageDataset single = Numbered.Images([1, 2, 3], [0, 0, 1]),
            same = Numbered.Images([1, 2, 3, 3], [0, 0, 1, 1]);

        Assert.Contains(
            "class 1",
            Assert.Throws<ArgumentException>(() => TrainTestSplit.Stratified(single)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "class 1",
            Assert.Throws<ArgumentException>(() => TrainTestSplit.Stratified(same, keepDuplicatesTogether: true)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Nobody_is_in_both_parts_when_split_by_patient()
    {
        using ImageDataset data = Numbered.Images(100);
        int[] patients = [.. Enumerable.Range(0, 100).Select(i => i * i % 40)];

        (ImageDataset train, ImageDataset test) = TrainTestSplit.ByPatient(data, patients, testFraction: 0.3, seed: 1);

        int[] inTrain = Numbered.Of(train),
            inTest = Numbered.Of(test);
        Assert.Equal(Enumerable.Range(0, 100), inTrain.Concat(inTest).Order());
        Assert.Empty(inTrain.Select(i => patients[i]).Intersect(inTest.Select(i => patients[i])));
        Assert.Equal((int)Math.Round(0.3 * patients.Distinct().Count()), inTest.Select(i => patients[i]).Distinct().Count());
        train.Dispose();
        test.Dispose();
    }

    [Fact]
    public void Patients_that_do_not_fit_are_named_and_findings_are_not_stratified()
    {
        using ImageDataset data = Numbered.Images(4);
        using ImageDataset findings = new(
            TorchSharp.torch.zeros(4, 1, 2, 2),
            TorchSharp.torch.zeros(4, 2, TorchSharp.torch.int64),
            ["mass", "nodule"]
        );

        Assert.Contains(
            "4 images and 3 patients",
            Assert.Throws<ArgumentException>(() => TrainTestSplit.ByPatient(data, [1, 2, 3])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "of 1 patient",
            Assert.Throws<ArgumentException>(() => TrainTestSplit.ByPatient(data, [7, 7, 7, 7])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "OneVersusRest",
            Assert.Throws<ArgumentException>(() => TrainTestSplit.Stratified(findings)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_ten_images_of_which_nine_are_equal_one_is_tested_on_whatever_the_seed()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using ImageDataset data = Numbered.Images([1, 1, 1, 1, 1, 1, 1, 1, 1, 2], new int[10]);
            (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, seed: seed, keepDuplicatesTogether: true);
            using (train)
            using (test)
            {
                Assert.Equal([2], Numbered.Of(test));
            }
        }
    }

    [Fact]
    public void With_duplicates_together_the_share_is_as_near_as_whole_groups_allow() =>
        Gen.Select(Gen.Int[1, 7].Array[2, 8], Gen.Double[0.05, 0.95], Gen.Int)
            .Sample(
                (sizes, fraction, seed) =>
                {
                    int[] numbers = [.. sizes.SelectMany((size, group) => Enumerable.Repeat(group, size))];
                    using ImageDataset data = Numbered.Images(numbers, new int[numbers.Length]);
                    (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, fraction, seed, keepDuplicatesTogether: true);
                    using (train)
                    using (test)
                    {
                        int wanted = Math.Max(1, (int)Math.Round(fraction * numbers.Length, MidpointRounding.AwayFromZero));
                        int[] sums =
                        [
                            .. Enumerable
                                .Range(1, (1 << sizes.Length) - 2)
                                .Select(chosen => sizes.Where((_, group) => (chosen >> group & 1) == 1).Sum()),
                        ];
                        Assert.Equal(sums.Min(sum => Math.Abs(sum - wanted)), Math.Abs(test.Count - wanted));
                        Assert.Equal(numbers.Length, train.Count + test.Count);
                        Assert.Empty(Numbered.Of(train).Intersect(Numbered.Of(test)));
                    }
                },
                iter: 200
            );

    [Fact]
    public void Which_groups_of_equal_images_are_tested_on_depends_on_the_seed()
    {
        using ImageDataset data = Numbered.Images([1, 1, 2, 2, 3, 3, 4, 4, 5, 5], new int[10]);
        var tested = new HashSet<int>();
        for (int seed = 0; seed < 40; seed++)
        {
            (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, seed: seed, keepDuplicatesTogether: true);
            using (train)
            using (test)
            {
                tested.UnionWith(Numbered.Of(test));
            }
        }

        Assert.Equal([1, 2, 3, 4, 5], tested.Order());
    }

    [Fact]
    public void Where_no_image_equals_another_keeping_duplicates_together_changes_nothing()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using ImageDataset data = Numbered.Images(37);
            (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, 0.3, seed);
            (ImageDataset keptTrain, ImageDataset keptTest) = TrainTestSplit.Stratified(data, 0.3, seed, keepDuplicatesTogether: true);
            using (train)
            using (test)
            using (keptTrain)
            using (keptTest)
            {
                Assert.Equal(Numbered.Of(train), Numbered.Of(keptTrain));
                Assert.Equal(Numbered.Of(test), Numbered.Of(keptTest));
            }
        }
    }

    [Fact]
    public void A_seed_still_gives_the_split_that_it_gave_before()
    {
        using ImageDataset data = Numbered.Images(20);
        (ImageDataset train, ImageDataset test) = TrainTestSplit.Stratified(data, seed: 7);
        using (train)
        using (test)
        {
            Assert.Equal([1, 8, 17, 2], Numbered.Of(test));
        }
    }
}
