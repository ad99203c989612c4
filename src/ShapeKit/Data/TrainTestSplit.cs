using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Keeps images aside for the test, and sees to it that no test image was trained on.</summary>
public static class TrainTestSplit
{
    /// <summary>Splits a data set so that each class has the same share in both parts.</summary>
    /// <param name="data">The data set; it stays its owner's to dispose.</param>
    /// <param name="testFraction">The share of each class that goes to the test part, above 0 and below 1; rounded to whole images, at
    /// least one.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <param name="keepDuplicatesTogether">
    /// Whether images that are equal to the pixel go to the same part. Without it a test image may equal a training image. With it the
    /// test images of a class are as near to its share as whole groups of equal images allow: of ten images of which nine are equal, one or
    /// nine. The parts' <see cref="ImageDataset.ToString"/> tells how many there are.
    /// </param>
    /// <returns>Two new data sets in random order; every image of <paramref name="data"/> is in exactly one of them.</returns>
    /// <exception cref="ArgumentException">The fraction is not above 0 and below 1, an image can show several findings, or a class has too
    /// few (different) images to be in both parts.</exception>
    public static (ImageDataset Train, ImageDataset Test) Stratified(
        ImageDataset data,
        double testFraction = 0.2,
        int seed = 42,
        bool keepDuplicatesTogether = false
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckFraction(testFraction);
        if (data.IsMultiLabel)
        {
            throw new ArgumentException(
                "An image of this data set can show several findings, so it belongs to no single class; split it by patient, or choose "
                    + "a finding with OneVersusRest.",
                nameof(data)
            );
        }

        UInt128[] fingerprints = keepDuplicatesTogether
            ? Fingerprints(data)
            : [.. Enumerable.Range(0, data.Count).Select(i => (UInt128)(uint)i)];
        long[] labels = ImageDataset.Values<long>(data.Labels).ToArray();
        var random = new RepeatableRandom(seed, 0);
        var train = new List<int>();
        var test = new List<int>();

        // Images that must stay together form a group; where duplicates may part, every image is a group of its own.
        int[][] groups = [.. Enumerable.Range(0, data.Count).GroupBy(i => fingerprints[i], (_, members) => members.ToArray())];
        foreach (IGrouping<long, int[]> ofClass in groups.GroupBy(group => labels[group[0]]).OrderBy(c => c.Key))
        {
            int[][] shuffled = [.. ofClass];
            if (shuffled.Length < 2)
            {
                throw new ArgumentException(
                    $"The class {data.ClassNames[(int)ofClass.Key]} has only one image that differs from the others; both parts need one.",
                    nameof(data)
                );
            }

            random.Shuffle(shuffled.AsSpan());
            int wanted = Math.Max(1, (int)Math.Round(testFraction * shuffled.Sum(group => group.Length), MidpointRounding.AwayFromZero));
            bool[] isTest = Nearest([.. shuffled.Select(group => group.Length)], wanted);
            for (int i = 0; i < shuffled.Length; i++)
            {
                (isTest[i] ? test : train).AddRange(shuffled[i]);
            }
        }

        RequireEveryClass(data, labels, train, test);
        random.Shuffle(CollectionsMarshal.AsSpan(train));
        random.Shuffle(CollectionsMarshal.AsSpan(test));
        return (data.Select(train), data.Select(test));
    }

    /// <summary>Splits a data set so that all images of a patient go to the same part: nobody is learned from and tested on.</summary>
    /// <param name="data">The data set; it stays its owner's to dispose.</param>
    /// <param name="patients">Whose each image is, as many as images.</param>
    /// <param name="testFraction">The share of the patients that goes to the test part, above 0 and below 1; rounded to whole patients,
    /// at least one.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <returns>Two new data sets in random order; every image of <paramref name="data"/> is in exactly one of them.</returns>
    /// <exception cref="ArgumentException">The fraction is not above 0 and below 1, the numbers of images and patients differ, or there
    /// is only one patient.</exception>
    public static (ImageDataset Train, ImageDataset Test) ByPatient(
        ImageDataset data,
        IReadOnlyList<int> patients,
        double testFraction = 0.2,
        int seed = 42
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(patients);
        CheckFraction(testFraction);
        if (patients.Count != data.Count)
        {
            throw new ArgumentException(
                $"There are {data.Count} images and {patients.Count} patients; say of each image whose it is.",
                nameof(patients)
            );
        }

        int[] people = [.. patients.Distinct().Order()];
        if (people.Length < 2)
        {
            throw new ArgumentException($"There are images of {people.Length} patient(s) only; both parts need one.", nameof(patients));
        }

        var random = new RepeatableRandom(seed, 0);
        random.Shuffle(people.AsSpan());
        int tested = Math.Clamp((int)Math.Round(testFraction * people.Length, MidpointRounding.AwayFromZero), 1, people.Length - 1);
        HashSet<int> testPeople = [.. people.Take(tested)];
        int[] order = [.. Enumerable.Range(0, data.Count)];
        random.Shuffle(order.AsSpan());
        return (
            data.Select([.. order.Where(i => !testPeople.Contains(patients[i]))]),
            data.Select([.. order.Where(i => testPeople.Contains(patients[i]))])
        );
    }

