using System.Text.RegularExpressions;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

/// <summary>What a cell can't hold, and what to write instead: the table in docs/kernel.md.</summary>
public sealed class CellLimitsTests : IDisposable
{
    private const string OwnCell = "which holds nothing but types.";
    private const string NoReference =
        "A cell's own variables can't hold references or spans; put the code that uses them into braces { } or a function.";
    private const string NoGenerator =
        "Source generators don't run in cells, so nothing writes this part; write, say, new Regex(...) or [DllImport] instead.";
    private const string Web = "#r \"sdk: Microsoft.NET.Sdk.Web\" brings ASP.NET Core.";

    private readonly Cells _cells = new();

    /// <summary>A row of the table, code that fails, what the reader is told, and code that works, with its value.</summary>
    public static TheoryData<string, string, string, string, string> Limits { get; } =
        new()
        {
            {
                "Extension methods",
                "static class Tools { public static int Twice(this int n) => 2 * n; } 2.Twice()",
                OwnCell,
                "static int Twice(this int n) => 2 * n; 2.Twice()",
                "4"
            },
            {
                "A static class of extension methods, `extension` blocks",
                "static class Tools { extension(int n) { public int Half => n / 2; } } 4.Half",
                OwnCell,
                "static class Tools { extension(int n) { public int Half => n / 2; } }\n---\n4.Half",
                "2"
            },
            {
                "A static class of extension methods, `extension` blocks",
                "extension(int n) { public int Half => n / 2; }",
                "inside a static class",
                "static class Tools { public static int Twice(this int n) => 2 * n; }\n---\n2.Twice()",
                "4"
            },
            {
                "`namespace`, `file` types",
                "namespace Shapes { class Box { } } 1",
                OwnCell,
                "namespace Shapes;\nclass Box { public int Size => 3; }\n---\nnew Shapes.Box().Size",
                "3"
            },
            {
                "`namespace`, `file` types",
                "file class Hidden { } 1",
                OwnCell,
                "file class Hidden { public const int Size = 3; }\nclass Shown { public int Size => Hidden.Size; }\n---\nnew Shown().Size",
                "3"
            },
            {
                "`WebApplication`",
                "using Microsoft.AspNetCore.Builder;",
                Web,
                "#r \"sdk: Microsoft.NET.Sdk.Web\"\nusing Microsoft.AspNetCore.Builder;\nWebApplication.CreateSlimBuilder().GetType().Name",
                "WebApplicationBuilder"
            },
            {
                "A type that uses a cell's variable",
                "int size = 3; class Box { public int Size => size; }",
                "A type sees only those variables of cells that are static;",
                "static int size = 3; class Box { public int Size => size; } new Box().Size",
                "3"
            },
            {
                "`ref` variables, `Span<T>`, `ref struct`",
                "int[] a = [1]; ref int first = ref a[0];",
                NoReference,
                "int[] a = [1]; { ref int first = ref a[0]; first = 2; } a[0]",
                "2"
            },
            {
                "`ref` variables, `Span<T>`, `ref struct`",
                "Span<int> some = stackalloc int[3];",
                NoReference,
                "int Length() { Span<int> some = stackalloc int[3]; return some.Length; } Length()",
                "3"
            },
            {
                "`using var`",
                "using var stream = new MemoryStream();",
                "write using (var stream = ...) { ... }",
                "using (var stream = new MemoryStream()) { stream.WriteByte(1); } 1",
                "1"
            },
            {
                "`using var`",
                "await using var stream = new MemoryStream();",
                "write using (var stream = ...) { ... }",
                "{ await using var stream = new MemoryStream(); } 1",
                "1"
            },
            { "`yield`", "yield return 1;", "CS7020", "IEnumerable<int> Some() { yield return 1; } Some().Count()", "1" },
            {
                "Pointers",
                "int* pointer = null;",
                "CS0214",
                "int value = 3; unsafe int Read() { fixed (int* p = &value) { return *p; } } Read()",
                "3"
            },
            { "`Main(string[] args)`", "args.Length", "CS0103", "static int Main(string[] args) => args.Length; Main([])", "0" },
            {
                "Source generators: `[GeneratedRegex]`, `[LibraryImport]`, `[LoggerMessage]`",
                "partial class Words { [System.Text.RegularExpressions.GeneratedRegex(\"a\")] public static partial "
                    + "System.Text.RegularExpressions.Regex A(); }",
                NoGenerator,
                "new System.Text.RegularExpressions.Regex(\"a\").IsMatch(\"a\")",
                "true"
            },
            { "`extern alias`, `[assembly: ...]`", "extern alias Other;", "CS7015", "1", "1" },
            { "`extern alias`, `[assembly: ...]`", "[assembly: System.Reflection.AssemblyTitle(\"x\")]", "CS7026", "1", "1" },
            {
                "`#:package`, `#:sdk`",
                "#:package Humanizer.Core@2.14.1",
                "In a cell, #r \"nuget: Name, 1.2.3\" brings a package",
                "#r \"nuget: SkiaSharp\"\nSkiaSharp.SKColors.Red.Red",
                "255"
            },
        };

