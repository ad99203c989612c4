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
        Assert.Contains((await Complete("\"abc\".|")).Items, i => i is { Text: "Substring", Kind: "function" });
    }

    [Theory]
    [InlineData("\"abc\".|", "Length", "Where<>")]
    [InlineData("class Plan { public int Weeks; }\nnew Plan().|", "Weeks", "ToString")]
    [InlineData("Math.|", "Abs", "Equals")]
    public async Task A_type_s_own_members_come_first_and_those_of_every_object_last(string code, string own, string other)
    {
        string[] texts = [.. (await Complete(code)).Items.Select(i => i.DisplayText)];
        string[] objects = ["Equals", "GetHashCode", "GetType", "ToString", "ReferenceEquals", "MemberwiseClone"];

        Assert.InRange(Array.IndexOf(texts, own), 0, Array.IndexOf(texts, other) - 1);
        Assert.DoesNotContain("Before<>", texts);
        Assert.Empty(texts.SkipWhile(text => !objects.Contains(text)).Except(objects));
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
        Assert.Contains((await Complete("displ|")).Items, i => i is { Text: "display", Kind: "function" });
        Assert.Contains((await Complete("#!time\nlearningRate.ToStr|")).Items, i => i.Text == "ToString");
    }

    [Fact]
    public async Task Of_a_name_that_many_cells_declare_the_newest_meaning_counts()
    {
        await Repeat("value");
        await _cells.Run("class Plan { public int Days; }\nvar plan = new Plan();\nint Size(int n) => n;\nint Size(string text) => 1;");
        await _cells.Run("var value = \"text\";\nvar value7 = 7;\n/// <summary>The second.</summary>\nlong Size(int n) => n;");
        await _cells.Run("class Plan { public int Weeks; }");
        await _cells.Run("var plan = new[] { new Plan() };");
        await AssertNewest();
        await Repeat("other");
        await AssertNewest();

        // What the edited cell declares itself comes before all that.
        Assert.Contains((await Complete("var value = 1.5m; value.|")).Items, i => i.Text == "Scale");

        async Task Repeat(string name)
        {
            for (int i = 0; i < 60; i++)
            {
                await _cells.Run($"var {name} = {i};\nint {name}{i}() => {i};");
            }

            await Complete("value.|");
        }

        async Task AssertNewest()
        {
            Assert.Contains((await Complete("value.|")).Items, i => i.Text == "Substring");
            Assert.Contains((await Complete("value6|")).Items, i => i is { Text: "value6", Kind: "function" });
            Assert.Contains((await Complete("value7|")).Items, i => i is { Text: "value7", Kind: "variable" });
            Assert.Equal(
                ["Weeks", "Weeks"],
                (await Complete("new Plan().|"))
                    .Items.Concat((await Complete("plan[0].|")).Items)
                    .Select(i => i.Text)
                    .Where(t => t is "Days" or "Weeks")
            );
            Assert.Contains("long Size(int n)", (await Inspect("Siz|e(1)"))!.Signature, StringComparison.Ordinal);
            Assert.Contains("The second.", (await Inspect("Siz|e(1)"))!.Documentation, StringComparison.Ordinal);
            Assert.Contains("int Size(string text)", (await Inspect("Siz|e(\"\")"))!.Signature, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("var people = new[] { new { Name = \"Ada\", Born = 1815 } };", "people[0].Nam|", "Name")]
    [InlineData("var people = new[] { \"Ada\" }.Select((name, i) => new { Name = name, Place = i });", "people.First().Pla|", "Place")]
    [InlineData("var (text, number) = (\"a\", 1);", "text.Sub|", "Substring")]
    [InlineData("int.TryParse(\"1\", out var number);", "number.Compare|", "CompareTo")]
    [InlineData("var pair = (Left: \"a\", Right: 1);", "pair.Left.Sub|", "Substring")]
    [InlineData("var twice = (int n) => n.ToString();", "twice(1).Sub|", "Substring")]
    [InlineData("dynamic anything = 1; List<(string Name, int? Size)> sizes = [];", "sizes[0].Name.Sub|", "Substring")]
    [InlineData("string Name { get; set; } = \"a\";", "Name.Sub|", "Substring")]
    [InlineData("static int Twice(this int n) => 2 * n;", "1.Twi|", "Twice")]
    [InlineData("static string shared = \"a\"; class Part { public static string Of() => shared; }", "Part.Of().Sub|", "Substring")]
    [InlineData("record Point(int X, int Y) { public int Sum() { return X + Y; } } var point = new Point(1, 2);", "point.Su|", "Sum")]
    [InlineData(
        "class Pair<T> { public T First = default!; public class Part { public T? Inner; } } var part = new Pair<string>.Part();",
        "part.Inner.Sub|",
        "Substring"
    )]
    [InlineData(
        "struct Both { public static Both operator +(Both a, Both b) { return a; } public string this[int i] => \"a\"; } var both = "
            + "new Both();",
        "(both + both)[0].Sub|",
        "Substring"
    )]
    [InlineData("enum Colour { Red, Green }", "Colour.Gre|", "Green")]
    [InlineData("delegate string Name(int n); Name name = n => \"a\";", "name(1).Sub|", "Substring")]
    [InlineData("interface IShape { string Name { get; } } IShape[] shapes = [];", "shapes[0].Name.Sub|", "Substring")]
    [InlineData("using Builder = System.Text.StringBuilder; Builder built = new();", "new Builder().Append|", "Append")]
    [InlineData("using static System.Math;", "Sqr|", "Sqrt")]
    [InlineData("const string Title = \"a\"; const DayOfWeek Day = DayOfWeek.Monday; const float Rate = 0.1f;", "Title.Sub|", "Substring")]
    [InlineData("string @class = \"a\";", "@class.Sub|", "Substring")]
    [InlineData(
        "#region all\n#nullable enable\nstring text = \"a\";\nvoid Do()\n{\n#if true\n    text = \"b\";\n#endif\n}\n#endregion",
        "text.Sub|",
        "Substring"
    )]
    [InlineData("event Action<string> Heard; Heard += text => { };", "Hear|", "Heard")]
    [InlineData("Func<int, string> named = n => { return n.ToString(); };", "named(1).Sub|", "Substring")]
    public async Task Whatever_an_earlier_cell_declares_is_completed(string cell, string code, string text)
    {
        await _cells.Run("int before = 1;");
        await _cells.Run(cell);
        await _cells.Run("int after = 1;");
        Assert.Contains(text, (await Complete(code)).Items.Select(i => i.Text));
    }

    [Fact]
    public async Task A_file_that_the_edited_cell_merely_names_is_not_looked_at_before_a_cell_has_loaded_it()
    {
        string folder = Directory.CreateTempSubdirectory("shapekit-typed-").FullName;
        string library = Path.Combine(folder, "Typed.dll");
        File.Copy(typeof(FactAttribute).Assembly.Location, library);
        foreach (string directive in (string[])["#r", "# r", "#  r"])
        {
            Assert.Empty((await Complete($"{directive} \"{library}\"\nusing Xunit.|")).Items);
        }

        foreach (string directive in (string[])["#r", "# r", "#load", "# load"])
        {
            Assert.DoesNotContain((await Complete($"{directive} \"{folder}{Path.DirectorySeparatorChar}|")).Items, i =>
                i.Text == "Typed.dll"
            );
        }

        await _cells.Run($"#r \"{library}\"");
        Assert.NotEmpty((await Complete("using Xunit.|")).Items);
    }

    [Theory]
    [InlineData("int Twice(int number) { var local = 2; return loc| }", "local", "variable")]
    [InlineData("int Twice(int number) { return numb| }", "number", "variable")]
    [InlineData("foreach (var item in new[] { \"a\" }) { item.Len| }", "Length", "property")]
    [InlineData("Func<string, int> f = text => text.Ind|", "IndexOf", "function")]
    [InlineData("new[] { 1 }.Wher|", "Where<>", "function")]
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
    public async Task Every_kind_of_name_is_completed_with_the_word_that_front_ends_have_an_icon_for(
        string code,
        string text,
        string kind
    ) => Assert.Contains((text, kind), (await Complete(code)).Items.Select(i => (i.DisplayText, i.Kind)));

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
        Assert.Contains("Parameters:\n- count: The number of images, N; 0 or more.", generate.Documentation, StringComparison.Ordinal);
        Assert.Contains("Returns:", generate.Documentation, StringComparison.Ordinal);
        Assert.Contains("[N, 1, ", generate.Documentation, StringComparison.Ordinal);
        Assert.Contains(
            "- options: What to draw, such as Article.",
            (await Inspect("new ShapeGenerator(|"))!.Documentation,
            StringComparison.Ordinal
        );
        Assert.Contains("121,345", (await Inspect("ShapeCnn|"))!.Documentation, StringComparison.Ordinal);
        Assert.Contains(
            "- train: The images to learn from",
            (await Inspect("new Trainer(new ShapeCnn(), new TrainingOptions()).Fit|"))!.Documentation,
            StringComparison.Ordinal
        );
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
        Assert.Equal(new Completeness(status, indent), CellEngine.IsComplete(code));

    [Fact]
    public async Task Completion_works_while_a_cell_runs()
    {
        var running = _cells.Engine.ExecuteAsync(
            "var slow = 1; while (true) { }",
            _ => { },
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Contains((await Complete("\"abc\".|")).Items, i => i.Text == "Length");
        while (!running.IsCompleted)
        {
            _cells.Engine.Interrupt();
            await Task.Yield();
        }
    }

    private Task<CompletionList> Complete(string marked) =>
        _cells.Engine.CompleteAsync(
            marked.Replace("|", "", StringComparison.Ordinal),
            marked.IndexOf('|', StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );

    private Task<Inspection?> Inspect(string marked) =>
        _cells.Engine.InspectAsync(
            marked.Replace("|", "", StringComparison.Ordinal),
            marked.IndexOf('|', StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
}
