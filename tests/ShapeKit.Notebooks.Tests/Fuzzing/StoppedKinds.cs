namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Programs that don't end until they are stopped.</summary>
internal static class StoppedKinds
{
    public static IEnumerable<FuzzKind> All
    {
        get
        {
            yield return new("endless loop", pen =>
                Stopped(
                    pen,
                    pen.Nested(
                        pen.Pick(
                            "while (true) { }",
                            "for (;;) ;",
                            "do { } while (true);",
                            "again: goto again;",
                            "int n = 0; switch (n) { case 0: goto case 1; case 1: goto case 0; }",
                            "while (true) { try { throw new FormatException(); } catch { } }",
                            "while (true) { try { while (true) { } } finally { GC.KeepAlive(1); } }",
                            "foreach (int i in Enumerable.Range(0, int.MaxValue).SelectMany(i => Enumerable.Range(0, int.MaxValue))) { }",
                            "Enumerable.Range(0, int.MaxValue).Select(i => i % 7).Count(i => i > 7);",
                            "int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2); Fib(90);",
                            "var text = new System.Text.StringBuilder(); while (true) { text.Append('x'); if (text.Length > 1000) "
                                + "text.Clear(); }",
                            "SpinWait.SpinUntil(() => false);",
                            "Action loop = delegate { while (true) { } }; loop();",
                            "System.Linq.Expressions.Expression<Func<int>> tree = () => new int[3].Count(i => i > 1); while (true) { }",
                            "while (true) { Console.Write(\"\"); }"
                        )
                    )
                )
            );

            yield return new("endless loop that awaits", pen =>
                Stopped(
                    pen,
                    pen.Pick(
                        "while (true) { await Task.Yield(); }",
                        "while (true) { await Task.Delay(1); }",
                        "await Task.Yield(); while (true) { }",
                        "await Task.Delay(1).ConfigureAwait(false); while (true) { }",
                        "async Task Later() { await Task.Delay(1); while (true) { } } await Later();",
                        "async Task Later() { await Task.Delay(1); while (true) { } } Later().Wait();",
                        "async IAsyncEnumerable<int> Ever() { while (true) { await Task.Yield(); yield return 1; } } await foreach (int "
                            + "i in Ever()) { }"
                    )
                )
            );

            yield return new("endless loop on other threads", pen =>
                Stopped(
                    pen,
                    pen.Pick(
                        "Task.Run(() => { while (true) { } }).Wait();",
                        "await Task.Run(() => { for (;;) ; });",
                        "Parallel.For(0, int.MaxValue, i => { while (true) { } });",
                        "Parallel.ForEach(Enumerable.Range(0, int.MaxValue), i => { });",
                        "Parallel.Invoke(() => { while (true) { } }, () => { while (true) { } });",
                        "Enumerable.Range(0, int.MaxValue).AsParallel().Select(i => i % 2).Count(i => i > 2);",
                        $"Task.WaitAll(Enumerable.Range(0, {pen.Number(1, 9)}).Select(_ => Task.Run(() => {{ while (true) {{ }} "
                            + $"}})).ToArray());",
                        "var thread = new Thread(() => { while (true) { } }); thread.Start(); thread.Join();"
                    )
                )
            );

            yield return new("sleep or wait", pen =>
                Stopped(
                    pen,
                    pen.Nested(
                        pen.Pick(
                            "Thread.Sleep(-1);",
                            $"Thread.Sleep({pen.Number(60, 900)}_000);",
                            "Task.Delay(-1).Wait();",
                            "new TaskCompletionSource<int>().Task.Wait();",
                            "_ = new TaskCompletionSource<int>().Task.Result;",
                            "new ManualResetEventSlim().Wait();",
                            "new ManualResetEvent(false).WaitOne();",
                            "new AutoResetEvent(false).WaitOne();",
                            "new SemaphoreSlim(0).Wait();",
                            "new SemaphoreSlim(0).WaitAsync().Wait();",
                            "new CountdownEvent(1).Wait();",
                            "new Barrier(2).SignalAndWait();",
                            "new System.Collections.Concurrent.BlockingCollection<int>().Take();",
                            "var gate = new object(); lock (gate) { Monitor.Wait(gate); }",
                            "WaitHandle.WaitAny(new WaitHandle[] { new ManualResetEvent(false), new ManualResetEvent(false) });",
                            "WaitHandle.WaitAll(new WaitHandle[] { new ManualResetEvent(false), new ManualResetEvent(true) });",
                            "Task.WaitAny(Task.Delay(-1), Task.Delay(-1));",
                            "Task.WaitAll(Task.Delay(1), Task.Delay(-1));",
                            "new ReaderWriterLockSlim().TryEnterUpgradeableReadLock(0); Thread.Sleep(-1);"
                        )
                    )
                )
            );

            yield return new("await", pen =>
                Stopped(
                    pen,
                    pen.Pick(
                        "await Task.Delay(-1);",
                        "await new TaskCompletionSource().Task;",
                        "await Task.WhenAll(Task.Delay(1), Task.Delay(-1));",
                        "await Task.WhenAny(Task.Delay(-1), Task.Delay(-1));",
                        "await new SemaphoreSlim(0).WaitAsync();",
                        "await System.Threading.Channels.Channel.CreateUnbounded<int>().Reader.ReadAsync();",
                        "try { await Task.Delay(-1); } finally { GC.KeepAlive(1); }"
                    )
                )
            );

            yield return new("lock that another holds", pen =>
                Stopped(
                    pen,
                    pen.Pick(
                        "var gate = new object(); var held = new ManualResetEventSlim(); new Thread(() => { lock (gate) { held.Set(); "
                            + "Thread.Sleep(2000); } }) { IsBackground = true }.Start(); held.Wait(); lock (gate) { } while (true) { }",
                        "var gate = new Lock(); var held = new ManualResetEventSlim(); new Thread(() => { lock (gate) { held.Set(); "
                            + "Thread.Sleep(2000); } }) { IsBackground = true }.Start(); held.Wait(); lock (gate) { } while (true) { }",
                        "var gate = new ReaderWriterLockSlim(); var held = new ManualResetEventSlim(); new Thread(() => { "
                            + "gate.EnterWriteLock(); held.Set(); Thread.Sleep(2000); gate.ExitWriteLock(); }) { IsBackground = true "
                            + "}.Start(); held.Wait(); gate.EnterReadLock(); while (true) { }"
                    )
                )
            );

            yield return new(
                "library that ends after a while",
                pen =>
                    Stopped(
                        pen,
                        pen.Pick(
                            $"System.Text.RegularExpressions.Regex.IsMatch(new string('a', {pen.Number(19, 23)}) + \"!\", \"^(a+)+$\");",
                            $"System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(\"p\", new byte[16], {pen.Number(1, 3)}_000_000, "
                                + "System.Security.Cryptography.HashAlgorithmName.SHA256, 32);",
                            $"var numbers = Enumerable.Range(0, {pen.Number(1, 6)}_000_000).Select(i => (i * 7919L) % "
                                + "1_000_003).ToArray(); Array.Sort(numbers);"
                        ) + " Console.Write(\"end\");"
                    ),
                IsHeavy: true
            );

            yield return new("value shown for ever", pen =>
            {
                string type = pen.Name();
                string endless =
                    $"{{ Console.Write(\"{FuzzStep.On}\"); "
                    + $"{pen.Pick("while (true) { }", "Thread.Sleep(-1); throw null;", "again: goto again;")} }}";
                return
                [
                    new FuzzStep(
                        pen.Pick(
                            $"class {type} {{ public override string ToString() {endless} }}\nnew {type}()",
                            $"class {type} {{ public string ToHtml() {endless} }}\nnew {type}()",
                            $"class {type} {{ public int A {{ get {endless} }} }}\nnew {type}()",
                            $"class {type} {{ public IReadOnlyDictionary<string, string> ToMimeBundle() {endless} }}\ndisplay(new "
                                + $"{type}());",
                            $"IEnumerable<int> {type}() {{ Console.Write(\"{FuzzStep.On}\"); while (true) {{ }} yield return 1; "
                                + $"}}\n{type}()"
                        )
                    )
                    {
                        Shows = ["stdout: on"],
                        Ends = "Interrupted",
                        Stop = pen.Pick(Stop.Once, Stop.Twice),
                    },
                ];
            });

            yield return new("stop that keeps variables", pen =>
            {
                string kept = pen.Name();
                int value = pen.Number(1, 1000);
                return
                [
                    new FuzzStep($"int {kept} = {value};"),
                    .. Stopped(pen, $"while (true) {{ {kept}++; {kept}--; await Task.Yield(); }}"),
                    new FuzzStep(kept) { Shows = [$"result: {value}"] },
                ];
            });

            yield return new("stop when nothing runs", pen =>
            {
                int value = pen.Number(1, 1000);
                return
                [
                    new FuzzStep($"{pen.Pick("Thread.Sleep(15);", "await Task.Delay(15);", "")} {value}")
                    {
                        Shows = [$"result: {value}"],
                        Stop = Stop.Before,
                    },
                ];
            });

            yield return new(
                "sleepers on a small pool",
                pen =>
                    [
                        .. Stopped(
                            pen,
                            "ThreadPool.SetMinThreads(4, 4); ThreadPool.SetMaxThreads(4, 4);\nTask.WaitAll(Enumerable.Range(0, "
                                + $"50).Select(_ => Task.Run(() => Thread.Sleep({pen.Number(50, 150)}))).ToArray());"
                        ),
                        new FuzzStep("1+1") { Shows = ["result: 2"] },
                        .. Stopped(
                            pen,
                            pen.Pick("while (true) { }", "Thread.Sleep(-1);", "await Task.Delay(-1);", "Task.Delay(-1).Wait();")
                        ),
                        new FuzzStep("ThreadPool.SetMaxThreads(1000, 1000) && ThreadPool.SetMinThreads(64, 8)") { Shows = ["result: *"] },
                    ],
                IsHeavy: true
            );
        }
    }

    private static FuzzStep[] Stopped(FuzzPen pen, string endless) =>
        [
            new FuzzStep($"Console.Write(\"{FuzzStep.On}\");\n{endless}")
            {
                Shows = ["stdout: on"],
                Ends = "Interrupted",
                Stop = pen.Pick(Stop.AtOnce, Stop.Once, Stop.Once, Stop.Twice),
            },
        ];
}
