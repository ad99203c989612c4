using System.Globalization;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>
/// Reads the layout in which the NIH publishes its chest radiographs: <c>Data_Entry_2017.csv</c> beside folders of PNG files.
/// </summary>
/// <remarks>
/// Wang et al., <em>ChestX-ray8: hospital-scale chest X-ray database and benchmarks</em>, CVPR 2017; 112,120 frontal radiographs of
/// 30,805 patients with fourteen findings that a program read from the reports, so that some are wrong.
/// </remarks>
public static class NihChestXrays
{
    private const string Tables = "Data_Entry_2017*.csv";
    private static readonly EnumerationOptions AnyCase = new() { MatchCasing = MatchCasing.CaseInsensitive };
    private const string Nothing = "No Finding";

    private static readonly string[] Columns = ["Image Index", "Finding Labels", "Patient ID"];

    /// <summary>The fourteen findings, in the order of the labels.</summary>
    public static IReadOnlyList<string> Findings { get; } =
    [
        "Atelectasis",
        "Cardiomegaly",
        "Effusion",
        "Infiltration",
        "Mass",
        "Nodule",
        "Pneumonia",
        "Pneumothorax",
        "Consolidation",
        "Edema",
        "Emphysema",
        "Fibrosis",
        "Pleural_Thickening",
        "Hernia",
    ];

    /// <summary>Reads the images that are there; who has unpacked only some of the archives gets only those.</summary>
    /// <param name="folder">The folder with <c>Data_Entry_2017.csv</c>, or a newer edition such as <c>Data_Entry_2017_v2020.csv</c>; the
    /// images lie in it or anywhere below, such as <c>images_001/images</c>. They are read as <see cref="ImageFolder"/> says.</param>
    /// <param name="size">How wide and high the images shall be, in pixels; 1 to 16384.</param>
    /// <returns>
    /// The images <c>[N, 1, size, size]</c>, float32 in 0..1, with labels <c>[N, 14]</c>, 1 for each of <see cref="Findings"/> that an
    /// image shows, in the order of the table; and whose each image is, for <see cref="TrainTestSplit.ByPatient"/>.
    /// </returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The table is missing, or none of its images is there.</exception>
    /// <exception cref="InvalidDataException">The table has not the columns or the values it should have, an image has two files or two
    /// rows, or one is damaged, cut off or too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough; the message says how much is needed and how much is
    /// there.</exception>
    public static (ImageDataset Data, IReadOnlyList<int> Patients) Load(string folder, int size)
    {
        ImageFolder.ThrowIfInvalid(folder, size);

        // The NIH published it anew as Data_Entry_2017_v2020.csv.
        string table = Directory.GetFiles(folder, Tables, AnyCase).Where(path => !ImageFile.LeadsNowhere(path)).Max(StringComparer.Ordinal)
            ?? throw new FileNotFoundException(
                $"{folder} holds no {Tables}; put the table of the NIH there, beside the folders with images."
                    + ImageFile.DicomBelow(folder),
                Path.Combine(folder, Tables)
            );
        ILookup<string?, string> files = ImagesBelow(folder).ToLookup(Path.GetFileName, StringComparer.OrdinalIgnoreCase);
        (string Name, string? File, long[] Labels, int Patient)[] all = [.. Rows(table, files)],
            rows = [.. all.Where(row => row.File is not null)];
        if (rows.Length == 0)
        {
            throw new FileNotFoundException(
                $"None of the images that {Path.GetFileName(table)} names{(all.Length == 0 ? "" : $", such as {all[0].Name},")} is in "
                    + $"{folder} or below; unpack one of the archives of the NIH there, such as images_001.tar.gz."
                    + ImageFile.DicomBelow(folder),
                table
            );
        }

        using var scope = NewDisposeScope();
        Tensor labels = tensor(rows.SelectMany(row => row.Labels).ToArray()).reshape(rows.Length, Findings.Count);
        Tensor images = ImageFolder.Read([.. rows.Select(row => row.File!)], size);
        return (new ImageDataset(images, labels, Findings), [.. rows.Select(row => row.Patient)]);
    }

