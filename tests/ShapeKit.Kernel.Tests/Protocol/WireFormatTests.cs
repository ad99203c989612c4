using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Tests.Protocol;

public sealed class WireFormatTests
{
    private static readonly byte[] Key = "a0436f6c-1916-498b-8eb9-e81ab9368e84"u8.ToArray();
    private static readonly JsonElement Parent = JsonDocument
        .Parse(
            """{"msg_id":"front-1","msg_type":"execute_request","session":"front","username":"ada","date":"2026-01-01T00:00:00Z","version":"5.4"}"""
        )
        .RootElement;
    private readonly WireFormat _reader = new(Key);

    [Fact]
    public void The_bytes_of_every_output_message_are_the_approved_ones()
    {
        var writer = new WireFormat(Key, "0f1e2d3c", new StandingClock());
        MimeBundle picture = new(
            new Dictionary<string, string>
            {
                [MimeBundle.Plain] = "a circle ○",
                [MimeBundle.Html] = "<b>circle</b>",
                ["application/json"] = """{"radius": 5.5}""",
            }
        );
        CellOutput[] outputs =
        [
            new StreamOutput("stdout", "Grüße, 世界 😀\n"),
            new DisplayOutput(picture, "d1"),
            new DisplayOutput(MimeBundle.Text("once"), null),
            new UpdateDisplayOutput(MimeBundle.Text("newer"), "d1"),
            new ResultOutput(MimeBundle.Text("42"), 7),
            new ErrorOutput(
                "DivideByZeroException",
                "Attempted to divide by zero.",
                ["DivideByZeroException: Attempted to divide by zero.", "   at Cell 7, line 2"]
            ),
            new ClearOutput(Wait: true),
            new CommOutput("comm_open", "c1", "viewer", """{"zoom":2}"""),
            new CommOutput("comm_msg", "c1", null, "3"),
            new CommOutput("comm_close", "c1", null, "{}"),
        ];
        var text = new StringBuilder();
        foreach (CellOutput output in outputs)
        {
            (string type, JsonObject content) = OutputMessages.Of(output);
            foreach (byte[] frame in writer.Write([Encoding.UTF8.GetBytes(type)], type, Parent, content))
            {
                text.Append(Encoding.UTF8.GetString(frame)).Append('\n');
            }

            text.Append('\n');
        }

        Approved.Same("Wire", text.ToString());
    }

    [Fact]
    public void A_long_text_comes_back_as_it_was_written_wherever_it_is_cut() =>
        Gen.Int[0, 3]
            .Sample(
                shift =>
                {
                    string text = new string('x', shift) + string.Concat(Enumerable.Repeat("ab\n\"\\😀é世", 30_000));
                    (string type, JsonObject content) = OutputMessages.Of(
                        new DisplayOutput(new MimeBundle(new Dictionary<string, string> { [MimeBundle.Plain] = text }), null)
                    );
                    Assert.Equal(text, (string?)content["data"]![MimeBundle.Plain]);
                    Assert.Null(new WireFormat(Key).Read(new WireFormat(Key).Write([], type, Parent, content), out Message? message));
                    Assert.Equal(text, message!.Content.GetProperty("data").GetProperty(MimeBundle.Plain).GetString());
                },
                iter: 10
            );

    [Fact]
    public void A_message_comes_back_as_it_was_written()
    {
        Assert.Null(_reader.Read(Frames(), out Message? message));
        Assert.Equal(("execute_request", "hello 😀"), (message!.Type, message.Content.GetProperty("code").GetString()));
        Assert.Equal("client"u8.ToArray(), Assert.Single(message.Identities));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Changing_one_bit_of_a_signed_part_or_of_the_signature_makes_it_a_strangers(int frame)
    {
        List<byte[]> frames = Frames();
        frames[frame][0] ^= 1;
        Assert.Equal("its signature is wrong", _reader.Read(frames, out _));
    }

    [Fact]
    public void A_recorded_message_does_nothing_when_it_is_sent_again()
    {
        List<byte[]> frames = Frames();
        Assert.Null(_reader.Read(frames, out _));
        Assert.Equal("it was sent before", _reader.Read(frames, out _));
    }

    [Fact]
    public void A_message_with_another_key_is_a_strangers() =>
        Assert.Equal("its signature is wrong", new WireFormat("other"u8.ToArray()).Read(Frames(), out _));

    [Fact]
    public void Without_a_key_nothing_is_signed_and_the_same_message_may_come_twice()
    {
        var plain = new WireFormat([]);
        List<byte[]> frames = plain.Write(["client"u8.ToArray()], "kernel_info_request", JsonFields.Empty, []);
        Assert.Empty(frames[2]);
        Assert.Null(plain.Read(frames, out _));
        Assert.Null(plain.Read(frames, out _));
    }

    [Fact]
    public void Signed_parts_that_are_no_objects_are_refused()
    {
        var plain = new WireFormat([]);
        foreach (string part in (string[])["[]", "1", "null", "{", "", "{\"a\":1} x", "\u0001"])
        {
            List<byte[]> frames = plain.Write([], "kernel_info_request", JsonFields.Empty, []);
            frames[^1] = Encoding.UTF8.GetBytes(part);
            Assert.Equal("its parts are not JSON objects", plain.Read(frames, out _));
        }
    }

    [Fact]
    public void Text_that_holds_half_a_character_is_sent_with_a_sign_for_it()
    {
        List<byte[]> frames = _reader.Write([], "stream", Parent, new JsonObject { ["text"] = "a\ud83d" });
        Assert.Equal("a\uFFFD", JsonDocument.Parse(frames[^1]).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void No_frames_whatever_are_more_than_refused() =>
        Gen
            .Byte.Array[0, 40]
            .Array[0, 9]
            .Select(Gen.Bool, (frames, delimited) => delimited && frames.Length > 0
                    ?
                    [
                        [.. "<IDS|MSG>"u8],
                        .. frames,
                    ]
                    : frames)
            .Sample(frames => _reader.Read(frames, out _) is not null, iter: 20_000, seed: "0000Ht1eZqv4");

    private static List<byte[]> Frames() =>
        new WireFormat(Key).Write(["client"u8.ToArray()], "execute_request", JsonFields.Empty, new JsonObject { ["code"] = "hello 😀" });

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