    /// <summary>Counts the test images that equal a training image to the pixel.</summary>
    /// <param name="train">The images trained on.</param>
    /// <param name="test">The images tested on.</param>
    /// <returns>The number of such test images.</returns>
    /// <exception cref="ArgumentException">The images have not the same size, or one set is in colour and the other is not.</exception>
    public static int CountDuplicates(ImageDataset train, ImageDataset test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        RequireComparable(train, test, nameof(test));
        HashSet<UInt128> known = [.. Fingerprints(train)];
        return Fingerprints(test).Count(known.Contains);
    }

    /// <summary>Copies the images of a data set that are not, to the pixel, in another one: to test on images never trained on.</summary>
    /// <param name="data">The images to choose from.</param>
    /// <param name="exclude">The images to leave out.</param>
    /// <returns>A new data set with the remaining images in their order.</returns>
    /// <exception cref="ArgumentException">The images have not the same size, or one set is in colour and the other is not.</exception>
    public static ImageDataset Without(ImageDataset data, ImageDataset exclude)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(exclude);
        RequireComparable(data, exclude, nameof(exclude));
        HashSet<UInt128> known = [.. Fingerprints(exclude)];
        UInt128[] fingerprints = Fingerprints(data);
        return data.Select([.. Enumerable.Range(0, data.Count).Where(i => !known.Contains(fingerprints[i]))]);
    }

    /// <summary>
    /// Chooses some of two or more groups, not all, which together are as large as wanted, or as nearly so as can be: the first ones that
    /// fit, where they come out right.
    /// </summary>
    private static bool[] Nearest(int[] sizes, int wanted)
    {
        var chosen = new bool[sizes.Length];
        int left = Math.Min(wanted, sizes.Sum() - 1);
        for (int i = 0; i < sizes.Length; i++)
        {
            chosen[i] = sizes[i] <= left;
            left -= chosen[i] ? sizes[i] : 0;
        }

        return left == 0 ? chosen : NearestSum(sizes, wanted);
    }

    /// <summary>The same by all sums that there are, size by size of the groups.</summary>
    private static bool[] NearestSum(int[] sizes, int wanted)
    {
        (int Size, int[] Groups)[] kinds =
        [
            .. Enumerable.Range(0, sizes.Length).GroupBy(i => sizes[i], (size, groups) => (size, groups.ToArray())),
        ];
        int all = sizes.Sum();
        // How many groups of a kind a sum needs beside groups of the kinds before it, the fewest; -1 for a sum out of reach.
        var taken = new int[kinds.Length][];
        bool[] reached = [true, .. new bool[all]];
        for (int k = 0; k < kinds.Length; k++)
        {
            taken[k] = new int[all + 1];
            for (int sum = 0; sum <= all; sum++)
            {
                int before = sum - kinds[k].Size;
                taken[k][sum] =
                    reached[sum] ? 0
                    : before >= 0 && taken[k][before] >= 0 && taken[k][before] < kinds[k].Groups.Length ? taken[k][before] + 1
                    : -1;
            }

            for (int sum = 0; sum <= all; sum++)
            {
                reached[sum] = taken[k][sum] >= 0;
            }
        }

        int rest = Enumerable.Range(1, all - 1).Where(sum => reached[sum]).MinBy(sum => Math.Abs(sum - wanted));
        var chosen = new bool[sizes.Length];
        for (int k = kinds.Length - 1; k >= 0; k--)
        {
            int count = taken[k][rest];
            foreach (int group in kinds[k].Groups.Take(count))
            {
                chosen[group] = true;
            }

            rest -= count * kinds[k].Size;
        }

        return chosen;
    }

    /// <summary>Where images of two classes are equal, all of them go where the class of the first wants them.</summary>
    private static void RequireEveryClass(ImageDataset data, long[] labels, List<int> train, List<int> test)
    {
        HashSet<long> inTrain = [.. train.Select(i => labels[i])],
            inTest = [.. test.Select(i => labels[i])];
        inTrain.SymmetricExceptWith(inTest);
        if (inTrain.Count > 0)
        {
            throw new ArgumentException(
                $"Images of the class {data.ClassNames[(int)inTrain.Min()]} equal images of another class and must stay with them, so that "
                    + "one part would have none of the class; correct the labels, or let duplicates part.",
                nameof(data)
            );
        }
    }

    /// <summary>Refuses images of which none could be equal, whatever they show.</summary>
    private static void RequireComparable(ImageDataset data, ImageDataset other, string parameter)
    {
        long[] size = data.Images.shape[1..],
            otherSize = other.Images.shape[1..];
        if (!size.SequenceEqual(otherSize))
        {
            throw new ArgumentException(
                $"Images [{string.Join(", ", otherSize)}] never equal images [{string.Join(", ", size)}] to the pixel; load both in the "
                    + "same size, and both in grey or both in colour.",
                parameter
            );
        }
    }

    private static void CheckFraction(double testFraction)
    {
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(testFraction),
                FormattableString.Invariant($"The test fraction is {testFraction}; use a number above 0 and below 1, such as 0.2.")
            );
        }
    }

    /// <summary>Half of the SHA-256 of each image's size and pixels: equal for equal images, different for all others.</summary>
    private static UInt128[] Fingerprints(ImageDataset data)
    {
        var fingerprints = new UInt128[data.Count];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < data.Count; i++)
        {
            using Tensor stored = data.Images[i],
                image = stored.Plus(0); // makes 0 of -0
            sha.AppendData(BitConverter.GetBytes(data.Width));
            sha.AppendData(image.bytes);
            sha.GetHashAndReset(hash);
            fingerprints[i] = MemoryMarshal.Read<UInt128>(hash);
        }

        return fingerprints;
    }
}
