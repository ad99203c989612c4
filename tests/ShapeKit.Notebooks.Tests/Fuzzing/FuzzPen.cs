namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>The random parts of one program.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="number">The program's number, which makes its names its own.</param>
internal sealed class FuzzPen(Random random, int number)
{
    private int _names;

    /// <summary>A name that no other cell uses.</summary>
    public string Name() => $"v{number}_{++_names}";

    public int Number(int from, int to) => random.Next(from, to + 1);

    public bool Maybe() => random.Next(2) == 0;

    public T Pick<T>(params T[] all) => all[random.Next(all.Length)];

    /// <summary>Statements inside of others, all on the same thread.</summary>
    public string Nested(string code)
    {
        for (int depth = random.Next(4); depth > 0; depth--)
        {
            string name = Name();
            code = Pick(
                $"{{ {code} }}",
                $"try {{ {code} }} finally {{ GC.KeepAlive(\"{name}\"); }}",
                $"if (Environment.ProcessId != 0) {{ {code} }}",
                $"foreach (int {name} in new[] {{ 1 }}) {{ {code} }}",
                $"new Action(() => {{ {code} }})();",
                $"void {name}() {{ {code} }}\n{name}();",
                $"try {{ {code} }} catch (InvalidTimeZoneException) {{ Console.Write(\"never\"); }}",
                $"Enumerable.Range(0, 1).ToList().ForEach({name} => {{ {code} }});",
                $"lock (\"{name}\") {{ {code} }}"
            );
        }

        return code;
    }

    /// <summary>Some outputs: the code that makes them, and what it shows.</summary>
    public (string Code, string[] Shows) Outputs(int most, bool errors = true)
    {
        var code = new List<string>();
        var shows = new List<string>();
        for (int i = Number(1, most); i > 0; i--)
        {
            string text = $"{Name()};";
            int value = Number(0, 1000);
            switch (random.Next(5))
            {
                case 0:
                    code.Add($"Console.Write(\"{text}\");");
                    Stream("stdout", text);
                    break;
                case 1:
                    code.Add($"Console.WriteLine({value});");
                    Stream("stdout", $"{value}\n");
                    break;
                case 2 when errors:
                    code.Add($"Console.Error.Write(\"{text}\");");
                    Stream("stderr", text);
                    break;
                case 3:
                    code.Add($"display({value});");
                    shows.Add($"display: {value}");
                    break;
                default:
                    code.Add("clear_output(wait: true);");
                    shows.Add("clear: true");
                    break;
            }
        }

        return (string.Join(Pick(" ", "\n"), code), [.. shows]);

        void Stream(string name, string text)
        {
            if (shows is [.., var last] && last.StartsWith(name, StringComparison.Ordinal))
            {
                shows[^1] += text;
            }
            else
            {
                shows.Add($"{name}: {text}");
            }
        }
    }
}
