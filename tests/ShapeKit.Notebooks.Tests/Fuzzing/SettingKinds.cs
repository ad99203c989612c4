namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Programs that change what belongs to the whole process.</summary>
internal static class SettingKinds
{
    public static IEnumerable<FuzzKind> All
    {
        get
        {
            yield return new("another Console.Out", pen =>
            {
                string kept = pen.Name();
                return
                [
                    new FuzzStep(
                        $"var {kept} = {pen.Pick("Console.Out", "Console.Error")}; var {kept}out = Console.Out; var {kept}text = new "
                            + $"StringWriter(); Console.SetOut({pen.Pick($"{kept}text", "TextWriter.Null", "TextWriter.Synchronized(TextWriter.Null)", "new StreamWriter(Console.OpenStandardOutput())")}); Console.Write(\"away\");"
                    ),
                    new FuzzStep("1+1") { Shows = ["result: 2"] },
                    new FuzzStep($"Console.SetOut({kept}out); Console.Write(\"back\");") { Shows = ["stdout: back"] },
                ];
            });

            yield return new("closed console", pen =>
                [
                    new FuzzStep(
                        $"{pen.Pick("Console.Out.Close();", "Console.Out.Dispose();", "Console.Error.Close();", "Console.In.Close();", "Console.OpenStandardInput().Close();", "Console.OpenStandardOutput().Dispose();", "using (var own = new StreamWriter(Console.OpenStandardOutput())) own.Write(\"own\");")} Console.Write(\"a\"); Console.Out.Flush(); Console.Error.Write(\"b\");"
                    )
                    {
                        Shows = ["stdout: a", "stderr: b"],
                    },
                ]
            );

            yield return new("another culture", pen =>
            {
                string culture = pen.Name();
                string make = pen.Pick("tr-TR", "de-DE", "ar-SA", "fa-IR", "th-TH", "sv-SE", "hi-IN");
                string set = pen.Pick("CurrentCulture", "CurrentUICulture", "DefaultThreadCurrentCulture", "DefaultThreadCurrentUICulture");
                return
                [
                    // Some machines know no cultures but the invariant one.
                    new FuzzStep(
                        $"using System.Globalization;\nvar {culture} = (CultureInfo)CultureInfo.InvariantCulture.Clone(); "
                            + $"{culture}.NumberFormat.NumberDecimalSeparator = \"~\"; {culture}.NumberFormat.NegativeSign = \"minus\"; try "
                            + $"{{ {culture} = new CultureInfo(\"{make}\"); }} catch (CultureNotFoundException) {{ }} CultureInfo.{set} = "
                            + $"{culture};"
                    ),
                    new FuzzStep("1+1") { Shows = ["result: 2"] },
                ];
            });

            yield return new("another current directory", pen =>
                [
                    new FuzzStep(
                        $"Directory.SetCurrentDirectory({pen.Pick("Path.GetTempPath()", "\"/\"", "AppContext.BaseDirectory", "Directory.CreateTempSubdirectory(\"shapekit-fuzz-\").FullName")});"
                    ),
                ]
            );

            yield return new("current directory that goes away", pen =>
                [
                    new FuzzStep(
                        "var gone = Directory.CreateTempSubdirectory(\"shapekit-fuzz-\"); Directory.SetCurrentDirectory(gone.FullName); "
                            + "if (!OperatingSystem.IsWindows()) gone.Delete();"
                    ),
                    new FuzzStep("1+1") { Shows = ["result: 2"] },
                    new FuzzStep("Directory.SetCurrentDirectory(Path.GetTempPath());"),
                ]
            );

            yield return new("another SynchronizationContext", pen =>
            {
                string context = pen.Pick("null", "new SynchronizationContext()", "new SynchronizationContext().CreateCopy()");
                string home = pen.Name();
                return
                [
                    new FuzzStep(
                        $"int {home} = Environment.CurrentManagedThreadId; SynchronizationContext.SetSynchronizationContext({context}); "
                            + $"{pen.Pick("", "await Task.Yield();", "await Task.Delay(1);", "Task.Delay(1).Wait();")}"
                    ),
                    new FuzzStep($"await Task.Delay(1); Environment.CurrentManagedThreadId == {home} ? \"home\" : \"away\"")
                    {
                        Shows = ["result: home"],
                    },
                ];
            });

            yield return new("storm of collections", pen =>
                [
                    new FuzzStep(
                        $"for (int i = 0; i < {pen.Number(1, 30)}; i++) {{ GC.KeepAlive(new byte[{pen.Number(1000, 200_000)}]); "
                            + $"GC.Collect(); }} GC.WaitForPendingFinalizers();\n5"
                    )
                    {
                        Shows = ["result: 5"],
                    },
                ]
            );

            yield return new("storm of collections that is stopped", pen => [
                    new FuzzStep($"Console.Write(\"{FuzzStep.On}\"); while (true) {{ GC.Collect(); }}")
                    {
                        Shows = ["stdout: on"],
                        Ends = "Interrupted",
                        Stop = Stop.Once,
                    },
                ]);

            yield return new("many threads", pen =>
            {
                int threads = pen.Number(2, 60);
                return
                [
                    new FuzzStep(
                        $"int {pen.Name()} = 0; Parallel.For(0, {threads}, new ParallelOptions {{ MaxDegreeOfParallelism = {threads} "
                            + $"}}, i => Console.WriteLine(\"x\"));"
                    )
                    {
                        Shows = ["stdout: " + string.Concat(Enumerable.Repeat("x\n", threads))],
                    },
                ];
            });

            yield return new("another thread's priority and name", pen =>
                [
                    new FuzzStep(
                        "Thread.CurrentThread.Priority = ThreadPriority.Lowest; Thread.CurrentThread.IsBackground = true; "
                            + "Thread.CurrentThread.Priority = ThreadPriority.Normal;"
                    ),
                ]
            );

            yield return new("handlers of the process", pen =>
                [
                    new FuzzStep(
                        pen.Pick(
                            "AppDomain.CurrentDomain.FirstChanceException += (_, e) => GC.KeepAlive(e.Exception);",
                            "AppDomain.CurrentDomain.ProcessExit += (_, _) => { };",
                            "TaskScheduler.UnobservedTaskException += (_, e) => e.SetObserved();",
                            "AppDomain.CurrentDomain.UnhandledException += (_, _) => { };",
                            "Thread.CurrentThread.Interrupt();"
                        ) + "\n"
                    )
                    {
                        Ends = "ok",
                    },
                ]
            );
        }
    }
}
