namespace ShapeKit.Models;

/// <summary>A report that a <see cref="CaptionModel"/> wrote, word by word.</summary>
/// <param name="Text">The words as a sentence, without start and end.</param>
/// <param name="Steps">One step for each word, and a last one that ends the report (<c>&lt;end&gt;</c>), unless it was cut off at the
/// model's longest length.</param>
public sealed record Caption(string Text, IReadOnlyList<CaptionStep> Steps)
{
    /// <summary>The probability of the whole report: the product of its words' probabilities, in 0..1.</summary>
    public double Probability => Math.Exp(LogProbability);

    /// <summary>The natural logarithm of <see cref="Probability"/>: the sum over the words, at most 0.</summary>
    public double LogProbability => Steps.Sum(step => Math.Log(step.Probability));

    /// <summary>The report.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;
}

/// <summary>How one word came to be written.</summary>
/// <param name="Word">The word.</param>
/// <param name="Probability">Its probability after the words before it, in 0..1.</param>
/// <param name="Next">The five most likely words at this place, the most likely first.</param>
/// <param name="Attention">Where the decoder looked: its weights over the image's grid, indexed [row, column], at least 0 and 1 in
/// sum.</param>
public sealed record CaptionStep(string Word, double Probability, IReadOnlyList<WordProbability> Next, float[,] Attention);

/// <summary>A word and how probable it is.</summary>
/// <param name="Word">The word.</param>
/// <param name="Probability">Its probability in 0..1.</param>
public readonly record struct WordProbability(string Word, double Probability)
{
    /// <summary>The word with its probability, such as <c>right 98.2%</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Word} {Probability:P1}").Replace(" %", "%", StringComparison.Ordinal);
}
