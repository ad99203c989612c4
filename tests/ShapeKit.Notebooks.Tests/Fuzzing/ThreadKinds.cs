namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Programs that go on beside their cell, or after it.</summary>
internal static class ThreadKinds
{
    public static IEnumerable<FuzzKind> All
    {
        get
        {
            yield return new("exception that nobody catches", pen =>
            {
                string message = pen.Name();
                string exception = pen.Pick(
                    "InvalidOperationException",
                    "FormatException",
                    "ArithmeticException",
                    "NotSupportedException",
                    "TimeoutException"
                );
                string fail = $"throw new {exception}(\"{message}\");";
                (string code, string[] shows) = pen.Outputs(4, errors: false);
                string thrown = pen.Pick(
                    $"new Thread(() => {{ {pen.Nested(fail)} }}).Start();",
                    $"ThreadPool.QueueUserWorkItem(_ => {{ {pen.Nested(fail)} }});",
                    $"ThreadPool.UnsafeQueueUserWorkItem(_ => {{ {fail} }}, null);",
                    $"var {message} = new Timer(_ => {{ {pen.Nested(fail)} }}, null, {pen.Number(0, 30)}, Timeout.Infinite);",
                    $"async void {message}() {{ await Task.Delay({pen.Number(0, 30)}).ConfigureAwait(false); {fail} }} {message}();",
                    $"async void {message}() {{ await Task.Delay({pen.Number(0, 30)}); {fail} }} {message}();",
                    $"async void {message}() {{ {fail} }} {message}();",
                    $"class {message} {{ ~{message}() {{ {fail} }} }}\nvoid Lose{message}() => _ = new {message}();\nLose{message}(); "
                        + "GC.Collect(); GC.WaitForPendingFinalizers();"
                );
                return
                [
                    new FuzzStep($"{thrown}\n{code}")
                    {
                        Shows = shows,
                        Late = [$"{exception}: {message}"],
                        Warns = true,
                    },
                ];
            });

            yield return new("exception on a thread while the cell runs", pen =>
            {
                string message = pen.Name();
                return
                [
                    new FuzzStep(
                        $"new Thread(() => throw new OperationCanceledException(\"{message}\")).Start(); "
                            + $"Console.Write(\"{FuzzStep.On}\"); {pen.Pick("while (true) { }", "Thread.Sleep(-1);", "await Task.Delay(-1);")}"
                    )
                    {
                        Shows = ["stdout: on"],
                        Late = [$"OperationCanceledException: {message}"],
                        Warns = true,
                        Ends = "Interrupted",
                        Stop = Stop.Once,
                    },
                ];
            });

            yield return new("exception of a task that nobody asks", pen =>
            {
                string task = pen.Name();
                return
                [
                    new FuzzStep(
                        $"void {task}() {{ for (int i = 0; i < {pen.Number(1, 20)}; i++) _ = Task.Run(() => throw new "
                            + $"FormatException()); }} {task}(); await Task.Delay(5);"
                    ),
                    new FuzzStep("GC.Collect(); GC.WaitForPendingFinalizers(); GC.Collect();"),
                ];
            });

            yield return new("text after the cell's end", pen =>
            {
                string text = $"<{pen.Name()}>";
                string gate = pen.Name();
                int pause = pen.Number(0, 80);
                string show = pen.Pick(
                    $"Console.Write(\"{text}\");",
                    $"Console.WriteLine(\"{text}\");",
                    $"display(\"{text}\");",
                    $"Console.Error.Write(\"{text}\");"
                );
                string late = pen.Pick(
                    $"Task.Run(() => {{ Thread.Sleep({pause}); {show} }});",
                    $"Task.Run(async () => {{ await Task.Delay({pause}); {show} }});",
                    $"async Task {gate}() {{ await Task.Delay({pause}); {show} }} _ = {gate}();",
                    $"async Task {gate}() {{ await Task.Delay({pause}).ConfigureAwait(false); {show} }} _ = {gate}();",
                    $"new Thread(() => {{ Thread.Sleep({pause}); {show} }}).Start();",
                    $"var {gate} = new Timer(_ => {{ {show} }}, null, {pause}, Timeout.Infinite);",
                    $"Task.Delay({pause}).ContinueWith(_ => {{ {show} }});",
                    $"Task.Run(() => Parallel.For(0, 1, _ => {{ {show} }}));"
                );
                bool isLine = show.Contains("WriteLine", StringComparison.Ordinal);
                return [new FuzzStep($"{late}\nGC.KeepAlive(1);") { Late = [isLine ? text + "\n" : text] }];
            });

            yield return new("text of an earlier cell while another runs", pen =>
            {
                string gate = pen.Name();
                string text = $"<{gate}>";
                string own = $"{pen.Name()};";
                return
                [
                    new FuzzStep(
                        $"var {gate} = new SemaphoreSlim(0); var {gate}shown = display(0); var {gate}task = Task.Run(() => {{ "
                            + $"{gate}.Wait(); Console.Write(\"{text}\"); {gate}shown.Update(\"{text}new\"); }});"
                    )
                    {
                        Shows = ["display: 0"],
                        Late = [$"{text}new", text],
                    },
                    new FuzzStep(
                        $"Console.Write(\"{own}\"); {gate}.Release(); {pen.Pick($"await {gate}task;", $"{gate}task.Wait();")} "
                            + $"Console.Write(\"{own}\");"
                    )
                    {
                        Shows = [$"stdout: {own}{own}"],
                    },
                ];
            });

            yield return new("thread that prints on and on", pen =>
            {
                string last = $"<{pen.Name()}>";
                return
                [
                    new FuzzStep(
                        $"new Thread(() => {{ for (int i = 0; i < {pen.Number(5, 60)}; i++) {{ Console.Write(\".\"); "
                            + $"Thread.Sleep({pen.Number(0, 15)}); }} Console.Write(\"{last}\"); }}) {{ IsBackground = "
                            + $"{(pen.Maybe() ? "true" : "false")} }}.Start();"
                    )
                    {
                        Late = [last, "."],
                    },
                ];
            });

            yield return new("wait for its own task", pen =>
            {
                string task = pen.Name();
                int value = pen.Number(1, 1000);
                string wait = pen.Pick(
                    $"{task}().Result",
                    $"{task}().GetAwaiter().GetResult()",
                    $"await {task}()",
                    $"Task.WhenAll({task}(), {task}()).Result[1]",
                    $"Task.Run({task}).Result",
                    $"({task}().Wait(20_000) ? {value} : 0)"
                );
                string body = pen.Pick(
                    "await Task.Delay(5);",
                    "await Task.Yield();",
                    "for (int i = 0; i < 5; i++) await Task.Delay(1);",
                    "await Task.Delay(5).ConfigureAwait(false);",
                    "await Task.Run(() => Thread.Sleep(5));"
                );
                return [new FuzzStep($"async Task<int> {task}() {{ {body} return {value}; }}\n{wait}") { Shows = [$"result: {value}"] }];
            });

            yield return new("async nested deeply", pen =>
            {
                string deep = pen.Name();
                int depth = pen.Number(2, 300);
                string pause = pen.Pick(
                    "await Task.Yield();",
                    "if (n % 50 == 0) await Task.Delay(1);",
                    "if (n % 7 == 0) await Task.Delay(0).ConfigureAwait(false);",
                    ""
                );
                return
                [
                    new FuzzStep(
                        $"async Task<int> {deep}(int n) {{ {pause} return n == 0 ? 0 : 1 + await {deep}(n - 1); "
                            + $"}}\n{pen.Pick($"await {deep}({depth})", $"{deep}({depth}).Result")}"
                    )
                    {
                        Shows = [$"result: {depth}"],
                    },
                ];
            });

            yield return new("Environment.Exit", pen =>
            {
                string call = pen.Pick(
                    $"Environment.Exit({pen.Number(0, 255)});",
                    $"System.Environment.Exit({pen.Number(0, 255)});",
                    $"new Action(() => Environment.Exit({pen.Number(0, 255)}))();",
                    $"new List<int> {{ {pen.Number(0, 255)} }}.ForEach(Environment.Exit);"
                );
                return pen.Maybe()
                    ?
                    [
                        new FuzzStep($"Console.Write(\"a\"); {pen.Nested(call)} Console.Write(\"b\");")
                        {
                            Shows = ["stdout: a"],
                            Ends = "ExitException",
                        },
                    ]
                    :
                    [
                        new FuzzStep(
                            pen.Pick($"new Thread(() => {{ {call} }}).Start();", $"ThreadPool.QueueUserWorkItem(_ => {{ {call} }});")
                        )
                        {
                            Late = ["ExitException: The cell ended here."],
                            Warns = true,
                        },
                    ];
            });
        }
    }
}
