using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class ClassificationReportTests
{
    private static readonly string[] Names = ["circle", "square"];

    // Truth 0 0 0 1 1 1 1 1; three circles of which one is taken for a square, five squares of which two are missed.
    private static readonly int[] Labels = [0, 0, 0, 1, 1, 1, 1, 1];
    private static readonly float[] Probabilities = [0.1f, 0.2f, 0.7f, 0.4f, 0.3f, 0.5f, 0.8f, 0.9f];

    [Fact]
    public void The_measures_follow_their_definitions()
    {
        ClassificationReport report = ClassificationReport.From(Labels, Probabilities, Names);

        Assert.Equal(
            new[,]
            {
                { 2, 1 },
                { 2, 3 },
            },
            report.ConfusionMatrix.Counts
        );
        Assert.Equal(5 / 8.0, report.Accuracy, 12);
        Assert.Equal(3 / 5.0, report.Sensitivity, 12);
        Assert.Equal(2 / 3.0, report.Specificity, 12);
        Assert.Equal(3 / 4.0, report.Precision, 12);
        Assert.Equal(2 * 0.75 * 0.6 / (0.75 + 0.6), report.F1, 12);
        Assert.Equal(12 / 15.0, report.RocCurve.AreaUnderCurve, 12);
    }

    [Fact]
    public void A_lower_threshold_finds_more_and_is_wrong_more_often()
    {
        ClassificationReport report = ClassificationReport.From(Labels, Probabilities, Names, threshold: 0.15);

        Assert.Equal(1, report.Sensitivity);
        Assert.Equal(1 / 3.0, report.Specificity, 12);
    }

    [Fact]
    public void Each_threshold_gives_the_sensitivity_and_specificity_of_its_point_on_the_curve() =>
        Assert.All(ClassificationReport.From(Labels, Probabilities, Names).RocCurve.Points.Skip(1), point =>
        {
            ClassificationReport report = ClassificationReport.From(Labels, Probabilities, Names, point.Threshold);
            Assert.Equal(point.TruePositiveRate, report.Sensitivity, 12);
            Assert.Equal(point.FalsePositiveRate, 1 - report.Specificity, 12);
        });

    [Theory]
    [InlineData(0.7f, 0.7)]
    [InlineData(0.9f, 0.9)]
    public void A_probability_that_reads_as_the_threshold_counts_as_class_1(float probability, double threshold) =>
        Assert.Equal(1, ClassificationReport.From([0, 1], [0.1f, probability], ["no", "yes"], threshold).Sensitivity);

    [Fact]
    public void Precision_is_undefined_when_the_positive_class_is_never_predicted()
    {
        ClassificationReport report = ClassificationReport.From([0, 1], [0.1f, 0.2f], Names);

        Assert.True(double.IsNaN(report.Precision));
        Assert.Contains("undefined", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, report.F1);
    }

    [Fact]
    public void A_report_gives_the_intervals_of_its_shares()
    {
        ClassificationReport report = ClassificationReport.From([1, 1, 1, 0, 0], [0.9f, 0.8f, 0.2f, 0.1f, 0.7f], ["normal", "pneumonia"]);

        Assert.Equal(ConfidenceInterval.Wilson(2, 3), report.SensitivityInterval);
        Assert.Equal(ConfidenceInterval.Wilson(1, 2), report.SpecificityInterval);
        Assert.Equal(ConfidenceInterval.Wilson(3, 5), report.AccuracyInterval);
    }

    [Fact]
    public void The_report_reads_as_tables() =>
        Assert.Equal(
            """
            Classification of 8 images, threshold 0.5
            measure       value  meaning
            -----------  ------  ------------------------------------------
            accuracy     0.6250  5 of 8 images are right
            sensitivity  0.6000  3 of 5 square images found
            specificity  0.6667  2 of 3 circle images recognised
            precision    0.7500  3 of 4 predictions of square are right
            F1           0.6667  harmonic mean of precision and sensitivity
            AUC          0.8000  area under the ROC curve

            Confusion matrix
            truth   predicted circle  predicted square
            ------  ----------------  ----------------
            circle                 2                 1
            square                 2                 3
            """,
            ClassificationReport.From(Labels, Probabilities, Names).ToString()
        );

    [Fact]
    public void Class_names_cannot_bring_markup_into_the_page()
    {
        string html = ClassificationReport.From([0, 1], [0.1f, 0.9f], ["<b>healthy", "ill"]).ToHtml();

        Assert.Contains("&lt;b&gt;healthy", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new int[0], new float[0], 0.5, "no labels")]
    [InlineData(new[] { 0, 0 }, new[] { 0.1f, 0.2f }, 0.5, "both classes")]
    [InlineData(new[] { 0, 1 }, new[] { -2.5f, 0.2f }, 0.5, "sigmoid")]
    [InlineData(new[] { 0, 1 }, new[] { 0.1f, 0.2f }, 1.5, "threshold")]
    [InlineData(new[] { 0, 1 }, new[] { 0.1f }, 0.5, "2 labels but 1 probabilities")]
    public void Bad_input_is_named(int[] labels, float[] probabilities, double threshold, string words) =>
        Assert.Contains(
            words,
            Assert.ThrowsAny<ArgumentException>(() => ClassificationReport.From(labels, probabilities, Names, threshold)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Two_class_names_are_needed() =>
        Assert.Contains(
            "Two class names",
            Assert.Throws<ArgumentException>(() => ClassificationReport.From([0, 1], [0.1f, 0.9f], ["circle"])).Message,
            StringComparison.Ordinal
        );
}
