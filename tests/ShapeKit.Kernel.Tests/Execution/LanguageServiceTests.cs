using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class LanguageServiceTests : IDisposable
{
    private readonly Cells _cells = new();

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task Members_are_completed_with_kind_and_the_span_they_replace()
    {
        CompletionList list = await Complete("var text = \"abc\";\ntext.Le|");
        Assert.Equal((23, 25), (list.Start, list.End));
        Assert.Contains(new Completion("Length", "Length", "property"), list.Items);
        Assert.DoesNotContain(list.Items, i => i.Text == "Substring");
        Assert.Contains((await Complete("\"abc\".|")).Items, i => i is { Text: "Substring", Kind: "method" });
    }

    [Fact]
    public async Task Variables_methods_types_and_usings_of_earlier_cells_are_completed()
    {
        await _cells.Run("using System.Globalization;");
        await _cells.Run("var learningRate = 0.1;\nint LearningSteps() => 3;\nclass LearningPlan { public int Days; }");
        CompletionList list = await Complete("Learn|");
        Assert.Contains(list.Items, i => i is { Text: "learningRate", Kind: "variable" });
        Assert.Contains(list.Items, i => i is { Text: "LearningSteps", Kind: "function" });
        Assert.Contains(list.Items, i => i is { Text: "LearningPlan", Kind: "class" });
        Assert.Contains((await Complete("CultureInf|")).Items, i => i.Text == "CultureInfo");
        Assert.Contains((await Complete("new LearningPlan().|")).Items, i => i is { Text: "Days", Kind: "field" });
        Assert.Contains((await Complete("displ|")).Items, i => i is { Text: "display", Kind: "method" });
        Assert.Contains((await Complete("#!time\nlearningRate.ToStr|")).Items, i => i.Text == "ToString");
    }

    [Theory]
    [InlineData("int Twice(int number) { var local = 2; return loc| }", "local", "variable")]
    [InlineData("int Twice(int number) { return numb| }", "number", "variable")]
    [InlineData("foreach (var item in new[] { \"a\" }) { item.Len| }", "Length", "property")]
    [InlineData("Func<string, int> f = text => text.Ind|", "IndexOf", "method")]
    [InlineData("new[] { 1 }.Wher|", "Where<>", "method")]
    [InlineData("using System.Coll|", "Collections", "module")]
    [InlineData("Conso|", "Console", "class")]
    [InlineData("DateTi|", "DateTime", "struct")]
    [InlineData("IDispos|", "IDisposable", "interface")]
    [InlineData("DayOfW|", "DayOfWeek", "enum")]
    [InlineData("DayOfWeek.Mon|", "Monday", "enumMember")]
    [InlineData("Math.P|", "PI", "constant")]
    [InlineData("string.Empt|", "Empty", "field")]
    [InlineData("AppDomain.CurrentDomain.ProcessEx|", "ProcessExit", "event")]
    [InlineData("void Do<TItem>(TIt|", "TItem", "typeParameter")]
    [InlineData("forea|", "foreach", "keyword")]
    public async Task Every_kind_of_name_is_completed_with_the_word_that_front_ends_have_an_icon_for(string code, string text, string kind) =>
        Assert.Contains((text, kind), (await Complete(code)).Items.Select(i => (i.DisplayText, i.Kind)));

    [Fact]
    public async Task What_the_edited_cells_own_directives_bring_is_completed_before_it_runs()
    {
        Assert.Contains((await Complete("#r \"nuget: ShapeKit\"\nusing ShapeKit.|")).Items, i => i is { Text: "Training", Kind: "module" });
        Assert.Contains((await Complete("#r \"nuget: TorchSharp, 0.107.0\"\nTorchSh|")).Items, i => i.Text == "TorchSharp");
        Assert.Empty((await Complete("using ShapeKit.Tra|")).Items);
        await _cells.Run("#r \"nuget: ShapeKit\"");
        Assert.Contains((await Complete("using ShapeKit.|")).Items, i => i.Text == "Models");
    }

    [Fact]
    public async Task Documentation_tells_shapes_and_ranges()
    {
        await _cells.Run("#r \"nuget: ShapeKit\"\nusing ShapeKit.Generation; using ShapeKit.Models; using ShapeKit.Training;");
        Inspection generate = (await Inspect("new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generat|e(3)"))!;
        Assert.Contains("Parameters:\n- count: The number of images, N.", generate.Documentation, StringComparison.Ordinal);
        Assert.Contains("Returns:", generate.Documentation, StringComparison.Ordinal);
        Assert.Contains("[N, 1, ", generate.Documentation, StringComparison.Ordinal);
        Assert.Contains("- options: What to draw, such as Article.", (await Inspect("new ShapeGenerator(|"))!.Documentation, StringComparison.Ordinal);
        Assert.Contains("121,345", (await Inspect("ShapeCnn|"))!.Documentation, StringComparison.Ordinal);
        Assert.Contains("- train: The images to learn from", (await Inspect("new Trainer(new ShapeCnn(), new TrainingOptions()).Fit|"))!.Documentation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offered_names_are_documented_although_VS_Code_cuts_the_code_too_short()
    {
        await Complete("var text = \"abc\";\nvar more = text;\ntext.|");
        // The first five characters of the code, because "text." has five, and the offered name.
        Assert.Contains("int string.Length", (await Inspect("var tLength|"))!.Signature, StringComparison.Ordinal);
        Assert.DoesNotContain("string.Length", (await Inspect("var tOther|"))!.Signature, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_package_brings_is_completed_and_documented()
    {
        await _cells.Run("#r \"nuget: ShapeKit\"\nusing ShapeKit.Runtime;");
        Assert.Contains((await Complete("Results.|")).Items, i => i.Text == "Record");
        Inspection? inspection = await Inspect("Results.Rec|ord(\"a\", 1)");
        Assert.Contains("void Results.Record(string name, double value)", inspection!.Signature, StringComparison.Ordinal);
        Assert.Contains("Shows a measured value", inspection.Documentation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_explained_also_at_their_end_and_inside_a_call()
    {
        await _cells.Run("/// <summary>Adds one.</summary>\nint Next(int n) => n + 1;");
        Assert.Contains("int Next(int n)", (await Inspect("Nex|t(2)"))!.Signature, StringComparison.Ordinal);
        Assert.Contains("Adds one.", (await Inspect("Next(|"))!.Documentation, StringComparison.Ordinal);
        Inspection? length = await Inspect("\"abc\".Length|");
        Assert.Contains("int string.Length", length!.Signature, StringComparison.Ordinal);
        Assert.Contains("number of characters", length.Documentation, StringComparison.Ordinal);
        Assert.Null(await Inspect("|   "));
    }

    [Theory]
    [InlineData("1 + 1", CompletenessStatus.Complete, "")]
    [InlineData("", CompletenessStatus.Complete, "")]
    [InlineData("#!time\nvar x = 1;", CompletenessStatus.Complete, "")]
    [InlineData("for (int i = 0; i < 3; i++)\n{", CompletenessStatus.Incomplete, "    ")]
    [InlineData("class A\n{\n    void B()\n    {", CompletenessStatus.Incomplete, "        ")]
    [InlineData("var x = 1 +", CompletenessStatus.Incomplete, "")]
    [InlineData("Math.Max(1,", CompletenessStatus.Incomplete, "    ")]
    [InlineData("var text = \"\"\"\n  raw", CompletenessStatus.Incomplete, "")]
    [InlineData("var text = @\"two", CompletenessStatus.Incomplete, "")]
    [InlineData("/* goes on", CompletenessStatus.Incomplete, "")]
    [InlineData("if (true)", CompletenessStatus.Incomplete, "    ")]
    [InlineData("foreach (var n in all)", CompletenessStatus.Incomplete, "    ")]
    [InlineData("if (true) { } else", CompletenessStatus.Incomplete, "    ")]
    [InlineData("all.Where(n => n > 3).", CompletenessStatus.Incomplete, "    ")]
    [InlineData("int Twice(int n) =>", CompletenessStatus.Incomplete, "    ")]
    [InlineData("var all = new[] { 1, 2,", CompletenessStatus.Incomplete, "    ")]
    [InlineData("#r \"nuget: ShapeKit\"", CompletenessStatus.Complete, "")]
    [InlineData("#if true\nint a = 1;", CompletenessStatus.Incomplete, "")]
    [InlineData("var text = \"not closed", CompletenessStatus.Invalid, "")]
    [InlineData("int a = 1", CompletenessStatus.Incomplete, "")]
    [InlineData("// only a comment", CompletenessStatus.Complete, "")]
    [InlineData("all.Where(n => n > 3)", CompletenessStatus.Complete, "")]
    [InlineData("var = 3 3;", CompletenessStatus.Invalid, "")]
    [InlineData("}", CompletenessStatus.Invalid, "")]
    public void Code_is_told_complete_unfinished_or_wrong(string code, CompletenessStatus status, string indent) =>
        Assert.Equal(new Completeness(status, indent), CSharpSession.IsComplete(code));

    [Fact]
    public async Task Completion_works_while_a_cell_runs()
    {
        var running = _cells.Session.ExecuteAsync("var slow = 1; while (true) { }", _ => { }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains((await Complete("\"abc\".|")).Items, i => i.Text == "Length");
        while (!running.IsCompleted)
        {
            _cells.Session.Interrupt();
            await Task.Yield();
        }
    }

    private Task<CompletionList> Complete(string marked) =>
        _cells.Session.CompleteAsync(marked.Replace("|", "", StringComparison.Ordinal), marked.IndexOf('|', StringComparison.Ordinal), TestContext.Current.CancellationToken);

    private Task<Inspection?> Inspect(string marked) =>
        _cells.Session.InspectAsync(marked.Replace("|", "", StringComparison.Ordinal), marked.IndexOf('|', StringComparison.Ordinal), TestContext.Current.CancellationToken);
}
