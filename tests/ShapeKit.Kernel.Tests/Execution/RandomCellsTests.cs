using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public class RandomCellsTests
{
    private static readonly string[] Pieces =
    [
        "int ",
        "x",
        " = ",
        "1",
        ";",
        "\n",
        "{",
        "}",
        "(",
        ")",
        "\"",
        "'",
        "/*",
        "*/",
        "//",
        "#r ",
        "#!",
        "#if",
        "#endif",
        "#load \"\"",
        "@\"",
        "\"\"\"",
        "$\"{",
        ",",
        "await ",
        "return ",
        "throw ",
        "new ",
        "Exception()",
        "class C",
        "using ",
        "System",
        ".",
        "=>",
        "<",
        ">",
        "?",
        "[",
        "]",
        "display(",
        "Console.Write(",
        "\0",
        "\ud800",
        "\t",
        "é",
        "日本",
        "1e999",
        "0x",
        "var ",
        "yield ",
        "#line 5 \"a\"",
    ];

    [Fact]
    public async Task No_text_ends_the_kernel()
    {
        using var cells = new Cells();
        var random = new Random(20261124);
        for (int i = 0; i < 150; i++)
        {
            string code = string.Concat(random.GetItems(Pieces, random.Next(1, 15)));
            await cells.Try(code);
            Assert.True(cells.Last.Succeeded || cells.Error.Message.Length > 0, code);
            CellEngine.IsComplete(code);
        }

        Assert.Equal("42", await cells.Text("int answer = 42;\nanswer"));
    }
}
