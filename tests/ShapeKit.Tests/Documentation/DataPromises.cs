using ShapeKit.Data;
using ShapeKit.Runtime;
using static ShapeKit.Tests.Documentation.Promise;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

internal static class DataPromises
{
    public static Promise[] All { get; } = [.. Tensors, .. Files, .. Words];

    private const string NoMemory = "There is not memory enough",
        InColour = "one set is in colour and the other is not";

    private static Promise[] Tensors =>
        [
            .. Of<ArgumentException>(
                "Data.Augmentation.RandomFlips",
                ("The images do not have four dimensions", () => Augmentation.RandomFlips(rand(28, 28), Given.Random))
            ),
            .. Of<ArgumentException>(
                "Data.Augmentation.RandomAffine",
                ("The images do not have four dimensions", () => Augmentation.RandomAffine(rand(28, 28), Given.Random)),
                ("a limit is out of range", () => Augmentation.RandomAffine(Given.Images(), Given.Random, shift: 2)),
                ("a limit is out of range", () => Augmentation.RandomAffine(Given.Images(), Given.Random, scale: 1)),
                ("a limit is out of range", () => Augmentation.RandomAffine(Given.Images(), Given.Random, degrees: -1))
            ),
            .. Of<ArgumentException>(
                "Data.Augmentation.RandomExposure",
                ("The images do not have four dimensions", () => Augmentation.RandomExposure(rand(28, 28), Given.Random)),
                ("a limit is below 1", () => Augmentation.RandomExposure(Given.Images(), Given.Random, gamma: 0.9)),
                ("a limit is below 1", () => Augmentation.RandomExposure(Given.Images(), Given.Random, contrast: 0))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.Batches.#ctor",
                ("The batch size is below 1", () => _ = new Batches(Given.Dataset(), 0, seed: 1))
            ),
            .. Of<ArgumentException>(
                "Data.ImageDataset.#ctor(Tensor)",
                ("A shape", () => _ = new ImageDataset(rand(2, 28, 28), zeros(2, int64), Given.TwoNames)),
                ("A shape", () => _ = new ImageDataset(rand(2, 2, 28, 28), zeros(2, int64), Given.TwoNames)),
                ("A shape", () => _ = new ImageDataset(Given.Images(), zeros(3, int64), Given.TwoNames)),
                ("A shape", () => _ = new ImageDataset(Given.Images(), zeros(2, int64), Given.TwoNames, masks: zeros(2, 1, 9, 9))),
                ("A shape", () => _ = new ImageDataset(Given.Images(), zeros(2, int64), Given.TwoNames, shapes: [])),
                ("a dtype", () => _ = new ImageDataset(Given.Images(), zeros(2), Given.TwoNames)),
                ("a dtype", () => _ = new ImageDataset(Given.Images().to(float64), zeros(2, int64), Given.TwoNames)),
                ("a value is not as described", () => _ = new ImageDataset(Given.Images() + 1, zeros(2, int64), Given.TwoNames)),
                ("a value is not as described", () => _ = new ImageDataset(Given.NaN(2, 1, 9, 9), zeros(2, int64), Given.TwoNames)),
                ("a value is not as described", () => _ = new ImageDataset(Given.Images(), full(2, 2, int64), Given.TwoNames)),
                ("a value is not as described", () => _ = new ImageDataset(Given.Images(), full(2, 2, 2, int64), Given.TwoNames)),
                ("a value is not as described", () => _ = new ImageDataset(Given.Images(), zeros(2, int64), ["no", null!])),
                ("a value is not as described", () => _ = new ImageDataset(Given.Images(), zeros(2, int64), Given.TwoNames, Given.Images()))
            ),
            .. Of<ObjectDisposedException>(
                "Data.ImageDataset.Images",
                ("The data set was disposed", () => _ = Given.Disposed(Given.Dataset()).Images)
            ),
            .. Of<ObjectDisposedException>(
                "Data.ImageDataset.Labels",
                ("The data set was disposed", () => _ = Given.Disposed(Given.Dataset()).Labels)
            ),
            .. Of<ObjectDisposedException>(
                "Data.ImageDataset.Masks",
                ("The data set was disposed", () => _ = Given.Disposed(Given.Dataset()).Masks)
            ),
            .. Of<InsufficientMemoryException>(
                "Data.ImageDataset.Masks",
                ("There is not memory enough to make them", () => AvailableMemory.Assume(0, () => _ = Given.Drawn(pixels: 4096).Masks))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.ImageDataset.Slice",
                ("The part reaches beyond the data set", () => Given.Dataset(4).Slice(3, 2)),
                ("The part reaches beyond the data set", () => Given.Dataset(4).Slice(-1, 2)),
                ("The part reaches beyond the data set", () => Given.Dataset(4).Slice(1, int.MaxValue))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.ImageDataset.Select",
                ("An index lies outside the data set", () => Given.Dataset(4).Select([0, 4])),
                ("An index lies outside the data set", () => Given.Dataset(4).Select([-1]))
            ),
            .. Of<InsufficientMemoryException>(
                "Data.ImageDataset.Select",
                ("There is not memory enough for the copies", () =>
                    AvailableMemory.Assume(0, () => Given.Dataset(1).Select([.. Enumerable.Repeat(0, 100_000)]))
                )
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.ImageDataset.Pixels",
                ("The index lies outside the data set", () => Given.Dataset(4).Pixels(4))
            ),
            .. Of<InvalidOperationException>(
                "Data.ImageDataset.Pixels",
                ("The images are in colour", () => Given.Dataset(channels: 3).Pixels(0))
            ),
            .. Of<ArgumentException>(
                "Data.ImageDataset.OneVersusRest",
                ("There is no such class", () => Given.Dataset().OneVersusRest("heart")),
                ("There is no such class", () => Given.Dataset().OneVersusRest(null!))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.ImageDataset.ClassNameOf",
                ("The index lies outside the data set", () => Given.Dataset(4).ClassNameOf(-1))
            ),
            .. Of<ArgumentException>(
                "Data.TrainTestSplit.Stratified",
                ("The fraction is not above 0 and below 1", () => TrainTestSplit.Stratified(Given.Dataset(), 1)),
                ("The fraction is not above 0 and below 1", () => TrainTestSplit.Stratified(Given.Dataset(), double.NaN)),
                ("a class has too few (different) images to be in both parts", () => TrainTestSplit.Stratified(Given.Dataset(3))),
                ("a class has too few (different) images to be in both parts", () =>
                    TrainTestSplit.Stratified(Given.Dataset(1).Select([0, 0, 0]), keepDuplicatesTogether: true)
                ),
                ("an image can show several findings", () => TrainTestSplit.Stratified(Given.OfNoClasses()))
            ),
            .. Of<ArgumentException>(
                "Data.TrainTestSplit.ByPatient",
                ("The fraction is not above 0 and below 1", () => TrainTestSplit.ByPatient(Given.Dataset(4), [1, 2, 3, 4], 0)),
                ("the numbers of images and patients differ", () => TrainTestSplit.ByPatient(Given.Dataset(4), [1, 2])),
                ("there is only one patient", () => TrainTestSplit.ByPatient(Given.Dataset(4), [1, 1, 1, 1]))
            ),
            .. Of<ArgumentException>(
                "Data.TrainTestSplit.CountDuplicates",
                ("The images have not the same size", () => TrainTestSplit.CountDuplicates(Given.Dataset(), Given.Drawn(pixels: 20))),
                (InColour, () => TrainTestSplit.CountDuplicates(Given.Dataset(channels: 3), Given.Dataset()))
            ),
            .. Of<ArgumentException>(
                "Data.TrainTestSplit.Without",
                ("The images have not the same size", () => TrainTestSplit.Without(Given.Dataset(), Given.Drawn(pixels: 20))),
                (InColour, () => TrainTestSplit.Without(Given.Dataset(), Given.Dataset(channels: 3)))
            ),
        ];

