namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Programs that show something, or should not have run.</summary>
internal static class ShownKinds
{
    public static IEnumerable<FuzzKind> All
    {
        get
        {
            yield return new("outputs in order", pen =>
            {
                (string code, string[] shows) = pen.Outputs(30);
                int value = pen.Number(0, 1000);
                return [new FuzzStep($"{code}\n{value}") { Shows = [.. shows, $"result: {value}"] }];
            });

            yield return new("updates of a display", pen =>
            {
                string shown = pen.Name();
                int updates = pen.Number(1, 300);
                return
                [
                    new FuzzStep($"var {shown} = display(\"{shown}\"); for (int i = 1; i <= {updates}; i++) {shown}.Update(i);\n0")
                    {
                        Shows = [$"display: {shown}", $"update: {updates}", "result: 0"],
                    },
                ];
            });

            yield return new("half a character", pen =>
            {
                string half = pen.Pick(@"\ud83d", @"\ude00", @"\ud83d\ud83d");
                string shown = half.Replace(@"\ud83d", "\ufffd", StringComparison.Ordinal)
                    .Replace(@"\ude00", "\ufffd", StringComparison.Ordinal);
                string type = pen.Name();
                return pen.Number(0, 6) switch
                {
                    0 => [new FuzzStep($"Console.Write(\"a{half}b\");") { Shows = [$"stdout: a{shown}b"], Warns = true }],
                    1 => [new FuzzStep($"display(\"a{half}b\");") { Shows = [$"display: a{shown}b"], Warns = true }],
                    2 => [new FuzzStep($"\"a{half}b\"") { Shows = [$"result: a{shown}b"], Warns = true }],
                    3 => [new FuzzStep($"new Dictionary<string, int> {{ [\"a{half}b\"] = 1 }}") { Shows = ["result: *"], Warns = true }],
                    4 => [new FuzzStep($"throw new FormatException(\"a{half}b\");") { Ends = "FormatException", Warns = true }],
                    5 => [Bundle(type, $$$"""{"x{{{half}}}":{"labels":["{{{half}}}"]}}""") with { Warns = true }],
                    _ =>
                    [
                        new FuzzStep($"new Thread(() => throw new FormatException(\"a{half}b\")).Start();")
                        {
                            Late = [$"FormatException: a{shown}b"],
                            Warns = true,
                        },
                    ],
                };
            });

            yield return new("deep JSON", pen =>
            {
                int depth = pen.Pick(pen.Number(1, 60), 62, 63, 64, 65, 70, 200);
                return
                [
                    Bundle(
                        pen.Name(),
                        pen.Maybe()
                            ? new string('[', depth) + new string(']', depth)
                            : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth)
                    ),
                ];
            });

            yield return new("flood of text", pen =>
            {
                int lines = pen.Number(1000, 30_000);
                string line = new('x', pen.Number(1, 60));
                return
                [
                    new FuzzStep($"for (int i = 0; i < {lines}; i++) Console.WriteLine(\"{line}\");\n1")
                    {
                        Shows = ["stdout: " + string.Concat(Enumerable.Repeat(line + "\n", lines)), "result: 1"],
                    },
                ];
            });

            yield return new("flood of displays", pen =>
            {
                int displays = pen.Number(10, 400);
                return
                [
                    new FuzzStep($"for (int i = 0; i < {displays}; i++) display(i);")
                    {
                        Shows = [.. Enumerable.Range(0, displays).Select(i => $"display: {i}")],
                    },
                ];
            });

            yield return new("flood that is stopped", pen => [
                    new FuzzStep(
                        $"Console.WriteLine(); Console.Write(\"{FuzzStep.On}\"); await Task.Delay(60); "
                            + $"{pen.Pick("while (true) { Console.WriteLine(\"x\"); }", "for (;;) Console.Error.Write('x');", "Parallel.For(0, int.MaxValue, i => Console.Error.Write(\"y\"));")}"
                    )
                    {
                        Shows = ["stdout: \non*"],
                        Ends = "Interrupted",
                        Stop = Stop.Once,
                        Warns = true,
                    },
                ]);

            yield return new("big display", pen =>
            {
                int length = pen.Number(100_000, 3_000_000);
                string type = pen.Name();
                return pen.Maybe()
                    ? [new FuzzStep($"display(HTML(new string('x', {length})));") { Shows = ["display: *"] }]
                    :
                    [
                        new FuzzStep(
                            $"class {type} {{ public string ToHtml() => new string('x', {length}); public override string ToString() => "
                                + $"\"big\"; }}\nnew {type}()"
                        )
                        {
                            Shows = ["result: *"],
                        },
                    ];
            });

            yield return new("exception", pen =>
            {
                string exception = pen.Pick(
                    "InvalidOperationException",
                    "FormatException",
                    "ArithmeticException",
                    "NotSupportedException",
                    "OperationCanceledException",
                    "ThreadInterruptedException"
                );
                string fail = $"throw new {exception}();";
                (string code, string[] shows) = pen.Outputs(5);
                return
                [
                    new FuzzStep(
                        $"{code} {pen.Pick(pen.Nested(fail), $"await Task.Run(() => {{ {fail} }});", $"await Task.Yield(); {fail}", $"Task.Run(() => {{ {fail} }}).GetAwaiter().GetResult();")}"
                    )
                    {
                        Shows = shows,
                        Ends = exception,
                    },
                ];
            });

            yield return new("exception of another kind", pen =>
            {
                string type = pen.Name();
                return pen.Pick<FuzzStep[]>(
                    [new FuzzStep("int zero = 0; 1 / zero") { Ends = "DivideByZeroException" }],
                    [new FuzzStep("string none = null; none.Length") { Ends = "NullReferenceException" }],
                    [new FuzzStep("(new int[2])[3]") { Ends = "IndexOutOfRangeException" }],
                    [
                        new FuzzStep(
                            "Task.WaitAll(Task.Run(() => throw new FormatException()), Task.Run(() => throw new ArithmeticException()));"
                        )
                        {
                            Ends = "AggregateException",
                        },
                    ],
                    [new FuzzStep("Task.FromException(new FormatException()).Wait();") { Ends = "FormatException" }],
                    [
                        new FuzzStep(
                            $"class {type} : Exception {{ public {type}(Exception e) : base(\"{type}\", e) {{ }} }}\nthrow new "
                                + $"{type}(new FormatException());"
                        )
                        {
                            Ends = type,
                        },
                    ],
                    [
                        new FuzzStep(
                            $"class {type} {{ public static int A = Fail(); static int Fail() => throw new FormatException(); }}\n{type}.A"
                        )
                        {
                            Ends = "TypeInitializationException",
                        },
                    ],
                    [
                        new FuzzStep(
                            $"class {type} {{ public override string ToString() => throw new FormatException(); }}\nConsole.Write(new "
                                + $"{type}());"
                        )
                        {
                            Ends = "FormatException",
                        },
                    ]
                );
            });

            yield return new(
                "endless recursion",
                pen =>
                {
                    string name = pen.Name();
                    return
                    [
                        new FuzzStep(
                            pen.Pick(
                                $"int {name}(int n) => 1 + {name}(n + 1);\n{name}(0)",
                                $"class {name} {{ public {name} Next {{ get; }} = new {name}(); }}\nnew {name}();",
                                $"class {name} {{ public int A => A + 1; }}\nint sum{name} = new {name}().A;",
                                $"class {name} {{ {name} next; public {name}() => next = new {name}(); }}\nnew {name}();",
                                $"class {name} {{ List<{name}> all = [new {name}()]; }}\nnew {name}();",
                                $"class {name} {{ public {name}() : this(new {name}()) {{ }} {name}({name} next) {{ }} }}\nnew {name}();",
                                $"Func<int, int> {name} = null;\n{name} = delegate (int n) {{ return {name}(n + 1) + 1; }};\n{name}(0)"
                            )
                        )
                        {
                            Ends = "InsufficientExecutionStackException",
                        },
                    ];
                },
                IsHeavy: true
            );

            yield return new(
                "value that holds itself",
                pen =>
                {
                    string type = pen.Name();
                    return
                    [
                        new FuzzStep(
                            pen.Pick(
                                $"class {type} {{ public {type} Self => this; public int A = 1; }}\nnew {type}()",
                                $"var {type} = new List<object>(); {type}.Add({type}); {type}",
                                $"var {type} = new Dictionary<string, object>(); {type}[\"a\"] = {type}; {type}"
                            )
                        )
                        {
                            Shows = ["result: *"],
                            Ends = "ok",
                        },
                    ];
                },
                IsHeavy: true
            );

            yield return new("cell that can't be compiled", pen =>
                pen.Pick<FuzzStep[]>(
                    [new FuzzStep($"int {pen.Name()} = \"text\";") { Ends = "CompilationError" }],
                    [new FuzzStep($"Console.Write(1); {pen.Name()}();") { Ends = "CompilationError" }],
                    [new FuzzStep(new string('(', pen.Number(1, 200))) { Ends = "CompilationError" }],
                    [new FuzzStep("class {") { Ends = "CompilationError" }],
                    [new FuzzStep("\"unfinished") { Ends = "CompilationError" }],
                    [new FuzzStep("/* unfinished") { Ends = "CompilationError" }],
                    [new FuzzStep($"#error {pen.Name()}") { Ends = "CompilationError" }]
                )
            );

            yield return new("directive that fails", pen =>
                pen.Pick<FuzzStep[]>(
                    [new FuzzStep($"#r \"{pen.Name()}.dll\"\nConsole.Write(1);") { Ends = "DirectiveError" }],
                    [new FuzzStep($"#load \"{pen.Name()}.csx\"\nConsole.Write(1);") { Ends = "DirectiveError" }],
                    [new FuzzStep($"#!import {pen.Name()}.ipynb\nConsole.Write(1);") { Ends = "DirectiveError" }],
                    [new FuzzStep($"#!{pen.Pick("nope", "x-y", "")}\nConsole.Write(1);") { Ends = "DirectiveError" }],
                    [new FuzzStep("#i \"neither\"\nConsole.Write(1);") { Ends = "DirectiveError" }]
                )
            );

            yield return new("cell that is no text", pen =>
                [
                    new FuzzStep(
                        pen.Pick(
                            "{\"code\":7}",
                            "{\"code\":null}",
                            "{\"code\":[\"1\"]}",
                            "{\"code\":{\"a\":1}}",
                            "{\"code\":true}",
                            "{\"code\":\"1 +\\ud83d\"}"
                        )
                    )
                    {
                        Ends = "ok|CodeError|CompilationError",
                    },
                ]
            );

            yield return new("cell of nothing", pen =>
                [new FuzzStep(pen.Pick("", " ", "\n\n", "// text", ";", "{ }", "/* text */", "using System;")) { Ends = "ok" }]
            );
        }
    }

    private static FuzzStep Bundle(string type, string json) =>
        new(
            $"class {type} {{ public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> {{ "
                + $"[\"text/plain\"] = \"json\", [\"application/json\"] = \"\"\"{json}\"\"\" }}; }}\ndisplay(new {type}());"
        )
        {
            Shows = ["display: json"],
        };
}
