using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>One of the twelve 2-D sets of MedMNIST v2: small, licensed medical images, already split into three parts.</summary>
/// <remarks>
/// Yang et al., <em>MedMNIST v2</em>, Scientific Data 10:41 (2023). A set owns the tensors of its parts; <see cref="Dispose"/> releases
/// them. MedMNIST is for learning and comparing, not for clinical use.
/// </remarks>
public sealed class MedMnist : IDisposable
{
    /// <summary>The environment variable that names another folder than <c>.medmnist</c> in the user's home folder.</summary>
    public const string FolderVariable = "SHAPEKIT_DATA";

    // While a set is read: one from the file and four as float32.
    private const int BytesPerPixel = 5;

    private MedMnist(MedMnistInfo info, ImageDataset train, ImageDataset validation, ImageDataset test) =>
        (Info, Train, Validation, Test) = (info, train, validation, test);

    /// <summary>Which set it is, with its licence and how to cite it.</summary>
    public MedMnistInfo Info { get; }

    /// <summary>
    /// The images to learn from, <c>[N, 1, H, W]</c> or, in colour, <c>[N, 3, H, W]</c>, float32, the file's 0..255 divided by 255.
    /// </summary>
    public ImageDataset Train { get; }

    /// <summary>The images to choose by: when to stop, which recipe, where to draw the line.</summary>
    public ImageDataset Validation { get; }

    /// <summary>The images to judge by, once.</summary>
    public ImageDataset Test { get; }

    /// <summary>
    /// Where sets are kept: the folder that the environment variable <see cref="FolderVariable"/> names, or else <c>.medmnist</c> in the
    /// user's home folder, which MedMNIST's own Python package uses too.
    /// </summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".medmnist");

    /// <summary>Where the file of a set belongs, whether it is there or not.</summary>
    /// <param name="name">The name of a set, such as <c>pneumoniamnist</c>.</param>
    /// <param name="size">28, 64, 128 or 224 pixels.</param>
    /// <returns>The full path of the file in <see cref="Folder"/>.</returns>
    /// <exception cref="ArgumentException">There is no such set, or not in this size.</exception>
    public static string PathOf(string name, int size = 28) => Path.Combine(Folder, MedMnistInfo.Of(name).FileName(size));

    /// <summary>Reads a set from its official .npz file, or from one of the reader's own that is laid out alike.</summary>
    /// <param name="path">The file. Its name says which set it holds: <c>pneumoniamnist.npz</c>, <c>bloodmnist_64.npz</c>; under such a
    /// name it must be the published file, with its MD5 checksum.</param>
    /// <param name="name">The name of the set, for a file of one's own, such as a part of the set: it may have any name and is compared
    /// with no checksum. Null takes the set from the file's name.</param>
    /// <returns>The three parts, to be disposed. In a multi-label set each image has a label for each finding.</returns>
    /// <exception cref="FileNotFoundException">There is no such file; the message says how to get it.</exception>
    /// <exception cref="ArgumentException">There is no such set, or the file's name doesn't say which one it holds.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or not the published one, or its arrays are not those of the set; the
    /// message says which.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the set; the message says how much is needed and how
    /// much is there.</exception>
    public static MedMnist Load(string path, string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        MedMnistInfo info = name is null ? InfoOf(path) : MedMnistInfo.Of(name);
        if (!File.Exists(path) || ImageFile.LeadsNowhere(path))
        {
            throw new FileNotFoundException(
                $"There is no file {path}; MedMnist.Download(\"{info.Name}\") fetches it, or take it from {info.Address()}.",
                path
            );
        }

        if (name is null)
        {
            RequirePublished(path, info);
        }

        using var arrays = new NpzFile(path);
        string[] names = ["train", "val", "test"];
        AvailableMemory.Require(
            names.Sum(part => arrays.Count($"{part}_images")),
            pixels: 1,
            $"The images of {info.Title} in {path}",
            BytesPerPixel
        );
        var parts = new List<ImageDataset>();
        try
        {
            foreach (string part in names)
            {
                parts.Add(Part(arrays, part, info, parts.Count == 0 ? null : parts[0].Width));
            }
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }

        return new MedMnist(info, parts[0], parts[1], parts[2]);
    }

