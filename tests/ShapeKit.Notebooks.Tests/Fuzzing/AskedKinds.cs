namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Programs with other messages than cells, and questions to the reader.</summary>
internal static class AskedKinds
{
    public static IEnumerable<FuzzKind> All
    {
        get
        {
            yield return new("input", pen =>
            {
                string answer = pen.Pick("", "Ada", "ü😀", new string('x', 10_000));
                string ask = pen.Pick(
                    "Console.ReadLine()",
                    "await GetInputAsync(\"?\")",
                    "await GetPasswordAsync(\"?\")",
                    "GetInputAsync(\"?\").Result"
                );
                return
                [
                    new FuzzStep($"Console.Write(\"a\"); string {pen.Name()} = {ask}; Console.Write(\"b\");")
                    {
                        Answer = answer,
                        Shows = ["stdout: ab"],
                    },
                ];
            });

            yield return new("input that is stopped", pen =>
                [
                    new FuzzStep($"{pen.Pick("Console.ReadLine();", "await GetInputAsync();", "GetPasswordAsync().Wait();")}")
                    {
                        Stop = Stop.Asking,
                        Ends = "Interrupted",
                    },
                ]
            );

            yield return new("input while nobody can answer", pen => [
                    new FuzzStep(
                        $"Console.Write(\"a\"); {pen.Nested(pen.Pick("Console.ReadLine();", "Console.Read();", "GetInputAsync().Wait();"))}"
                    )
                    {
                        Fields = "{\"allow_stdin\":false}",
                        Shows = ["stdout: a"],
                        Ends = "InvalidOperationException",
                    },
                ]);

            yield return new("input after the cell's end", pen => [
                    new FuzzStep("new Thread(() => { Thread.Sleep(20); Console.ReadLine(); }).Start();")
                    {
                        Fields = "{\"allow_stdin\":false}",
                        Late = ["InvalidOperationException: The cell asks for input"],
                        Warns = true,
                    },
                    new FuzzStep("Thread.Sleep(60);") { Fields = "{\"allow_stdin\":false}" },
                ]);

            yield return new("completion and documentation", pen => [.. Enumerable.Range(0, pen.Number(1, 4)).Select(_ => Question(pen))]);

            yield return new("questions while a cell runs", pen =>
                [
                    new FuzzStep($"Thread.Sleep({pen.Number(0, 60)}); 3")
                    {
                        Shows = ["result: 3"],
                        Beside = [.. Enumerable.Range(0, pen.Number(1, 4)).Select(_ => Question(pen))],
                    },
                ]
            );

            yield return new("questions while a cell is stopped", pen => [
                    new FuzzStep($"Console.Write(\"{FuzzStep.On}\"); {pen.Pick("while (true) { }", "Thread.Sleep(-1);")}")
                    {
                        Shows = ["stdout: on"],
                        Ends = "Interrupted",
                        Stop = Stop.Once,
                        Beside = [Question(pen)],
                    },
                ]);

            yield return new("channel", pen =>
            {
                string target = pen.Name();
                int value = pen.Number(0, 1000);
                string open = $$$"""{"comm_id":"{{{target}}}","target_name":"{{{target}}}","data":{"a":{{{value}}}}}""";
                string message = $$$"""{"comm_id":"{{{target}}}","data":{"b":{{{value}}}}}""";
                return
                [
                    new FuzzStep(
                        $"Comms.Register(\"{target}\", (comm, data) => {{ comm.Send(data); comm.OnMessage = more => {{ "
                            + $"Console.Write(\"heard\"); comm.Send(new {{ more }}); }}; comm.OnClose = _ => Console.Write(\"closed\"); }});"
                    ),
                    new FuzzStep(open)
                    {
                        Type = "comm_open",
                        Ends = "",
                        Shows = [$$$"""comm_msg: {"a":{{{value}}}}"""],
                    },
                    new FuzzStep(message)
                    {
                        Type = "comm_msg",
                        Ends = "",
                        Shows = ["stdout: heard", $$$"""comm_msg: {"more":{"b":{{{value}}}}}"""],
                    },
                    new FuzzStep(message)
                    {
                        Type = "comm_close",
                        Ends = "",
                        Shows = ["stdout: closed"],
                    },
                    new FuzzStep(message) { Type = "comm_msg", Ends = "" },
                ];
            });

            yield return new("channel that nobody knows", pen => [
                    new FuzzStep($$$"""{"comm_id":"{{{pen.Name()}}}","target_name":"{{{pen.Name()}}}","data":{}}""")
                    {
                        Type = "comm_open",
                        Ends = "",
                        Shows = ["comm_close: {}"],
                    },
                    new FuzzStep($$$"""{"comm_id":"{{{pen.Name()}}}","data":{}}""")
                    {
                        Type = pen.Pick("comm_msg", "comm_close"),
                        Ends = "",
                    },
                ]);

            yield return new("channel that fails or is stopped", pen =>
            {
                string target = pen.Name();
                string open = $$$"""{"comm_id":"{{{target}}}","target_name":"{{{target}}}","data":{}}""";
                return pen.Maybe()
                    ?
                    [
                        new FuzzStep($"Comms.Register(\"{target}\", (comm, data) => throw new FormatException());"),
                        new FuzzStep(open)
                        {
                            Type = "comm_open",
                            Ends = "",
                            Shows = ["error: FormatException"],
                        },
                    ]
                    :
                    [
                        new FuzzStep(
                            $"Comms.Register(\"{target}\", (comm, data) => {{ Console.Write(\"{FuzzStep.On}\"); while (true) {{ }} }});"
                        ),
                        new FuzzStep(open)
                        {
                            Type = "comm_open",
                            Ends = "",
                            Shows = ["stdout: on", "error: Interrupted"],
                            Stop = Stop.Once,
                        },
                    ];
            });

            yield return new("silent cell and expressions", pen =>
                [
                    new FuzzStep($"Console.Write(\"unheard\"); int {pen.Name()} = 1;") { Fields = "{\"silent\":true}" },
                    new FuzzStep("2")
                    {
                        Fields =
                            "{\"store_history\":false,\"user_expressions\":{\"a\":\"1 + 1\",\"b\":\"nobody\",\"c\":\"throw new "
                            + "Exception();\"}}",
                        Shows = ["result: 2"],
                    },
                ]
            );
        }
    }

    private static FuzzStep Question(FuzzPen pen)
    {
        string code = pen.Pick(
            "Console.Wri",
            "\"text\".Le",
            "new List<int> { 1 }.Sel",
            "😀",
            "",
            "class A { void B() { this.",
            "Math.Max(1, ",
            "await Task.Del",
            "#r \"nuget: ",
            "int x = ; x."
        );
        string type = pen.Pick(
            "complete_request",
            "inspect_request",
            "is_complete_request",
            "history_request",
            "comm_info_request",
            "kernel_info_request"
        );
        string quoted = System.Text.Json.JsonSerializer.Serialize(code);
        return new FuzzStep(
            type == "history_request"
                ? "{\"hist_access_type\":\"tail\",\"n\":5}"
                : $$"""{"code": {{quoted}},"cursor_pos":{{pen.Number(0, code.Length + 2)}},"detail_level":0}"""
        )
        {
            Type = type,
            Ends = type == "is_complete_request" ? "complete|incomplete|invalid" : "ok",
        };
    }
}
