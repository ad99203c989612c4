using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Handlers;

namespace ShapeKit.Kernel.Tests.Handlers;

public sealed class HistoryTests
{
    private readonly History _history = new();

    public HistoryTests()
    {
        _history.Add(1, "var a = 1;");
        _history.Add(2, "a + 1");
        _history.SetOutput(2, MimeBundle.Text("2"));
        _history.Add(3, "var a = 1;");
        _history.Add(4, "a[*]?");
    }

    [Fact]
    public void A_range_begins_with_its_start_and_ends_before_its_stop() => Assert.Equal([2, 3], _history.Range(2, 4).Select(e => e.Line));

    [Fact]
    public void A_range_without_an_end_takes_all_that_follow() => Assert.Equal([3, 4], _history.Range(3, null).Select(e => e.Line));

    [Fact]
    public void The_tail_is_the_last_lines() => Assert.Equal([3, 4], _history.Tail(2).Select(e => e.Line));

    [Fact]
    public void A_value_is_kept_with_its_cell() => Assert.Equal("2", _history.Range(2, 3)[0].Output);

    [Theory]
    [InlineData("var*", new[] { 1, 3 })]
    [InlineData("*a*", new[] { 1, 2, 3, 4 })]
    [InlineData("a ? ?", new[] { 2 })]
    [InlineData("a", new int[0])]
    [InlineData("a[*", new[] { 4 })]
    [InlineData("(", new int[0])]
    public void A_search_matches_the_whole_cell(string pattern, int[] lines) =>
        Assert.Equal(lines, _history.Search(pattern, null, unique: false).Select(e => e.Line));

    [Fact]
    public void A_unique_search_keeps_the_newest_of_equal_cells() =>
        Assert.Equal([2, 3, 4], _history.Search("*", null, unique: true).Select(e => e.Line));

    [Fact]
    public void A_search_gives_as_many_of_the_newest_as_asked() =>
        Assert.Equal([3], _history.Search("var*", 1, unique: false).Select(e => e.Line));
}