    /// <summary>The images of a folder and all folders below, each once, wherever links lead.</summary>
    private static IEnumerable<string> ImagesBelow(string folder)
    {
        HashSet<string> seen = [];
        Stack<string> open = new([folder]);
        while (open.TryPop(out string? path))
        {
            var next = new DirectoryInfo(path);
            string real = (next.ResolveLinkTarget(returnFinalTarget: true) ?? next).FullName;
            if (seen.Add(real))
            {
                foreach (string file in Directory.EnumerateFiles(real).Where(ImageFile.IsImage))
                {
                    yield return file;
                }

                Array.ForEach(Directory.GetDirectories(real), open.Push);
            }
        }
    }

    private static IEnumerable<(string Name, string? File, long[] Labels, int Patient)> Rows(string table, ILookup<string?, string> files)
    {
        // None of the columns needed is quoted or comes after one with a comma in its name.
        using var reader = new StreamReader(table);
        string[] header = reader.ReadLine()?.Split(',') ?? [];
        int[] at = [.. Columns.Select(column => Array.IndexOf(header, column))];
        if (at.Contains(-1))
        {
            throw new InvalidDataException(
                $"{table} has no column “{Columns[Array.IndexOf(at, -1)]}” in its first line; take the table as the NIH publishes it."
            );
        }

        HashSet<string> names = [],
            taken = [];
        for (int line = 2; reader.ReadLine() is { } text; line++)
        {
            if (text.Length == 0)
            {
                continue;
            }

            string[] values = [.. text.Split(',').Select(value => value.Trim().Trim('"'))];
            // The published rows end with a comma that no name stands over, or don't.
            if (
                values.Length <= at.Max()
                || values.Length < header.Length - 1
                || values.Length > header.Length + 1
                || !int.TryParse(values[at[2]], NumberStyles.None, CultureInfo.InvariantCulture, out int patient)
            )
            {
                throw new InvalidDataException(
                    $"Line {line} of {table} is not a row with an image, its findings and the number of a patient: “{text}”."
                );
            }

            if (!names.Add(values[at[0]]))
            {
                throw new InvalidDataException(
                    $"Line {line} of {table} names {values[at[0]]} for the second time; take one of the rows out."
                );
            }

            string? file = FileOf(values[at[0]], files, table, line);
            if (file is not null && !taken.Add(file))
            {
                throw new InvalidDataException(
                    $"Line {line} of {table} names {values[at[0]]}, and {file} is another row's image; give each row its own."
                );
            }

            yield return (values[at[0]], file, file is null ? [] : Labels(values[at[1]], table, line), patient);
        }
    }

    /// <summary>The image that a row names: of several, the one of the same capitals; null where there is none.</summary>
    private static string? FileOf(string name, ILookup<string?, string> files, string table, int line)
    {
        string[] all = [.. files[name]],
            same = [.. all.Where(file => Path.GetFileName(file) == name)];
        string[] fitting = same.Length > 0 ? same : all;
        return fitting.Length < 2
            ? fitting.FirstOrDefault()
            : throw new InvalidDataException(
                $"Line {line} of {table} names {name}, and there are two, {fitting[0]} and {fitting[1]}; take one out of the folder."
            );
    }

    private static long[] Labels(string findings, string table, int line)
    {
        var labels = new long[Findings.Count];
        foreach (string finding in findings.Split('|').Where(finding => finding != Nothing))
        {
            int index = Findings.ToList().IndexOf(finding);
            labels[
                index >= 0
                    ? index
                    : throw new InvalidDataException(
                        $"Line {line} of {table} names the finding “{finding}”; known are {Nothing}, {string.Join(", ", Findings)}."
                    )
            ] = 1;
        }

        return labels;
    }
}
