using System.Text.RegularExpressions;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Tests.Execution;

namespace ShapeKit.Kernel.Tests.Display;

public sealed class ValueFormatterTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);
    private readonly Cells _cells = new();

    public void Dispose() => _cells.Dispose();

    [Theory]
    [InlineData("3", "3")]
    [InlineData("0.5", "0.5")]
    [InlineData("true", "true")]
    [InlineData("\"text\"", "text")]
    [InlineData("'c'", "c")]
    [InlineData("typeof(List<int>)", "List<int>")]
    [InlineData("DayOfWeek.Monday", "Monday")]
    [InlineData("new[] { 1, 2, 3 }", "[1, 2, 3]")]
    [InlineData("new List<string> { \"a\", \"b\" }", "[a, b]")]
    [InlineData(
        "Enumerable.Range(0, 10000).ToArray()",
        "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, … 9,980 more]"
    )]
    [InlineData("Enumerable.Range(0, 10000)", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, … 9,980 more]")]
    [InlineData(
        "Enumerable.Repeat(1, 30).Select((one, i) => one + i).ToHashSet()",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, … 10 more]"
    )]
    [InlineData("new float[,] { { 1, 0, -1 }, { 2, 0, -2 } }", "float[2, 3]\n 1  0 -1\n 2  0 -2")]
    [InlineData("new { Name = \"Ann\", Age = 3 }", "{ Name = Ann, Age = 3 }")]
    [InlineData("(1, \"a\")", "(1, a)")]
    [InlineData("new Dictionary<string, string>()", "{}")]
    [InlineData("new SortedList<string, int> { [\"a\"] = 1, [\"b\"] = 2 }", "{a: 1, b: 2}")]
    [InlineData(
        "Enumerable.Range(0, 30).ToDictionary(i => i, i => i)",
        "{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 10, 11: 11, 12: 12, 13: 13, 14: 14, 15: 15, 16: 16, 17: 17, "
            + "18: 18, 19: 19, … 10 more}"
    )]
    public async Task Everything_has_a_short_plain_text(string expression, string text) =>
        Assert.Equal(text, await _cells.Text(expression));

    [Fact]
    public async Task Records_are_shown_as_a_table_and_long_tables_are_cut_with_a_count()
    {
        await _cells.Run("record Person(string Name, int Age);");
        string html = await Html("new[] { new Person(\"<Ann>\", 30), new Person(\"Bob\", 40) }");
        Assert.Contains("<th>Name</th><th>Age</th>", html, StringComparison.Ordinal);
        Assert.Contains("<td>&lt;Ann&gt;</td><td>30</td>", html, StringComparison.Ordinal);
        html = await Html("Enumerable.Range(0, 10000).Select(i => new Person(\"P\" + i, i)).ToList()");
        Assert.Contains("… 9,980 more", html, StringComparison.Ordinal);
        Assert.DoesNotContain("P20<", html, StringComparison.Ordinal);
        html = await Html("IEnumerable<Person> Endless() { while (true) { yield return new Person(\"x\", 1); } }\nEndless()");
        Assert.Contains("… and more", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_that_fails_leaves_its_place_in_the_table_empty() =>
        Assert.Contains(
            "<td></td><td>1</td>",
            await Html("class Row { public int Broken => throw new Exception(\"no\"); public int Good => 1; }\nnew[] { new Row() }"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Tensors_in_a_sequence_are_no_table()
    {
        MimeBundle shown = (
            await _cells.Run(
                "#r \"nuget: ShapeKit\"\nusing TorchSharp;\nShapeKit.Runtime.LibTorch.EnsureLoaded();\nnew[] { torch.ones(2), "
                    + "torch.zeros(1) }"
            )
        ).Value;
        Assert.StartsWith("[[2], type = Float32", shown.Data[MimeBundle.Plain], StringComparison.Ordinal);
        Assert.False(shown.Data.ContainsKey(MimeBundle.Html));
    }

    [Fact]
    public async Task Dictionaries_show_keys_and_values()
    {
        string html = await Html("new Dictionary<string, double> { [\"accuracy\"] = 0.75 }");
        Assert.Contains("<td>accuracy</td><td>0.75</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_may_say_itself_how_it_is_shown()
    {
        await _cells.Run(
            """
            class Own { public string ToHtml() => "<i>own</i>"; public override string ToString() => "own"; }
            class Many { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { ["text/plain"] = "many", ["application/json"] = "{}" }; }
            class Broken { public string ToHtml() => throw new InvalidOperationException("no paint"); }
            """
        );
        MimeBundle own = (await _cells.Run("new Own()")).Value;
        Assert.Equal(("<i>own</i>", "own"), (own.Data[MimeBundle.Html], own.Data[MimeBundle.Plain]));
        MimeBundle many = (await _cells.Run("new Many()")).Value;
        Assert.Equal(("{}", "many"), (many.Data["application/json"], many.Data[MimeBundle.Plain]));
        Assert.Equal("Broken (could not be shown: no paint)", await _cells.Text("new Broken()"));
    }

    [Fact]
    public async Task Any_other_object_shows_its_properties()
    {
        string html = await Html("class Plan { public int Days => 3; }\nnew Plan()");
        Assert.Contains("Days", html, StringComparison.Ordinal);
        Assert.Equal("Plan", _cells.Value.Data[MimeBundle.Plain]);
    }

    [Fact]
    public async Task SkiaSharp_images_bitmaps_surfaces_and_png_bytes_are_shown_as_pictures()
    {
        await _cells.Run(
            "#r \"nuget: SkiaSharp\"\nusing SkiaSharp;\nvar bitmap = new SKBitmap(5, 4);\nvar surface = SKSurface.Create(new "
                + "SKImageInfo(5, 4));"
        );
        foreach (
            string picture in new[] { "bitmap", "surface", "SKImage.FromBitmap(bitmap)", "SKImage.FromBitmap(bitmap).Encode().ToArray()" }
        )
        {
            MimeBundle shown = (await _cells.Run(picture)).Value;
            Assert.StartsWith("iVBORw0KGgo", shown.Data[MimeBundle.Png], StringComparison.Ordinal);
            Assert.Equal("PNG image, 5 × 4", shown.Data[MimeBundle.Plain]);
        }
    }

    [Fact]
    public async Task Plotly_charts_are_shown_as_html_and_as_a_figure()
    {
        await _cells.Run(
            "#r \"nuget: Plotly.NET\"\nusing Plotly.NET;\nusing Microsoft.FSharp.Core;\nvar chart = GenericChart.ofTraceObject(true, "
                + "Plotly.NET.Trace2D.initScatter(FuncConvert.FromFunc<Trace2D, Trace2D>(t => t)));"
        );
        MimeBundle shown = (await _cells.Run("chart")).Value;
        Assert.Contains("plotly", shown.Data[MimeBundle.Html], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"data\"", shown.Data["application/vnd.plotly.v1+json"], StringComparison.Ordinal);
        Assert.Equal("Plotly chart", shown.Data[MimeBundle.Plain]);
    }

    [Fact]
    public async Task Tensors_show_shape_type_and_values_and_large_ones_only_how_many()
    {
        ShapeKit.Runtime.LibTorch.EnsureLoaded();
        await _cells.Run("#r \"nuget: TorchSharp\"\nusing TorchSharp;");
        string text = await _cells.Text("torch.arange(6, torch.float32).reshape(2, 3)");
        Assert.StartsWith("Tensor [2, 3] Float32\n", text, StringComparison.Ordinal);
        Assert.Contains("[3, 4, 5]", text, StringComparison.Ordinal);
        Assert.Equal([MimeBundle.Plain], _cells.Value.Data.Keys);
        Assert.Equal("Tensor [200, 100] Float32, 20,000 values", await _cells.Text("torch.zeros(200, 100)"));
        Assert.StartsWith(
            "Tensor (could not be shown",
            await _cells.Text("var gone = torch.zeros(1); gone.Dispose();\ngone"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_formatter_that_a_cell_registers_is_used()
    {
        await _cells.Run(
            "#r \"nuget: Microsoft.DotNet.Interactive.Formatting\"\nusing Microsoft.DotNet.Interactive.Formatting;\nclass Plan { public "
                + "int Days => 3; }\nFormatter.Register<Plan>(plan => $\"<b>{plan.Days} days</b>\", \"text/html\");"
        );
        Assert.Equal("<b>3 days</b>", await Html("new Plan()"));
    }

    [Fact]
    public async Task A_task_shows_how_far_it_is_and_nothing_waits_for_it()
    {
        Assert.Equal("Task<int>: WaitingForActivation", await _cells.Text("new TaskCompletionSource<int>().Task"));
        Assert.Equal("Task<int>: RanToCompletion, 42", await _cells.Text("Task.FromResult(42)"));
        Assert.Equal(
            "Task: Faulted, InvalidOperationException: no",
            await _cells.Text("Task.FromException(new InvalidOperationException(\"no\"))")
        );
        Assert.True(_cells.Value.Data[MimeBundle.Html].Length < 200);
    }

    [Fact]
    public async Task A_data_table_shows_its_rows()
    {
        string html = await Html(
            "using System.Data;\nvar t = new DataTable(\"T\"); t.Columns.Add(\"n\", typeof(int)); for (int i = 0; i < 50; i++) "
                + "t.Rows.Add(i);\nt"
        );
        Assert.StartsWith("<table><thead><tr><th>n</th></tr></thead><tbody><tr><td>0</td></tr>", html, StringComparison.Ordinal);
        Assert.EndsWith("<tr><td>39</td></tr></tbody></table><p>… 10 more</p>", html, StringComparison.Ordinal);
        Assert.Equal("T, 50 rows of 1 columns", _cells.Value.Data[MimeBundle.Plain]);
    }

    [Fact]
    public async Task A_lazy_sequence_is_run_through_once_and_no_further_than_it_is_shown()
    {
        await _cells.Run(
            """
            record Person(string Name, int Age);
            int started = 0, made = 0;
            var random = new Random(1);
            IEnumerable<Person> People() { started++; while (true) { made++; yield return new Person("P", random.Next()); } }
            """
        );
        string html = await Html("People()");
        Assert.Equal("1 21", await _cells.Text("$\"{started} {made}\""));
        await _cells.Run("display(People());");
        MimeBundle shown = Assert.Single(_cells.Outputs.OfType<DisplayOutput>()).Data;
        Assert.Equal("2 42", await _cells.Text("$\"{started} {made}\""));
        string age = Regex.Match(shown.Data[MimeBundle.Plain], @"Age = (\d+)").Groups[1].Value;
        Assert.Contains($"<td>{age}</td>", shown.Data[MimeBundle.Html], StringComparison.Ordinal);
        Assert.DoesNotContain($"<td>{age}</td>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var self = new List<object> { 1 }; self.Add(self);\nself", "[1, List<object> (contains itself)]")]
    [InlineData("var self = new object[1]; self[0] = self;\nself", "[object[] (contains itself)]")]
    [InlineData("var self = new object[1, 1]; self[0, 0] = self;\nself", "object[1, 1]\nobject[,] (contains itself)")]
    [InlineData("var one = new List<object>(); var two = new[] { one }; one.Add(two);\none", "[[List<object> (contains itself)]]")]
    [InlineData(
        "var self = new Dictionary<string, object>(); self[\"me\"] = self;\nself",
        "{me: Dictionary<string, object> (contains itself)}"
    )]
    [InlineData("var same = new[] { 1 };\nnew[] { same, same }", "[[1], [1]]")]
    [InlineData("object deep = 1; for (int i = 0; i < 100_000; i++) deep = new[] { deep };\ndeep", "[[[[[[[[[[[…]]]]]]]]]]]")]
    public async Task A_sequence_that_contains_itself_says_so(string code, string text) => Assert.Equal(text, await _cells.Text(code));

    [Fact]
    public async Task Records_that_lead_back_to_themselves_say_so_and_the_rest_is_shown()
    {
        await _cells.Run(
            """
            record Pet(string Name) { public Owner Owner { get; set; } }
            record Owner(string Name, Pet Pet) { public Pet Again => Pet; }
            record Node(int Value) { public Node Next; private Node Hidden { get; set; } public Node Hide() { Hidden = this; return this; } }
            var pet = new Pet("Rex"); pet.Owner = new Owner("Ann", pet);
            var ring = new Node(0); var last = ring; for (int i = 1; i < 500; i++) last = last.Next = new Node(i); last.Next = ring;
            """
        );
        string html = await Html("pet");
        Assert.Equal("Pet (contains a circle: Pet → Owner → Pet)", _cells.Value.Data[MimeBundle.Plain]);
        Assert.Contains("<td>Rex</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>Owner (contains a circle: Owner → Pet → Owner)</td>", html, StringComparison.Ordinal);
        Assert.Equal(
            "[Pet { Name = Tom, Owner =  }, Pet (contains a circle: Pet → Owner → Pet)]",
            await _cells.Text("new[] { new Pet(\"Tom\"), pet }")
        );
        Assert.Equal("Node (contains a circle: Node → Node → Node → Node → … → Node)", await _cells.Text("ring"));
        Assert.Equal("Node { Value = 1, Next =  }", await _cells.Text("new Node(1).Hide()"));
    }

    [Theory]
    [InlineData("(1, self)", "ValueTuple<int, Self> (could not be shown: it contains a circle, Self → Self, or goes too deep)")]
    [InlineData("new Says()", "Says (could not be shown: it contains a circle, Says → Says, or goes too deep)")]
    [InlineData("new Falls()", "Falls (could not be shown: Functions call each other too deeply; does one call itself without end?)")]
    [InlineData(
        "new[] { new Falls(), new Falls() }",
        "Falls[] (could not be shown: Functions call each other too deeply; does one call itself without end?)"
    )]
    public async Task Other_texts_without_end_are_named(string expression, string text)
    {
        await _cells.Run(
            """
            record Self(string Name) { public Self Again { get; set; } }
            class Says { public override string ToString() => $"says {this}"; }
            class Falls { public int Depth => Depth + 1; }
            var self = new Self("Ann"); self.Again = self;
            """
        );
        Assert.Equal(text, await _cells.Text(expression).WaitAsync(Generous, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Sequences_in_sequences_take_no_longer_than_what_is_shown_of_them()
    {
        await _cells
            .Run("object all = 1; for (int i = 0; i < 30; i++) all = Enumerable.Repeat(all, 20).ToArray();")
            .WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.StartsWith(
            "[[[[",
            await _cells.Text("all").WaitAsync(Generous, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_long_html_the_plain_text_is_the_beginning()
    {
        Assert.Equal(
            "a & " + new string('x', 196) + "…",
            await _cells.Text("HTML(\"<p title='\" + new string('y', 9999) + \"'>a &amp; \" + new string('x', 9999) + \"</p>\")")
        );
        Assert.Equal("end", await _cells.Text("HTML(\"<img src='\" + new string('y', 9999) + \"'>end\")"));
    }

    private async Task<string> Html(string code) => (await _cells.Run(code)).Value.Data[MimeBundle.Html];
}
