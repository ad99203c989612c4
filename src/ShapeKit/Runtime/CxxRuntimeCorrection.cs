using System.Buffers.Binary;
using System.Text;

namespace ShapeKit.Runtime;

/// <summary>
/// Makes a shared library that was built with GCC 13 acceptable to an older C++ runtime.
/// </summary>
/// <remarks>
/// GCC 13 and later import <c>std::ios_base_library_init()</c> (version <c>GLIBCXX_3.4.32</c>) to set up the standard streams.
/// Older runtimes do the same in the constructor of <c>std::ios_base::Init</c> (version <c>GLIBCXX_3.4</c>), which ignores
/// its <c>this</c>. The correction renames that one import. Structures: System V ABI, chapters 4 and 5, and the
/// Linux Standard Base, section "Symbol Versioning".
/// </remarks>
internal static class CxxRuntimeCorrection
{
    public const string NeededVersion = "GLIBCXX_3.4.32";
    public const string NeededSymbol = "_ZSt21ios_base_library_initv";

    private const string OldVersion = "GLIBCXX_3.4";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const uint SectionDynamicSymbols = 11;
    private const uint SectionVersionSymbols = 0x6fffffff;
    private const uint SectionVersionNeeds = 0x6ffffffe;

    /// <summary>Returns a corrected copy, or null when the library does not import the symbol.</summary>
    /// <param name="library">The bytes of a 64-bit little-endian ELF shared library.</param>
    /// <exception cref="InvalidDataException">The bytes are no such library, or its layout leaves no room for the correction.</exception>
    public static byte[]? Apply(ReadOnlySpan<byte> library)
    {
        try
        {
            return Correct(library.ToArray());
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the file is cut off or not an ELF library", e);
        }
    }

    private static byte[]? Correct(byte[] elf)
    {
        if (elf.Length < 64 || !elf.AsSpan(0, 6).SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("the file is not a 64-bit little-endian ELF library");
        }

        var (symbols, symbolsSize, stringsSection) = Section(elf, SectionDynamicSymbols);
        var (versions, _, _) = Section(elf, SectionVersionSymbols);
        var (needs, _, _) = Section(elf, SectionVersionNeeds);
        int strings = SectionOffset(elf, stringsSection);

        int? found = null;
        var nameOffsets = new List<uint>();
        for (int i = 0; i < symbolsSize / 24; i++)
        {
            uint name = U32(elf, symbols + (i * 24));
            nameOffsets.Add(name);
            bool isImport = U16(elf, symbols + (i * 24) + 6) == 0;
            if (isImport && Text(elf, strings + (int)name) == NeededSymbol)
            {
                found = i;
            }
        }

        if (found is not { } symbol)
        {
            return null;
        }

        uint start = nameOffsets[symbol];
        if (nameOffsets.Where((offset, i) => i != symbol && offset >= start && offset <= start + NeededSymbol.Length).Any())
        {
            throw new InvalidDataException($"the name {NeededSymbol} is shared with another symbol");
        }

        ushort neededIndex = U16(elf, versions + (symbol * 2));
        int? newRecord = null, oldRecord = null;
        for (int need = needs, more = 1; more != 0;)
        {
            int record = need + checked((int)U32(elf, need + 8));
            for (int left = U16(elf, need + 2); left > 0; left--)
            {
                string version = Text(elf, strings + (int)U32(elf, record + 8));
                if (U16(elf, record + 6) == neededIndex && version == NeededVersion)
                {
                    newRecord = record;
                }
                else if (version == OldVersion)
                {
                    oldRecord = record;
                }

                record += checked((int)U32(elf, record + 12));
            }

            more = checked((int)U32(elf, need + 12));
            need += more;
        }

        if (newRecord is not { } newer || oldRecord is not { } older)
        {
            throw new InvalidDataException($"it does not ask for both {NeededVersion} and {OldVersion}");
        }

        Span<byte> nameBytes = elf.AsSpan(strings + (int)start, NeededSymbol.Length);
        nameBytes.Clear();
        Encoding.ASCII.GetBytes(OldSymbol, nameBytes);
        elf.AsSpan(older + 6, 2).CopyTo(elf.AsSpan(versions + (symbol * 2), 2));
        elf.AsSpan(older, 4).CopyTo(elf.AsSpan(newer, 4));
        elf.AsSpan(older + 8, 4).CopyTo(elf.AsSpan(newer + 8, 4));
        return elf;
    }

    private static (int Offset, int Size, int Link) Section(byte[] elf, uint type)
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

        throw new InvalidDataException("it has no dynamic symbols with versions");
    }

    private static int SectionOffset(byte[] elf, int section) => checked((int)U64(elf, checked((int)U64(elf, 40)) + (section * 64) + 24));

    private static string Text(byte[] elf, int offset)
    {
        ReadOnlySpan<byte> rest = elf.AsSpan(offset);
        int end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    private static ushort U16(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at, 2));

    private static uint U32(byte[] elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at, 4));

    private static ulong U64(byte[] elf, int at) => BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at, 8));
}
