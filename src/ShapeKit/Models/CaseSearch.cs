using ShapeKit.Data;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>
/// Searches stored cases, each with an image and a chart, by sentences such as <c>large nodule, right upper zone, smoker, fever</c>: of
/// what stands between commas, each part is read by the encoder that knows its words.
/// </summary>
public sealed class CaseSearch
{
    private readonly ImageTextModel _ofImages;
    private readonly ImageTextModel _ofCharts;
    private readonly Tensor _images;
    private readonly Tensor _charts;

    /// <summary>Prepares a search.</summary>
    /// <param name="ofImages">Reads what is said about an image.</param>
    /// <param name="ofCharts">Reads what is said about a chart.</param>
    /// <param name="images">The vectors of the stored images, <c>[N, D]</c>, float32, of the first encoder.</param>
    /// <param name="charts">The vectors of the stored charts, <c>[N, D]</c>, float32, of the second encoder, in the same order.</param>
    /// <exception cref="ArgumentException">There are no vectors, or not as many of images as of charts, or they have another
    /// shape.</exception>
    public CaseSearch(ImageTextModel ofImages, ImageTextModel ofCharts, Tensor images, Tensor charts)
    {
        ArgumentNullException.ThrowIfNull(ofImages);
        ArgumentNullException.ThrowIfNull(ofCharts);
        ofImages.RequireVectors(images, nameof(images), nameof(ImageTextModel.EncodeImages));
        ofCharts.RequireVectors(charts, nameof(charts), nameof(ImageTextModel.EncodeSentences));
        if (images.shape[0] == 0 || images.shape[0] != charts.shape[0])
        {
            throw new ArgumentException(
                $"There are vectors of {images.shape[0]} images and {charts.shape[0]} charts; pass one of each for each case.",
                nameof(charts)
            );
        }

        (_ofImages, _ofCharts, _images, _charts) = (ofImages, ofCharts, images, charts);
    }

    /// <summary>How similar each stored case is to what each sentence says.</summary>
    /// <param name="sentences">Sentences, Q of them, at least one.</param>
    /// <returns>
    /// A new tensor <c>[Q, N]</c>, float32: the cosine similarity of the image with what is said about it, and that of the chart, added; 0
    /// for what is not said.
    /// </returns>
    /// <exception cref="ArgumentException">There is no sentence, or neither encoder knows all words between two commas.</exception>
    public Tensor Similarities(params IReadOnlyList<string> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0)
        {
            throw new ArgumentException("There is no sentence to search by; pass at least one.", nameof(sentences));
        }

        using DisposeScope scope = NewDisposeScope();
        return cat([.. sentences.Select(Similarity)]).MoveToOuterDisposeScope();
    }

    private Tensor Similarity(string sentence)
    {
        List<string> seen = [],
            written = [];
        foreach (string part in (sentence ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            (
                Knows(_ofCharts, part) ? written
                : Knows(_ofImages, part) ? seen
                : throw Unknown(part)
            ).Add(part);
        }

        return Similarity(_ofImages, seen, _images).Plus(Similarity(_ofCharts, written, _charts));
    }

    private static Tensor Similarity(ImageTextModel encoder, List<string> parts, Tensor stored) =>
        parts.Count == 0 ? zeros(1, stored.shape[0]) : encoder.EncodeSentences(string.Join(", ", parts)).matmul(stored.t());

    private static bool Knows(ImageTextModel encoder, string part) =>
        Vocabulary.Tokenize(part) is { Length: > 0 } words && words.All(encoder.Vocabulary.Words.Contains);

    private static ArgumentException Unknown(string part) =>
        new(
            $"Neither the words of images nor those of charts hold all of \"{part}\"; set commas between what belongs together, as in "
                + "\"large nodule, smoker, fever\"."
        );
}
