using ShapeKit.Data;

namespace ShapeKit.Evaluation;

/// <summary>How much of the wording of texts agrees with reference texts.</summary>
public static class Bleu
{
    private const int LongestPiece = 4;

    /// <summary>BLEU-4 of a corpus: 1 when every text equals its reference, 0 when no piece of four words is shared.</summary>
    /// <remarks>
    /// Papineni, Roukos, Ward and Zhu, <em>BLEU: a method for automatic evaluation of machine translation</em> (2002), section 2.3: BP ·
    /// exp(¼ Σ ln pₙ) for n = 1 to 4. pₙ is the share of the texts' pieces of n words that their references hold too; a piece counts at
    /// most as often as its reference has it. The brevity penalty BP is 1 when the texts have more words than the references, and exp(1 −
    /// r / c) otherwise, with c words in all texts and r in all references. All counts go over the whole corpus before they are divided;
    /// nothing is smoothed. A length of pieces that no text has (all are shorter) takes no part.
    /// </remarks>
    /// <param name="texts">What was written; words are cut by <see cref="Vocabulary.Tokenize"/>.</param>
    /// <param name="references">What should have been written, one for each text.</param>
    /// <returns>The score in 0..1.</returns>
    /// <exception cref="ArgumentException">There is no text, one is null, or the numbers of texts and references differ.</exception>
    public static double Corpus(IReadOnlyList<string> texts, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(references);
        if (texts.Count == 0 || texts.Count != references.Count)
        {
            throw new ArgumentException(
                $"There are {texts.Count} texts and {references.Count} references; pass one reference for each text, and at least one.",
                nameof(references)
            );
        }

        var shared = new long[LongestPiece];
        var written = new long[LongestPiece];
        long words = 0,
            referenceWords = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i] is null || references[i] is null)
            {
                throw new ArgumentException(
                    $"Text {i} or its reference is null; pass an empty one where nothing was written.",
                    texts[i] is null ? nameof(texts) : nameof(references)
                );
            }

            string[] text = Vocabulary.Tokenize(texts[i]),
                reference = Vocabulary.Tokenize(references[i]);
            (words, referenceWords) = (words + text.Length, referenceWords + reference.Length);
            for (int n = 1; n <= LongestPiece; n++)
            {
                Dictionary<string, int> allowed = Pieces(reference, n);
                foreach ((string piece, int count) in Pieces(text, n))
                {
                    written[n - 1] += count;
                    shared[n - 1] += Math.Min(count, allowed.GetValueOrDefault(piece));
                }
            }
        }

        if (words == 0)
        {
            return 0;
        }

        double[] precisions = [.. shared.Zip(written).Where(pair => pair.Second > 0).Select(pair => (double)pair.First / pair.Second)];
        double brevityPenalty = words > referenceWords ? 1 : Math.Exp(1 - ((double)referenceWords / words));
        return brevityPenalty * Math.Exp(precisions.Average(Math.Log));
    }

    private static Dictionary<string, int> Pieces(string[] words, int length)
    {
        var pieces = new Dictionary<string, int>();
        for (int start = 0; start + length <= words.Length; start++)
        {
            string piece = string.Join(' ', words, start, length);
            pieces[piece] = pieces.GetValueOrDefault(piece) + 1;
        }

        return pieces;
    }
}
