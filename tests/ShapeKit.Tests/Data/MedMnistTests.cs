using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ShapeKit.Data;
using ShapeKit.Runtime;

namespace ShapeKit.Tests.Data;

public sealed class MedMnistTests : TemporaryFolder
{
    private static readonly Regex Md5 = new("^[0-9a-f]{32}$");
    private static readonly string Pneumonia = Path.GetFullPath(
        "../../../../../../shared/data/pneumoniamnist.npz",
        AppContext.BaseDirectory
    );

    [Fact]
    public void PneumoniaMNIST_has_the_published_numbers_of_images()
    {
        Assert.SkipUnless(File.Exists(Pneumonia), $"The real set is not at {Pneumonia}.");

        // Put together from public subsets, the file has another checksum than the published one.
        using MedMnist set = MedMnist.Load(Pneumonia, "pneumoniamnist");

        Assert.Equal("4708 images of 28 x 28 pixels: 1214 normal, 3494 pneumonia", set.Train.ToString());
        Assert.Equal("524 images of 28 x 28 pixels: 135 normal, 389 pneumonia", set.Validation.ToString());
        Assert.Equal("624 images of 28 x 28 pixels: 234 normal, 390 pneumonia", set.Test.ToString());
        Assert.InRange(set.Train.Images.mean().item<float>(), 0.56, 0.58);
        Assert.Equal("CC BY 4.0", set.Info.License);
    }

    [Fact]
    public void Pixels_become_float32_from_0_to_1_in_their_place()
    {
        byte[] pixels = new byte[2 * 28 * 28];
        (pixels[0], pixels[27], pixels[28], pixels[^1]) = (51, 102, 153, 255);

        using MedMnist set = Load("pneumoniamnist.npz", With(Npz.Set(count: 2), "val_images", Npz.Array(pixels, [2, 28, 28])));

        float[,] first = set.Validation.Pixels(0);
        Assert.Equal((51 / 255f, 102 / 255f, 153 / 255f), (first[0, 0], first[0, 27], first[1, 0]));
        Assert.Equal(1, set.Validation.Pixels(1)[27, 27]);
        Assert.Equal([0L, 1], set.Validation.Labels.data<long>().ToArray());
    }

    [Fact]
    public void An_array_of_several_megabytes_is_read_whole()
    {
        using MedMnist set = Load("pneumoniamnist.npz", Npz.Set(count: 3000));

        Assert.Equal(Enumerable.Range(0, 3000).SelectMany(i => Enumerable.Repeat((byte)i / 255f, 28 * 28)), set.Train.Images.data<float>());
    }

    [Fact]
    public void Arrays_in_the_order_of_Fortran_are_read_alike()
    {
        byte[] c = [.. Enumerable.Range(0, 2 * 28 * 28).Select(i => (byte)(i % 251))];
        byte[] fortran =
        [
            .. from column in Enumerable.Range(0, 28)
            from row in Enumerable.Range(0, 28)
            from image in Enumerable.Range(0, 2)
            select c[(image * 784) + (row * 28) + column],
        ];

        using MedMnist expected = Load("pneumoniamnist.npz", With(Npz.Set(count: 2), "test_images", Npz.Array(c, [2, 28, 28])));
        using MedMnist read = Load(
            "pneumoniamnist_f.npz",
            With(Npz.Set(count: 2), "test_images", Npz.Array(fortran, [2, 28, 28], fortranOrder: true))
        );

        Assert.Equal(expected.Test.Images.data<float>().ToArray(), read.Test.Images.data<float>().ToArray());
    }

