using System.Globalization;

namespace ShapeKit.Data;

/// <summary>What the images of a <see cref="MedMnistInfo"/> are to be told apart by.</summary>
public enum MedMnistTask
{
    /// <summary>Each image belongs to one of two classes.</summary>
    BinaryClass,

    /// <summary>Each image belongs to one of several classes.</summary>
    MultiClass,

    /// <summary>Each image shows any number of several findings.</summary>
    MultiLabel,

    /// <summary>Each image has a grade on a scale.</summary>
    OrdinalRegression,
}

/// <summary>What there is to know of one of the twelve 2-D sets of MedMNIST v2 before it is loaded.</summary>
/// <remarks>
/// Yang et al., <em>MedMNIST v2: a large-scale lightweight benchmark for 2D and 3D biomedical image classification</em>, Scientific Data
/// 10:41 (2023), table 2; files and checksums of Zenodo record 10519652.
/// </remarks>
public sealed class MedMnistInfo : IShown
{
    /// <summary>How to cite MedMNIST itself; each set's <see cref="Source"/> is cited beside it.</summary>
    public const string Citation =
        "J. Yang, R. Shi, D. Wei, Z. Liu, L. Zhao, B. Ke, H. Pfister, B. Ni: MedMNIST v2 - A large-scale lightweight benchmark for 2D "
        + "and 3D biomedical image classification. Scientific Data 10, 41 (2023). doi:10.1038/s41597-022-01721-8";

    private const string Record = "https://zenodo.org/records/10519652/files/";

    private static readonly int[] AllSizes = [28, 64, 128, 224];

    private readonly string[] _checksums;

    private MedMnistInfo(
        string title,
        MedMnistTask task,
        int channels,
        string license,
        string[] classNames,
        string source,
        string[] checksums
    )
    {
        (Title, Task, Channels, License, ClassNames, Source, _checksums) = (title, task, channels, license, classNames, source, checksums);
    }