    public void Dispose() => _cells.Dispose();

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task What_a_cell_cannot_hold_is_said_and_what_to_write_instead_works(
        string row,
        string code,
        string told,
        string instead,
        string value
    )
    {
        await _cells.Try(code);
        Assert.Equal("CompilationError", _cells.Error.Name);
        Assert.Contains(told, string.Join('\n', _cells.Error.Traceback), StringComparison.Ordinal);
        string[] cells = instead.Split("\n---\n");
        foreach (string cell in cells[..^1])
        {
            await _cells.Run(cell);
        }

        Assert.True(value == await _cells.Text(cells[^1]), row);
    }

    [Fact]
    public void The_documentation_has_a_row_for_each_limit_that_is_tested_and_no_other()
    {
        string[] lines = File.ReadAllLines(Repository.PathOf("docs", "kernel.md"));
        IEnumerable<string> rows = lines
            .SkipWhile(line => line != "### What a cell can't hold")
            .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|')[1].Trim());
        Assert.Equal(Limits.Select(limit => limit.Data.Item1).Distinct(), rows);
    }

    [Theory]
    [InlineData(
        "class Part;\npartial class Half { public int A => 1; }\npartial class Half { public int B => 2; }\nnew Half().A + new Half().B",
        "3"
    )]
    [InlineData("#nullable enable\nstring? nothing = null;\nnothing?.Length ?? 0", "0")]
    [InlineData("global using System.Globalization;\nCultureInfo.InvariantCulture.Name.Length", "0")]
    [InlineData("unsafe { int value = 5; int* p = &value; Console.Write(*p); }\n1", "1")]
    [InlineData(
        "async IAsyncEnumerable<int> Slow() { await Task.Yield(); yield return 1; }\nint sum = 0;\nawait foreach (int n in Slow()) sum "
            + "+= n;\nsum",
        "1"
    )]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"none\")] static extern int never();\n1", "1")]
    [InlineData(
        "int Count { get; set; } = 5;\nevent Action? Happened;\nconst int Two = 2;\n(int a, string b) = (1, \"x\");\nCount + Two + a",
        "8"
    )]
    public async Task What_looks_like_a_limit_and_is_none_works(string code, string value) => Assert.Equal(value, await _cells.Text(code));

    [Fact]
    public async Task Types_in_a_cell_of_their_own_are_replaced_when_it_runs_again()
    {
        foreach (int size in (int[])[1, 2, 3])
        {
            await _cells.Run(
                $"namespace Shapes;\nclass Box {{ public int Size => {size}; }}\nstatic class Boxes {{ public static int Twice(this Box "
                    + $"box) => 2 * box.Size; }}"
            );
            Assert.Equal($"{2 * size}", await _cells.Text("using Shapes;\nnew Box().Twice()"));
        }

        await _cells.Run("namespace Others { public class Crate { public Shapes.Box Inside => new(); } }");
        Assert.Equal("3", await _cells.Text("new Others.Crate().Inside.Size"));
        CompletionList offered = await _cells.Engine.CompleteAsync("new Box().", 10, TestContext.Current.CancellationToken);
        Assert.Contains(offered.Items, item => item.Text == "Size");
    }

    [Fact]
    public async Task Types_in_a_cell_of_their_own_see_what_cells_use_but_not_what_they_declare()
    {
        await _cells.Run("using System.Text.Json;\nrecord Point(int X);\nint size = 3;");
        await _cells.Run("namespace Shapes { class Box { public string Text => JsonSerializer.Serialize(3); } }");
        Assert.Equal("3", await _cells.Text("new Shapes.Box().Text"));
        await _cells.Try("namespace Shapes { class Bag { public Point At; } }");
        Assert.Contains(
            "Types that need a cell or file of their own see packages and one another, not the variables and types of other cells.",
            _cells.Error.Traceback
        );
    }

    [Fact]
    public async Task Errors_in_types_in_a_cell_of_their_own_name_their_lines_as_they_were_written()
    {
        await _cells.Try("namespace Shapes;\nclass Box { int Size => \"three\"; }");
        Assert.StartsWith("Cell 1, line 2, column 25: CS0029 ", _cells.Error.Message, StringComparison.Ordinal);
        await _cells.Run("namespace Shapes;\nclass Box\n{\n    public int Size => throw new Exception(\"no\");\n}");
        await _cells.Try("new Shapes.Box().Size");
        Assert.Contains(_cells.Error.Traceback, line => Regex.IsMatch(line, "^   at .* in Cell 2, line 4$"));
    }

    [Fact]
    public async Task A_web_application_answers_in_a_cell()
    {
        await _cells.Run(
            """
            #r "sdk: Microsoft.NET.Sdk.Web"
            using System.Net.Http;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.AspNetCore.Hosting;
            using Microsoft.Extensions.Logging;
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.MapGet("/", () => "Hello from a cell");
            await app.StartAsync();
            """
        );
        Assert.Equal("Hello from a cell", await _cells.Text("await new HttpClient().GetStringAsync(app.Urls.First())"));
        await _cells.Run("await app.DisposeAsync();");
        Assert.Equal("<b>1</b>", (await _cells.Run("HTML(\"<b>1</b>\")")).Value.Data["text/html"]);
    }
}
