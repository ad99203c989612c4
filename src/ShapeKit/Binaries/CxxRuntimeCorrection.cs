using System.Text;

namespace ShapeKit.Binaries;

/// <summary>
/// Makes a shared library that was built with GCC 13 acceptable to an older C++ runtime.
/// </summary>
/// <remarks>
/// GCC 13 and later import <c>std::ios_base_library_init()</c> (version <c>GLIBCXX_3.4.32</c>) to set up the standard streams. Older
/// runtimes do the same in the constructor of <c>std::ios_base::Init</c> (version <c>GLIBCXX_3.4</c>), which ignores its <c>this</c>. The
/// correction renames that one import. Structures: System V ABI, chapters 4 and 5, and the Linux Standard Base, section "Symbol
/// Versioning".
/// </remarks>
internal static class CxxRuntimeCorrection
{
    public const string NeededVersion = "GLIBCXX_3.4.32";
    public const string NeededSymbol = "_ZSt21ios_base_library_initv";

    private const string OldVersion = "GLIBCXX_3.4";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

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
        Elf.Require(elf);
        int strings = Elf.SectionOffset(elf, Elf.Section(elf, Elf.DynamicSymbols).Link);
        if (FindImport(elf, strings) is not var (symbol, name))
        {
            return null;
        }

        int version = Elf.Section(elf, Elf.VersionSymbols).Offset + (symbol * 2);
        (int newer, int older) = FindVersions(elf, strings, Elf.U16(elf, version));
        Span<byte> nameBytes = elf.AsSpan(strings + (int)name, NeededSymbol.Length);
        nameBytes.Clear();
        Encoding.ASCII.GetBytes(OldSymbol, nameBytes);
        elf.AsSpan(older + 6, 2).CopyTo(elf.AsSpan(version, 2));
        elf.AsSpan(older, 4).CopyTo(elf.AsSpan(newer, 4));
        elf.AsSpan(older + 8, 4).CopyTo(elf.AsSpan(newer + 8, 4));
        return elf;
    }

    /// <summary>
    /// The number of the imported symbol and where its name begins among the strings; null when the library does not import it.
    /// </summary>
    private static (int Symbol, uint Name)? FindImport(byte[] elf, int strings)
    {
        (int symbols, int size, _) = Elf.Section(elf, Elf.DynamicSymbols);
        int? found = null;
        var names = new List<uint>();
        for (int i = 0; i < size / Elf.SymbolSize; i++)
        {
            int entry = symbols + (i * Elf.SymbolSize);
            names.Add(Elf.U32(elf, entry));
            bool isImport = Elf.U16(elf, entry + 6) == 0;
            if (isImport && Elf.Text(elf, strings + (int)names[i]) == NeededSymbol)
            {
                found = i;
            }
        }

        if (found is not { } symbol)
        {
            return null;
        }

        uint start = names[symbol];
        return names.Where((other, i) => i != symbol && other >= start && other <= start + NeededSymbol.Length).Any()
            ? throw new InvalidDataException($"the name {NeededSymbol} is shared with another symbol")
            : (symbol, start);
    }

    /// <summary>Where the library asks for the symbol's version, whose index is given, and where for the old one.</summary>
    private static (int Newer, int Older) FindVersions(byte[] elf, int strings, ushort neededIndex)
    {
        int? newer = null,
            older = null;
        for (int need = Elf.Section(elf, Elf.VersionNeeds).Offset, more = 1; more != 0; )
        {
            int record = need + checked((int)Elf.U32(elf, need + 8));
            for (int left = Elf.U16(elf, need + 2); left > 0; left--)
            {
                string version = Elf.Text(elf, strings + (int)Elf.U32(elf, record + 8));
                if (Elf.U16(elf, record + 6) == neededIndex && version == NeededVersion)
                {
                    newer = record;
                }
                else if (version == OldVersion)
                {
                    older = record;
                }

                record += checked((int)Elf.U32(elf, record + 12));
            }

            more = checked((int)Elf.U32(elf, need + 12));
            need += more;
        }

        return newer is { } found && older is { } old
            ? (found, old)
            : throw new InvalidDataException($"it does not ask for both {NeededVersion} and {OldVersion}");
    }
}
