namespace ShapeKit.Kernel.Handlers;

/// <summary>Places in code: front ends count Unicode characters, .NET counts UTF-16 units.</summary>
internal static class CodePosition
{
    /// <summary>Where the character with a number begins, in UTF-16 units; the end when there are fewer.</summary>
    public static int ToUtf16(string code, int characters)
    {
        int at = 0;
        for (int i = 0; i < characters && at < code.Length; i++)
        {
            at += IsPair(code, at) ? 2 : 1;
        }

        return at;
    }

    /// <summary>How many characters stand before a place.</summary>
    public static int ToCharacters(string code, int at)
    {
        int characters = 0;
        for (int i = 0; i < at && i < code.Length; i += IsPair(code, i) ? 2 : 1)
        {
            characters++;
        }

        return characters;
    }

    private static bool IsPair(string code, int at) => at + 1 < code.Length && char.IsSurrogatePair(code[at], code[at + 1]);
}
