using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class CellErrorsTests : IDisposable
{
    private readonly Cells _cells = new();

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task A_compile_error_names_line_and_column_and_points_at_the_place_and_nothing_runs()
    {
        await _cells.Try("Console.WriteLine(\"ran\");\nvar y = 1;\nvar z = y + missing;");
        Assert.Equal("CompilationError", _cells.Error.Name);
        Assert.StartsWith("Cell 1, line 3, column 13: CS0103 ", _cells.Error.Message, StringComparison.Ordinal);
        Assert.Equal("    var z = y + missing;", _cells.Error.Traceback[1]);
        Assert.Equal("                ^^^^^^^", _cells.Error.Traceback[2]);
        Assert.Empty(_cells.Console);
        Assert.Equal("CompilationError", (await _cells.Try("y")).Error.Name);
    }

    [Fact]
    public async Task An_error_of_libtorch_is_its_sentence_without_native_frames()
    {
        await _cells.Try(
            "#r \"nuget: ShapeKit\"\nusing TorchSharp;\nShapeKit.Runtime.LibTorch.EnsureLoaded();\ntorch.ones(2) + torch.ones(3)"
        );
        Assert.Equal("The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0", _cells.Error.Message);
        Assert.Equal("   at Cell 1, line 4", _cells.Error.Traceback[1]);
        Assert.DoesNotContain(_cells.Error.Traceback, line => line.Contains("frame #", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_runs_tasks_is_not_among_the_frames()
    {
        await _cells.Try("await GetInputAsync(\"Your name?\")");
        Assert.Equal(["   at Cell 1, line 1"], _cells.Error.Traceback.Skip(1));
    }

    [Theory]
    [InlineData("using var x = new MemoryStream();", 1, 11, "using var x", "using (var x = ...) { ... }")]
    [InlineData(
        "int a = 1;\nusing MemoryStream x = new();\nx.Length",
        2,
        20,
        "using MemoryStream x",
        "using (MemoryStream x = ...) { ... }"
    )]
    [InlineData("await using var x = new MemoryStream();", 1, 7, "using var x", "using (var x = ...) { ... }")]
    public async Task A_using_declaration_outside_braces_is_told_with_what_to_write(
        string code,
        int line,
        int column,
        string declared,
        string written
    )
    {
        await _cells.Try(code);
        Assert.Equal(
            $"Cell 1, line {line}, column {column}: A cell can't declare “{declared}” outside braces: write {written} around the lines "
                + "that need it.",
            _cells.Error.Message
        );
        Assert.Equal(3, _cells.Error.Traceback.Count);
        await _cells.Run("{ using var x = new MemoryStream(); }\nusing (var x = new MemoryStream()) { }");
    }

    [Fact]
    public async Task A_using_directive_without_semicolon_is_no_using_declaration()
    {
        await _cells.Try("using System\nx = 1;");
        Assert.Contains("CS1002", _cells.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_compile_error_is_listed()
    {
        await _cells.Try("int a = \"one\";\nint b = \"two\";");
        Assert.Equal(
            ["Cell 1, line 1, column 9: CS0029", "Cell 1, line 2, column 9: CS0029"],
            _cells.Error.Traceback.Where(l => l.StartsWith("Cell", StringComparison.Ordinal)).Select(l => l[..32])
        );
    }

    [Fact]
    public async Task Directives_do_not_shift_the_lines_of_errors()
    {
        await _cells.Try("#!time\n#r \"System.Linq\"\n\nint a = \"one\";");
        Assert.StartsWith("Cell 1, line 4, column 9: CS0029 ", _cells.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_tells_type_message_and_the_readers_own_lines_only()
    {
        await _cells.Run("double Mean(List<double> all)\n{\n    return all.Average();\n}");
        await _cells.Try("var none = new List<double>();\n\nMean(none)");
        Assert.Equal("InvalidOperationException", _cells.Error.Name);
        Assert.Equal("Sequence contains no elements", _cells.Error.Message);
        Assert.Equal(
            ["InvalidOperationException: Sequence contains no elements", "   at Mean in Cell 1, line 3", "   at Cell 2, line 3"],
            _cells.Error.Traceback.Take(3)
        );
        Assert.Contains("   in System.Linq.Enumerable.Average", _cells.Error.Traceback);
        Assert.DoesNotContain(_cells.Error.Traceback, l =>
            l.Contains("ShapeKit", StringComparison.Ordinal) || l.Contains("Submission", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_a_failing_cell_declared_before_it_failed_lives_on()
    {
        await _cells.Try("var early = 5;\nthrow new ArgumentException(\"The learning rate is -1; give a number above 0.\");");
        Assert.Equal("ArgumentException: The learning rate is -1; give a number above 0.", _cells.Error.Traceback[0]);
        Assert.Equal("   at Cell 1, line 2", _cells.Error.Traceback[1]);
        Assert.Equal("5", await _cells.Text("early"));
    }

    [Fact]
    public async Task Inner_exceptions_and_exceptions_of_tasks_are_readable()
    {
        await _cells.Try("try { int.Parse(\"x\"); } catch (Exception e) { throw new InvalidDataException(\"The file is broken.\", e); }");
        Assert.Equal("InvalidDataException: The file is broken.", _cells.Error.Traceback[0]);
        Assert.Contains(_cells.Error.Traceback, l => l.StartsWith("caused by FormatException: ", StringComparison.Ordinal));
        await _cells.Try("Task.Run(() => throw new ArgumentException(\"Too large.\")).Wait();");
        Assert.Equal(("ArgumentException", "Too large."), (_cells.Error.Name, _cells.Error.Message));
        await _cells.Try("await Task.Run(async () => { await Task.Yield(); throw new ArgumentException(\"Too small.\"); });");
        Assert.Equal(("ArgumentException", "Too small."), (_cells.Error.Name, _cells.Error.Message));
    }

    [Fact]
    public async Task Every_cause_of_an_exception_with_several_is_named()
    {
        await _cells.Try(
            "throw new AggregateException(\"Both failed.\", new ArgumentException(\"one\", new FormatException(\"why\")), new "
                + "AggregateException(new InvalidDataException(\"two\")), new Exception(\"three\"));"
        );
        Assert.Equal(
            [
                "AggregateException: Both failed. (one) (One or more errors occurred. (two)) (three)",
                "caused by ArgumentException: one",
                "caused by FormatException: why",
                "caused by InvalidDataException: two",
                "caused by Exception: three",
            ],
            _cells.Error.Traceback.Where(line => !line.StartsWith(' '))
        );
        await _cells.Try("throw new AggregateException(Enumerable.Range(0, 100).Select(i => new Exception(i.ToString())));");
        Assert.Equal("… 81 more causes", _cells.Error.Traceback[^1]);
    }

    [Fact]
    public async Task An_exception_that_cannot_tell_its_message_is_an_error_all_the_same()
    {
        await _cells.Run(
            "class Mute : Exception { public override string Message => throw new NotImplementedException(); }\nclass Silent : "
                + "Exception { public override string Message => null; }"
        );
        foreach (string name in (string[])["Mute", "Silent"])
        {
            await _cells.Try($"throw new Exception(\"outer\", new {name}());");
            Assert.Equal("outer", _cells.Error.Message);
            await _cells.Try($"throw new {name}();");
            Assert.Equal(name, _cells.Error.Name);
            Assert.StartsWith("(it has no message", _cells.Error.Message, StringComparison.Ordinal);
            Assert.Contains("   at Cell", _cells.Error.Traceback[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_exception_that_nobody_awaits_is_written_to_stderr_and_does_not_end_the_kernel()
    {
        await _cells.Run(
            "async void Loose() { await Task.Yield(); throw new ArgumentException(\"Lost.\"); }\nLoose();\nawait Task.Yield();\nawait "
                + "Task.Yield();"
        );
        Assert.Contains(_cells.Outputs.OfType<StreamOutput>(), o =>
            o.Name == "stderr" && o.Text.Contains("ArgumentException: Lost.", StringComparison.Ordinal)
        );
        Assert.Equal("2", await _cells.Text("1 + 1"));
    }

    [Fact]
    public async Task An_ambiguous_name_comes_with_the_line_that_settles_it()
    {
        await _cells.Run("namespace One { public class Ring { } }\nnamespace Two { public class Ring { } }");
        await _cells.Try("using One;\nusing Two;\nRing ring = null;");
        Assert.Contains("using Ring = One.Ring; or using Ring = Two.Ring;", string.Join('\n', _cells.Error.Traceback));
    }

    [Theory]
    [InlineData("new Version(1, 2).CompareTo(null)", "1.2 and ")]
    [InlineData("var v = new Version(1, 2); Version Make() => v;\nv = Make()\n  .CompareTo(\n null) is 0 ? v : null;", "1.2 and ")]
    [InlineData("Version? v = new Version(1, 2); v?.CompareTo(null)", "1.2 and ")]
    [InlineData("Version? v = new Version(1, 2); v?.MajorRevision.ToString().Length.CompareTo(1); v?.CompareTo(\n null)", "1.2 and ")]
    [InlineData("class Box { public Version V = new(1, 2); public Box Self => this; }\nnew Box()?.Self.V.CompareTo(null)", "1.2 and ")]
    [InlineData("Func<Version?, int> later = new Version(1, 2).CompareTo; later(null)", "1.2 and ")]
    [InlineData("using System.Numerics;\nnew BigInteger[] { 1, -5 }.Aggregate(BigInteger.GreatestCommonDivisor)", "1 and -5")]
    [InlineData(
        "using static System.Numerics.BigInteger; Func<System.Numerics.BigInteger, System.Numerics.BigInteger, object> f = (a, b) => GreatestCommonDivisor(a, b); f(1, -5)",
        "1 and -5"
    )]
    [InlineData("using static System.Numerics.BigInteger; GreatestCommonDivisor(1, -5)", "1 and -5")]
    [InlineData("System.Numerics.BigInteger.GreatestCommonDivisor(right: -5, left: 1)", "1 and -5")]
    public async Task What_would_end_the_process_is_refused_before_it_is_called(string code, string expected)
    {
        CellEngine.Preconditions["System.Version.CompareTo"] = Refuse;
        CellEngine.Preconditions["System.Numerics.BigInteger.GreatestCommonDivisor"] = Refuse;
        await _cells.Try(code + "\n");
        Assert.Equal(("ArgumentException", "refused: " + expected), (_cells.Error.Name, _cells.Error.Message));

        Assert.Equal("5", await _cells.Text("System.Numerics.BigInteger.GreatestCommonDivisor(5, 10)"));
        Assert.Equal("1", await _cells.Text("new Version(1, 2).CompareTo(new Version(1, 1))"));
        Assert.Equal("1", await _cells.Text("new Lazy<Version>(() => new(1, 2))?.Value.CompareTo(new Version(1, 1))"));
        Assert.Equal("CompareTo", await _cells.Text("nameof(Version.CompareTo)"));
        await _cells.Try("_ = new Version(1, 2) // first\n  // second\n  .CompareTo(\n  new Version(1, 1));\nthrow new Exception();");
        Assert.Contains("line 5", string.Join('\n', _cells.Error.Traceback));

        static void Refuse(object? left, object? right)
        {
            if (right is null || right.ToString() == "-5")
            {
                throw new ArgumentException($"refused: {left} and {right}");
            }
        }
    }
}
