using ShapeKit.Data;

namespace ShapeKit.Generation;

/// <summary>What a shadow in the lung is caused by.</summary>
public enum ShadowCause
{
    /// <summary>An infection, such as a round pneumonia.</summary>
    Infection = 0,

    /// <summary>A tumour.</summary>
    Tumour = 1,

    /// <summary>Tuberculosis, which is rare here.</summary>
    Tuberculosis = 2,
}

/// <summary>A patient with one shadow in the lung: what the image shows, what the chart says, and what it was in the end.</summary>
/// <remarks>
/// <para>
/// A generated world, not medicine; its whole truth is this. The image makes a cause more or less likely: of the shadows in an upper zone
/// 6 of 100 are tuberculosis, of the others 3. Of the rest, 75 of 100 large and 25 of 100 medium or small shadows are tumours, and what
/// then remains are infections.
/// </para>
/// <para>
/// The chart depends on the cause alone. In the order infection, tumour, tuberculosis: 35, 65 and 40 of 100 smoke, 60, 20 and 60 have a
/// fever, 60 of 100 cough whatever the cause, 5, 5 and 75 sweat at night. Age is spread evenly over 20 to 89 years; with a tumour 3, 5, 12,
/// 20, 25, 20 and 15 of 100 are in their twenties, thirties and so on.
/// </para>
/// </remarks>
/// <param name="Finding">The shadow that the image shows.</param>
/// <param name="Note">What the chart says.</param>
/// <param name="Cause">What the shadow was in the end; neither image nor chart tells it.</param>
/// <param name="Wording">The wording of both sentences, 0 to 19.</param>
public sealed record ClinicalCase(Finding Finding, ChartNote Note, ShadowCause Cause, int Wording = 0)
{
    private static readonly double[] Even = [.. Enumerable.Repeat(1.0 / ChartNote.Decades, ChartNote.Decades)];

    /// <summary>How often what occurs with each cause.</summary>
    private static readonly (double[] Decades, double Smokes, double Fever, double Cough, double Sweats)[] Charts =
    [
        (Even, 0.35, 0.60, 0.60, 0.05),
        ([0.03, 0.05, 0.12, 0.20, 0.25, 0.20, 0.15], 0.65, 0.20, 0.60, 0.05),
        (Even, 0.40, 0.60, 0.60, 0.75),
    ];

    /// <summary>The note of the chart as a sentence.</summary>
    public string ChartText => Note.Write(Wording % ChartNote.WordingCount);

    /// <summary>The report: the note of the chart, and the finding in a wording of <see cref="ReportGrammar"/>.</summary>
    public string Report => $"{ChartText} {ReportGrammar.Write([Finding], Wording)}";

    /// <summary>Side, zone and size of the shadow, smoking and fever, such as somebody who looks for similar cases might type
    /// them: <c>large nodule, right upper zone, smoker, fever</c>.</summary>
    public string Question =>
        $"{ReportedFinding.From(Finding)}, {(Note.Smokes ? "smoker" : "nonsmoker")}, {(Note.HasFever ? "fever" : "without fever")}";

    /// <summary>Gives each image with one nodule a cause and a chart; case i depends on its finding, the seed and i alone.</summary>
    /// <param name="images">Phantoms with exactly one nodule each.</param>
    /// <param name="seed">The seed that causes and charts follow from.</param>
    /// <returns>A case for each image, in the same order.</returns>
    /// <exception cref="ArgumentException">An image has no nodule, or more than one.</exception>
    public static IReadOnlyList<ClinicalCase> Draw(PhantomDataset images, int seed = 42)
    {
        ArgumentNullException.ThrowIfNull(images);
        int other = images.Findings.TakeWhile(findings => findings.Count == 1).Count();
        return other == images.Count
            ? [.. images.Findings.Select((findings, i) => Draw(findings[0], new RepeatableRandom(seed, i)))]
            : throw new ArgumentException(
                $"Image {other} has {images.Findings[other].Count} nodules; a case has exactly one: set MinNodules and MaxNodules to 1.",
                nameof(images)
            );
    }

    /// <summary>Whether this case is what another one's <see cref="Question"/> asks for.</summary>
    /// <param name="other">The case that asks.</param>
    /// <returns>Whether side, zone, size, smoking and fever are the same.</returns>
    public bool Fits(ClinicalCase other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Question == other.Question;
    }

    /// <summary>How likely a cause is to someone who sees the image, reads the chart and knows how often what occurs (Bayes' theorem):
    /// nobody can judge better.</summary>
    /// <param name="cause">The cause.</param>
    /// <returns>A probability in 0..1.</returns>
    public double ChanceOf(ShadowCause cause)
    {
        double[] weights = [.. OfImage(Finding).Select((chance, c) => chance * OfNote(Note, (ShadowCause)c))];
        return weights[(int)cause] / weights.Sum();
    }

    private static ClinicalCase Draw(Finding finding, RepeatableRandom random)
    {
        var cause = (ShadowCause)Choose(OfImage(finding), ref random);
        var chart = Charts[(int)cause];
        int age = ChartNote.Youngest + (10 * Choose(chart.Decades, ref random)) + random.Next(0, 9);
        bool smokes = random.NextUnit() < chart.Smokes,
            fever = random.NextUnit() < chart.Fever,
            cough = random.NextUnit() < chart.Cough,
            sweats = random.NextUnit() < chart.Sweats;
        return new ClinicalCase(finding, new ChartNote(age, smokes, fever, cough, sweats), cause, random.Next(0, 19));
    }

    /// <summary>How likely each cause is by the image alone.</summary>
    private static double[] OfImage(Finding finding)
    {
        double tuberculosis = finding.Zone == LungZone.Upper ? 0.06 : 0.03;
        double tumour = (1 - tuberculosis) * (finding.Size == NoduleSize.Large ? 0.75 : 0.25);
        return [1 - tuberculosis - tumour, tumour, tuberculosis];
    }

    /// <summary>How often a chart says this where the cause is known.</summary>
    private static double OfNote(ChartNote note, ShadowCause cause)
    {
        var chart = Charts[(int)cause];
        return chart.Decades[note.Decade]
            * Share(chart.Smokes, note.Smokes)
            * Share(chart.Fever, note.HasFever)
            * Share(chart.Cough, note.Coughs)
            * Share(chart.Sweats, note.SweatsAtNight);

        static double Share(double yes, bool answer) => answer ? yes : 1 - yes;
    }

    private static int Choose(double[] chances, ref RepeatableRandom random)
    {
        double left = random.NextUnit();
        int chosen = 0;
        while (chosen < chances.Length - 1 && left >= chances[chosen])
        {
            left -= chances[chosen++];
        }

        return chosen;
    }
}
