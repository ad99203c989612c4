using ShapeKit.Kernel.Handlers;

namespace ShapeKit.Kernel.Tests.Handlers;

public sealed class CodePositionTests
{
    [Theory]
    [InlineData("abc", 2, 2)]
    [InlineData("😀.T", 1, 2)]
    [InlineData("a😀b😀c", 4, 6)]
    [InlineData("😀", 5, 2)]
    [InlineData("x", -1, 0)]
    public void A_cursor_counts_characters_and_a_string_counts_halves(string code, int characters, int utf16) =>
        Assert.Equal(utf16, CodePosition.ToUtf16(code, characters));

    [Theory]
    [InlineData("a😀b", 3, 2)]
    [InlineData("a😀b", 4, 3)]
    [InlineData("ab", 2, 2)]
    public void And_back(string code, int utf16, int characters) => Assert.Equal(characters, CodePosition.ToCharacters(code, utf16));
}
