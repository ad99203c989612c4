namespace Microsoft.DotNet.Interactive.Jupyter.Formatting;

/// <summary>A formula on a line of its own, as older notebooks for .NET Interactive write it; the newer ones write LaTeXString.</summary>
/// <param name="latex">The formula, without dollar signs.</param>
public sealed class MathString(string latex)
{
    public static implicit operator MathString(string latex) => new(latex);

    /// <summary>The forms in which it is shown.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { ["text/latex"] = ToString() };

    public override string ToString() => $"$${latex}$$";
}
