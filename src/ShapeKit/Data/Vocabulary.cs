using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>Gives each word a number, because a network computes with numbers, and turns numbers back into words.</summary>
/// <remarks>
/// Numbers 0, 1 and 2 are kept for <see cref="Padding"/>, <see cref="Start"/> and <see cref="End"/>; the words follow in alphabetical
/// order.
/// </remarks>
public sealed class Vocabulary
{
    private const int LongestRow = 1_000_000;
    private static readonly string[] Special = ["<padding>", "<start>", "<end>"];
    private static readonly Regex Punctuation = new("[.,:;]");
    private static readonly Regex BlankBefore = new(" (?=[.,:;])");

    /// <summary>The number that fills up shorter sentences: 0.</summary>
    public const long Padding = 0;

    /// <summary>The number before the first word: 1.</summary>
    public const long Start = 1;

    /// <summary>The number after the last word: 2.</summary>
    public const long End = 2;

    private readonly string[] _words;
    private readonly Dictionary<string, long> _numbers;

    /// <summary>Makes a vocabulary of words, such as those of <see cref="Generation.ReportGrammar.Words"/>.</summary>
    /// <param name="words">The words; each counts once, however often it is given.</param>
    /// <exception cref="ArgumentException">There is no word, or one that <see cref="Tokenize"/> never gives: it is empty, holds a blank, a
    /// capital letter or a punctuation mark beside letters, or is one of the special ones.</exception>
    public Vocabulary(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string[] sorted = [.. words.Distinct().Order(StringComparer.Ordinal)];
        if (sorted.Length == 0 || sorted.Any(word => string.IsNullOrEmpty(word) || word.Any(char.IsWhiteSpace)))
        {
            throw new ArgumentException(
                "A vocabulary needs at least one word, and no word is empty or holds a blank; split sentences into words first.",
                nameof(words)
            );
        }

        if (Array.Find(sorted, word => Special.Contains(word) || Tokenize(word) is not [var token] || token != word) is { } never)
        {
            throw new ArgumentException(
                $"No sentence is cut into the word \"{never}\": words are lowercase, full stop, comma, colon and semicolon stand alone, and "
                    + $"{string.Join(", ", Special)} are taken; cut sentences with Vocabulary.Tokenize.",
                nameof(words)
            );
        }

        _words = [.. Special, .. sorted];
        _numbers = sorted.Select((word, i) => (word, number: i + End + 1)).ToDictionary(entry => entry.word, entry => entry.number);
    }

    /// <summary>How many numbers there are, V: the words and the three special ones.</summary>
    public int Count => _words.Length;