    /// <summary>All twelve sets.</summary>
    public static IReadOnlyList<MedMnistInfo> All { get; } =
    [
        new(
            "PathMNIST",
            MedMnistTask.MultiClass,
            3,
            "CC BY 4.0",
            [
                "adipose",
                "background",
                "debris",
                "lymphocytes",
                "mucus",
                "smooth muscle",
                "normal colon mucosa",
                "cancer-associated stroma",
                "colorectal adenocarcinoma epithelium",
            ],
            "J. N. Kather et al.: Predicting survival from colorectal cancer histology slides using deep learning. PLoS Medicine 16, "
                + "e1002730 (2019). doi:10.1371/journal.pmed.1002730",
            [
                "a8b06965200029087d5bd730944a56c1",
                "55aa9c1e0525abe5a6b9d8343a507616",
                "ac42d08fb904d92c244187169d1fd1d9",
                "2c51a510bcdc9cf8ddb2af93af1eadec",
            ]
        ),
        new(
            "ChestMNIST",
            MedMnistTask.MultiLabel,
            1,
            "CC BY 4.0",
            [
                "atelectasis",
                "cardiomegaly",
                "effusion",
                "infiltration",
                "mass",
                "nodule",
                "pneumonia",
                "pneumothorax",
                "consolidation",
                "edema",
                "emphysema",
                "fibrosis",
                "pleural",
                "hernia",
            ],
            "X. Wang et al.: ChestX-ray8: hospital-scale chest X-ray database and benchmarks on weakly-supervised classification and "
                + "localization of common thorax diseases. CVPR 2017, 3462-3471. doi:10.1109/CVPR.2017.369",
            [
                "02c8a6516a18b556561a56cbdd36c4a8",
                "9de6cd0b934ebb5b7426cfba5efbae16",
                "db107e5590b27930b62dbaf558aebee3",
                "45bd33e6f06c3e8cdb481c74a89152aa",
            ]
        ),
        new(
            "DermaMNIST",
            MedMnistTask.MultiClass,
            3,
            "CC BY-NC 4.0",
            [
                "actinic keratoses and intraepithelial carcinoma",
                "basal cell carcinoma",
                "benign keratosis-like lesions",
                "dermatofibroma",
                "melanoma",
                "melanocytic nevi",
                "vascular lesions",
            ],
            "P. Tschandl, C. Rosendahl, H. Kittler: The HAM10000 dataset, a large collection of multi-source dermatoscopic images of "
                + "common pigmented skin lesions. Scientific Data 5, 180161 (2018). doi:10.1038/sdata.2018.161",
            [
                "0744692d530f8e62ec473284d019b0c7",
                "b70a2f5635c6199aeaa28c31d7202e1f",
                "2defd784463fa5243564e855ed717de1",
                "8974907d8e169bef5f5b96bc506ae45d",
            ]
        ),
        new(
            "OCTMNIST",
            MedMnistTask.MultiClass,
            1,
            "CC BY 4.0",
            ["choroidal neovascularization", "diabetic macular edema", "drusen", "normal"],
            Kermany,
            [
                "c68d92d5b585d8d81f7112f81e2d0842",
                "e229e9440236b774d9f0dfef9d07bdaf",
                "0a97e76651ace45c5d943ee3f65b63ae",
                "abc493b6d529d5de7569faaef2773ba3",
            ]
        ),
        new(
            "PneumoniaMNIST",
            MedMnistTask.BinaryClass,
            1,
            "CC BY 4.0",
            ["normal", "pneumonia"],
            Kermany,
            [
                "28209eda62fecd6e6a2d98b1501bb15f",
                "8f4eceb4ccffa70c672198ea285246c6",
                "05b46931834c231683c68f40c47b2971",
                "d6a3c71de1b945ea11211b03746c1fe1",
            ]
        ),
        new(
            "RetinaMNIST",
            MedMnistTask.OrdinalRegression,
            3,
            "CC BY 4.0",
            ["0", "1", "2", "3", "4"],
            "R. Liu et al.: DeepDRiD: diabetic retinopathy - grading and image quality estimation challenge. Patterns 3, 100512 (2022). "
                + "doi:10.1016/j.patter.2022.100512",
            [
                "bd4c0672f1bba3e3a89f0e4e876791e4",
                "afda852cc34dcda56f86ad2b2457dbcc",
                "e48e916a24454daf90583d4e6efb1a18",
                "eae7e3b6f3fcbda4ae613ebdcbe35348",
            ]
        ),
        new(
            "BreastMNIST",
            MedMnistTask.BinaryClass,
            1,
            "CC BY 4.0",
            ["malignant", "normal, benign"],
            "W. Al-Dhabyani, M. Gomaa, H. Khaled, A. Fahmy: Dataset of breast ultrasound images. Data in Brief 28, 104863 (2020). "
                + "doi:10.1016/j.dib.2019.104863",
            [
                "750601b1f35ba3300ea97c75c52ff8f6",
                "742edef2a1fd1524b2efff4bd7ba9364",
                "363e4b3f8d712e9b5de15470a2aaadf1",
                "b56378a6eefa9fed602bb16d192d4c8b",
            ]
        ),
        new(
            "BloodMNIST",
            MedMnistTask.MultiClass,
            3,
            "CC BY 4.0",
            ["basophil", "eosinophil", "erythroblast", "immature granulocytes", "lymphocyte", "monocyte", "neutrophil", "platelet"],
            "A. Acevedo et al.: A dataset of microscopic peripheral blood cell images for development of automatic recognition systems. "
                + "Data in Brief 30, 105474 (2020). doi:10.1016/j.dib.2020.105474",
            [
                "7053d0359d879ad8a5505303e11de1dc",
                "2b94928a2ae4916078ca51e05b6b800b",
                "adace1e0ed228fccda1f39692059dd4c",
                "b718ff6835fcbdb22ba9eacccd7b2601",
            ]
        ),
        new(
            "TissueMNIST",
            MedMnistTask.MultiClass,
            1,
            "CC BY 4.0",
            [
                "collecting duct, connecting tubule",
                "distal convoluted tubule",
                "glomerular endothelial cells",
                "interstitial endothelial cells",
                "leukocytes",
                "podocytes",
                "proximal tubule segments",
                "thick ascending limb",
            ],
            "V. Ljosa, K. L. Sokolnicki, A. E. Carpenter: Annotated high-throughput microscopy image sets for validation. Nature "
                + "Methods 9, 637 (2012). doi:10.1038/nmeth.2083",
            [
                "ebe78ee8b05294063de985d821c1c34b",
                "123ece2eba09d0aa5d698fda57103344",
                "61b955355d7425a89687b06cca3ce0c2",
                "b077128c4a949f0a4eb01517f9037b9c",
            ]
        ),
        new(
            "OrganAMNIST",
            MedMnistTask.MultiClass,
            1,
            "CC BY 4.0",
            Organs,
            Lits,
            [
                "68e3f8846a6bd62f0c9bf841c0d9eacc",
                "2dcccc29b88e6da5a01161ef20cda288",
                "eeae80d0a227a8d099027e1b3cfd3b60",
                "50747347e05c87dd3aaf92c49f9f3170",
            ]
        ),
        new(
            "OrganCMNIST",
            MedMnistTask.MultiClass,
            1,
            "CC BY 4.0",
            Organs,
            Lits,
            [
                "b9ceb9546e10131b32923c5bbeaea2b1",
                "3ce34a8724ea6f548e6db4744d03b6a9",
                "773c1f009daa3fe5d9a2a201b2a7ed94",
                "050f5e875dc056f6768abf94ec9995d1",
            ]
        ),
        new(
            "OrganSMNIST",
            MedMnistTask.MultiClass,
            1,
            "CC BY 4.0",
            Organs,
            Lits,
            [
                "9ab87b696fb54e2a387ebe992d6ed5f1",
                "53a6d115339d874c25e309a994ff46d3",
                "ded0c5fa01a95dc4978b956f613e9b8e",
                "b354719e553fbbb2513d5533f52a4cb1",
            ]
        ),
    ];

