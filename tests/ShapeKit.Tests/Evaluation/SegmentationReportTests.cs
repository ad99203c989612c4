using ShapeKit.Evaluation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Evaluation;

public sealed class SegmentationReportTests
{
    [Fact]
    public void The_report_counts_each_class_over_all_images_and_areas_in_square_millimetres()
    {
        using Tensor painted = tensor(new long[] { 0, 1, 1, 2, 0, 0, 1, 1 }).reshape(2, 2, 2),
            truth = tensor(new long[] { 0, 1, 2, 2, 0, 1, 1, 1 }).reshape(2, 2, 2);
        SegmentationReport report = SegmentationReport.From(painted, truth, ["background", "lung", "nodule"], millimetresPerPixel: 5);

        Assert.Equal(new SegmentationReportRow("lung", 2 * 3 / 8.0, 3 / 5.0, 4 * 25 / 2.0, 4 * 25 / 2.0), report["lung"]);
        Assert.Equal(new SegmentationReportRow("nodule", 2 / 3.0, 0.5, 12.5, 25), report["nodule"]);
        Assert.Contains(report.ToString().Split('\n'), line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["nodule", "0.6667", "0.5000", "12", "25"]
        );
        Assert.StartsWith(
            "There is no class heart; there are background, lung, nodule.",
            Assert.Throws<ArgumentException>(() => report["heart"]).Message,
            StringComparison.Ordinal
        );
    }
}
