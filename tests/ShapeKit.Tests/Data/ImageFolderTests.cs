using System.Buffers.Binary;
using System.IO.Hashing;
using CsCheck;
using ShapeKit.Data;
using ShapeKit.Runtime;
using SkiaSharp;

namespace ShapeKit.Tests.Data;

public sealed class ImageFolderTests : TemporaryFolder
{
    [Fact]
    public void Each_folder_is_a_class_and_its_files_come_in_the_order_of_their_names()
    {
        Save("normal/b.png", 40, 40, (_, _) => new SKColor(102, 102, 102));
        Save("normal/a.PNG", 40, 40, (_, _) => new SKColor(51, 51, 51));
        Save("pneumonia/c.jpg", 40, 40, (_, _) => new SKColor(204, 204, 204));
        File.WriteAllText(PathOf("normal/notes.txt"), "left out");
        File.WriteAllText(PathOf("pneumonia/.hidden.png"), "left out");

        using ImageDataset data = ImageFolder.Load(Folder, 28);

        Assert.Equal("3 images of 28 x 28 pixels: 2 normal, 1 pneumonia", data.ToString());
        Assert.Equal([0.2f, 0.4f, 0.8f], data.Images.mean([1, 2, 3]).data<float>().ToArray().Select(mean => MathF.Round(mean, 2)));
        Assert.Equal([0L, 0, 1], data.Labels.data<long>().ToArray());
    }

    [Fact]
    public void An_image_is_cut_to_the_square_at_its_centre_and_made_smaller_evenly()
    {
        // White in the middle 40 of 80 columns, left half of it brighter in colour alone.
        Save("a/wide.png", 80, 40, (x, _) => x is >= 20 and < 60 ? SKColors.White : SKColors.Black);
        Save("b/checker.png", 40, 40, (x, y) => (x + y) % 2 == 0 ? SKColors.White : SKColors.Black);

        using ImageDataset data = ImageFolder.Load(Folder, 10);

        Assert.All(data.Images[0].data<float>().ToArray(), pixel => Assert.Equal(1, pixel));
        Assert.All(data.Images[1].data<float>().ToArray(), pixel => Assert.InRange(pixel, 0.48f, 0.52f));
    }