    private static Promise[] Files =>
        [
            .. Of<DirectoryNotFoundException>(
                "Data.ImageFolder.Load",
                ("There is no such folder", () => ImageFolder.Load("no such folder", 28))
            ),
            .. Of<InvalidDataException>(
                "Data.ImageFolder.Load",
                ("The folder has fewer than two classes", () => Given.Folder(folder => ImageFolder.Load(folder, 28))),
                ("a class has no images or is a link to no folder", () => Given.Folder(folder =>
                    {
                        Directory.CreateDirectory(Path.Combine(folder, "a"));
                        Directory.CreateDirectory(Path.Combine(folder, "b"));
                        ImageFolder.Load(folder, 28);
                    })),
                ("an image is damaged, cut off or too large", () => Given.File("a/1.png", "no image", a =>
                    {
                        string folder = Path.GetDirectoryName(Path.GetDirectoryName(a))!;
                        Directory.CreateDirectory(Path.Combine(folder, "b"));
                        File.Copy(a, Path.Combine(folder, "b", "1.png"));
                        ImageFolder.Load(folder, 28);
                    }))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.ImageFolder.Load",
                ("The size is out of its range", () => Given.Folder(folder => ImageFolder.Load(folder, 0)))
            ),
            .. Not<InsufficientMemoryException>("Data.ImageFolder.Load", (NoMemory, "ImageFolderTests, which make images of their own")),
            .. Of<ArgumentException>(
                "Data.MedMnist.PathOf",
                ("There is no such set", () => MedMnist.PathOf("heartmnist")),
                ("not in this size", () => MedMnist.PathOf("pneumoniamnist", 29))
            ),
            .. Of<FileNotFoundException>(
                "Data.MedMnist.Load",
                ("There is no such file", () => MedMnist.Load(Path.Combine("no such folder", "pneumoniamnist.npz")))
            ),
            .. Of<ArgumentException>(
                "Data.MedMnist.Load",
                ("There is no such set", () => MedMnist.Load("pneumoniamnist.npz", "heartmnist")),
                ("the file's name doesn't say which one it holds", () => MedMnist.Load("mine.npz"))
            ),
            .. Of<InvalidDataException>(
                "Data.MedMnist.Load",
                ("The file is damaged", () => Given.File("mine.npz", "no archive", path => MedMnist.Load(path, "pneumoniamnist"))),
                ("not the published one", () => Given.File("pneumoniamnist.npz", "no archive", path => MedMnist.Load(path))),
                ("its arrays are not those of the set", () => Given.Folder(folder =>
                    {
                        string path = Path.Combine(folder, "pneumoniamnist.npz");
                        Data.Npz.Write(path, ("other", Data.Npz.Array([1], [1])));
                        MedMnist.Load(path, "pneumoniamnist");
                    }))
            ),
            .. Not<InsufficientMemoryException>(
                "Data.MedMnist.Load",
                ("There is not memory enough for the set", "MedMnistTests, which make sets of their own")
            ),
            .. Of<ArgumentException>(
                "Data.MedMnist.Download(String)",
                ("There is no such set", () => MedMnist.Download("heartmnist")),
                ("not in this size", () => MedMnist.Download("pneumoniamnist", 29))
            ),
            .. Of<IOException>("Data.MedMnist.Download(String)", ("a folder is in the way", () => Given.Folder(folder =>
                    {
                        Directory.CreateDirectory(Path.Combine(folder, "pneumoniamnist.npz.part"));
                        MedMnist.Download("pneumoniamnist", folder: folder);
                    }))),
            .. Not<IOException>(
                "Data.MedMnist.Download(String)",
                ("The network failed", "DownloadTests, with a server of their own"),
                ("the disk is full", "a test has no full disk on every system"),
                ("can't be written to", "who runs tests as root may write everywhere")
            ),
            .. Not<InvalidDataException>(
                "Data.MedMnist.Download(String)",
                ("What came is not the published file", "DownloadTests, with a server of their own")
            ),
            .. Of<OperationCanceledException>(
                "Data.MedMnist.Download(String)",
                ("The download was stopped", () =>
                    Given.Folder(folder => MedMnist.Download("pneumoniamnist", folder: folder, cancellationToken: Given.Stopped))
                )
            ),
            .. Of<ArgumentException>("Data.MedMnistInfo.Of", ("There is no such set", () => MedMnistInfo.Of("heartmnist"))),
            .. Of<ArgumentOutOfRangeException>(
                "Data.MedMnistInfo.FileName",
                ("The set is not published in this size", () => MedMnistInfo.All[0].FileName(29))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.MedMnistInfo.Address",
                ("The set is not published in this size", () => MedMnistInfo.All[0].Address(29))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.MedMnistInfo.Md5",
                ("The set is not published in this size", () => MedMnistInfo.All[0].Md5(29))
            ),
            .. Of<DirectoryNotFoundException>(
                "Data.NihChestXrays.Load",
                ("There is no such folder", () => NihChestXrays.Load("no such folder", 28))
            ),
            .. Of<FileNotFoundException>(
                "Data.NihChestXrays.Load",
                ("The table is missing", () => Given.Folder(folder => NihChestXrays.Load(folder, 28))),
                ("none of its images is there", () => Nih("Image Index,Finding Labels,Patient ID\n1.png,No Finding,1\n"))
            ),
            .. Of<InvalidDataException>(
                "Data.NihChestXrays.Load",
                ("The table has not the columns or the values it should have", () => Nih("Image Index,Patient ID\n")),
                ("The table has not the columns or the values it should have", () =>
                    Nih("Image Index,Finding Labels,Patient ID\n1.png,No Finding,one\n")
                ),
                ("an image has two files or two rows", () =>
                    Nih("Image Index,Finding Labels,Patient ID\n1.png,No Finding,1\n1.png,No Finding,2\n")
                ),
                ("one is damaged, cut off or too large", () =>
                    Nih("Image Index,Finding Labels,Patient ID\n1.png,No Finding,1\n", image: "1.png")
                )
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.NihChestXrays.Load",
                ("The size is out of its range", () => Given.Folder(folder => NihChestXrays.Load(folder, 16385)))
            ),
            .. Not<InsufficientMemoryException>(
                "Data.NihChestXrays.Load",
                (NoMemory, "NihChestXraysTests, which make images of their own")
            ),
        ];

