namespace ShapeKit.Notebooks.Tests.Hosts;

/// <summary>A small notebook with one kind of thing that notebooks written for Polyglot Notebooks do.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Cells">Its cells.</param>
public sealed record PolyglotNotebook(string Name, IReadOnlyList<PolyglotCell> Cells)
{
    /// <summary>Why .NET Interactive shows something else in it, or doesn't run it; null where both show the same.</summary>
    public string? Because { get; init; }

    /// <summary>Whether .NET Interactive runs it without a browser.</summary>
    public bool RunsThere { get; init; } = true;

    public override string ToString() => Name;

    /// <summary>
    /// All notebooks. They run one after the other in one session, so each declares names of its own; the first one lists all that are
    /// there.
    /// </summary>
    public static IReadOnlyList<PolyglotNotebook> All { get; } =
    [
        new(
            "#!who and #!whos",
            [
                new("int answer = 42;\nstring author = \"Ada\";", ""),
                new("#!who", "shown: answer, author", "shown: text/html <div>[ answer , author ]</div>"),
                new(
                    "#!whos",
                    "shown: text/html <table>…<td>answer</td><td>int</td><td>42</td>…<td>Ada</td>…</table>",
                    "shown: text/html <table>…<td>answer</td>…System.Int32…42…<td>author</td>…Ada…</table>"
                ),
            ]
        )
        {
            Because = "The kit lists them in alphabetical order and in C#'s words.",
        },
        new(
            "#!about and #!lsmagic",
            [
                new("#!about", "shown: C# (ShapeKit) 0.1.0, .NET …", "shown: text/html <table>…</table>"),
                new(
                    "#!lsmagic",
                    "shown: text/html <table>…<td>#!share --from csharp name</td>…</table>",
                    "shown: text/html <div><h3>.NET kernel</h3>…#!about…"
                ),
            ]
        )
        {
            Because = "Each tells of itself.",
        },
        new(
            "the last value",
            [
                new("1 + 1", "result: 2"),
                new("\"a < b\"", "result: a < b"),
                new("3.5", "result: 3.5"),
                new("'x'", "result: x"),
                new("1.0m", "result: 1.0"),
                new("Guid.Empty", "result: 00000000-0000-0000-0000-000000000000"),
                new("int silent = 7;", ""),
                new("silent", "result: 7"),
            ]
        ),
        new(
            "the last value of other types",
            [
                new("true", "result: true", "result: True"),
                new("(string)null", "result: null", "result: <null>"),
                new("new[] { 1, 2, 3 }", "result: [1, 2, 3]", "result: [ 1, 2, 3 ]"),
                new("DayOfWeek.Monday", "result: Monday", "result: text/html <span>Monday</span>"),
                new("new DateTime(2024, 5, 6)", "result: 05/06/2024 00:00:00", "result: text/html <span>2024-05-06 00:00:00Z</span>"),
                new(
                    "new { Name = \"a\", Age = 3 }",
                    "result: text/html <table><tbody><tr><th>Name</th><td>a</td></tr><tr><th>Age</th><td>3</td></tr></tbody></table>",
                    "result: text/html <details open=\"open\" class=\"dni-treeview\">…<td>Name</td><td>a</td>…</details>"
                ),
            ]
        )
        {
            Because = "The kit writes them as C# does and tables without a tree to unfold.",
        },
        new(
            "display",
            [
                new("display(7);", "shown: 7"),
                new("display(7)", "shown: 7"),
                new("\"text\".Display();", "shown: text"),
                new("display(1); display(2); 3", "shown: 1 | shown: 2 | result: 3"),
            ]
        ),
        new(
            "display in a form",
            [
                new("display(\"<b>x</b>\", \"text/html\");", "shown: <b>x</b>"),
                new("display(new { A = 1 }, \"application/json\");", "shown: application/json {\"A\":1}"),
                new("7.Display(\"text/plain\");", "shown: 7"),
                new(
                    "display(\"*t*\", \"text/markdown\");",
                    "shown: text/markdown *t*",
                    "error: No formatter is registered for MIME type text/markdown."
                ),
            ]
        )
        {
            Because = "It has no formatter for Markdown.",
        },
        new(
            "DisplayAs",
            [
                new("\"<b>x</b>\".DisplayAs(\"text/html\");", "shown: text/html <b>x</b>"),
                new("\"*x*\".DisplayAs(\"text/markdown\")", "shown: text/markdown *x*"),
            ]
        ),
        new(
            "the update of a handle",
            [
                new("var handle = display(1);\nhandle.Update(2);", "shown: 2", "shown: 1"),
                new("var word = \"a\".Display();", "shown: b", "shown: a"),
                new("word.Update(\"b\");", ""),
            ]
        )
        {
            Because = "There display() returns a handle of an output that was never shown.",
        },
        new(
            "HTML",
            [new("HTML(\"<b>x</b>\")", "result: text/html <b>x</b>"), new("display(HTML(\"<i>y</i>\"));", "shown: text/html <i>y</i>")]
        ),
        new("Javascript", [new("Javascript(\"alert(1)\");", "shown: text/html <script type=\"text/javascript\">alert(1)</script>")]),
        new("CSS", [new("CSS(\"b { color: red }\");", "shown: text/html <script…b { color: red }…</script>")]),
        new(
            "PocketView",
            [
                new("using static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;", ""),
                new("span(\"1 < 2\")", "result: text/html <span>1 &lt; 2</span>"),
                new("display(img[src: \"x.png\"]);", "shown: text/html <img src=\"x.png\"></img>"),
                new("div[@class: \"a\"](em(\"x\"), h1(\"y\"))", "result: text/html <div class=\"a\"><em>x</em><h1>y</h1></div>"),
            ]
        ),
        new(
            "DisplayTable",
            [
                new(
                    "new[] { new { Name = \"a\", Age = 3 } }.DisplayTable();",
                    "shown: text/csv Name,Age a,3 + text/html <table>…<td>a</td><td>3</td>…</table>"
                ),
            ]
        ),
        new(
            "tables",
            [
                new(
                    "new[] { new { Name = \"a\", Age = 3 }, new { Name = \"b\", Age = 4 } }",
                    "result: text/html <table><thead><tr><th>Name</th><th>Age</th></tr></thead>…<td>b</td><td>4</td>…</table>",
                    "result: text/html <table><thead><tr><th><i>index</i></th><th>value</th></tr></thead>…</table>"
                ),
                new(
                    "var table = new System.Data.DataTable();\ntable.Columns.Add(\"N\", typeof(int));\ntable.Rows.Add(1);\ntable",
                    "result: text/html <table><thead><tr><th>N</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
                    "result: text/html <details…<td>CaseSensitive</td>…"
                ),
                new(
                    "new Dictionary<string, int> { [\"a\"] = 1 }",
                    "result: text/html <table><thead><tr><th>Key</th><th>Value</th></tr></thead>…<td>a</td><td>1</td>…",
                    "result: text/html <table><thead><tr><th><i>key</i></th><th>value</th></tr></thead>…<td>a</td><td>1</td>…"
                ),
            ]
        )
        {
            Because = "The kit shows rows with their columns; there they are numbered trees, and a DataTable is a list of its properties.",
        },
        new(
            "formatters",
            [
                new(
                    "using Microsoft.DotNet.Interactive.Formatting;\nrecord Dose(int Milligrams);\n"
                        + "Formatter.Register<Dose>(dose => $\"<b>{dose.Milligrams} mg</b>\", \"text/html\");",
                    ""
                ),
                new("new Dose(2)", "result: text/html <b>2 mg</b>"),
                new("display(new Dose(3));", "shown: text/html <b>3 mg</b>"),
                new(
                    "Formatter.Register<Dose>(dose => $\"{dose.Milligrams} milligrams\", \"text/plain\");\n"
                        + "Formatter.SetPreferredMimeTypesFor(typeof(Dose), \"text/plain\");",
                    ""
                ),
                new("new Dose(2)", "result: 2 milligrams"),
            ]
        ),
        new(
            "formatters of what is inside another value",
            [
                new(
                    "record Drug(string Name);\nFormatter.Register<Drug>(drug => $\"<b>{drug.Name}</b>\", \"text/html\");\n"
                        + "new[] { new Drug(\"A\") }",
                    "result: text/html <table><thead><tr><th>Name</th></tr></thead><tbody><tr><td>A</td></tr></tbody></table>",
                    "result: text/html <table>…<td>0</td><td><b>A</b></td>…</table>"
                ),
                new(
                    "Formatter.ListExpansionLimit = 2;\nnew[] { 1, 2, 3, 4, 5 }",
                    "result: [1, 2, … 3 more]",
                    "result: [ 1, 2 ... (3 more) ]"
                ),
                new("Formatter.ListExpansionLimit = 20;", ""),
            ]
        )
        {
            Because = "Cells and items keep the kernel's own text.",
        },
        new(
            "LaTeXString",
            [new("(LaTeXString)\"x^2\"", "result: text/latex x^2"), new("display(new LaTeXString(\"z\"));", "shown: text/latex z")]
        ),
        new(
            "MathString",
            [
                new(
                    "using Microsoft.DotNet.Interactive.Jupyter.Formatting;\n(MathString)\"x^2\"",
                    "result: text/latex $$x^2$$",
                    "stderr: …warning CS0618: 'MathString' is obsolete… | result: text/html <details…$$x^2$$…</details>"
                ),
            ]
        )
        {
            Because = "It is obsolete there and has lost its formatter.",
        },
        new("#!html", [new("#!html\n<b>x</b>", "shown: text/html <b>x</b>")]),
        new(
            "#!markdown",
            [
                new(
                    "#!markdown\n# Title\n\ntext",
                    "shown: text/markdown # Title text",
                    "shown: text/html <h1 id=\"title\">Title</h1> <p>text</p>"
                ),
            ]
        )
        {
            Because = "The kit leaves it to the front end, which shows it as any Markdown cell.",
        },
        new(
            "#!mermaid",
            [
                new(
                    "#!mermaid\ngraph LR\nA --> B",
                    "shown: text/markdown ```mermaid graph LR A --> B ```",
                    "shown: text/html <div class=\"mermaidMarkdownContainer\"…https://cdn.jsdelivr.net/…"
                ),
            ]
        )
        {
            Because = "There a script of another server draws it.",
        },
        new(
            "#!javascript",
            [
                new("#!javascript\nalert(1)", "shown: text/html <script type=\"text/javascript\">(async () => { alert(1) })();</script>"),
                new(
                    "var shared = new[] { new { Name = \"a\" } };\n#!javascript\n#!share --from csharp shared\nalert(shared)",
                    "shown: text/html <script type=\"text/javascript\">globalThis[\"shared\"] = [{\"Name\":\"a\"}]; (async () => {…"
                ),
            ]
        )
        {
            Because = "There a page in a browser has to connect to the engine first.",
            RunsThere = false,
        },
        new(
            "several languages in one cell",
            [
                new("int part = 1;\n#!html\n<b>x</b>\n#!csharp\npart + 1", "shown: text/html <b>x</b> | result: 2"),
                new("#!csharp\n1 + 1", "result: 2"),
            ]
        ),
        new("several parts of C# in one cell", [new("1\n#!csharp\n2", "shown: 1 | result: 2", "result: 1 | result: 2")])
        {
            Because = "A cell has one result in Jupyter's protocol.",
        },
        new(
            "#!value, #!share and #!set",
            [
                new("#!value --name page\nhello", "shown: hello"),
                new("#!value --name bold --mime-type text/html\n<b>z</b>", "shown: text/html <b>z</b>"),
                new("#!value --name given --from-value y", "shown: y"),
                new("#!share --from value page\npage", "result: hello"),
                new("#!share --from value page --as copy\ncopy", "result: hello"),
                new("int count = 5;", ""),
                new("#!set --name same --value @csharp:count\nsame", "result: 5"),
                new("#!set --name text --value word\ntext", "result: word"),
            ]
        ),
        new(
            "values that go elsewhere",
            [
                new("#!set --name rows --value @csharp:author\nrows.Length", "result: 3"),
                new(
                    "#!html\n#!share --from csharp count\n<b>x</b>",
                    "shown: text/html <script> globalThis[\"count\"] = 5; </script> <b>x</b>",
                    "error: …No handler registered on kernel html for command…"
                ),
                new(
                    "#!share --from javascript page",
                    "error: Values of javascript can't be taken over, because this kernel runs C#; those of csharp and value can.",
                    "error: Kernel …JavaScriptKernel…does not support command RequestValue"
                ),
            ]
        )
        {
            Because = "Only the kit gives values to HTML.",
        },
        new(
            "#!time and #!clock",
            [
                new("#!time\n1 + 1", "stdout: Wall time: … ms | result: 2", "result: 2 | shown: Wall time: …ms"),
                new(
                    "#!clock",
                    "error: #!clock is not known here; #!lsmagic lists what is.",
                    "stderr: Microsoft.CodeAnalysis.Diagnostic[] | error: (1,1): error DNI101: Unknown magic command '#!clock'"
                ),
            ]
        )
        {
            Because = "The kit shows a cell's value last. #!clock comes with a package that extends .NET Interactive.",
        },
        new(
            "a cell whose metadata name its language",
            [
                new("<b>m</b>", "shown: text/html <b>m</b>", "stderr: …error CS1525…") { Language = "html" },
                new("1 + 1", "result: 2") { Language = "csharp" },
            ]
        )
        {
            Because = "Jupyter's front ends don't pass the metadata on; shapekit reads them itself.",
        },
        new(
            "exceptions",
            [
                new("throw new InvalidOperationException(\"bad\");", "error: bad"),
                new("int.Parse(\"x\")", "error: The input string 'x' was not in a correct format."),
                new(
                    "Console.WriteLine(\"a\"); Console.Error.WriteLine(\"b\"); throw new Exception(\"c\");",
                    "stdout: a | stderr: b | error: c"
                ),
                new("1 + 1", "result: 2"),
            ]
        ),
        new(
            "code that does not compile",
            [
                new(
                    "int number = \"a\";",
                    "error: Cell …, line 1, column 14: CS0029 Cannot implicitly convert type 'string' to 'int'",
                    "stderr: (1,14): error CS0029: Cannot implicitly convert type 'string' to 'int' | error: compilation error"
                ),
            ]
        )
        {
            Because = "The kit says cell, line and column in the error itself.",
        },
        new(
            "the console",
            [
                new("Console.WriteLine(\"a\");\nConsole.Write(1);\nConsole.Write(2);", "stdout: a 12"),
                new("Console.Error.WriteLine(\"e\");", "stderr: e"),
            ]
        ),
        new(
            "await",
            [
                new("await Task.Delay(1);\nawait Task.FromResult(3)", "result: 3"),
                new("async Task<int> FourAsync()\n{\n    await Task.Yield();\n    return 4;\n}\nawait FourAsync()", "result: 4"),
            ]
        ),
        new(
            "Kernel",
            [
                new("using Microsoft.DotNet.Interactive;\nKernel.Root.FindKernelByName(\"csharp\").Name", "result: csharp"),
                new("Kernel.Current.Name", "result: csharp"),
                new("Kernel.Root.FindKernelByName(\"nosuch\") == null ? \"none\" : \"one\"", "result: none"),
                new(
                    "using Microsoft.DotNet.Interactive.Commands;\n"
                        + "await Kernel.Root.SendAsync(new SubmitCode(\"Console.WriteLine(42);\", \"csharp\"));",
                    "stdout: 42"
                ),
                new("await Kernel.Root.SendAsync(new SubmitCode(\"<i>h</i>\", \"html\"));", "shown: text/html <i>h</i>"),
                new("Kernel.display(3);", "shown: 3"),
                new("Kernel.HTML(\"<b>k</b>\")", "result: text/html <b>k</b>"),
                new("Kernel.Javascript(\"alert(2)\");", "shown: text/html <script type=\"text/javascript\">alert(2)</script>"),
            ]
        ),
        new(
            "KernelInvocationContext",
            [
                new("KernelInvocationContext.Current.Display(\"x\");", "shown: x"),
                new("KernelInvocationContext.Current.DisplayAs(\"<b>x</b>\", \"text/html\");", "shown: text/html <b>x</b>"),
                new("var shown = KernelInvocationContext.Current.Display(1);\nshown.Update(2);", "shown: 2"),
                new("KernelInvocationContext.Current.HandlingKernel.Name", "result: csharp"),
                new("KernelInvocationContext.Current.CancellationToken.IsCancellationRequested ? 1 : 0", "result: 0"),
            ]
        ),
        new(
            "what submitted code leaves",
            [
                new("await Kernel.Root.FindKernelByName(\"csharp\").SubmitCodeAsync(\"int deep = 4;\");", ""),
                new("deep", "result: 4", "stderr: (1,1): error CS0103: The name 'deep' does not exist… | error: compilation error"),
                new("await Kernel.Root.SendAsync(new SubmitCode(\"6\"));", "shown: 6", "result: 6"),
            ]
        )
        {
            Because = "There a cell that submits code overwrites what that declared. In the kit only the cell itself has a result.",
        },
        new(
            "packages",
            [
                new("#r \"nuget: Microsoft.DotNet.Interactive.Formatting, 1.0.0-beta.26120.1\"", "", "shown: text/html <div>…"),
                new("#i \"nuget: https://api.nuget.org/v3/index.json\"", "", "shown: text/html <div>…Restore sources…"),
                new(
                    "#r \"nuget: SkiaSharp, 4.155.0\"\nusing SkiaSharp;\nSKColors.Red.ToString()",
                    "result: #ffff0000",
                    "shown: text/html <div>…SkiaSharp, 4.155.0… | result: #ffff0000"
                ),
            ]
        )
        {
            Because = "What the kernel carries is there at once, so nothing is told.",
        },
        new(
            "questions that nobody answers",
            [
                new(
                    "await Kernel.GetInputAsync(\"Name\")",
                    "error: The cell asks for input, but nobody can answer here; run the notebook in an editor, or put the value into the cell.",
                    "error: …Input prompt is not supported."
                ),
                new("await GetPasswordAsync(\"Password\")", "error: The cell asks for input…", "error: …Password prompt is not supported."),
            ]
        )
        {
            Because = "Both end at once, each in its own words.",
        },
        new(
            "a chart of Plotly.NET",
            [
                new("#r \"nuget: Plotly.NET.Interactive, 6.0.0\"", "", "shown: text/html <div>…Plotly.NET.Interactive, 6.0.0…"),
                new(
                    "using Plotly.NET;\nusing Microsoft.FSharp.Core;\n"
                        + "GenericChart.ofTraceObject(true, Trace2D.initScatter(FuncConvert.FromFunc<Trace2D, Trace2D>(trace => trace)))",
                    "result: application/vnd.plotly.v1+json {\"data\":[{\"type\":\"scatter\"}]…} + text/html <div></div> <script…",
                    "error: Could not load file or assembly 'FSharp.Core, Version=10.1.0.0…"
                ),
            ]
        )
        {
            Because = "There it needs a newer FSharp.Core than the engine brings; the extension of the package ShapeKit helps.",
        },
    ];
}

/// <summary>A cell and what it shows.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Here">What the kit shows; <c>…</c> stands for any text.</param>
/// <param name="There">What .NET Interactive shows, where that is something else.</param>
public sealed record PolyglotCell(string Code, string Here, string? There = null)
{
    /// <summary>The language that its metadata name.</summary>
    public string? Language { get; init; }
}
