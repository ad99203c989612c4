using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Protocol;

/// <summary>Messages as frames on the wire, signed.</summary>
/// <remarks>
/// Jupyter messaging specification 5.4, section "The wire protocol": routing frames, a delimiter, the HMAC-SHA256 of the next four
/// frames in lower-case hex, header, parent header, metadata, content, and raw buffers.
/// </remarks>
/// <param name="key">The key of the signatures; empty to sign nothing.</param>
/// <param name="session">The name of this kernel's life, a part of every message id; a new one by default.</param>
/// <param name="clock">What dates the messages.</param>
internal sealed class WireFormat(byte[] key, string? session = null, TimeProvider? clock = null)
{
    public const string ProtocolVersion = "5.4";

    /// <summary>How many signatures are remembered, so that a recorded message does nothing when it is sent again.</summary>
    private const int Remembered = 65_536;

    /// <summary>How deep a message may be nested: some levels more than the JSON that a cell shows.</summary>
    private const int MostLevels = 2 * MimeBundle.MostLevels;

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonWriterOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = MostLevels,
    };
    private readonly string _session = session ?? Guid.NewGuid().ToString();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _order = new();
    private long _sent;

    /// <summary>Reads a message.</summary>
    /// <returns>Why the frames are not a message from somebody who has the key; null when they are.</returns>
    public string? Read(IReadOnlyList<byte[]> frames, out Message? message)
    {
        message = null;
        int delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(Delimiter))
        {
            delimiter++;
        }

        if (frames.Count - delimiter < 6)
        {
            return "it is not a Jupyter message";
        }

        byte[] signature = frames[delimiter + 1];
        byte[][] parts = [frames[delimiter + 2], frames[delimiter + 3], frames[delimiter + 4], frames[delimiter + 5]];
        if (key.Length > 0)
        {
            if (!CryptographicOperations.FixedTimeEquals(signature, Sign(parts)))
            {
                return "its signature is wrong";
            }

            if (!Remember(Encoding.ASCII.GetString(signature)))
            {
                return "it was sent before";
            }
        }

        var fields = new JsonElement[4];
        for (int i = 0; i < fields.Length; i++)
        {
            if (!TryParse(parts[i], out fields[i]))
            {
                return "its parts are not JSON objects";
            }
        }

        message = new Message([.. frames.Take(delimiter)], fields[0], fields[1], fields[2], fields[3]);
        return message.Type.Length > 0 && message.Id.Length > 0 ? null : "its header names no type or no id";
    }

    /// <summary>Makes the frames of a message.</summary>
    /// <param name="identities">The frames that route it: a client's identities, or a topic.</param>
    /// <param name="type">What it is, such as <c>execute_reply</c>.</param>
    /// <param name="parent">The header of the message that it answers; an empty object when it answers none.</param>
    /// <param name="content">What it says.</param>
    public List<byte[]> Write(IEnumerable<byte[]> identities, string type, JsonElement parent, JsonObject content)
    {
        var header = new JsonObject
        {
            ["msg_id"] = string.Create(CultureInfo.InvariantCulture, $"{_session}_{Interlocked.Increment(ref _sent)}"),
            ["session"] = _session,
            ["username"] = "kernel",
            ["date"] = _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        byte[][] parts = [Bytes(header), Encoding.UTF8.GetBytes(parent.GetRawText()), "{}"u8.ToArray(), Bytes(content)];
        return [.. identities, Delimiter, key.Length > 0 ? Sign(parts) : [], .. parts];
    }

    /// <summary>Writes JSON twice, the first time to count its bytes: it may be large, and so none is copied.</summary>
    private static byte[] Bytes(JsonObject value)
    {
        var bytes = new byte[Write(value, Stream.Null)];
        Write(value, new MemoryStream(bytes));
        return bytes;
    }

    private static long Write(JsonObject value, Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream, Json);
        value.WriteTo(writer);
        writer.Flush();
        return writer.BytesCommitted;
    }

    private byte[] Sign(byte[][] parts)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (byte[] part in parts)
        {
            hmac.AppendData(part);
        }

        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hmac.GetHashAndReset()));
    }

    private bool Remember(string signature)
    {
        if (!_seen.Add(signature))
        {
            return false;
        }

        _order.Enqueue(signature);
        if (_order.Count > Remembered)
        {
            _seen.Remove(_order.Dequeue());
        }

        return true;
    }

    private static bool TryParse(byte[] utf8, out JsonElement element)
    {
        element = default;
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MostLevels });
            element = document.RootElement.Clone();
            return element.ValueKind == JsonValueKind.Object && Utf8.IsValid(utf8);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
