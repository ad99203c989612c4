using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// Makes of what cells show what messages and files can hold, and says at a cell's end that half a character was replaced.
/// </summary>
/// <remarks>A character that is written to the console half by half is put together.</remarks>
internal sealed class WritableOutputs
{
    private static readonly StreamOutput Notice = new(
        "stderr",
        "The cell shows half a character (a lone surrogate), which cannot be written; \ufffd stands in its place.\n"
    );

    /// <summary>By stream, the first half of a character whose other half may still come.</summary>
    private readonly Dictionary<string, char> _halves = [];
    private bool _replaced;

    /// <summary>What is to be shown in the place of an output.</summary>
    public IReadOnlyList<CellOutput> Next(CellOutput output) => output is StreamOutput stream ? Next(stream) : [.. Rest(), Whole(output)];

    /// <summary>What is left to be shown when a cell ends.</summary>
    public IReadOnlyList<CellOutput> End()
    {
        CellOutput[] rest = Rest();
        bool replaced = _replaced;
        _replaced = false;
        return replaced ? [.. rest, Notice] : rest;
    }

    private CellOutput[] Next(StreamOutput stream)
    {
        string text = _halves.Remove(stream.Name, out char half) ? half + stream.Text : stream.Text;
        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            _halves[stream.Name] = text[^1];
            text = text[..^1];
        }

        return text.Length == 0 ? [] : [stream with { Text = Whole(text) }];
    }

    private CellOutput[] Rest()
    {
        CellOutput[] rest = [.. _halves.Select(half => new StreamOutput(half.Key, Whole(half.Value.ToString())))];
        _halves.Clear();
        return rest;
    }

    private CellOutput Whole(CellOutput output) =>
        output switch
        {
            DisplayOutput display => display with { Data = Whole(display.Data) },
            UpdateDisplayOutput update => update with { Data = Whole(update.Data) },
            ResultOutput result => result with { Data = Whole(result.Data) },
            ErrorOutput error => new ErrorOutput(Whole(error.Name), Whole(error.Message), [.. error.Traceback.Select(Whole)]),
            CommOutput comm => comm with
            {
                Target = comm.Target is null ? null : Whole(comm.Target),
                Data = Noted(comm.Data, WholeText.OfJson(comm.Data)),
            },
            _ => output,
        };

    /// <summary>A copy, which the cell can't change any more; forms without content are left out.</summary>
    private MimeBundle Whole(MimeBundle bundle)
    {
        var data = new Dictionary<string, string>();
        foreach ((string type, string? content) in bundle.Data)
        {
            if (content is not null)
            {
                data[Whole(type)] = MimeBundle.IsJson(type) ? Noted(content, WholeText.OfJson(content)) : Whole(content);
            }
        }

        return new MimeBundle(data);
    }

    private string Whole(string text) => Noted(text, WholeText.Of(text));

    private string Noted(string text, string whole)
    {
        _replaced |= text != whole;
        return whole;
    }
}