    /// <summary>All words in the order of their numbers, from <c>&lt;padding&gt;</c> on.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Cuts a sentence into words: lowercase, with full stop, comma, colon and semicolon as words of their own.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <returns>The words.</returns>
    public static string[] Tokenize(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return Punctuation.Replace(sentence.ToLowerInvariant(), " $0 ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Sets words as people do: no blank stands before a punctuation mark.</summary>
    internal static string Sentence(IEnumerable<string> words) => BlankBefore.Replace(string.Join(' ', words), "");

    /// <summary>The number of a word.</summary>
    /// <param name="word">The word.</param>
    /// <returns>Its number, 3 to <see cref="Count"/> - 1.</returns>
    /// <exception cref="ArgumentException">The word is not known; the message names those that are spelt most like it.</exception>
    public long NumberOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return _numbers.TryGetValue(word, out long number)
            ? number
            : throw new ArgumentException(
                $"The word \"{word}\" is not among the {_numbers.Count} known words; those spelt most like it are "
                    + $"{string.Join(", ", Nearest(word).Select(known => $"\"{known}\""))}."
            );
    }

    /// <summary>A sentence as numbers: start, the words, end, and padding up to a length.</summary>
    /// <param name="sentence">The sentence; it is cut by <see cref="Tokenize"/>.</param>
    /// <param name="length">The length of the result, L; at least the number of words and 2.</param>
    /// <returns>L numbers.</returns>
    /// <exception cref="ArgumentException">A word is not known, the sentence is too long, or the length above a million.</exception>
    public long[] Encode(string sentence, int length)
    {
        string[] parts = Tokenize(sentence);
        if (length > LongestRow)
        {
            throw new ArgumentException(
                $"A row of {length} numbers is longer than any sentence; at most {LongestRow} are made.",
                nameof(length)
            );
        }

        if (parts.Length + 2 > length)
        {
            throw new ArgumentException(
                $"The sentence has {parts.Length} words; with start and end it does not fit into {length} numbers.",
                nameof(sentence)
            );
        }

        var encoded = new long[length];
        encoded[0] = Start;
        for (int i = 0; i < parts.Length; i++)
        {
            encoded[i + 1] = NumberOf(parts[i]);
        }

        encoded[parts.Length + 1] = End;
        return encoded;
    }

    /// <summary>Several sentences as numbers, one below the other.</summary>
    /// <param name="sentences">The sentences, N of them, at least one.</param>
    /// <param name="length">The length of each row, L; at least the number of words and 2; null takes the longest sentence's words and
    /// 2.</param>
    /// <returns>A new tensor <c>[N, L]</c>, int64 in 0..<see cref="Count"/> - 1.</returns>
    /// <exception cref="ArgumentException">There is no sentence, a word is not known, a sentence is too long, or the length above a
    /// million.</exception>
    public Tensor Encode(IReadOnlyList<string> sentences, int? length = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0)
        {
            throw new ArgumentException("There is no sentence to encode; pass at least one.", nameof(sentences));
        }

        int columns = length ?? sentences.Max(sentence => Tokenize(sentence).Length) + 2;
        using Tensor row = tensor(sentences.SelectMany(sentence => Encode(sentence, columns)).ToArray());
        return row.reshape(sentences.Count, columns);
    }

    /// <summary>Turns numbers back into a sentence, up to the first end.</summary>
    /// <param name="encoded">The numbers; start and padding are left out.</param>
    /// <returns>The words, with a blank before each but the first and the punctuation marks.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number stands for no word.</exception>
    public string Decode(IEnumerable<long> encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return Sentence(
            encoded
                .TakeWhile(number => number != End)
                .Where(number => number is not (Start or Padding))
                .Select(number =>
                    number >= 0 && number < _words.Length
                        ? _words[number]
                        : throw new ArgumentOutOfRangeException(
                            nameof(encoded),
                            $"No word has the number {number}; the vocabulary ends at {_words.Length - 1}."
                        )
                )
        );
    }

    /// <summary>Refuses a tensor of numbers of which one stands for no word.</summary>
    internal void RequireNumbers(Tensor encoded, string parameter)
    {
        if (encoded.dtype != ScalarType.Int64)
        {
            throw new ArgumentException($"Words are numbers of int64; these are {encoded.dtype}.", parameter);
        }

        if (encoded.numel() > 0)
        {
            using Tensor lowest = encoded.min(),
                highest = encoded.max();
            (long from, long to) = (lowest.item<long>(), highest.item<long>());
            if (from < 0 || to >= Count)
            {
                throw new ArgumentException(
                    $"The numbers run from {from} to {to}; the vocabulary's words have 0 to {Count - 1}.",
                    parameter
                );
            }
        }
    }

    /// <summary>The vocabulary as words, such as <c>40 words: ",", ".", "10" ...</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => $"{_numbers.Count} words: {string.Join(' ', _words.Skip((int)End + 1))}";

    private IEnumerable<string> Nearest(string word) =>
        _numbers.Keys.OrderBy(known => Distance(word, known)).ThenBy(known => known, StringComparer.Ordinal).Take(3);

    /// <summary>How many letters must be put in, left out or changed to make one word of another (Levenshtein 1966).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
