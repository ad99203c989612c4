using System.Globalization;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Protocol;
using ShapeKit.Kernel.Transport;

namespace ShapeKit.Kernel.Tests.Transport;

public sealed class IopubPublisherTests : IDisposable
{
    private static readonly Message Cell = new([], JsonFields.Empty, JsonFields.Empty, JsonFields.Empty, JsonFields.Empty);
    private readonly List<(string Type, Message? Parent, JsonObject Content)> _sent = [];
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly ManualResetEventSlim _begun = new();
    private readonly IopubPublisher _publisher;

    public IopubPublisherTests() =>
        _publisher = new IopubPublisher(
            (type, parent, content) =>
            {
                _begun.Set();
                Assert.True(_open.Wait(TimeSpan.FromMinutes(1)), "Nobody let the message go within a minute.");
                if (Text((type, parent, content)) == "unspeakable")
                {
                    throw new InvalidOperationException("It is too long.");
                }

                _sent.Add((type, parent, content));
            }
        );

    [Fact]
    public void A_rush_of_lines_arrives_whole_in_few_messages()
    {
        string[] lines = [.. Enumerable.Range(0, 100_000).Select(i => $"{i}\n")];
        foreach (string line in lines)
        {
            _publisher.Show(new StreamOutput("stdout", line), Cell);
        }

        _publisher.Flush();
        Assert.Equal(string.Concat(lines), string.Concat(_sent.Select(m => (string)m.Content["text"]!)));
        Assert.True(_sent.Count < 5_000, $"{_sent.Count} messages");
    }

    [Fact]
    public void Streams_and_displays_keep_their_order()
    {
        Hold(() =>
        {
            _publisher.Show(new StreamOutput("stdout", "a"), Cell);
            _publisher.Show(new StreamOutput("stdout", "b"), Cell);
            _publisher.Show(new StreamOutput("stderr", "c"), Cell);
            _publisher.Show(new DisplayOutput(MimeBundle.Text("d"), "1"), Cell);
            _publisher.Show(new StreamOutput("stdout", "e"), Cell);
            _publisher.Publish("status", Cell, new JsonObject { ["execution_state"] = "idle" });
        });
        Assert.Equal(["ab", "c", "d", "e", "idle"], _sent.Select(Text));
    }

    [Fact]
    public async Task What_was_shown_is_on_its_way_although_more_is_shown_all_the_time()
    {
        bool more = true;
        IopubPublisher? publisher = null;
        publisher = new IopubPublisher(
            (_, _, _) =>
            {
                if (Volatile.Read(ref more))
                {
                    publisher!.Publish("status", Cell, []);
                }
            }
        );
        publisher.Publish("status", Cell, []);
        await Task.Run(publisher.Flush, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Volatile.Write(ref more, false);
        publisher.Dispose();
    }

    [Fact]
    public void Of_a_rush_of_updates_the_newest_arrives()
    {
        Hold(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _publisher.Show(
                    new UpdateDisplayOutput(MimeBundle.Text(i.ToString(CultureInfo.InvariantCulture)), i % 2 == 0 ? "even" : "odd"),
                    Cell
                );
            }
        });
        Assert.Equal(["998", "999"], _sent.Select(Text));
    }

    [Fact]
    public void An_update_does_not_overtake_what_stands_before_it()
    {
        Hold(() =>
        {
            _publisher.Show(new UpdateDisplayOutput(MimeBundle.Text("old"), "1"), Cell);
            _publisher.Show(new ClearOutput(Wait: false), Cell);
            _publisher.Show(new DisplayOutput(MimeBundle.Text("first"), "1"), Cell);
            _publisher.Show(new UpdateDisplayOutput(MimeBundle.Text("second"), "1"), Cell);
        });
        Assert.Equal(["old", "clear_output", "first", "second"], _sent.Select(Text));
    }

    [Fact]
    public void What_two_cells_write_stays_apart()
    {
        Message other = Cell with { Content = JsonFields.Empty };
        Hold(() =>
        {
            _publisher.Show(new StreamOutput("stdout", "a"), Cell);
            _publisher.Show(new StreamOutput("stdout", "b"), other);
        });
        Assert.Equal([Cell, other], _sent.Select(m => m.Parent), ReferenceEqualityComparer.Instance);
    }

    [Fact]
    public void One_message_holds_at_most_a_megabyte_of_text()
    {
        string block = new('x', 300_000);
        Hold(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                _publisher.Show(new StreamOutput("stdout", block), Cell);
            }
        });
        Assert.Equal(3_000_000, _sent.Sum(m => Text(m).Length));
        Assert.All(_sent, m => Assert.InRange(Text(m).Length, 1, 1024 * 1024));
    }

    [Fact]
    public void In_the_place_of_what_cannot_be_sent_a_sentence_says_so_and_what_follows_is_sent()
    {
        Hold(() =>
        {
            _publisher.Show(new DisplayOutput(MimeBundle.Text("unspeakable"), "1"), Cell);
            _publisher.Show(new ResultOutput(new MimeBundle(null!), 1), Cell);
            _publisher.Show(new StreamOutput("stdout", "after"), Cell);
        });
        Assert.Equal(["stderr", "stderr", "stdout"], _sent.Select(m => (string?)m.Content["name"]));
        Assert.Equal("A display could not be sent: It is too long.\n", Text(_sent[0]));
        Assert.StartsWith("The value could not be sent: ", Text(_sent[1]), StringComparison.Ordinal);
        Assert.Equal("after", Text(_sent[2]));
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _open.Dispose();
        _begun.Dispose();
    }

    /// <summary>Keeps the wire busy meanwhile, so that everything comes in one rush.</summary>
    private void Hold(Action action)
    {
        _open.Reset();
        _publisher.Publish("first", null, []);
        _begun.Wait(TestContext.Current.CancellationToken);
        action();
        _open.Set();
        _publisher.Flush();
        _sent.RemoveAt(0);
    }

    private static string Text((string Type, Message? Parent, JsonObject Content) message) =>
        (string?)(message.Content["text"] ?? message.Content["data"]?["text/plain"] ?? message.Content["execution_state"]) ?? message.Type;
}
