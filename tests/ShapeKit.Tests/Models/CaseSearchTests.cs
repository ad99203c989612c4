using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Tests.Documentation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

public sealed class CaseSearchTests
{
    [Fact]
    public void Each_part_of_a_sentence_is_read_by_the_encoder_that_knows_its_words()
    {
        using var scope = NewDisposeScope();
        ImageTextModel images = Given.ImageTextModel(),
            charts = new(new Vocabulary(ChartNote.Words), imageSize: 32, width: 4, dimensions: 2, seed: 2);
        Tensor seen = images.EncodeImages(rand(3, 1, 32, 32)),
            written = charts.EncodeSentences("20s, smoker.", "fever.", "80s, afebrile.");
        var search = new CaseSearch(images, charts, seen, written);

        Tensor image = images.EncodeSentences("large nodule, right upper zone").matmul(seen.t()),
            chart = charts.EncodeSentences("smoker, without fever").matmul(written.t());
        Tensor found = search.Similarities("large nodule, smoker, right upper zone, without fever", "large nodule, right upper zone");

        Assert.True(found.allclose(cat([image + chart, image])));
        Assert.StartsWith(
            "Neither the words of images nor those of charts hold all of \"nodule fever\"",
            Assert.Throws<ArgumentException>(() => search.Similarities("smoker, nodule fever")).Message,
            StringComparison.Ordinal
        );
    }
}