    /// <summary>
    /// Shows a set's licence and how to cite it, then fetches its file from Zenodo, unless it is there already. A download that was
    /// interrupted goes on where it stopped, and the file gets its name only once its MD5 checksum is right.
    /// </summary>
    /// <param name="name">The name of a set, such as <c>pneumoniamnist</c>.</param>
    /// <param name="size">28, 64, 128 or 224 pixels.</param>
    /// <param name="folder">Where to put the file; null takes <see cref="Folder"/>.</param>
    /// <param name="progress">Hears what share has come, in 0..1, not a number where the size is unknown; null shows it.</param>
    /// <param name="cancellationToken">Stops the download; what has come is kept for the next attempt.</param>
    /// <returns>The full path of the file, for <see cref="Load"/>.</returns>
    /// <exception cref="ArgumentException">There is no such set, or not in this size.</exception>
    /// <exception cref="IOException">The network failed, the disk is full, or a folder is in the way or can't be written to; the message
    /// says what to do.</exception>
    /// <exception cref="InvalidDataException">What came is not the published file.</exception>
    /// <exception cref="OperationCanceledException">The download was stopped.</exception>
    public static string Download(
        string name,
        int size = 28,
        string? folder = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        MedMnistInfo info = MedMnistInfo.Of(name);
        return Download(info, size, info.Address(size), info.Md5(size), folder, progress, cancellationToken);
    }

    /// <summary>Fetches a set's file from another place than Zenodo.</summary>
    internal static string Download(
        MedMnistInfo info,
        int size,
        Uri address,
        string md5,
        string? folder,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        string target = Path.Combine(Path.GetFullPath(folder ?? Folder), info.FileName(size));
        Notebook.Show(info);
        new Download(address, md5, target, progress ?? new ShownProgress($"Fetching {info.FileName(size)}")).Fetch(cancellationToken);
        return target;
    }

    /// <summary>Releases the tensors of all three parts.</summary>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
        Test.Dispose();
    }

    /// <summary>The set as words.</summary>
    /// <returns>Four lines.</returns>
    public override string ToString() => $"{Info.Title} ({Info.License})\n  train: {Train}\n  validation: {Validation}\n  test: {Test}";

    private static MedMnistInfo InfoOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path).Split('_')[0];
        return MedMnistInfo.All.FirstOrDefault(info => string.Equals(info.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"The name of the file {path} doesn't say which MedMNIST set it holds; pass it, for example MedMnist.Load(path, "
                    + "\"pneumoniamnist\").",
                nameof(path)
            );
    }

    /// <summary>Compares a file that has the name of a published one with its checksum.</summary>
    private static void RequirePublished(string path, MedMnistInfo info)
    {
        string name = Path.GetFileName(path);
        foreach (int size in MedMnistInfo.Sizes.Where(size => name.Equals(info.FileName(size), StringComparison.OrdinalIgnoreCase)))
        {
            string found = Data.Download.Md5Of(path);
            if (found != info.Md5(size))
            {
                throw new InvalidDataException(
                    $"{path} is not the published {info.FileName(size)}: its MD5 is {found}, it should be {info.Md5(size)}; "
                        + $"download it again. MedMnist.Download(\"{info.Name}\", {size}) does so. A file of your own, such as a part of "
                        + $"the set, is read by MedMnist.Load(path, \"{info.Name}\")."
                );
            }
        }
    }

    private static ImageDataset Part(NpzFile arrays, string part, MedMnistInfo info, int? width)
    {
        using var scope = NewDisposeScope();
        long[] channels = info.Channels == 1 ? [] : [info.Channels];
        Tensor pixels = arrays.Read($"{part}_images");
        long[] shape = pixels.shape;
        arrays.Require(
            shape.Length == 3 + channels.Length
                && shape[0] > 0
                && shape[1] == shape[2]
                && shape.Skip(3).SequenceEqual(channels)
                && MedMnistInfo.Sizes.Contains((int)shape[1])
                && (width ?? shape[1]) == shape[1],
            $"{part}_images has the shape [{string.Join(", ", shape)}]; {info.Title} needs [N, "
                + $"{string.Join(", ", Enumerable.Repeat(width?.ToString() ?? "S", 2).Concat(channels.Select(c => $"{c}")))}]{(width is null ? " with S = 28, 64, 128 or 224" : "")}"
        );

        bool multiLabel = info.Task == MedMnistTask.MultiLabel;
        int columns = multiLabel ? info.ClassNames.Count : 1;
        Tensor labels = arrays.Read($"{part}_labels");
        arrays.Require(
            labels.shape.SequenceEqual([shape[0], columns]),
            $"{part}_labels has the shape [{string.Join(", ", labels.shape)}]; the {shape[0]} images need [{shape[0]}, {columns}]"
        );
        int highest = multiLabel ? 1 : info.ClassNames.Count - 1,
            found = labels.max().item<byte>();
        arrays.Require(found <= highest, $"{part}_labels holds {found}; the labels of {info.Title} run from 0 to {highest}");

        Tensor images = (info.Channels == 1 ? pixels.unsqueeze(1) : pixels.permute(0, 3, 1, 2)).contiguous().to(ScalarType.Float32);
        Held.Number(255, white => images.div_(white));
        Tensor classes = labels.to(ScalarType.Int64).reshape(multiLabel ? [-1, columns] : [-1]);
        return new ImageDataset(images, classes, info.ClassNames);
    }
}
