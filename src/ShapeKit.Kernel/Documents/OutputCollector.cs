using System.Text;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Documents;

/// <summary>Turns what running cells show, in order, into what a notebook file keeps.</summary>
/// <remarks>Text of one stream is joined, a display's updates replace it wherever it was shown, and clearing is carried out.</remarks>
public sealed class OutputCollector
{
    private readonly Dictionary<int, Collected> _cells = [];

    /// <summary>What a cell shows so far.</summary>
    public IReadOnlyList<CellOutput> this[int cell] => _cells.TryGetValue(cell, out Collected? collected) ? collected.Finish() : [];

    /// <summary>Adds what a cell showed.</summary>
    public void Add(int cell, CellOutput output)
    {
        if (output is UpdateDisplayOutput update)
        {
            foreach (Collected other in _cells.Values)
            {
                other.Update(update);
            }

            return;
        }

        if (!_cells.TryGetValue(cell, out Collected? collected))
        {
            _cells[cell] = collected = new Collected();
        }

        collected.Add(output);
    }

    private sealed class Collected
    {
        private readonly List<CellOutput> _outputs = [];
        private readonly StringBuilder _text = new();
        private string _stream = "";
        private bool _clearWithNext;

        public void Add(CellOutput output)
        {
            if (output is ClearOutput { Wait: true })
            {
                _clearWithNext = true;
                return;
            }

            if (output is ClearOutput || _clearWithNext)
            {
                _clearWithNext = false;
                _text.Clear();
                _outputs.Clear();
            }

            if (output is StreamOutput stream)
            {
                if (stream.Name != _stream)
                {
                    EndStream();
                    _stream = stream.Name;
                }

                _text.Append(stream.Text);
            }
            else if (output is not (ClearOutput or CommOutput))
            {
                EndStream();
                _outputs.Add(output);
            }
        }

        public void Update(UpdateDisplayOutput update)
        {
            for (int i = 0; i < _outputs.Count; i++)
            {
                if (_outputs[i] is DisplayOutput display && display.DisplayId == update.DisplayId)
                {
                    _outputs[i] = display with { Data = update.Data };
                }
            }
        }

        public IReadOnlyList<CellOutput> Finish() =>
            _text.Length == 0 ? [.. _outputs] : [.. _outputs, new StreamOutput(_stream, _text.ToString())];

        private void EndStream()
        {
            if (_text.Length > 0)
            {
                _outputs.Add(new StreamOutput(_stream, _text.ToString()));
                _text.Clear();
            }
        }
    }
}
