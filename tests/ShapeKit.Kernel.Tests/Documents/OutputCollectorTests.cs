using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Kernel.Tests.Documents;

public sealed class OutputCollectorTests
{
    private readonly OutputCollector _collector = new();

    [Fact]
    public void Text_of_one_stream_is_joined_until_something_else_is_shown()
    {
        Add(
            new StreamOutput("stdout", "a"),
            new StreamOutput("stdout", "b"),
            new StreamOutput("stderr", "c"),
            Display("x"),
            new StreamOutput("stderr", "d")
        );

        Assert.Equal(["stdout:ab", "stderr:c", "x", "stderr:d"], Shown());
    }

    [Fact]
    public void An_update_replaces_a_display_wherever_it_was_shown()
    {
        _collector.Add(1, Display("old", "id"));
        Add(Display("other", "id2"), Display("old", "id"));
        Add(new UpdateDisplayOutput(MimeBundle.Text("new"), "id"), new UpdateDisplayOutput(MimeBundle.Text("nobody"), "unknown"));

        Assert.Equal(["other", "new"], Shown());
        Assert.Equal(["new"], Shown(1));
    }

    [Fact]
    public void Clearing_at_once_removes_what_was_shown()
    {
        Add(new StreamOutput("stdout", "a"), Display("x"), new StreamOutput("stdout", "b"), new ClearOutput(Wait: false));
        Assert.Empty(Shown());

        Add(new StreamOutput("stdout", "c"));
        Assert.Equal(["stdout:c"], Shown());
    }

    [Fact]
    public void Clearing_that_waits_keeps_what_was_shown_until_the_next_output()
    {
        Add(Display("x"), new ClearOutput(Wait: true));
        Assert.Equal(["x"], Shown());

        Add(Display("y"));
        Assert.Equal(["y"], Shown());
    }

    [Fact]
    public void A_hundred_thousand_prints_become_one_text()
    {
        for (int i = 0; i < 100_000; i++)
        {
            Add(new StreamOutput("stdout", "0123456789\n"));
        }

        Assert.Equal(1_100_000, Assert.IsType<StreamOutput>(Assert.Single(_collector[0])).Text.Length);
    }

    private static DisplayOutput Display(string text, string? id = null) => new(MimeBundle.Text(text), id);

    private void Add(params CellOutput[] outputs)
    {
        foreach (CellOutput output in outputs)
        {
            _collector.Add(0, output);
        }
    }

    private IEnumerable<string> Shown(int cell = 0) =>
        _collector[cell]
            .Select(output =>
                output switch
                {
                    StreamOutput stream => $"{stream.Name}:{stream.Text}",
                    DisplayOutput display => display.Data.Data["text/plain"],
                    _ => output.ToString(),
                }
            );
}