    [Fact]
    public void Labels_of_several_findings_in_the_order_of_Fortran_are_read_alike()
    {
        byte[] fortran = [.. Enumerable.Range(0, 14).SelectMany(finding => new byte[] { 0, (byte)(finding == 3 ? 1 : 0) })];

        using MedMnist set = Load(
            "chestmnist.npz",
            With(Npz.Set(count: 2, labels: 14), "train_labels", Npz.Array(fortran, [2, 14], fortranOrder: true))
        );

        Assert.Equal(("no finding", "infiltration"), (set.Train.ClassNameOf(0), set.Train.ClassNameOf(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_of_the_format_is_read(byte version)
    {
        using MedMnist set = Load("pneumoniamnist.npz", With(Npz.Set(), "val_labels", Npz.Array([1, 0, 1], [3, 1], version: version)));

        Assert.Equal([1L, 0, 1], set.Validation.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Colour_images_come_as_red_green_and_blue_in_the_larger_sizes_too()
    {
        byte[] pixels = [.. Enumerable.Range(0, 64 * 64).SelectMany(_ => new byte[] { 255, 0, 51 })];

        using MedMnist set = Load(
            "bloodmnist_64.npz",
            With(Npz.Set(count: 1, size: 64, channels: 3), "train_images", Npz.Array(pixels, [1, 64, 64, 3]))
        );

        Assert.Equal([1, 3, 64, 64], set.Train.Images.shape);
        Assert.Equal([1f, 0f, 51 / 255f], set.Train.Images[0, .., 0, 0].data<float>().ToArray());
        Assert.StartsWith("1 images of 64 x 64 pixels: 1 basophil, 0 eosinophil", set.Train.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_a_multi_label_set_can_show_several_findings()
    {
        using MedMnist set = Load("chestmnist.npz", Npz.Set(count: 2, labels: 14, label: i => (byte)(i is 0 or 3 ? 1 : 0)));

        Assert.Equal([2, 14], set.Train.Labels.shape);
        Assert.Equal("atelectasis, infiltration", set.Train.ClassNameOf(0));
        Assert.Equal("no finding", set.Train.ClassNameOf(1));
        using ImageDataset infiltration = set.Train.OneVersusRest("infiltration");
        Assert.Equal("2 images of 28 x 28 pixels: 1 other, 1 infiltration", infiltration.ToString());
    }

    [Fact]
    public void Each_set_is_described_as_MedMNIST_v2_describes_it()
    {
        Assert.Equal(
            [
                "pathmnist 3 9",
                "chestmnist 1 14",
                "dermamnist 3 7",
                "octmnist 1 4",
                "pneumoniamnist 1 2",
                "retinamnist 3 5",
                "breastmnist 1 2",
                "bloodmnist 3 8",
                "tissuemnist 1 8",
                "organamnist 1 11",
                "organcmnist 1 11",
                "organsmnist 1 11",
            ],
            MedMnistInfo.All.Select(info => $"{info.Name} {info.Channels} {info.ClassNames.Count}")
        );
        string[] sums = [.. from info in MedMnistInfo.All from size in MedMnistInfo.Sizes select info.Md5(size)];
        Assert.All(sums, sum => Assert.Matches(Md5, sum));
        Assert.Equal(48, sums.Distinct().Count());
        Assert.Equal("28209eda62fecd6e6a2d98b1501bb15f", MedMnistInfo.Of("PneumoniaMNIST").Md5());
        Assert.Equal(
            "https://zenodo.org/records/10519652/files/organamnist_224.npz?download=1",
            MedMnistInfo.Of("organamnist").Address(224).ToString()
        );
        Assert.All(MedMnistInfo.All, info => Assert.Equal(info.Name == "dermamnist" ? "CC BY-NC 4.0" : "CC BY 4.0", info.License));
    }

    [Fact]
    public void Other_names_and_sizes_are_refused_with_those_that_there_are()
    {
        Assert.Contains(
            "there are pathmnist, chestmnist,",
            Assert.Throws<ArgumentException>(() => MedMnistInfo.Of("mnist")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "28, 64, 128, 224 pixels",
            Assert.Throws<ArgumentOutOfRangeException>(() => MedMnist.PathOf("pathmnist", 32)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "pass it, for example",
            Assert.Throws<ArgumentException>(() => MedMnist.Load(PathOf("mine.npz"))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "MedMnist.Download(\"octmnist\")",
            Assert.Throws<FileNotFoundException>(() => MedMnist.Load(PathOf("octmnist.npz"))).Message,
            StringComparison.Ordinal
        );

        Npz.Write(PathOf("named.npz"), Npz.Set());
        using MedMnist named = MedMnist.Load(PathOf("named.npz"), "breastmnist");
        Assert.Equal(["malignant", "normal, benign"], named.Train.ClassNames);
    }

    [Theory]
    [InlineData("val_images", "3,28,28", "<f8", "val_images holds <f8 instead of |u1, which is uint8.")]
    [InlineData("val_images", "3,28,27", "|u1", "val_images has the shape [3, 28, 27]; PneumoniaMNIST needs [N, 28, 28].")]
    [InlineData("train_images", "3,30,30", "|u1", "[N, S, S] with S = 28, 64, 128 or 224")]
    [InlineData("val_images", "3,64,64", "|u1", "needs [N, 28, 28]")]
    [InlineData("test_images", "3,28,28,3", "|u1", "test_images has the shape [3, 28, 28, 3]")]
    [InlineData("test_images", "0,28,28", "|u1", "test_images has the shape [0, 28, 28]")]
    [InlineData("test_labels", "2,1", "|u1", "test_labels has the shape [2, 1]; the 3 images need [3, 1].")]
    [InlineData("test_labels", "3", "|u1", "test_labels has the shape [3]")]
    [InlineData("test_labels", "3,1", "<i8", "test_labels holds <i8 instead of |u1, which is uint8.")]
    public void An_array_of_another_shape_or_type_is_named(string array, string shape, string type, string words)
    {
        int[] sides = [.. shape.Split(',').Select(int.Parse)];
        byte[] data = new byte[sides.Aggregate(1, (a, b) => a * b) * (type.EndsWith('8') ? 8 : 1)];

        Refused(With(Npz.Set(), array, Npz.Array(data, sides, type)), words);
    }

    [Fact]
    public void Labels_beyond_the_classes_and_missing_or_damaged_arrays_are_named()
    {
        Refused(Npz.Set(label: i => (byte)i), "train_labels holds 2; the labels of PneumoniaMNIST run from 0 to 1.");
        Refused([.. Npz.Set().Where(array => array.Name != "val_labels")], "it has no array val_labels, only train_images,");
        Refused(With(Npz.Set(), "test_images", [1, 2, 3]), "is damaged or no .npz file (");
        Refused(
            With(Npz.Set(), "test_images", Npz.Array(new byte[100], [3, 28, 28])),
            "(test_images.npy has 100 numbers, and its shape [3, 28, 28] needs 2352)"
        );
        Refused(With(Npz.Set(), "test_images", Npz.Array(new byte[100], [int.MaxValue, 28, 28])), "needs 1683627179248)");
        Refused(
            With(Npz.Set(), "test_images", Npz.Array(new byte[100], [int.MaxValue, int.MaxValue, int.MaxValue])),
            "is damaged or no .npz file ("
        );
        Refused(
            With(Npz.Set(), "test_images", Npz.Array(new byte[100], [100], version: 4)),
            "(test_images.npy has version 4 of the format instead of 1, 2 or 3)"
        );
        Refused(With(Npz.Set(), "test_images", Npz.Array(new byte[100], [-100])), "(the header of test_images.npy can't be read)");
        Refused(
            With(Npz.Set(), "test_images", [(byte)'P', .. Npz.Array(new byte[100], [100]).Skip(1)]),
            "(test_images.npy does not begin as an array of NumPy does)"
        );
        Refused(
            With(Npz.Set(), "test_images", [.. Npz.Array([], [1], version: 2).Select((b, i) => i == 10 ? (byte)1 : b)]),
            "(the header of test_images.npy has 65654 bytes)"
        );
    }

    [Fact]
    public void A_flipped_bit_is_noticed_wherever_it_changes_what_is_read()
    {
        (byte[] whole, string expected) = Small();
        foreach (int place in Enumerable.Range(0, whole.Length))
        {
            byte[] bytes = [.. whole];
            bytes[place] ^= (byte)(1 << (place % 8));
            Assert.Equal(expected, ContentOr(expected, bytes));
        }
    }

    [Fact]
    public void A_file_that_ends_early_is_refused_wherever_it_ends()
    {
        (byte[] whole, _) = Small();
        foreach (int length in Enumerable.Range(0, whole.Length))
        {
            Assert.Equal("refused", ContentOr("refused", whole[..length]));
        }
    }

    [Fact]
    public void A_file_that_is_no_archive_or_only_a_part_of_one_is_refused()
    {
        Npz.Write(PathOf("whole.npz"), Npz.Set(count: 50));
        byte[] whole = File.ReadAllBytes(PathOf("whole.npz"));
        foreach (
            byte[] bytes in (byte[][])
                [
                    [],
                    "<html>not found</html>"u8.ToArray(),
                    whole[..(whole.Length / 2)],
                    [.. whole[..40], .. RandomNumberGenerator.GetBytes(300), .. whole[340..]],
                ]
        )
        {
            File.WriteAllBytes(PathOf("pneumoniamnist.npz"), bytes);
            Assert.Contains(
                "download it again.",
                Assert.Throws<InvalidDataException>(() => MedMnist.Load(PathOf("pneumoniamnist.npz"), "pneumoniamnist")).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("pneumoniamnist.npz", "28209eda62fecd6e6a2d98b1501bb15f", 28)]
    [InlineData("PneumoniaMNIST_64.npz", "8f4eceb4ccffa70c672198ea285246c6", 64)]
    public void A_file_with_the_name_of_a_published_one_has_its_checksum_or_is_said_to_be_ones_own(string name, string md5, int size)
    {
        Npz.Write(PathOf(name), Npz.Set(size: size));

        string message = Assert.Throws<InvalidDataException>(() => MedMnist.Load(PathOf(name))).Message;

        Assert.StartsWith($"{PathOf(name)} is not the published {name.ToLowerInvariant()}: its MD5 is ", message, StringComparison.Ordinal);
        Assert.Contains(
            $", it should be {md5}; download it again. MedMnist.Download(\"pneumoniamnist\", {size}) does so.",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains("MedMnist.Load(path, \"pneumoniamnist\")", message, StringComparison.Ordinal);
        using MedMnist own = MedMnist.Load(PathOf(name), "pneumoniamnist");
        Assert.Equal(3, own.Train.Count);
    }

    [Fact]
    public void A_file_with_a_name_like_those_of_published_ones_is_compared_with_none()
    {
        Npz.Write(PathOf("pneumoniamnist_mine.npz"), Npz.Set());

        using MedMnist set = MedMnist.Load(PathOf("pneumoniamnist_mine.npz"));

        Assert.Equal("PneumoniaMNIST", set.Info.Title);
    }

    [Fact]
    public void A_set_that_does_not_fit_into_memory_is_refused_before_it_is_read()
    {
        Npz.Write(PathOf("large.npz"), Npz.Set(count: 1200, size: 64));

        string message = Assert
            .Throws<InsufficientMemoryException>(() =>
                AvailableMemory.Assume(30_000_000, () => MedMnist.Load(PathOf("large.npz"), "pneumoniamnist"))
            )
            .Message;

        // 3 x 1200 x 64 x 64 pixels, each of which takes five bytes.
        Assert.Contains("large.npz need 0.1 GB of memory, and 0.0 GB are there", message, StringComparison.Ordinal);
    }

    private (byte[] File, string Content) Small()
    {
        string path = PathOf("pneumoniamnist.npz");
        Npz.Write(path, Npz.Set(count: 1));
        byte[] file = File.ReadAllBytes(path);
        return (file, ContentOr("refused", file));
    }

    /// <summary>All that a file holds, or another text where the file is refused as it should be.</summary>
    private string ContentOr(string refused, byte[] file)
    {
        string path = PathOf("pneumoniamnist.npz");
        File.WriteAllBytes(path, file);
        try
        {
            using MedMnist set = MedMnist.Load(path, "pneumoniamnist");
            return string.Join(
                '|',
                new[] { set.Train, set.Validation, set.Test }.Select(part =>
                    string.Join(' ', [.. part.Images.data<float>(), .. part.Labels.data<long>()])
                )
            );
        }
        catch (InvalidDataException e) when (e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            return refused;
        }
    }

    private static (string Name, byte[] File)[] With((string Name, byte[] File)[] set, string name, byte[] file) =>
        [.. set.Select(array => array.Name == name ? (name, file) : array)];

    private MedMnist Load(string name, (string Name, byte[] File)[] arrays)
    {
        Npz.Write(PathOf(name), arrays);
        return MedMnist.Load(PathOf(name), name.Split('.', '_')[0]);
    }

    private void Refused((string Name, byte[] File)[] arrays, string words)
    {
        string path = PathOf($"{Guid.NewGuid():N}/pneumoniamnist.npz");
        Npz.Write(path, arrays);
        Assert.Contains(
            words,
            Assert.Throws<InvalidDataException>(() => MedMnist.Load(path, "pneumoniamnist")).Message,
            StringComparison.Ordinal
        );
    }
}
