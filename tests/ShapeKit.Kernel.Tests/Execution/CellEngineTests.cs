using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class CellEngineTests : IDisposable
{
    private readonly Cells _cells = new();

    [Fact]
    public async Task A_rare_part_of_NET_is_there_when_a_cell_speaks_of_it_and_stays()
    {
        await _cells.Run("int before = 7;");
        Assert.Equal("a@b.org", await _cells.Text("new System.Net.Mail.MailAddress(\"a@b.org\").Address"));
        await _cells.Try("new System.Net.Mail.NoSuchThing()");
        Assert.Contains("NoSuchThing", _cells.Error.Message, StringComparison.Ordinal);
        Assert.Equal("<a>7</a>", await _cells.Text("new System.Xml.Linq.XElement(\"a\", before).ToString()"));
    }

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task The_last_expression_is_shown_and_a_semicolon_hides_it()
    {
        Assert.Equal("3", await _cells.Text("1 + 2"));
        Assert.Empty((await _cells.Run("Math.Max(1, 2);")).Outputs);
        Assert.Empty((await _cells.Run("Console.Write(\"\")")).Outputs);
        Assert.Equal("null", await _cells.Text("(string)null"));
        Assert.Equal("7", await _cells.Text("return 7;"));
    }

    [Fact]
    public async Task A_value_returned_in_the_middle_of_a_cell_is_shown()
    {
        Assert.Equal("early", await _cells.Text("if (true) return \"early\";"));
        Assert.Equal("2", await _cells.Text("foreach (int i in new[] { 1, 2, 3 }) { if (i == 2) return i; }\nConsole.Write(\"end\");"));
        Assert.Empty((await _cells.Run("if (DateTime.Now.Year < 2000) return \"early\";")).Outputs);
        Assert.Empty((await _cells.Run("int Seven() { return 7; }\nSeven();")).Outputs);
    }

    [Fact]
    public async Task A_method_that_asks_for_the_text_of_an_argument_gets_it_as_it_was_written()
    {
        await _cells.Run(
            """
            using System.Runtime.CompilerServices;
            string Text<T>(T value, int more = 0, [CallerArgumentExpression("value")] string text = null, [CallerLineNumber] int line = 0) => $"{text} in line {line}";
            static string TextOf(this Func<int, bool> value, [CallerArgumentExpression("value")] string text = null) => text;
            class Noted { public string Text; public Noted(Action value, [CallerArgumentExpression("value")] string text = null) => Text = text; }
            int x = 1;
            """
        );
        Assert.Equal("() => x  > 0 in line 2", await _cells.Text("\nText(() => x  > 0)"));
        Assert.Equal(
            "new[] { 1 }.All(n => n > \"a\".Length) in line 1",
            await _cells.Text("Text(new[] { 1 }.All(n => n > \"a\".Length), more: 2)")
        );
        Assert.Equal("mine in line 1", await _cells.Text("Text(() => x, 0, \"mine\")"));
        Assert.Equal("x + 1 in line 1", await _cells.Text("Text(x + 1)"));
        Assert.Equal("(Func<int, bool>)(n => n > 0)", await _cells.Text("((Func<int, bool>)(n => n > 0)).TextOf()"));
        Assert.Equal("() => { x++; }", await _cells.Text("new Noted(() => { x++; }).Text"));
        Assert.Equal("() => { x++; }", await _cells.Text("Noted noted = new(() => { x++; });\nnoted.Text"));
        await _cells.Run(
            """
            static string Written(object value, [CallerArgumentExpression("value")] string text = null) => text;
            class Told { public string Text = Written(new object()); public string Property { get; } = Written(string.Concat("a", "b")); }
            class Base { public string Text; public Base(object value, [CallerArgumentExpression("value")] string text = null) => Text = text; }
            class Derived : Base { public Derived() : base(new object()) { } }
            class Primary() : Base(new string('a', 2));
            """
        );
        Assert.Equal(
            "new object(), string.Concat(\"a\", \"b\"), new object(), new string('a', 2)",
            await _cells.Text("$\"{new Told().Text}, {new Told().Property}, {new Derived().Text}, {new Primary().Text}\"")
        );
    }

    [Fact]
    public async Task Variables_methods_types_and_usings_live_on_in_later_cells()
    {
        await _cells.Run("using System.Globalization;");
        await _cells.Run(
            "var numbers = new List<double> { 1, 2, 4 };\ndouble Mean(IEnumerable<double> all) => all.Average();\nrecord Point(int "
                + "X, int Y);"
        );
        await _cells.Run("numbers.Add(5);");
        Assert.Equal("3", await _cells.Text("Mean(numbers)"));
        Assert.Equal("3.00", await _cells.Text("Mean(numbers).ToString(\"0.00\", CultureInfo.InvariantCulture)"));
        Assert.Equal("Point { X = 1, Y = 2 }", await _cells.Text("new Point(1, 2)"));
        await _cells.Run("var numbers = \"a new meaning\";");
        Assert.Equal("13", await _cells.Text("numbers.Length"));
    }

    [Theory]
    [InlineData("int.TryParse(\"7\", out var kept);", "kept")]
    [InlineData("var (kept, other) = (7, 8);", "kept")]
    [InlineData("if ((object)7 is int kept) { }", "kept")]
    [InlineData("class Kept { public int Value = 7; }", "new Kept().Value")]
    [InlineData("using Seven = System.Int32;", "(Seven)7")]
    [InlineData("using System.Globalization;", "CultureInfo.InvariantCulture.NumberFormat.NumberDecimalDigits + 5")]
    public async Task Whatever_a_cell_declares_lives_on_through_cells_that_declare_nothing(string declaration, string use)
    {
        await _cells.Run(declaration);
        await _cells.Run("#r \"nuget: ShapeKit\"");
        await _cells.Run("// nothing");
        await _cells.Text("1 + 1");
        Assert.Equal("7", await _cells.Text(use));
        Assert.Equal("true", await _cells.Text("typeof(ShapeKit.Training.Trainer).IsClass"));
    }

    [Fact]
    public async Task Cells_are_counted_from_one_also_when_they_fail()
    {
        Assert.Equal(1, (await _cells.Run("1")).Last.ExecutionCount);
        Assert.Equal(new CellResult(false, 2), (await _cells.Try("oops")).Last);
        Assert.Equal(3, Assert.IsType<ResultOutput>(Assert.Single((await _cells.Run("1")).Outputs)).ExecutionCount);
    }

    [Fact]
    public async Task What_follows_an_await_runs_on_the_same_thread_as_what_precedes_it()
    {
        await _cells.Run(
            "int before = Environment.CurrentManagedThreadId;\nawait Task.Delay(1);\nawait Task.Run(() => { });\nint after = "
                + "Environment.CurrentManagedThreadId;"
        );
        Assert.Equal("true", await _cells.Text("before == after && after == Environment.CurrentManagedThreadId"));
        Assert.Equal("42", await _cells.Text("await Task.FromResult(42)"));
    }

    [Fact]
    public async Task Console_streams_and_displays_keep_their_order()
    {
        await _cells.Run(
            """
            Console.Write("a"); display("b"); Console.Error.WriteLine("c"); "d".Display();
            await Task.Run(() => Console.Write("e"));
            var thread = new Thread(() => Console.Write('f')); thread.Start(); thread.Join();
            "g"
            """
        );
        Assert.Equal(
            ["stdout a", "display b", "stderr c\n", "display d", "stdout e", "stdout f", "result g"],
            _cells.Outputs.Select(o =>
                o switch
                {
                    StreamOutput s => $"{s.Name} {s.Text}",
                    DisplayOutput d => "display " + d.Data.Data[MimeBundle.Plain],
                    ResultOutput r => "result " + r.Data.Data[MimeBundle.Plain],
                    _ => o.ToString(),
                }
            )
        );
    }

    [Fact]
    public async Task A_display_can_be_updated_in_the_same_cell_and_in_a_later_one()
    {
        await _cells.Run("var shown = display(1);\nshown.Update(2);");
        DisplayOutput first = Assert.IsType<DisplayOutput>(_cells.Outputs[0]);
        UpdateDisplayOutput update = Assert.IsType<UpdateDisplayOutput>(_cells.Outputs[1]);
        Assert.Equal(first.DisplayId, update.DisplayId);
        Assert.Equal("2", update.Data.Data[MimeBundle.Plain]);
        await _cells.Run("shown.Update(3);");
        Assert.Equal(first.DisplayId, Assert.IsType<UpdateDisplayOutput>(Assert.Single(_cells.Outputs)).DisplayId);
    }

    [Fact]
    public async Task What_a_cell_left_running_shows_later_comes_at_once_and_is_told_to_whoever_ran_that_cell()
    {
        var first = new System.Collections.Concurrent.ConcurrentQueue<CellOutput>();
        await _cells.Engine.ExecuteAsync(
            """
            var gate = new SemaphoreSlim(0);
            var shown = display("early");
            var late = Task.Run(() => { gate.Wait(); Console.Write("late"); display("a value"); shown.Update("newer"); });
            """,
            first.Enqueue,
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Single(first);

        await _cells.Run("Console.Write(\"second\"); gate.Release(); await late;");

        Assert.Equal("second", _cells.Console);
        Assert.Equal(
            ["DisplayOutput", "StreamOutput", "DisplayOutput", "UpdateDisplayOutput"],
            first.Select(output => output.GetType().Name)
        );
        var idle = new TaskCompletionSource<CellOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _cells.Engine.ExecuteAsync(
            "_ = Task.Run(() => { gate.Wait(); Console.Write(\"while nothing runs\"); }); var timer = new Timer(_ => gate.Release(), "
                + "null, 200, Timeout.Infinite);",
            idle.SetResult,
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal(
            new StreamOutput("stdout", "while nothing runs"),
            await idle.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("int n = F().Result;")]
    [InlineData("F().Wait(); int n = 1;")]
    [InlineData("int n = F().GetAwaiter().GetResult();")]
    [InlineData("Task.WaitAll(F(), F()); int n = 1;")]
    [InlineData("int n = Task.WaitAny(F(), Task.Delay(-1)) + 1;")]
    [InlineData(
        "var waited = new ManualResetEventSlim(); async void G() { await Task.Delay(50); waited.Set(); } G(); waited.Wait(); int n = 1;"
    )]
    [InlineData(
        "var both = new[] { new ManualResetEvent(false), new ManualResetEvent(false) }; async void G() { foreach (var each in both) { "
            + "await Task.Delay(50); each.Set(); } } G(); WaitHandle.WaitAll(both); int n = 1;"
    )]
    [InlineData("async Task<int> Outer() { await Task.Delay(20); return F().Result; } int n = Outer().Result;")]
    [InlineData("int n = F().Wait(TimeSpan.FromSeconds(20)) ? 1 : 0;")]
    public async Task Waiting_for_a_task_waits_as_in_a_program_and_what_follows_its_await_runs_on_the_cells_thread(string waiting)
    {
        await _cells.Run(
            "int home = Environment.CurrentManagedThreadId; bool strayed = false;\nasync Task<int> F() { for (int i = 0; i < 3; i++) { "
                + "await Task.Delay(30); strayed |= Environment.CurrentManagedThreadId != home; } return 1; }"
        );

        Task<Cells> running = _cells.Run(waiting);

        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("1 false", await _cells.Text("$\"{n} {(strayed ? \"true\" : \"false\")}\""));
    }

    [Fact]
    public async Task A_wait_with_a_limit_ends_at_its_limit()
    {
        Assert.Equal(
            "false true",
            await _cells.Text(
                """
                var watch = System.Diagnostics.Stopwatch.StartNew();
                bool came = Task.Delay(-1).Wait(200);
                $"{(came ? "true" : "false")} {(watch.ElapsedMilliseconds is >= 190 and < 20_000 ? "true" : "false")}"
                """
            )
        );
    }

    [Theory]
    [InlineData("new Thread(Throw).Start();")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => Throw());")]
    [InlineData("var timer = new Timer(_ => Throw(), null, 1, Timeout.Infinite);")]
    [InlineData("async void Later() { await Task.Delay(1).ConfigureAwait(false); Throw(); } Later();")]
    [InlineData("async void Later() { await Task.Delay(1); Throw(); } Later();")]
    [InlineData(
        "class Lost(Action end) { ~Lost() => end(); }\nvoid Lose() => _ = new Lost(Throw);\nLose(); GC.Collect(); "
            + "GC.WaitForPendingFinalizers();"
    )]
    public async Task An_exception_that_nobody_catches_is_told_with_the_cell_s_lines_and_the_kernel_goes_on(string code)
    {
        await _cells.Run("void Throw() => throw new InvalidOperationException(\"on its own\");");

        await _cells.Run(code);

        for (int i = 0; i < 500 && Told() == ""; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.StartsWith(
            "Nobody caught this, outside of what Cell 2 waited for:\nInvalidOperationException: on its own\n   at Throw in Cell 1, "
                + "line 1\n",
            Told(),
            StringComparison.Ordinal
        );
        Assert.Equal("2", await _cells.Text("1 + 1"));

        string Told() =>
            string.Concat(
                _cells.Outputs.ToArray().OfType<StreamOutput>().Where(output => output.Name == "stderr").Select(output => output.Text)
            );
    }

    [Fact]
    public async Task An_exception_that_nobody_catches_is_told_under_the_cell_that_it_belongs_to_whichever_runs_then()
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _cells.Engine.ExecuteAsync(
            "var go = new TaskCompletionSource();\n"
                + "async void Fail() { await go.Task; throw new InvalidOperationException(\"late\"); }\nFail();",
            output => told.TrySetResult(((StreamOutput)output).Text),
            cancellationToken: TestContext.Current.CancellationToken
        );

        Task<CellResult> running = _cells.Engine.ExecuteAsync(
            "go.SetResult();\nawait Task.Delay(-1);",
            _ => { },
            cancellationToken: TestContext.Current.CancellationToken
        );

        string text = await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _cells.Engine.Interrupt();
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.StartsWith(
            "Nobody caught this, outside of what Cell 1 waited for:\nInvalidOperationException: late\n",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_error_that_is_found_late_concerns_the_code_as_it_was_written()
    {
        await _cells.Try("async Task Fill() { Span<int> s = stackalloc int[3]; await Task.Yield(); s[0] = 1; }\nawait Fill();");

        Assert.Equal("CompilationError", _cells.Error.Name);
        Assert.DoesNotContain(_cells.Error.Traceback, line => line.Contains("CellGuard", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_query_that_is_data_stays_as_it_was_written() =>
        Assert.Equal(
            "System.Int32[].Select(x => new String(a, x))",
            await _cells.Text(
                "class Q { public IQueryable<string> All = from x in new[] { 1 }.AsQueryable() select new string('a', x); }\nnew "
                    + "Q().All.Expression.ToString()"
            )
        );

    [Theory]
    [InlineData("Environment.Exit(3);")]
    [InlineData("using static System.Environment;\nExit(3);")]
    [InlineData("new Action(() => System.Environment.Exit(3))();")]
    [InlineData("Action<int> leave = Environment.Exit; leave(3);")]
    [InlineData("Delegate leave = () => Environment.Exit(3); leave.DynamicInvoke();")]
    [InlineData("System.Linq.Expressions.Expression<Action> leave = () => Environment.Exit(3); leave.Compile()();")]
    [InlineData("using static System.Environment;\nnew[] { 3 }.ToList().ForEach(Exit);")]
    public async Task A_cell_that_asks_for_the_end_of_the_process_ends_alone(string code)
    {
        await _cells.Run("int kept = 7;");

        await _cells.Try(code);

        Assert.Equal("ExitException", _cells.Error.Name);
        Assert.StartsWith("The cell ended here. Environment.Exit(3) is not carried out", _cells.Error.Message, StringComparison.Ordinal);
        Assert.Equal("7", await _cells.Text("kept"));
    }

    [Fact]
    public async Task Html_is_shown_as_html_and_output_can_be_cleared()
    {
        Assert.Equal("<b>bold</b>", (await _cells.Run("HTML(\"<b>bold</b>\")")).Value.Data[MimeBundle.Html]);
        Assert.Equal("bold", _cells.Value.Data[MimeBundle.Plain]);
        await _cells.Run("clear_output(); clear_output(wait: true);");
        Assert.Equal([new ClearOutput(false), new ClearOutput(true)], _cells.Outputs);
    }

    [Fact]
    public async Task Every_way_to_write_a_function_or_loop_still_means_what_it_says()
    {
        await _cells.Run(
            """
            using System.Linq.Expressions;
            var log = new List<string>();
            void Log(string s) => log.Add(s);
            async Task LogLater(string s) => await Task.Run(() => log.Add(s));
            async Task<int> Later(int n) => await Task.FromResult(n);
            int Fail() => throw new ArgumentException("failed");
            ref int First(int[] all) => ref all[0];
            IEnumerable<int> Upto(int n) { for (int i = 0; i < n; i++) yield return i; }
            class Box(int size) { public int Size => size; public int Double { get { return 2 * size; } } public static Box operator +(Box a, Box b) => new(a.Size + b.Size); }
            Action<int> act = n => log.Add(n.ToString());
            Action drop = () => Math.Max(1, 2);
            Func<Task> later = async () => await Later(1);
            Func<Task<int>> laterValue = async () => await Later(2);
            Func<double> widened = () => 1;
            Func<int[]> listed = () => [1, 2];
            Expression<Func<int, bool>> tree = n => n > 3;
            class Filled { public List<int> Some { get; } = [.. Enumerable.Range(0, 3)]; readonly Func<int, int> twice = n => Math.Max(n, n) * 2; public int Six => twice(Some.Sum()); public required string Name { get; init; } = string.Concat("a", "b"); }
            """
        );
        await _cells.Run(
            "Log(\"a\"); await LogLater(\"b\"); act(3); drop(); await later(); var all = new[] { 1, 2 }; First(all) = 9; do "
                + "log.Add(\"d\"); while (false);\nforeach (var (k, v) in new[] { (1, 2) }) log.Add($\"{k}{v}\");"
        );
        Assert.Equal("a b 3 d 12", await _cells.Text("string.Join(' ', log)"));
        Assert.Equal("6", await _cells.Text("new Filled { Name = \"c\" }.Six"));
        Assert.Equal(
            "2 5 9 1 2 3 8 n => (n > 3)",
            await _cells.Text(
                "$\"{await laterValue()} {(new Box(2) + new Box(3)).Size} {all[0]} {widened()} {listed().Length} {Upto(3).Count()} {new "
                    + "Box(4).Double} {tree}\""
            )
        );
        await _cells.Try("Fail()");
        Assert.Equal("failed", _cells.Error.Message);
        Assert.Equal(["   at Fail in Cell 1, line 6", "   at Cell 6, line 1"], _cells.Error.Traceback.Skip(1).Take(2));
    }
}
