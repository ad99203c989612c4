using System.ComponentModel;
using System.Text;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Gives what a cell writes to the console to its engine, and what it reads to the engine's callback.</summary>
/// <remarks>The console belongs to the process; code that no cell started keeps the real one.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellConsole
{
    private static readonly Lazy<Reader> Input = new(() => new Reader(Console.In));
    private static readonly Lazy<bool> Routed = new(() =>
    {
        Console.SetOut(new Writer("stdout", Console.Out));
        Console.SetError(new Writer("stderr", Console.Error));
        Console.SetIn(Input.Value);
        return true;
    });

    /// <summary>
    /// What compiled cells assign in the place of the console's own property, which would give the console another reader.
    /// </summary>
    public static Encoding InputEncoding
    {
        get => Console.InputEncoding;
        set
        {
            Console.InputEncoding = value;
            Console.SetIn(Input.Value);
        }
    }

    internal static void Route() => _ = Routed.Value;

    private sealed class Writer(string name, TextWriter outside) : TextWriter
    {
        public override Encoding Encoding => outside.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

        public override void WriteLine() => Write("\n");

        public override void WriteLine(string? value) => Write(value + "\n");

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                return;
            }

            if (CellEngine.Current is { } engine)
            {
                engine.Send(new StreamOutput(name, value));
            }
            else
            {
                outside.Write(value);
            }
        }

        public override void Flush()
        {
            if (CellEngine.Current is null)
            {
                outside.Flush();
            }
        }
    }

    private sealed class Reader(TextReader outside) : TextReader
    {
        private string _rest = "";

        public override int Peek() =>
            CellEngine.Current is null ? outside.Peek()
            : _rest.Length > 0 ? _rest[0]
            : -1;

        public override int Read()
        {
            if (CellEngine.Current is null)
            {
                return outside.Read();
            }

            if (_rest.Length == 0)
            {
                if (ReadLine() is not { } line)
                {
                    return -1;
                }

                _rest = line + "\n";
            }

            char next = _rest[0];
            _rest = _rest[1..];
            return next;
        }

        public override string? ReadLine()
        {
            if (CellEngine.Current is not { } engine)
            {
                return outside.ReadLine();
            }

            if (_rest.Length == 0)
            {
                return engine.Ask(new InputRequest("", IsPassword: false));
            }

            string line = _rest.TrimEnd('\n');
            _rest = "";
            return line;
        }
    }
}
