namespace ShapeKit.Tests;

public sealed class RoomsTests
{
    [Theory]
    [InlineData("ShapeKit", 10, 20)]
    [InlineData("ShapeKit.Kernel", 6, 10)]
    [InlineData("ShapeKit.Cli", 5, 10)]
    public void No_two_rooms_know_each_other(string project, int least, int most)
    {
        Rooms rooms = Rooms.Of(project);

        Assert.InRange(rooms.Count, least, most);
        Assert.True(rooms.Circle() is not { } circle, rooms.Circle());
    }

    [Fact]
    public void Two_rooms_that_know_each_other_are_named_with_the_types_through_which_they_do()
    {
        Rooms rooms = new([
            "namespace Kit.Data; public class Images { public const int Size = 28; Kit.Drawing.Pen pen; }",
            "using Kit.Data; namespace Kit.Drawing; class Pen { } class Page { int size = Images.Size; }",
            "namespace Kit.Shows; class Chart { object images = new Kit.Data.Images(); }",
        ]);

        Assert.Equal(
            "Kit.Data and Kit.Drawing know each other: Kit.Data knows Kit.Drawing (Images uses Pen); Kit.Drawing knows Kit.Data (Page "
                + "uses Images). Move a type to where it belongs.",
            rooms.Circle()
        );
    }

    [Fact]
    public void Rooms_that_know_each_other_in_a_circle_are_named_too()
    {
        Rooms rooms = new([
            "namespace A; public class One { public static B.Two Next; public int number; }",
            "namespace B; public class Two { public C.Three Next; }",
            "namespace C; public class Three { public string Name => nameof(A.One); }",
        ]);

        Assert.StartsWith(
            "A and B and C know each other: A knows B (One uses Two); B knows C (Two uses Three); C knows A (Three uses One).",
            rooms.Circle(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_type_that_code_uses_without_its_name_counts()
    {
        Rooms rooms = new([
            "namespace A; public class One { public int Number; public B.Two Two; }",
            "namespace B; public class Two { } public class Reader { int Read() { var one = C.Source.One; return one.Number; } }",
            "namespace C; public class Source { public static dynamic Any; public static A.One One; }",
        ]);

        Assert.StartsWith(
            "A and B know each other: A knows B (One uses Two); B knows A (Reader uses One).",
            rooms.Circle(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_documentation_points_at_does_not_count() =>
        Assert.Null(
            new Rooms([
                "namespace A; /// <summary>See <see cref=\"B.Two\"/>.</summary>\npublic class One { }",
                "namespace B; class Two : A.One { }",
            ]).Circle()
        );
}
