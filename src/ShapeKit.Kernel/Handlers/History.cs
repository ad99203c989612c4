using System.Text.RegularExpressions;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Handlers;

/// <summary>The cells of this session that were run to be kept.</summary>
internal sealed class History
{
    private readonly List<Entry> _entries = [];

    public void Add(int line, string code)
    {
        lock (_entries)
        {
            _entries.Add(new Entry(line, code, null));
        }
    }

    public void SetOutput(int line, MimeBundle output)
    {
        lock (_entries)
        {
            int last = _entries.FindLastIndex(e => e.Line == line);
            if (last >= 0)
            {
                _entries[last] = _entries[last] with { Output = output.Data.GetValueOrDefault(MimeBundle.Plain) };
            }
        }
    }

    /// <summary>The lines from <paramref name="start"/> to before <paramref name="stop"/>; without an end, all that follow.</summary>
    public IReadOnlyList<Entry> Range(int start, int? stop)
    {
        lock (_entries)
        {
            return [.. _entries.Where(e => e.Line >= start && (stop is null || e.Line < stop))];
        }
    }

    /// <summary>The last <paramref name="count"/> lines.</summary>
    public IReadOnlyList<Entry> Tail(int? count)
    {
        lock (_entries)
        {
            return [.. _entries.TakeLast(count ?? _entries.Count)];
        }
    }

    /// <summary>The last lines that match a pattern with the wildcards <c>*</c> and <c>?</c>.</summary>
    /// <param name="pattern">The pattern, for the whole cell.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="unique">Whether the same code appears once, where it was run last.</param>
    public IReadOnlyList<Entry> Search(string pattern, int? count, bool unique)
    {
        var whole = new Regex(
            $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.Singleline | RegexOptions.NonBacktracking
        );
        IEnumerable<Entry> found = Range(0, null).Where(e => whole.IsMatch(e.Code));
        if (unique)
        {
            found = found.Reverse().DistinctBy(e => e.Code).Reverse();
        }

        return [.. count is null ? found : found.TakeLast(count.Value)];
    }

    /// <summary>One cell: its execution count, its code, and its value as text, if it had one.</summary>
    internal sealed record Entry(int Line, string Code, string? Output);
}
