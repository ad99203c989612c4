using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ShapeKit.Tests.Data;

/// <summary>Grey PNG files of 16 bits, which Skia doesn't write; Portable Network Graphics, third edition.</summary>
internal static class DeepPng
{
    public static byte[] Of(int width, int height, Func<int, int, int> value)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                stream.WriteByte(0); // a row as it is
                for (int x = 0; x < width; x++)
                {
                    stream.Write([(byte)(value(x, y) >> 8), (byte)value(x, y)]);
                }
            }
        }

        byte[] header = [.. BigEndian(width), .. BigEndian(height), 16, 0, 0, 0, 0];
        return [0x89, .. "PNG\r\n"u8, 0x1a, .. "\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    public static byte[] Chunk(string name, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        return [.. BigEndian(data.Length), .. body, .. BigEndian((int)Crc32.HashToUInt32(body))];
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
