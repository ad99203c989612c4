using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace ShapeKit.Data;

/// <summary>One array of an .npz file; NumPy's NEP 1, <em>A simple file format for NumPy arrays</em>, versions 1.0 to 3.0.</summary>
internal sealed class NpyFile : IDisposable
{
    private const int LongestHeader = 10_000; // NumPy's own limit.
    private const long Chunk = 1 << 20;
    private static readonly Regex Descr = new("'descr': *('[^']*'|\\[.*\\])"),
        FortranOrder = new("'fortran_order': *(True|False)"),
        Sides = new("'shape': *\\(([0-9, ]*)\\)");
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _stream;
    private readonly Crc32 _checksum = new();
    private readonly long[] _shape;
    private readonly bool _isFortran;
    private long _read;

    /// <summary>Reads the header.</summary>
    public NpyFile(ZipArchiveEntry entry)
    {
        _entry = entry;
        _stream = entry.Open();
        Require(
            Next(6) is [0x93, .. var magic] && magic.SequenceEqual("NUMPY"u8),
            $"{entry.FullName} does not begin as an array of NumPy does"
        );
        byte version = Next(2)[0];
        Require(version is >= 1 and <= 3, $"{entry.FullName} has version {version} of the format instead of 1, 2 or 3");
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(Next(2)) : BinaryPrimitives.ReadUInt32LittleEndian(Next(4));
        Require(length <= LongestHeader, $"the header of {entry.FullName} has {length} bytes");
        string header = Encoding.UTF8.GetString(Next((int)length));
        Type = Field(Descr, header).Trim('\'');
        _isFortran = Field(FortranOrder, header) == "True";
        _shape =
        [
            .. Field(Sides, header)
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(side => long.Parse(side, CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>What kind of numbers there are, in NumPy's words.</summary>
    public string Type { get; }

    /// <summary>Whether the numbers are uint8; the order of bytes, which is written before the type, says nothing of single ones.</summary>
    public bool IsBytes => Type.TrimStart('|', '<', '>', '=') == "u1";

    /// <summary>How many numbers of uint8 there are; to be asked before they are read.</summary>
    public long Count
    {
        get
        {
            long count = _shape.Aggregate(1L, (product, side) => checked(product * side));
            Require(
                _entry.Length - _read == count,
                $"{_entry.FullName} has {_entry.Length - _read} numbers, and its shape [{string.Join(", ", _shape)}] needs {count}"
            );
            return count;
        }
    }

    /// <summary>Reads the numbers of an array of uint8, whatever their order.</summary>
    public Tensor Values()
    {
        long count = Count;
        Tensor values = empty(_isFortran ? [.. _shape.Reverse()] : _shape, ScalarType.Byte);
        try
        {
            Fill(values, count);
            Require(_checksum.GetCurrentHashAsUInt32() == _entry.Crc32, $"the checksum of {_entry.FullName} is wrong");
        }
        catch
        {
            values.Dispose();
            throw;
        }

        return _isFortran
            ? values.permute([.. Enumerable.Range(0, _shape.Length).Select(side => _shape.Length - 1L - side)]).contiguous()
            : values;
    }

    public void Dispose() => _stream.Dispose();

    // A span holds less than 2 GiB.
    private void Fill(Tensor values, long count)
    {
        using Tensor flat = values.view(-1);
        for (long start = 0; start < count; start += Chunk)
        {
            using Tensor part = flat.narrow(0, start, Math.Min(Chunk, count - start));
            Next(part.bytes);
        }
    }

    private byte[] Next(int count)
    {
        byte[] bytes = new byte[count];
        Next(bytes);
        return bytes;
    }

    private void Next(Span<byte> bytes)
    {
        _stream.ReadExactly(bytes);
        _checksum.Append(bytes);
        _read += bytes.Length;
    }

    private string Field(Regex field, string header)
    {
        Match match = field.Match(header);
        Require(match.Success, $"the header of {_entry.FullName} can't be read");
        return match.Groups[1].Value;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
