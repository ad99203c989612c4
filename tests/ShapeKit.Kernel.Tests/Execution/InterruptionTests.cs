using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class InterruptionTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);
    private const string Begin = "static void Begin() => Console.WriteLine(\"started\");";
    private readonly Cells _cells = new(
        new CellEngineOptions
        {
            Input = (_, token) =>
            {
                return token.WaitHandle.WaitOne(Generous)
                    ? null
                    : throw new TimeoutException($"Nobody stopped the cell that waits for input within {Generous.TotalSeconds} s.");
            },
        }
    );

    public void Dispose() => _cells.Dispose();

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) { Console.Write(\"\"); }")]
    [InlineData("while (true) { try { kept = 7; } catch (Exception) { } }")]
    [InlineData("Thread.Sleep(-1);")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("new ManualResetEventSlim().Wait();")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("while (true) { await Task.Yield(); }")]
    [InlineData("while (true) GC.Collect();")]
    [InlineData("Action collect = GC.Collect; for (;; collect()) { }")]
    [InlineData("while (true) { GC.Collect(0, GCCollectionMode.Forced); GC.Collect(2, GCCollectionMode.Aggressive, true, true); }")]
    [InlineData("again: goto again;")]
    [InlineData("switch (1) { case 1: goto case 1; }")]
    [InlineData("void Jump() { again: kept++; kept--; goto again; } Jump();")]
    [InlineData("Parallel.For(0, int.MaxValue, i => { while (true) { } });")]
    [InlineData("Enumerable.Range(0, int.MaxValue).AsParallel().Select(i => i % 2).Count(i => i > 2);")]
    [InlineData("Task.Run(() => { while (true) { } }).Wait();")]
    [InlineData("async Task Later() { await Task.Delay(1); while (true) { } }\nLater().Wait();")]
    [InlineData("while (true) { try { while (true) { } } finally { kept = 7; } }")]
    [InlineData("try { throw new Exception(); } catch { while (true) { } }")]
    [InlineData(
        "class A { const string N = nameof(A); A[] some = { new() }; byte a = 1, b = byte.Parse(\"2\"); FormattableString f = "
            + "$\"{Math.Max(1, 2)}\"; object o = new List<int>(); }\nwhile (true) { }"
    )]
    [InlineData("System.Linq.Expressions.Expression<Func<int>> tree = () => Enumerable.Range(0, 3).Count(i => i > 1);\nwhile (true) { }")]
    [InlineData("class A { const int Zero = new int(); public static void Run() { while (true) { } } }\nA.Run();")]
    [InlineData("Delegate run = () => Enumerable.Range(0, 1).Select(i => { while (true) { } return i; }).ToList();\nrun.DynamicInvoke();")]
    [InlineData("(from i in Enumerable.Range(0, int.MaxValue) from j in Enumerable.Range(0, int.MaxValue) where i < 0 select j).Count();")]
    [InlineData("(from i in Enumerable.Range(0, int.MaxValue) join j in new[] { -1 } on i equals j select j).Count();")]
    [InlineData("Action<int> run = delegate (int n) { while (true) { } };\nrun(1);")]
    [InlineData("await Task.Yield(); while (true) { }")]
    [InlineData("Console.ReadLine();")]
    [InlineData("await GetInputAsync(\"name?\");")]
    [InlineData("await Microsoft.DotNet.Interactive.Kernel.Root.SubmitCodeAsync(\"while (true) { }\");")]
    [InlineData("int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2); Fib(80);")]
    [InlineData("int Deep(int n) => n == 0 ? Forever() : 1 + Deep(n - 1); int Forever() { while (true) { } } Deep(500);")]
    [InlineData("Enumerable.Repeat(\"abc\", int.MaxValue).Select(t => t.Substring(1) + \"x\").Select(t => t.ToUpperInvariant()).Count();")]
    [InlineData("foreach (var n in Enumerable.Range(0, int.MaxValue).SelectMany(i => Enumerable.Range(0, int.MaxValue))) { }")]
    public async Task A_stopped_cell_ends_and_variables_keep_their_values(string endless)
    {
        await _cells.Run("int kept = 7;");
        await Interrupted("int half = 8; Console.WriteLine(\"started\");\n" + endless);
        Assert.Equal("15", await _cells.Text("kept + half"));
        await _cells.Run("await Task.Delay(1); Thread.Sleep(1);");
    }

    [Fact]
    public async Task A_stopped_training_loop_leaves_the_model_usable()
    {
        ShapeKit.Runtime.LibTorch.EnsureLoaded();
        await _cells.Run("#r \"nuget: TorchSharp\"\nusing TorchSharp;\nusing static TorchSharp.torch;\nvar layer = nn.Linear(20, 20);");
        await Interrupted(
            """
            var optimizer = optim.SGD(layer.parameters(), 1e-3);
            Console.WriteLine("started");
            while (true)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                layer.forward(rand(8, 20)).square().mean().backward();
                optimizer.step();
            }
            """
        );
        Assert.Equal("3", await _cells.Text("layer.forward(rand(3, 20)).shape[0]"));
    }

    [Fact]
    public async Task Training_inside_the_library_is_stopped()
    {
        ShapeKit.Runtime.Notebook.ThrowIfStopped = _cells.Engine.ThrowIfStopping;
        await _cells.Run(
            "#r \"nuget: ShapeKit\"\nusing ShapeKit.Generation; using ShapeKit.Models; using ShapeKit.Training;\nvar network = new "
                + "ShapeCnn();"
        );
        await Interrupted(
            """
            var data = new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generate(64);
            Console.WriteLine("started");
            new Trainer(network, new TrainingOptions { Epochs = 1_000_000 }).Fit(data);
            """
        );
        Assert.Equal("64", await _cells.Text("network.Predict(data.Images).shape[0]"));
    }

    [Fact]
    public async Task Recursion_without_end_is_an_exception_and_the_kernel_goes_on()
    {
        await _cells.Try("int Down(int n) => Down(n + 1) + 1;\nDown(0)");
        Assert.Equal("InsufficientExecutionStackException", _cells.Error.Name);
        Assert.Equal("   at Down in Cell 1, line 1", _cells.Error.Traceback[1]);
        await _cells.Run("Func<int, int> lambda = null;\nlambda = n => lambda(n + 1) + 1;");
        Assert.Equal(
            "caught",
            await _cells.Text(
                "string Try() { try { lambda(0); return \"\"; } catch (InsufficientExecutionStackException) { return \"caught\"; } }\nTry()"
            )
        );
        foreach (
            string endless in new[]
            {
                "int A => A;",
                "int A { get => A; }",
                "int this[int i] => this[i]; public int A => this[0];",
                "int A { get { return (int)this; } } public static implicit operator int(B b) => b;",
                "B Next { get; } = new B(); public int A => 1;",
                "readonly B next = new(); public int A => 1;",
                "int A => (this + this).A; public static B operator +(B a, B b) => a + b;",
                "B() => next = new B(); B next; public int A => 1;",
                "B() : this(new B()) { } B(B b) { } public int A => 1;",
                "List<B> all = [new B()]; public int A => 1;",
                "int A { get { Func<int, int> f = null; f = delegate (int n) { return f(n + 1) + 1; }; return f(0); } }",
                "event Action Done = new B().Run; void Run() { } public int A => 1;",
                "class C() : B(new C()); public B() { } B(B b) { } public int A => new C().A;",
            }
        )
        {
            await _cells.Try($"class B {{ public {endless} }}\nnew B().A");
            Assert.Equal("InsufficientExecutionStackException", _cells.Error.Name);
        }

        Assert.Equal("2", await _cells.Text("1 + 1"));
    }

    [Theory]
    [InlineData("ring.GetHashCode()")]
    [InlineData("ring == other")]
    [InlineData("new HashSet<object> { last }")]
    [InlineData("ring.ToString()")]
    public async Task Records_in_a_ring_can_t_be_compared_and_the_kernel_goes_on(string code)
    {
        await _cells.Run(
            """
            record Node { public Node Next { get; set; } }
            record Named(string Name) : Node;
            sealed record Last(object Any)
            {
                public object More { get; set; }
            }
            Node ring = new Named("a"), other = new Named("a");
            ring.Next = ring; other.Next = other;
            var last = new Last(1);
            last.More = last;
            """
        );
        await _cells.Try(code);
        Assert.Equal("InsufficientExecutionStackException", _cells.Error.Name);
        Assert.DoesNotContain(_cells.Error.Traceback, line => line.Contains("EqualityContract", StringComparison.Ordinal));
        Assert.Equal(
            "true",
            await _cells.Text(
                "new Named(\"b\") == new Named(\"b\") && new Named(\"b\") != new Node() && new Last(2).GetHashCode() == new "
                    + "Last(2).GetHashCode()"
            )
        );
    }

    [Fact]
    public async Task Recursion_of_ten_thousand_calls_ends()
    {
        Assert.Equal("10000", await _cells.Text("int Deep(int n) => n == 0 ? 0 : 1 + Deep(n - 1);\nDeep(10_000)"));
        Assert.Equal(
            "10000",
            await _cells.Text(
                """
                int Fill(bool[,] image, int x, int y)
                {
                    if (x < 0 || y < 0 || x == image.GetLength(0) || y == image.GetLength(1) || image[x, y]) return 0;
                    image[x, y] = true;
                    int filled = 1;
                    foreach (var (dx, dy) in new[] { (1, 0), (0, 1), (-1, 0), (0, -1) }) filled += Fill(image, x + dx, y + dy);
                    return filled;
                }
                Fill(new bool[100, 100], 0, 0)
                """
            )
        );
    }

    [Fact]
    public async Task A_handler_that_is_told_of_every_exception_does_not_end_the_process_when_cells_are_stopped_or_recurse_without_end()
    {
        await _cells.Run(
            """
            int heard = 0;
            int Heard(object e) { for (int i = 0; i < 3; i++) heard++; return heard; }
            EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs> handler = (_, e) => Heard(e);
            record Ring { public Ring Next { get; set; } }
            var ring = new Ring();
            ring.Next = ring;
            AppDomain.CurrentDomain.FirstChanceException += handler;
            """
        );
        try
        {
            await Interrupted("Console.WriteLine(\"started\"); while (true) { }");
            foreach (string endless in new[] { "int Down(int n) => Down(n + 1) + 1;\nDown(0)", "ring.ToString()" })
            {
                await _cells.Try(endless);
                Assert.Equal("InsufficientExecutionStackException", _cells.Error.Name);
            }

            Assert.Equal("true", await _cells.Text("heard > 0"));
        }
        finally
        {
            await _cells.Run("AppDomain.CurrentDomain.FirstChanceException -= handler;");
        }
    }

    [Fact]
    public async Task Printing_without_end_is_stopped_and_printing_still_works()
    {
        for (int i = 0; i < 5; i++)
        {
            await Interrupted("while (true) { Console.WriteLine(\"again\"); Console.Error.Write('x'); display(1); }");
            Assert.Equal("fine\n", (await _cells.Run("Console.WriteLine(\"fine\");")).Console);
        }
    }

    [Theory]
    [InlineData("public string ToHtml() { Begin(); while (true) { } }")]
    [InlineData("public string ToHtml() { Begin(); Thread.Sleep(-1); return \"\"; }")]
    [InlineData("public IReadOnlyDictionary<string, string> ToMimeBundle() { Begin(); Thread.Sleep(-1); return null; }")]
    [InlineData("public override string ToString() { Begin(); Thread.Sleep(-1); return \"\"; }")]
    [InlineData("public int Sleeps { get { Begin(); Thread.Sleep(-1); return 1; } }")]
    [InlineData(
        "public int Fails { get { Begin(); try { Thread.Sleep(-1); } catch (Exception e) { throw new InvalidOperationException(\"no\", "
            + "e); } return 1; } }"
    )]
    public async Task A_value_that_takes_forever_to_show_is_stopped(string member)
    {
        await _cells.Run($"class Slow {{ {Begin} public int Quick => 1; {member} }}");
        await Interrupted("new Slow()");
        await Interrupted("display(new Slow());");
        Assert.Equal("1", await _cells.Text("1"));
    }

    [Theory]
    [InlineData("IEnumerable<object> Shown() { Console.WriteLine(\"started\"); Thread.Sleep(-1); yield break; }\nShown()")]
    [InlineData("IEnumerable<object> Shown() { Console.WriteLine(\"started\"); while (true) { } yield break; }\ndisplay(Shown());")]
    [InlineData(
        "class Row { public int Sleeps { get { Console.WriteLine(\"started\"); Thread.Sleep(-1); return 1; } } }\nnew[] { new Row() }"
    )]
    [InlineData(
        "Console.WriteLine(\"started\");\nEnumerable.Range(0, int.MaxValue).SelectMany(i => Enumerable.Range(0, int.MaxValue)).Where(i "
            + "=> i < 0)"
    )]
    public async Task A_sequence_that_takes_forever_to_show_is_stopped(string code)
    {
        await Interrupted(code);
        Assert.Equal("1", await _cells.Text("1"));
    }

    [Fact]
    public async Task Cancelling_the_callers_token_stops_the_cell_too()
    {
        using var source = new CancellationTokenSource();
        CellResult result = await _cells
            .Engine.ExecuteAsync(
                "Console.Write(1); while (true) { }",
                output =>
                {
                    if (output is StreamOutput)
                    {
                        source.CancelAfter(50);
                    }
                },
                cancellationToken: source.Token
            )
            .WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.True(result.Interrupted);
        Assert.Equal("2", await _cells.Text("2"));
    }

    [Fact]
    public async Task Where_a_cell_can_t_be_stopped_the_reader_is_told_in_which_statement_and_the_cell_ends_when_that_does()
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<CellResult> running = _cells.Engine.ExecuteAsync(
            """
            using System.Net; using System.Net.Sockets;
            int kept = 7;
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            Console.Write(((IPEndPoint)listener.LocalEndpoint).Port);
            using (var client = listener.AcceptTcpClient()) kept = 8;
            while (true) { }
            """,
            output =>
            {
                if (output is StreamOutput { Name: "stdout" } port)
                {
                    started.TrySetResult(int.Parse(port.Text));
                }
                else if (output is StreamOutput warning)
                {
                    told.TrySetResult(warning.Text);
                }
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        int port = await started.Task.WaitAsync(Generous, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        _cells.Engine.Interrupt();

        string sentence = await told.Task.WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Equal(
            "Not stopped yet: the cell is inside `using (var client = listener.AcceptTcpClient()) kept = 8;` (Cell 1, line 6), in code "
                + "that can't be interrupted. It stops when that ends; restart the kernel if you can't wait.\n",
            sentence
        );
        Assert.False(running.IsCompleted);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        Assert.True((await running.WaitAsync(Generous, TestContext.Current.CancellationToken)).Interrupted);
        Assert.Equal("8", await _cells.Text("kept"));
    }

    [Fact]
    public async Task What_a_stopped_cell_left_to_its_awaits_ends_and_does_not_hold_up_the_next_cell()
    {
        await _cells.Run("var go = new SemaphoreSlim(0);");
        await Interrupted(
            "async Task Later() { await go.WaitAsync(); while (true) { } }\nvar later = Later();\nConsole.WriteLine(\"started\"); await "
                + "Task.Delay(-1);"
        );

        Task<string> next = _cells.Text("go.Release();\n1 + 1");

        Assert.Equal("2", await next.WaitAsync(Generous, TestContext.Current.CancellationToken));
        Assert.Equal("2", await _cells.Text("1 + 1").WaitAsync(Generous, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task After_a_stop_a_cancellation_that_nobody_catches_is_still_told()
    {
        await Interrupted("Console.WriteLine(\"started\"); await Task.Delay(-1);");
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);

        await _cells.Engine.ExecuteAsync(
            "async void Fail() { await Task.Yield(); throw new OperationCanceledException(\"mine\"); }\nFail();",
            output => told.TrySetResult(((StreamOutput)output).Text),
            cancellationToken: TestContext.Current.CancellationToken
        );

        string text = await told.Task.WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Contains("mine", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_waits_behind_what_an_earlier_one_left_running_can_be_stopped_and_that_with_it()
    {
        await _cells.Run("async Task Later() { await Task.Yield(); Console.Write(\"busy\"); while (true) { } }\nvar later = Later();");
        Task<CellResult> waiting = _cells.Engine.ExecuteAsync("1 + 1", _ => { }, cancellationToken: TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        _cells.Engine.Interrupt();

        await waiting.WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Equal("2", await _cells.Text("1 + 1").WaitAsync(Generous, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stopping_while_nothing_runs_does_nothing()
    {
        _cells.Engine.Interrupt();
        Assert.Equal("2", await _cells.Text("1 + 1"));
        _cells.Engine.Interrupt();
        Assert.Equal("3", await _cells.Text("1 + 2"));
    }

    private async Task Interrupted(string code)
    {
        _cells.Outputs.Clear();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<CellResult> running = _cells.Engine.ExecuteAsync(
            code,
            output =>
            {
                if (output is StreamOutput)
                {
                    started.TrySetResult();
                }

                if (_cells.Outputs.Count < 100 || output is ErrorOutput)
                {
                    _cells.Outputs.Add(output);
                }
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        await Task.WhenAny(started.Task, running).WaitAsync(Generous, TestContext.Current.CancellationToken);
        // Long enough for a sleeping cell to be asleep.
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _cells.Engine.Interrupt();
        CellResult result = await running.WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Equal("Interrupted", _cells.Error.Name);
        Assert.True(result is { Succeeded: false, Interrupted: true });
    }
}