    /// <summary>The set's name as its authors write it, such as <c>PneumoniaMNIST</c>.</summary>
    public string Title { get; }

    /// <summary>The set's name as files carry it, such as <c>pneumoniamnist</c>.</summary>
    public string Name => Title.ToLowerInvariant();

    /// <summary>What the images are to be told apart by.</summary>
    public MedMnistTask Task { get; }

    /// <summary>1 for grey images, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>The licence of the set; CC BY asks whoever shares it to name its authors, CC BY-NC forbids commercial use.</summary>
    public string License { get; }

    /// <summary>The names of the classes, or of the findings where an image can show several.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The publication that the images come from; to be cited with <see cref="Citation"/>.</summary>
    public string Source { get; }

    /// <summary>The widths in which the set is published, in pixels; images are as high as wide.</summary>
    public static IReadOnlyList<int> Sizes => AllSizes;

    private static string[] Organs =>
        [
            "bladder",
            "femur-left",
            "femur-right",
            "heart",
            "kidney-left",
            "kidney-right",
            "liver",
            "lung-left",
            "lung-right",
            "pancreas",
            "spleen",
        ];

    private static string Kermany =>
        "D. S. Kermany et al.: Identifying medical diagnoses and treatable diseases by image-based deep learning. Cell 172, 1122-1131 "
        + "(2018). doi:10.1016/j.cell.2018.02.010";

    private static string Lits =>
        "P. Bilic et al.: The liver tumor segmentation benchmark (LiTS). Medical Image Analysis 84, 102680 (2023). "
        + "doi:10.1016/j.media.2022.102680";

    /// <summary>Finds a set by its name.</summary>
    /// <param name="name">The name, such as <c>pneumoniamnist</c>; capitals don't matter.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentException">There is no such set; the message lists them.</exception>
    public static MedMnistInfo Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(info => string.Equals(info.Title, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no 2-D MedMNIST set “{name}”; there are {string.Join(", ", All.Select(info => info.Name))}.",
                nameof(name)
            );
    }

    /// <summary>The name of the file with images of a size, such as <c>pneumoniamnist_64.npz</c>; without a number for 28 pixels.</summary>
    /// <param name="size">28, 64, 128 or 224 pixels.</param>
    /// <returns>The file name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The set is not published in this size.</exception>
    public string FileName(int size = 28) =>
        Index(size) == 0 ? $"{Name}.npz" : string.Create(CultureInfo.InvariantCulture, $"{Name}_{size}.npz");

    /// <summary>Where the file with images of a size is published.</summary>
    /// <param name="size">28, 64, 128 or 224 pixels.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The set is not published in this size.</exception>
    public Uri Address(int size = 28) => new($"{Record}{FileName(size)}?download=1");

    /// <summary>The MD5 checksum of the published file, 32 hexadecimal digits.</summary>
    /// <param name="size">28, 64, 128 or 224 pixels.</param>
    /// <returns>The checksum.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The set is not published in this size.</exception>
    public string Md5(int size = 28) => _checksums[Index(size)];

    /// <summary>The facts as an HTML table.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => Facts().ToHtml();

    /// <summary>The facts as a text table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => Facts().ToString();

    private static int Index(int size) =>
        Array.IndexOf(AllSizes, size) is >= 0 and var index
            ? index
            : throw new ArgumentOutOfRangeException(nameof(size), size, $"MedMNIST is published in {string.Join(", ", AllSizes)} pixels.");

    private PlainTable Facts() =>
        new(
            Title,
            ["what", "is"],
            [
                ["licence", License],
                ["classes", string.Join(" · ", ClassNames)],
                ["cite", Citation],
                ["and", Source],
            ]
        );
}
