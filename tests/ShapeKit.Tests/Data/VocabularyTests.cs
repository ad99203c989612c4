using ShapeKit.Data;
using ShapeKit.Generation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Data;

public sealed class VocabularyTests
{
    private static readonly Vocabulary Reports = new(ReportGrammar.Words);

    [Fact]
    public void A_sentence_becomes_numbers_and_a_sentence_again()
    {
        var vocabulary = new Vocabulary(["nodule", ".", "no", "nodule"]);

        Assert.Equal(["<padding>", "<start>", "<end>", ".", "no", "nodule"], vocabulary.Words);
        Assert.Equal([1, 4, 5, 3, 2, 0, 0], vocabulary.Encode("no nodule .", 7));
        Assert.Equal("no nodule.", vocabulary.Decode([1, 4, 5, 3, 2, 0, 0]));
        Assert.Equal("no nodule", vocabulary.Decode([4, 5, 2, 5]));
        Assert.Equal(6, vocabulary.Count);
    }

    [Fact]
    public void Every_sentence_of_the_grammar_survives_the_way_there_and_back()
    {
        string[] sentences =
        [
            .. Enumerable
                .Range(0, ReportGrammar.WordingCount)
                .SelectMany(wording =>
                    (string[])
                        [
                            ReportGrammar.Write([], wording),
                            .. ReportedFinding.All.Select(f =>
                                ReportGrammar.Write([new Finding(f.Side, f.Zone, 10 + (8 * (int)f.Size), 0, 0)], wording)
                            ),
                        ]
                ),
        ];
        using Tensor encoded = Reports.Encode(sentences, ReportGrammar.LongestSentence + 2);

        Assert.Equal(ScalarType.Int64, encoded.dtype);
        Assert.Equal([sentences.Length, ReportGrammar.LongestSentence + 2], encoded.shape);
        Assert.Equal(sentences, encoded.data<long>().ToArray().Chunk(ReportGrammar.LongestSentence + 2).Select(Reports.Decode));
    }

    [Fact]
    public void Typed_text_is_cut_into_words()
    {
        Assert.Equal(["large", "nodule", ",", "left", "lung", "."], Vocabulary.Tokenize("Large nodule,  left lung."));
    }

    [Fact]
    public void An_unknown_word_is_named_with_the_nearest_known_ones()
    {
        string message = Assert.Throws<ArgumentException>(() => Reports.Encode("a large nodul in the left lung", 12)).Message;

        Assert.StartsWith(
            $"The word \"nodul\" is not among the {ReportGrammar.Words.Count} known words; those spelt most like it are \"nodule\", "
                + "\"nodules\", ",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.StartsWith(
            "The sentence has 3 words; with start and end it does not fit into 4 numbers.",
            Assert.Throws<ArgumentException>(() => Reports.Encode("no nodule .", 4)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "No word has the number 999;",
            Assert.Throws<ArgumentOutOfRangeException>(() => Reports.Decode([999])).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "A vocabulary needs at least one word",
            Assert.Throws<ArgumentException>(() => new Vocabulary(["two words"])).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "There is no sentence to encode",
            Assert.Throws<ArgumentException>(() => Reports.Encode((string[])[])).Message,
            StringComparison.Ordinal
        );
    }
}