    private static Promise[] Words =>
        [
            .. Of<ArgumentException>(
                "Data.Vocabulary.#ctor",
                ("There is no word", () => _ = new Vocabulary([])),
                ("one that Tokenize never gives: it is empty", () => _ = new Vocabulary([""])),
                ("holds a blank", () => _ = new Vocabulary(["two words"])),
                ("a capital letter", () => _ = new Vocabulary(["Nodule"])),
                ("a punctuation mark beside letters", () => _ = new Vocabulary(["nodule."])),
                ("is one of the special ones", () => _ = new Vocabulary(["<end>"]))
            ),
            .. Of<ArgumentException>("Data.Vocabulary.NumberOf", ("The word is not known", () => Given.Vocabulary.NumberOf("heart"))),
            .. Of<ArgumentException>(
                "Data.Vocabulary.Encode(String)",
                ("A word is not known", () => Given.Vocabulary.Encode("no heart .", 9)),
                ("the sentence is too long", () => Given.Vocabulary.Encode("no nodule .", 4)),
                ("the length above a million", () => Given.Vocabulary.Encode("no nodule .", int.MaxValue))
            ),
            .. Of<ArgumentException>(
                "Data.Vocabulary.Encode(IReadOnlyList<String>)",
                ("There is no sentence", () => Given.Vocabulary.Encode([])),
                ("a word is not known", () => Given.Vocabulary.Encode(["no heart ."])),
                ("a sentence is too long", () => Given.Vocabulary.Encode(["no nodule ."], 4)),
                ("the length above a million", () => Given.Vocabulary.Encode(["no nodule ."], 2_000_000_000))
            ),
            .. Of<ArgumentOutOfRangeException>(
                "Data.Vocabulary.Decode",
                ("A number stands for no word", () => Given.Vocabulary.Decode([1, 999, 2])),
                ("A number stands for no word", () => Given.Vocabulary.Decode([-1]))
            ),
        ];

    private static void Nih(string table, string? image = null) => Given.File("Data_Entry_2017.csv", table, path =>
        {
            string folder = Path.GetDirectoryName(path)!;
            if (image is not null)
            {
                File.WriteAllText(Path.Combine(folder, image), "no image");
            }

            NihChestXrays.Load(folder, 28);
        });
}
