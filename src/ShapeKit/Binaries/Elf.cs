using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ShapeKit.Binaries;

/// <summary>Reads 64-bit little-endian ELF libraries: System V ABI, chapters 4 and 5.</summary>
internal static class Elf
{
    public const uint Symbols = 2;
    public const uint DynamicSymbols = 11;
    public const uint VersionSymbols = 0x6fffffff;
    public const uint VersionNeeds = 0x6ffffffe;

    /// <summary>The size of an entry in a table of symbols.</summary>
    public const int SymbolSize = 24;

    /// <exception cref="InvalidDataException">The bytes are no such library.</exception>
    public static void Require(ReadOnlySpan<byte> elf)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("the file is not a 64-bit little-endian ELF library");
        }
    }

    /// <summary>The first section of a type: where it begins, its length in bytes, and the section it refers to.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static (int Offset, int Size, int Link) Section(ReadOnlySpan<byte> elf, uint type)
    {
        int table = checked((int)U64(elf, 40));
        for (int i = 0, count = U16(elf, 60); i < count; i++)
        {
            int header = table + (i * 64);
            if (U32(elf, header + 4) == type)
            {
                return (SectionOffset(elf, i), checked((int)U64(elf, header + 32)), (int)U32(elf, header + 40));
            }
        }

        throw new InvalidDataException(type == Symbols ? "its symbols were stripped" : "it has no dynamic symbols with versions");
    }

    /// <summary>
    /// The values of symbols in the table that a linker leaves for debuggers; for a function or a variable, its address from where the
    /// library was loaded.
    /// </summary>
    /// <exception cref="InvalidDataException">The table or one of the symbols is missing.</exception>
    public static ulong[] Values(ReadOnlySpan<byte> elf, params ReadOnlySpan<string> names)
    {
        Require(elf);
        var (symbols, size, link) = Section(elf, Symbols);
        ReadOnlySpan<byte> table = elf.Slice(symbols, size),
            strings = elf[SectionOffset(elf, link)..];
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(table);
        ulong[] values = new ulong[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            // A name begins after the zero that ends another one.
            byte[] bounded = [0, .. Encoding.ASCII.GetBytes(names[i]), 0];
            int name = strings.IndexOf(bounded) + 1;
            int word = name > 0 ? words.IndexOf((uint)name) : -1;
            while (word >= 0 && word % (SymbolSize / sizeof(uint)) > 0)
            {
                // Another field of a symbol has this value by chance.
                int next = words[(word + 1)..].IndexOf((uint)name);
                word = next < 0 ? -1 : word + 1 + next;
            }

            values[i] = word >= 0 ? U64(table, (word * sizeof(uint)) + 8) : throw new InvalidDataException($"it has no symbol {names[i]}");
        }

        return values;
    }

    public static int SectionOffset(ReadOnlySpan<byte> elf, int section) =>
        checked((int)U64(elf, checked((int)U64(elf, 40)) + (section * 64) + 24));

    public static string Text(ReadOnlySpan<byte> elf, int offset)
    {
        ReadOnlySpan<byte> rest = elf[offset..];
        int end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    public static ushort U16(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.Slice(at, 2));

    public static uint U32(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.Slice(at, 4));

    public static ulong U64(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt64LittleEndian(elf.Slice(at, 8));
}