    [Fact]
    public void Folders_and_files_that_do_not_fit_are_named()
    {
        Assert.Contains(
            "There is no folder",
            Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(PathOf("nowhere"), 28)).Message,
            StringComparison.Ordinal
        );
        Save("one/a.png", 4, 4, (_, _) => SKColors.Black);
        Assert.Contains(
            "holds 1 folder(s); make one for each class",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 28)).Message,
            StringComparison.Ordinal
        );
        Directory.CreateDirectory(PathOf("two"));
        Assert.Contains(
            "two holds no images, *.png, *.jpg or *.jpeg; put PNG or JPEG files there",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 28)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(PathOf("two/broken.png"), "no image");
        Assert.Contains(
            "broken.png can't be read as PNG or JPEG",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 28)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>A progressive JPEG of 16 x 16 pixels, which Skia reads but doesn't write.</summary>
    private const string Progressive =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4"
        + "x9lnN+gXz/wgALCAAQABABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAQAC/9oACAEBAAAAASNf/8QAFhABAQEAAAAAAAAAAAAAAAAAEQEQ/9oA"
        + "CAEBAAEFAgm//8QAGhAAAgIDAAAAAAAAAAAAAAAAACERoVFhkf/aAAgBAQAGPwLXCKEqMH//xAAeEAABBAIDAQAAAAAAAAAAAAABABEhMUFhcY"
        + "GRwf/aAAgBAQABPyGlR6Z5ZRjEgHC+h1a3tEy+lM0eKDcWV//aAAgBAQAAABBv/8QAHBABAQEBAQADAQAAAAAAAAAAAREhMQBRkbHx/9oACAEB"
        + "AAE/EAVgHASYGQnuj/Ow7hx8gyZiFft8oKzSuriq3voJC+AJmZYskKFix7z7Pf/Z";

    [Fact]
    public void A_progressive_JPEG_that_is_cut_off_anywhere_or_ends_in_zeros_is_named()
    {
        byte[] whole = Convert.FromBase64String(Progressive);
        Save("a/whole.png", 16, 16, (_, _) => SKColors.Black);
        string photo = PathOf("a/photo.jpg"),
            other = PathOf("b/photo.jpg");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        // What follows the end, as some telephones write it, is no part of the image.
        File.WriteAllBytes(photo, [.. whole, 1, 2, 3]);
        for (int length = whole.Length - 1; length > 0; length -= 7)
        {
            File.WriteAllBytes(other, whole[..length]);
            Assert.Contains(
                other,
                Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 16)).Message,
                StringComparison.Ordinal
            );
            File.WriteAllBytes(other, [.. whole[..length], .. new byte[whole.Length - length]]);
            Assert.Contains(
                other,
                Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 16)).Message,
                StringComparison.Ordinal
            );
        }

        File.WriteAllBytes(other, whole);
        using ImageDataset data = ImageFolder.Load(Folder, 16);
        Assert.Equal(data.Pixels(0).Cast<float>(), data.Pixels(2).Cast<float>());
    }

    [Theory]
    [InlineData("photo.png")]
    [InlineData("photo.jpg")]
    public void A_file_that_is_cut_off_is_named(string name)
    {
        Save("a/whole.png", 64, 64, (_, _) => SKColors.Black);
        Save("b/" + name, 64, 64, (x, y) => new SKColor((byte)(x * y * 7), (byte)(x * 31), (byte)(y * 17)));
        byte[] whole = File.ReadAllBytes(PathOf("b/" + name));
        File.WriteAllBytes(PathOf("b/" + name), whole[..(whole.Length / 2)]);

        string message = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 28)).Message;

        Assert.Contains($"{name} is cut off: a part of the image is missing.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 255)]
    [InlineData(300, 1023)]
    [InlineData(1023, 1023)]
    [InlineData(3000, 4095)]
    [InlineData(4095, 4095)]
    [InlineData(4096, 16_383)]
    [InlineData(60_000, 65_535)]
    public void In_a_grey_PNG_of_16_bits_white_is_the_largest_number_of_the_bits_that_are_used(int brightest, int white)
    {
        File.WriteAllBytes(PathOf("a/deep.png"), DeepPng.Of(16, 16, (x, _) => x < 8 ? brightest : 0));
        Save("b/usual.png", 16, 16, (_, _) => new SKColor(51, 51, 51));

        using ImageDataset data = ImageFolder.Load(Folder, 16);

        float[,] deep = data.Pixels(0);
        Assert.Equal(((float)brightest / white, 0), (deep[5, 2], deep[5, 13]));
        Assert.Equal(0.2f, data.Pixels(1)[5, 2]);
    }

    [Fact]
    public void The_4096_greys_of_12_bits_stay_apart_and_are_cut_and_made_smaller_like_others()
    {
        File.WriteAllBytes(PathOf("a/ramp.png"), DeepPng.Of(64, 64, (x, y) => (64 * y) + x));
        File.WriteAllBytes(PathOf("b/wide.png"), DeepPng.Of(80, 40, (x, y) => x is < 20 or >= 60 || (x + y) % 2 == 0 ? 4095 : 0));

        using ImageDataset whole = ImageFolder.Load(Folder, 64);
        using ImageDataset small = ImageFolder.Load(Folder, 10);

        Assert.Equal(4096, whole.Images[0].data<float>().Distinct().Count());
        Assert.Equal(1001 / 4095f, whole.Pixels(0)[15, 41], 1e-6f);
        Assert.All(small.Images[1].data<float>().ToArray(), pixel => Assert.InRange(pixel, 0.48f, 0.52f));
    }

    [Fact]
    public void A_grey_PNG_of_16_bits_that_is_damaged_or_cut_off_is_named()
    {
        Save("a/whole.png", 8, 8, (_, _) => SKColors.Black);
        byte[] deep = DeepPng.Of(64, 64, (x, y) => x * y % 4096);
        Refused(deep[..(deep.Length / 2)], "deep.png is cut off");
        deep[19] ^= 1; // The width is another one than that whose checksum follows.
        Refused(deep, "deep.png can't be read as PNG or JPEG");

        void Refused(byte[] png, string words)
        {
            File.WriteAllBytes(PathOf("b/deep.png"), png);
            Assert.Contains(
                words,
                Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 28)).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void DICOM_files_are_named_wherever_images_are_missing_or_cannot_be_read()
    {
        const string advice = " is a DICOM file: make PNG files of DICOM files first, for example with dcm2img";
        byte[] dicom = [.. new byte[128], .. "DICM"u8, 2, 0, 0, 0];
        File.WriteAllBytes(PathOf("IM000001"), dicom);
        Refused<InvalidDataException>(() => ImageFolder.Load(Folder, 28), "IM000001" + advice);
        Refused<FileNotFoundException>(() => NihChestXrays.Load(Folder, 28), "IM000001" + advice);
        Table("00000001_000.png,Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,");
        Refused<FileNotFoundException>(() => NihChestXrays.Load(Folder, 28), "IM000001" + advice);

        Save("normal/1.png", 8, 8, (_, _) => SKColors.Black);
        File.WriteAllText(PathOf("pneumonia/study/1.dcm"), "");
        Refused<InvalidDataException>(() => ImageFolder.Load(Folder, 28), $"{Path.Combine("study", "1.dcm")}{advice}");
        File.WriteAllBytes(PathOf("pneumonia/1.png"), dicom);
        Refused<InvalidDataException>(() => ImageFolder.Load(Folder, 28), "1.png is a DICOM file, whatever its name says: make PNG");

        static void Refused<T>(Action load, string words)
            where T : Exception => Assert.Contains(words, Assert.Throws<T>(load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_pixels_than_can_be_held_are_refused_before_a_file_is_read()
    {
        File.WriteAllText(PathOf("a/1.png"), "not read");
        File.WriteAllText(PathOf("b/1.png"), "not read");

        Assert.Contains(
            "1 to 16384 pixels a side",
            Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Load(Folder, 50_000)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "2 images of 16384 x 16384 pixels need 2.1 GB of memory, and 1.5 GB are there",
            Assert
                .Throws<InsufficientMemoryException>(() => AvailableMemory.Assume(1_500_000_000, () => ImageFolder.Load(Folder, 16_384)))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_image_too_large_to_be_decoded_is_named()
    {
        byte[] png = DeepPng.Of(4, 4, (_, _) => 0);
        (png[18], png[19], png[22], png[23]) = (0xff, 0xff, 0xff, 0xff);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12..29)));
        Save("a/small.png", 8, 8, (_, _) => SKColors.Black);
        File.WriteAllBytes(PathOf("b/poster.png"), png);

        Assert.Contains(
            "poster.png has 65535 x 65535 pixels, too many to be read",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 28)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, "ab cd")]
    [InlineData(2, "ba dc")]
    [InlineData(3, "dc ba")]
    [InlineData(4, "cd ab")]
    [InlineData(5, "ac bd")]
    [InlineData(6, "ca db")]
    [InlineData(7, "db ca")]
    [InlineData(8, "bd ac")]
    public void A_photograph_stands_the_way_up_that_the_camera_noted(byte orientation, string quarters)
    {
        byte[] exif =
        [
            .. "MM"u8,
            .. (byte[])[0, 42, 0, 0, 0, 8, 0, 1], // one entry: Orientation, a 16-bit number
            .. (byte[])[1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
        ];
        byte[] little =
        [
            .. "II"u8,
            .. (byte[])[42, 0, 8, 0, 0, 0, 2, 0], // two entries, the other one before it
            .. (byte[])[0, 1, 4, 0, 1, 0, 0, 0, 64, 0, 0, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0],
        ];
        SaveQuarters("x/photo.jpg");
        SaveQuarters("y/photo.png");
        SaveQuarters("z/late.png");
        byte[] jpeg = File.ReadAllBytes(PathOf("x/photo.jpg")),
            png = File.ReadAllBytes(PathOf("y/photo.png"));
        const int header = 33,
            end = 12;
        File.WriteAllBytes(PathOf("x/photo.jpg"), [.. jpeg[..2], 0xff, 0xe1, 0, 34, .. "Exif"u8, 0, 0, .. exif, .. jpeg[2..]]);
        File.WriteAllBytes(PathOf("y/photo.png"), [.. png[..header], .. DeepPng.Chunk("eXIf", exif), .. png[header..]]);
        File.WriteAllBytes(PathOf("z/late.png"), [.. png[..^end], .. DeepPng.Chunk("eXIf", little), .. png[^end..]]);

        using ImageDataset data = ImageFolder.Load(Folder, 64);

        Assert.All(Enumerable.Range(0, data.Count), image =>
            Assert.Equal(quarters.Replace(" ", "", StringComparison.Ordinal), Quarters(data.Pixels(image)))
        );
    }

    [Fact]
    public void Whatever_a_PNG_notes_of_the_camera_it_is_read()
    {
        SaveQuarters("x/photo.png");
        Save("y/other.png", 8, 8, (_, _) => SKColors.Black);
        byte[] png = File.ReadAllBytes(PathOf("x/photo.png"));
        Gen.Select(Gen.Bool, Gen.Byte.Array[0, 60])
            .Sample(
                (isTiff, note) =>
                {
                    byte[] exif = isTiff ? [.. "II"u8, 42, 0, .. note] : note;
                    File.WriteAllBytes(PathOf("x/photo.png"), [.. png[..33], .. DeepPng.Chunk("eXIf", exif), .. png[33..]]);
                    using ImageDataset data = ImageFolder.Load(Folder, 64);
                    return Quarters(data.Pixels(0)).Order().SequenceEqual("abcd");
                },
                iter: 200,
                threads: 1
            );
    }

    [Fact]
    public void A_link_to_an_image_that_is_gone_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        Save("x/here.png", 8, 8, (_, _) => SKColors.Black);
        File.CreateSymbolicLink(PathOf("y/link.png"), "gone.png");

        string message = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 8)).Message;

        Assert.Equal(
            $"{PathOf("y/link.png")} is a link to gone.png, which leads to nothing; bring back what it led to, or remove the link.",
            message
        );
    }

    [Fact]
    public void Tables_and_sets_that_are_links_to_no_file_are_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        File.CreateSymbolicLink(PathOf("Data_Entry_2017.csv"), "gone.csv");
        File.CreateSymbolicLink(PathOf("pneumoniamnist.npz"), "gone.npz");

        Assert.Contains(
            "holds no Data_Entry_2017*.csv",
            Assert.Throws<FileNotFoundException>(() => NihChestXrays.Load(Folder, 8)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "MedMnist.Download(",
            Assert.Throws<FileNotFoundException>(() => MedMnist.Load(PathOf("pneumoniamnist.npz"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_class_that_is_a_link_to_no_folder_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        Save("a/1.png", 8, 8, (_, _) => SKColors.Black);
        Save("b/1.png", 8, 8, (_, _) => SKColors.Black);
        Directory.CreateSymbolicLink(PathOf("c"), "gone");

        string message = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(Folder, 8)).Message;

        Assert.StartsWith($"{PathOf("c")} is a link to gone, which leads to nothing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_takes_more_memory_than_there_is_is_refused()
    {
        Save("a/1.png", 4000, 4000, (_, _) => SKColors.Black);
        Save("b/1.png", 8, 8, (_, _) => SKColors.Black);

        string message = Assert
            .Throws<InsufficientMemoryException>(() => AvailableMemory.Assume(100_000_000, () => ImageFolder.Load(Folder, 8)))
            .Message;

        Assert.StartsWith($"The pixels of {PathOf("a/1.png")} need 0.1 GB of memory", message, StringComparison.Ordinal);
    }

    /// <summary>A quarter of each of four greys, as the sensor saw them: a and b above, c and d below.</summary>
    private static readonly byte[] QuarterGreys = [20, 90, 160, 230];

    private void SaveQuarters(string name) =>
        Save(name, 64, 64, (x, y) => QuarterGreys[(x / 32) + (y / 32 * 2)] is var grey ? new SKColor(grey, grey, grey) : default);

    private static string Quarters(float[,] pixels) =>
        string.Concat(
            new[] { (16, 16), (16, 48), (48, 16), (48, 48) }.Select(place =>
                "abcd"[Enumerable.Range(0, 4).MinBy(i => Math.Abs(QuarterGreys[i] - (255 * pixels[place.Item1, place.Item2])))]
            )
        );

    [Fact]
    public void A_damaged_note_of_the_camera_turns_nothing()
    {
        SaveQuarters("x/damaged.png");
        SaveQuarters("y/after.png");
        byte[] exif = [.. "MM"u8, .. (byte[])[0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0]];
        byte[] png = File.ReadAllBytes(PathOf("x/damaged.png")),
            chunk = DeepPng.Chunk("eXIf", exif);
        File.WriteAllBytes(PathOf("y/after.png"), [.. png, .. chunk]);
        chunk[^1] ^= 1;
        File.WriteAllBytes(PathOf("x/damaged.png"), [.. png[..33], .. chunk, .. png[33..]]);

        using ImageDataset data = ImageFolder.Load(Folder, 64);

        Assert.Equal(["abcd", "abcd"], [Quarters(data.Pixels(0)), Quarters(data.Pixels(1))]);
    }

    [Fact]
    public void A_newer_table_of_the_NIH_and_files_in_capitals_are_found()
    {
        Table("00000001_000.png,Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,");
        File.Move(PathOf("Data_Entry_2017.csv"), PathOf("Data_Entry_2017_v2020.csv"));
        Save("images/00000001_000.PNG", 5, 5, (_, _) => SKColors.Black);

        (ImageDataset data, IReadOnlyList<int> patients) = NihChestXrays.Load(Folder, 28);

        Assert.Equal([1], patients);
        data.Dispose();
    }

    [Fact]
    public void An_image_of_the_NIH_with_16_bits_is_read_like_those_of_a_folder()
    {
        Table("00000001_000.png,Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,");
        File.WriteAllBytes(PathOf("images/00000001_000.png"), DeepPng.Of(8, 8, (_, _) => 4095));

        (ImageDataset data, _) = NihChestXrays.Load(Folder, 8);

        Assert.Equal(1, data.Images.min().item<float>());
        data.Dispose();
    }

    [Fact]
    public void The_layout_of_the_NIH_gives_findings_and_patients()
    {
        Table(
            "00000001_000.png,Cardiomegaly,0,1,58,M,PA,2682,2749,0.143,0.143,",
            "00000001_001.png,Cardiomegaly|Emphysema,1,1,58,M,PA,2894,2729,0.143,0.143,",
            "00000002_000.png,No Finding,0,2,81,M,PA,2500,2048,0.171,0.171,",
            "00000003_000.png,Hernia,0,3,81,F,PA,2582,2991,0.143,0.143,"
        );
        Save("images_001/images/00000001_000.png", 50, 50, (_, _) => SKColors.Black);
        Save("images_001/images/00000001_001.png", 50, 50, (_, _) => SKColors.White);
        Save("images_002/images/00000002_000.png", 50, 50, (_, _) => SKColors.Gray);

        (ImageDataset data, IReadOnlyList<int> patients) = NihChestXrays.Load(Folder, 28);

        Assert.Equal([1, 1, 2], patients);
        Assert.Equal(["Cardiomegaly", "Cardiomegaly, Emphysema", "no finding"], Enumerable.Range(0, 3).Select(data.ClassNameOf));
        Assert.Equal([3, 14], data.Labels.shape);
        Assert.Equal(1, data.Images[1].min().item<float>());
        using ImageDataset emphysema = data.OneVersusRest("Emphysema");
        Assert.Equal([0L, 1, 0], emphysema.Labels.data<long>().ToArray());
        data.Dispose();
    }

    [Fact]
    public void A_row_of_the_NIH_finds_its_image_in_quotes_and_letter_by_letter_where_names_differ_in_capitals_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere two such files are one.");
        Table("\"a.png\",Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,", " A.png,Mass,0,2,58,M,PA,2682,2749,0.143,0.143,");
        Save("images/a.png", 8, 8, (_, _) => SKColors.Black);
        Save("images/A.png", 8, 8, (_, _) => SKColors.White);

        (ImageDataset data, IReadOnlyList<int> patients) = NihChestXrays.Load(Folder, 8);

        Assert.Equal([1, 2], patients);
        Assert.Equal((0f, 1f), (data.Images[0].max().item<float>(), data.Images[1].min().item<float>()));
        data.Dispose();
    }

    [Fact]
    public void Folders_of_the_NIH_may_be_links_even_to_one_another()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        Table("a.png,Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,");
        Save("elsewhere/a.png", 8, 8, (_, _) => SKColors.Black);
        Directory.CreateSymbolicLink(PathOf("one"), ".");
        Directory.CreateSymbolicLink(PathOf("two"), "elsewhere");
        Directory.CreateSymbolicLink(PathOf("elsewhere/three"), "..");

        (ImageDataset data, _) = NihChestXrays.Load(Folder, 8);

        Assert.Equal(1, data.Count);
        data.Dispose();
    }

    [Fact]
    public void A_table_of_the_NIH_that_does_not_fit_is_named()
    {
        Refused<FileNotFoundException>("holds no Data_Entry_2017*.csv");
        Table("00000001_000.png,Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,");
        Refused<FileNotFoundException>("None of the images that Data_Entry_2017.csv names, such as 00000001_000.png, is in");
        Save("images/00000001_000.png", 5, 5, (_, _) => SKColors.Black);
        Table("00000001_000.png,Hernia|Broken Rib,0,1,58,M,PA,2682,2749,0.143,0.143,");
        Refused<InvalidDataException>("names the finding “Broken Rib”; known are No Finding, Atelectasis,");
        Table("00000001_000.png,Hernia,0,one,58,M,PA,2682,2749,0.143,0.143,");
        Refused<InvalidDataException>("Line 2 of");
        const string whole = "00000001_000.png,Hernia,0,1,58,M,PA,2682,2749,0.143,0.143,";
        Table(whole, "00030805_000.png,No Finding,0,30");
        Refused<InvalidDataException>("Line 3 of");
        Table(whole, whole);
        Refused<InvalidDataException>("names 00000001_000.png for the second time");
        Table(whole, whole.Replace(".png", ".PNG", StringComparison.Ordinal));
        Refused<InvalidDataException>("is another row's image; give each row its own");
        Table("00000001_000.png,Hernia,0,1,058Y,M,PA,2" + whole.Replace("_000", "_001", StringComparison.Ordinal), whole);
        Refused<InvalidDataException>("Line 2 of");
        Save("images_002/00000001_000.png", 5, 5, (_, _) => SKColors.White);
        Table(whole);
        Refused<InvalidDataException>("names 00000001_000.png, and there are two,");
        File.WriteAllText(PathOf("Data_Entry_2017.csv"), "Image;Labels\n");
        Refused<InvalidDataException>("has no column “Image Index”");

        void Refused<T>(string words)
            where T : Exception =>
            Assert.Contains(words, Assert.Throws<T>(() => NihChestXrays.Load(Folder, 28)).Message, StringComparison.Ordinal);
    }

    private void Table(params string[] rows) =>
        File.WriteAllText(
            PathOf("Data_Entry_2017.csv"),
            "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View "
                + "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n"
                + string.Join('\n', rows)
                + "\n"
        );

    private void Save(string name, int width, int height, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, color(x, y));
            }
        }

        using FileStream stream = File.Create(PathOf(name));
        bitmap.Encode(stream, name.EndsWith(".jpg", StringComparison.Ordinal) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, 95);
    }
}
