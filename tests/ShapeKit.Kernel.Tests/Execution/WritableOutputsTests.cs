using System.Text.Json;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class WritableOutputsTests : IDisposable
{
    private const string Notice =
        "The cell shows half a character (a lone surrogate), which cannot be written; \ufffd stands in its place.\n";
    private readonly Cells _cells = new();

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task A_character_written_half_by_half_arrives_whole()
    {
        await _cells.Run("""foreach (char c in "a😀b😀") Console.Write(c);""");
        Assert.Equal("a😀b😀", _cells.Console);
        await _cells.Run("""Console.Write('\ud83d'); Console.Error.Write("!"); Console.Write('\ude00');""");
        Assert.Equal("😀", _cells.Console);
    }

    [Fact]
    public async Task Half_a_character_is_replaced_where_it_stands_and_that_is_told_once_a_cell()
    {
        await _cells.Run("""Console.Write("a\ud83d"); display(1); Console.Write("\ude00b"); Console.Write('\ud83d');""");
        Assert.Equal(
            [new("stdout", "a"), new("stdout", "\ufffd"), new("stdout", "\ufffdb"), new("stdout", "\ufffd"), new("stderr", Notice)],
            _cells.Outputs.OfType<StreamOutput>()
        );
        Assert.IsType<DisplayOutput>(_cells.Outputs[2]);
        await _cells.Run("""Console.Write("\ud83d\n");""");
        Assert.Equal([new StreamOutput("stdout", "\ufffd\n"), new StreamOutput("stderr", Notice)], _cells.Outputs);
        Assert.Single((await _cells.Run("Console.Write(1);")).Outputs);
    }

    [Theory]
    [InlineData("""new Bundle("text/html", "<b>\ud83d</b>")""", "text/html", "<b>\ufffd</b>")]
    [InlineData("""new Bundle("a\ud83d/b", "c")""", "a\ufffd/b", "c")]
    [InlineData("""new Bundle("application/json", "[\"\ude00\"]")""", "application/json", "[\"\ufffd\"]")]
    [InlineData(
        """new Bundle("a/b+json", @"{""\ud83d"": ""\ude00\ud83d\ude00\\ud83d""}")""",
        "a/b+json",
        @"{""\ufffd"": ""\ufffd\ud83d\ude00\\ud83d""}"
    )]
    public async Task A_value_with_half_a_character_is_shown_and_that_is_told(string value, string type, string content)
    {
        await _cells.Run(
            "record Bundle(string Type, string Content) { public IReadOnlyDictionary<string, string> ToMimeBundle() => new "
                + "Dictionary<string, string> { [Type] = Content }; }"
        );
        await _cells.Run(value);
        Assert.Equal(content, _cells.Value.Data[type]);
        Assert.Equal([new StreamOutput("stderr", Notice)], _cells.Outputs.OfType<StreamOutput>());
        await _cells.Run("var shown = display(1);\nshown.Update(" + value + ");");
        Assert.Equal(content, Assert.Single(_cells.Outputs.OfType<UpdateDisplayOutput>()).Data.Data[type]);
    }

    [Fact]
    public async Task An_error_and_a_message_to_a_script_may_hold_half_a_character()
    {
        await _cells.Try("""throw new Exception("a\ud83d");""");
        Assert.Equal("a\ufffd", _cells.Error.Message);
        Assert.Equal("Exception: a\ufffd", _cells.Error.Traceback[0]);
        await _cells.Run("""Comms.Start("x\ud83d", "y\ud83d").Send("z\ud83d");""");
        CommOutput[] comms = [.. _cells.Outputs.OfType<CommOutput>()];
        Assert.Equal("x\ufffd", comms[0].Target);
        Assert.Equal(["y\ufffd", "z\ufffd"], comms.Select(comm => JsonSerializer.Deserialize<string>(comm.Data)));
    }

    [Fact]
    public async Task Forms_of_a_value_that_are_null_are_left_out_and_what_a_cell_shows_stays_as_it_was()
    {
        await _cells.Run(
            "class Empty { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { "
                + "[\"text/html\"] = null, [\"text/plain\"] = null, [\"a/b\"] = \"c\" }; }"
        );
        MimeBundle shown = (await _cells.Run("new Empty()")).Value;
        Assert.Equal([new("a/b", "c"), new(MimeBundle.Plain, "Empty")], shown.Data);
        await _cells.Run(
            "var forms = new Dictionary<string, string> { [\"text/plain\"] = \"1\", [\"text/html\"] = null };\ndisplay(new "
                + "ShapeKit.Kernel.Display.MimeBundle(forms));\nforms.Clear();"
        );
        Assert.Equal([new(MimeBundle.Plain, "1")], Assert.Single(_cells.Outputs.OfType<DisplayOutput>()).Data.Data);
    }
}
