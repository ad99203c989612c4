using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Tests.Execution;

namespace ShapeKit.Kernel.Tests.Display;

/// <summary>Its settings hold for the whole process, so nothing runs beside these tests.</summary>
[CollectionDefinition(nameof(InteractiveFormattingTests), DisableParallelization = true)]
public sealed class InteractiveFormattingAlone;

/// <summary>What cells do with Microsoft.DotNet.Interactive.Formatting acts on what the kernel shows.</summary>
[Collection(nameof(InteractiveFormattingTests))]
public sealed class InteractiveFormattingTests : IDisposable
{
    private const string Using = "using Microsoft.DotNet.Interactive;\nusing Microsoft.DotNet.Interactive.Formatting;\n";
    private readonly Cells _cells = new();

    public void Dispose() => _cells.Dispose();

    private IReadOnlyDictionary<string, string> Shown => Assert.Single(_cells.Outputs.OfType<DisplayOutput>()).Data.Data;

    private async Task<IReadOnlyDictionary<string, string>> Value(string code)
    {
        await _cells.Run(code);
        return _cells.Value.Data;
    }

    [Fact]
    public async Task Formatters_act_in_the_form_for_which_they_are_registered_without_any_package_directive()
    {
        await _cells.Run(
            Using
                + "class Plan { public int Days => 3; }\nFormatter.Register<Plan>(plan => $\"{plan.Days} days\");\n"
                + "Formatter.Register(typeof(Plan), (plan, writer) => writer.Write(\"<b>plan</b>\"), \"text/html\");"
        );
        IReadOnlyDictionary<string, string> plan = await Value("new Plan()");
        Assert.Equal("3 days", plan[MimeBundle.Plain]);
        Assert.Equal("<b>plan</b>", plan[MimeBundle.Html]);
        await _cells.Run("enum Level { Low, High }\nFormatter.Register<Level>(level => $\"<i>{level}</i>\", \"text/html\");");
        Assert.Equal("<i>High</i>", (await Value("Level.High"))[MimeBundle.Html]);
    }

    [Fact]
    public async Task The_forms_that_a_cell_prefers_for_a_type_are_the_ones_that_are_shown()
    {
        await _cells.Run(Using + "record Point(int X, int Y);\nFormatter.SetPreferredMimeTypesFor(typeof(Point), \"application/json\");");
        IReadOnlyDictionary<string, string> point = await Value("new Point(1, 2)");
        Assert.Equal("""{"X":1,"Y":2}""", point["application/json"]);
        Assert.DoesNotContain(MimeBundle.Html, point.Keys);
        await _cells.Run("record Line(Point A, Point B);\nFormatter.SetPreferredMimeTypesFor(typeof(Line), \"text/plain\");");
        Assert.Equal([MimeBundle.Plain], (await Value("new Line(null, null)")).Keys);
    }

    [Fact]
    public async Task The_tags_of_PocketView_make_HTML()
    {
        IReadOnlyDictionary<string, string> view = await Value(
            "using static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;\ndiv[@class: \"a\"](span(\"1 < 2\"), img[src: \"x.png\"])"
        );
        Assert.Equal("<div class=\"a\"><span>1 &lt; 2</span><img src=\"x.png\"></img></div>", view[MimeBundle.Html]);
        await _cells.Run(Using + "PocketView view = b(\"x\");\nview.Display();");
        Assert.Equal("<b>x</b>", Shown[MimeBundle.Html]);
    }

    [Fact]
    public async Task A_formula_is_shown_as_LaTeX_beside_its_text()
    {
        IReadOnlyDictionary<string, string> formula = await Value(Using + "(LaTeXString)\"x^2\"");
        Assert.Equal("x^2", formula["text/latex"]);
        Assert.Equal("x^2", formula[MimeBundle.Plain]);
        Assert.DoesNotContain(MimeBundle.Html, formula.Keys);
    }

    [Fact]
    public async Task What_the_librarys_own_methods_display_is_shown()
    {
        await _cells.Run("\"<b>x</b>\".DisplayAs(\"text/html\")");
        Assert.Equal("<b>x</b>", Shown[MimeBundle.Html]);
        Assert.Empty(_cells.Outputs.OfType<ResultOutput>());
        await _cells.Run("new[] { new { Name = \"a\", Age = 3 } }.DisplayTable();");
        Assert.Contains("Name", Shown[MimeBundle.Html], StringComparison.Ordinal);
        Assert.Contains("<table", Shown[MimeBundle.Html], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_items_that_are_shown_can_be_set()
    {
        try
        {
            await _cells.Run(Using + "Formatter.ListExpansionLimit = 2;");
            Assert.Equal("[1, 2, … 3 more]", await _cells.Text("new[] { 1, 2, 3, 4, 5 }"));
        }
        finally
        {
            await _cells.Run("Formatter.ListExpansionLimit = 20;");
        }
    }

    [Theory]
    [InlineData("Kernel.Root")]
    [InlineData("KernelInvocationContext.Current.Display(1);")]
    [InlineData("using Microsoft.DotNet.Interactive.Events;")]
    [InlineData(Using + "Kernel.Root.ChildKernels")]
    [InlineData(Using + "Kernel.Root.FindKernelByName(\"csharp\") as CSharpKernel")]
    [InlineData(Using + "KernelInvocationContext.Current.Publish(null);")]
    public async Task What_is_not_here_says_so(string code)
    {
        await _cells.Try(code);
        Assert.Contains(_cells.Error.Traceback, line =>
            line.EndsWith("the rest of its kernels and commands works in Polyglot Notebooks alone.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Charts_stay_charts_beside_the_library()
    {
        await _cells.Run(
            Using
                + "#r \"nuget: Plotly.NET\"\nusing Plotly.NET;\nusing Microsoft.FSharp.Core;\nFormatter.ListExpansionLimit = 20;\nvar chart = "
                + "GenericChart.ofTraceObject(true, Trace2D.initScatter(FuncConvert.FromFunc<Trace2D, Trace2D>(t => t)));"
        );

        Assert.Contains("\"data\"", (await Value("chart"))["application/vnd.plotly.v1+json"], StringComparison.Ordinal);
    }
}
