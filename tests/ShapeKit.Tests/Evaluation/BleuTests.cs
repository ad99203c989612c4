using ShapeKit.Evaluation;

namespace ShapeKit.Tests.Evaluation;

public sealed class BleuTests
{
    [Fact]
    public void The_score_is_what_counting_by_hand_gives()
    {
        // Written: "the cat the cat on the mat ." (8 words); reference: "the cat is on the mat ." (7 words).
        // Single words: the 2 of 3, cat 1 of 2, on, mat, "." 1 each: 6 of 8. Pairs: the cat 1 of 2, on the, the mat, "mat ."; not cat
        // the, cat on: 4 of 7.
        // Threes: "on the mat", "the mat .": 2 of 6. Fours: "on the mat .": 1 of 5. More words than the reference: no brevity penalty.
        double expected = Math.Pow(6 / 8.0 * (4 / 7.0) * (2 / 6.0) * (1 / 5.0), 0.25);

        Assert.Equal(expected, Bleu.Corpus(["the cat the cat on the mat ."], ["the cat is on the mat ."]), 1e-12);
    }

    [Fact]
    public void Counts_go_over_the_whole_corpus_and_short_texts_pay_the_brevity_penalty()
    {
        // a b c d e: pieces 5, 4, 3, 2, all shared. "no nodule ." against "a b c d e f": pieces 3, 2, 1, 0, none shared. 8 words against
        // 11.
        double expected = Math.Exp(1 - (11 / 8.0)) * Math.Pow(5 / 8.0 * (4 / 6.0) * (3 / 4.0) * (2 / 2.0), 0.25);

        Assert.Equal(expected, Bleu.Corpus(["a b c d e", "no nodule ."], ["a b c d e", "a b c d e f"]), 1e-12);
    }

    [Fact]
    public void Equal_texts_score_1_and_texts_without_a_shared_piece_0()
    {
        Assert.Equal(1, Bleu.Corpus(["no nodule .", "one nodule of about 15 mm ."], ["no nodule .", "One nodule of about 15 mm."]), 1e-12);
        Assert.Equal(1, Bleu.Corpus(["no nodule ."], ["no nodule ."]), 1e-12);
        Assert.Equal(0, Bleu.Corpus(["a b c d"], ["a b d c"]));
        Assert.Equal(0, Bleu.Corpus([""], ["a"]));
        Assert.StartsWith(
            "There are 1 texts and 0 references",
            Assert.Throws<ArgumentException>(() => Bleu.Corpus(["a"], [])).Message,
            StringComparison.Ordinal
        );
    }
}
