using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Tests;

public sealed class JupyterKernelTests : IDisposable
{
    private static readonly Regex DisplayId = new("[0-9a-f]{32}");
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"shapekit-kernel-{Guid.NewGuid():N}", "kernel.log");
    private readonly KernelClient _client;

    public JupyterKernelTests() => _client = new KernelClient(_log);

    [Fact]
    public void A_conversation_about_everything_is_the_approved_one()
    {
        (string Type, string Content)[] requests =
        [
            ("kernel_info_request", "{}"),
            (
                "execute_request",
                """{"code": "int a = 20;\nConsole.Write(\"text\");\nConsole.Error.Write(\"warning\");\nvar shown = display(\"first\");\nshown.Update(\"second\");\nclear_output(wait: true);\na * 2"}"""
            ),
            ("execute_request", """{"code": "a + 1", "silent": true}"""),
            ("execute_request", """{"code": "a + 2", "store_history": false}"""),
            ("execute_request", """{"code": "a", "user_expressions": {"twice": "a * 2", "wrong": "b"}}"""),
            ("execute_request", """{"code": "int c = \"text\";"}"""),
            ("execute_request", """{"code": "throw new InvalidOperationException(\"no\");"}"""),
            ("execute_request", """{"code": "Console.ReadLine()", "allow_stdin": false}"""),
            ("complete_request", """{"code": "\"😀\".Leng", "cursor_pos": 8}"""),
            ("inspect_request", """{"code": "a", "cursor_pos": 1}"""),
            ("inspect_request", """{"code": "   ", "cursor_pos": 1}"""),
            ("is_complete_request", """{"code": "if (a > 0) {"}"""),
            ("is_complete_request", """{"code": "a + 1"}"""),
            ("is_complete_request", """{"code": "a +) 1"}"""),
            ("history_request", """{"hist_access_type": "range", "session": 0, "start": 1, "stop": 3, "output": true}"""),
            ("history_request", """{"hist_access_type": "tail", "n": 1}"""),
            ("history_request", """{"hist_access_type": "search", "pattern": "*throw*", "n": 5, "unique": true}"""),
            ("history_request", """{"hist_access_type": "all"}"""),
            (
                "execute_request",
                """{"code": "Comms.Register(\"echo\", (comm, data) => { comm.Send(data); comm.OnMessage = more => { Console.Write(\"heard\"); comm.Send(new { more }); }; comm.OnClose = _ => Console.Write(\"closed\"); });"}"""
            ),
            ("comm_open", """{"comm_id": "c1", "target_name": "echo", "data": {"zoom": 2}}"""),
            ("comm_msg", """{"comm_id": "c1", "data": {"zoom": 3}}"""),
            ("comm_info_request", """{"target_name": "echo"}"""),
            ("comm_close", """{"comm_id": "c1", "data": {}}"""),
            ("comm_info_request", "{}"),
            ("comm_open", """{"comm_id": "c2", "target_name": "nobody", "data": {}}"""),
            ("interrupt_request", "{}"),
        ];
        var text = new StringBuilder();
        foreach ((string type, string content) in requests)
        {
            text.Append($"{type} {content}\n");
            string id = _client.Send(type, JsonNode.Parse(content)!.AsObject(), control: type == "interrupt_request");
            foreach (JupyterMessage published in _client.UntilIdle(id))
            {
                text.Append($"    {published.Type} {published.Content.ToJsonString(Readable)}\n");
            }

            if (type.EndsWith("_request", StringComparison.Ordinal))
            {
                JupyterMessage reply = _client.Reply(control: type == "interrupt_request");
                Assert.Equal(id, reply.ParentId);
                text.Append($"  {reply.Type} {reply.Content.ToJsonString(Readable)}\n");
            }
        }

        Approved.Same("Conversation", DisplayId.Replace(text.ToString(), "ID"));
    }

    [Fact]
    public void A_listener_is_welcomed_before_it_hears_anything_else_and_told_the_state()
    {
        Assert.Equal(("iopub_welcome", ""), (_client.Welcome.Type, (string)_client.Welcome.Content["subscription"]!));

        foreach (string expected in (string[])["starting", "idle"])
        {
            JupyterMessage state = _client.Published();
            Assert.Equal(("status", "", expected), (state.Type, state.ParentId, (string)state.Content["execution_state"]!));
        }
    }

    [Fact]
    public void Whatever_a_cell_shows_is_sent_and_the_next_cell_runs()
    {
        _client.Run(
            """
            record Json(string Text) { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { ["application/json"] = Text }; }
            string Nested(int levels) => new string('[', levels) + new string(']', levels);
            """
        );
        foreach (
            string json in (string[])
                [
                    "Nested(61)",
                    "Nested(62)",
                    "Nested(63)",
                    "Nested(64)",
                    "Nested(65)",
                    "Nested(500)",
                    "@\"\"\"\\ud83d\"\"\"",
                    "@\"{\"\"\\ud83d\"\": 1}\"",
                    "\"\\\"\\ud83d\\\"\"",
                    "\"null\"",
                ]
        )
        {
            (JupyterMessage reply, List<JupyterMessage> published) = _client.Run(
                $"new Json({json})",
                new JsonObject { ["user_expressions"] = new JsonObject { ["again"] = $"new Json({json})" } }
            );
            Assert.Equal("ok", (string)reply.Content["status"]!);
            JsonNode? shown = Assert.Single(published, m => m.Type == "execute_result").Content["data"]!["application/json"];
            Assert.NotEqual(
                JsonValueKind.String,
                json.StartsWith("Nested", StringComparison.Ordinal) ? shown!.GetValueKind() : JsonValueKind.Null
            );
            Assert.True(JsonNode.DeepEquals(shown, reply.Content["user_expressions"]!["again"]!["data"]!["application/json"]));
        }

        // Deeper than anything that is meant: shown as the text it is.
        Assert.Equal(
            JsonValueKind.String,
            Assert.Single(_client.Run("new Json(Nested(501))").Published, m => m.Type == "execute_result").Content["data"]![
                "application/json"
            ]!.GetValueKind()
        );
        Assert.Equal("2", Value(_client.Run("1 + 1").Published));
    }

    [Theory]
    [InlineData("""{"code": "1 + \ud83d 1"}""")]
    [InlineData("""{"code": 7}""")]
    [InlineData("""{"code": null}""")]
    [InlineData("{}")]
    public void Code_that_is_no_text_is_an_error_in_one_sentence_and_no_cell(string content)
    {
        string id = _client.SendText("execute_request", content);
        JupyterMessage shown = Assert.Single(_client.UntilIdle(id));
        Assert.Equal("error", shown.Type);
        JupyterMessage reply = _client.Reply();
        Assert.Equal(("error", 0), ((string)reply.Content["status"]!, (int)reply.Content["execution_count"]!));
        Assert.Equal(
            "The cell's code is not text, or holds half a character (a lone surrogate), so nothing ran: write it anew.",
            (string)reply.Content["evalue"]!
        );
        Assert.Equal((string)reply.Content["evalue"]!, (string)shown.Content["evalue"]!);
        Assert.Equal(1, (int)_client.Run("1").Reply.Content["execution_count"]!);
    }

    [Fact]
    public void An_expression_that_is_no_text_has_an_error_of_its_own()
    {
        string id = _client.SendText(
            "execute_request",
            """{"code": "1", "user_expressions": {"half": "\ud83d", "number": 7, "right": "2"}}"""
        );
        _client.UntilIdle(id);
        JsonNode expressions = _client.Reply().Content["user_expressions"]!;
        Assert.Equal(
            ["error", "error", "ok"],
            ((string[])["half", "number", "right"]).Select(name => (string)expressions[name]!["status"]!)
        );
    }

    [Fact]
    public void A_message_that_is_no_text_at_all_is_ignored()
    {
        var wire = new WireFormat("front end and kernel know this"u8.ToArray());
        List<byte[]> frames = wire.Write([], "kernel_info_request", JsonFields.Empty, []);
        byte[] header = frames[2];
        header[header.AsSpan().IndexOf("kernel\""u8)] = 0xff;
        frames[1] = System.Text.Encoding.ASCII.GetBytes(
            Convert.ToHexStringLower(
                System.Security.Cryptography.HMACSHA256.HashData(
                    "front end and kernel know this"u8,
                    frames.Skip(2).SelectMany(f => f).ToArray()
                )
            )
        );
        _client.SendRaw(frames);
        Assert.Equal("2", Value(_client.Run("1 + 1").Published));
        Assert.Contains("its parts are not JSON objects", ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_sets_the_consoles_encoding_can_ask_all_the_same()
    {
        _client.Send(
            "execute_request",
            Code(
                "using static System.Console;\nusing System.Text;\nConsole.InputEncoding = Encoding.UTF8;\nstring first = "
                    + "Console.ReadLine();\nInputEncoding = Encoding.UTF8;\nfirst + Console.ReadLine() + Console.InputEncoding.WebName"
            )
        );
        _client.Question();
        _client.Answer("Ada ");
        _client.Question();
        _client.Answer("Lovelace ");
        Assert.Equal("Ada Lovelace utf-8", Value(_client.UntilIdle(_client.Reply().ParentId)));
    }

    [Fact]
    public void Control_answers_while_a_cell_runs_and_stops_it_and_variables_survive()
    {
        string endless = _client.Send("execute_request", Code("int kept = 7; Console.Write(\"on\"); while (true) { }"));
        while (_client.Published().Type != "stream") { }

        _client.Send("kernel_info_request", control: true);
        Assert.Equal("kernel_info_reply", _client.Reply(control: true).Type);
        _client.Send("interrupt_request", control: true);
        Assert.Equal("interrupt_reply", _client.Reply(control: true).Type);
        JupyterMessage reply = _client.Reply();
        Assert.Equal(
            (endless, "error", "Interrupted"),
            (reply.ParentId, (string)reply.Content["status"]!, (string)reply.Content["ename"]!)
        );
        Assert.Equal("7", Value(_client.Run("kept").Published));
    }

    [Fact]
    public void Whatever_needs_no_cell_is_answered_while_one_runs_and_the_kernel_stays_busy()
    {
        string endless = _client.Send("execute_request", Code("int kept = 7; Console.Write(\"on\"); while (true) { }"));
        string waiting = _client.Send("execute_request", Code("kept + 1"));
        while (_client.Published().Type != "stream") { }

        (string Type, string Content, string Expected)[] requests =
        [
            ("complete_request", """{"code": "kept.CompareT", "cursor_pos": 13}""", "CompareTo"),
            ("inspect_request", """{"code": "kept", "cursor_pos": 2}""", "int kept"),
            ("is_complete_request", """{"code": "kept"}""", "complete"),
            ("history_request", """{"hist_access_type": "tail", "n": 1}""", "kept"),
            ("kernel_info_request", "{}", "csharp"),
            ("comm_info_request", "{}", "comms"),
        ];
        foreach ((string type, string content, string expected) in requests)
        {
            (JupyterMessage reply, List<JupyterMessage> published) = _client.Ask(type, JsonNode.Parse(content)!.AsObject());
            Assert.Contains(expected, reply.Content.ToJsonString(Readable), StringComparison.Ordinal);
            Assert.Empty(published);
            JupyterMessage state = _client.Published();
            Assert.Equal(("status", endless, "busy"), (state.Type, state.ParentId, (string)state.Content["execution_state"]!));
        }

        _client.Send("interrupt_request", control: true);
        Assert.Equal("interrupt_reply", _client.Reply(control: true).Type);
        Assert.Equal(
            [(endless, "error"), (waiting, "aborted")],
            ((int[])[1, 2]).Select(_ => _client.Reply()).Select(reply => (reply.ParentId, (string)reply.Content["status"]!))
        );
        Assert.Equal("7", Value(_client.Run("kept").Published));
    }

    [Fact]
    public void A_question_is_answered_while_a_cell_writes_without_a_pause()
    {
        string endless = _client.Send("execute_request", Code("while (true) Console.WriteLine(\"more\");"));
        while (_client.Published().Type != "stream") { }

        Assert.Equal("complete", (string)_client.Ask("is_complete_request", Code("1")).Reply.Content["status"]!);
        _client.Ask("interrupt_request", control: true);
        Assert.Equal((endless, "error"), (_client.Reply() is var reply ? reply.ParentId : "", (string)reply.Content["status"]!));
    }

    [Fact]
    public void A_failed_cell_takes_along_the_cells_that_wait_when_the_front_end_wants_so()
    {
        string[] ids =
        [
            _client.Send("execute_request", Code("Console.ReadLine(); throw new Exception();")),
            _client.Send("execute_request", Code("1")),
            _client.Send("execute_request", Code("2")),
        ];
        _client.Question();
        // Both cells wait by now: a control request that was sent after them has been answered.
        _client.Ask("kernel_info_request", control: true);
        _client.Answer("");
        Assert.Equal(["error", "aborted", "aborted"], ids.Select(_ => (string)_client.Reply().Content["status"]!));
        Assert.Equal("3", Value(_client.Run("3").Published));
    }

    [Fact]
    public void A_failed_cell_that_is_corrected_and_sent_again_runs_though_messages_of_figures_wait()
    {
        _client.Run("Comms.Register(\"slow\", (comm, data) => comm.OnMessage = _ => Thread.Sleep(500));");
        _client.UntilIdle(
            _client.Send("comm_open", JsonNode.Parse("{\"comm_id\":\"slow\",\"target_name\":\"slow\",\"data\":{}}")!.AsObject())
        );
        _client.Send("execute_request", Code("Console.ReadLine(); throw new Exception();"));
        _client.Question();
        _client.Send("comm_msg", JsonNode.Parse("{\"comm_id\":\"slow\",\"data\":{}}")!.AsObject());
        _client.Ask("kernel_info_request", control: true);
        _client.Answer("");
        Assert.Equal("error", (string)_client.Reply().Content["status"]!);

        Assert.Equal("3", Value(_client.Run("3").Published));
    }

    [Fact]
    public void A_failed_cell_stops_nothing_when_the_front_end_does_not_want_it()
    {
        JsonObject failing = Code("Console.ReadLine(); throw new Exception();");
        failing["stop_on_error"] = false;
        _client.Send("execute_request", failing);
        _client.Send("execute_request", Code("1"));
        _client.Question();
        _client.Answer("");
        Assert.Equal(["error", "ok"], ((int[])[1, 2]).Select(_ => (string)_client.Reply().Content["status"]!));
    }

    [Fact]
    public void Two_questions_at_once_are_asked_one_after_the_other_and_each_gets_its_answer()
    {
        string cell = _client.Send(
            "execute_request",
            Code(
                "async Task<string> Later() { await Task.Delay(20); return Console.ReadLine(); }\nvar later = Later();\nstring first = "
                    + "Console.ReadLine();\nfirst + await later"
            )
        );
        _client.Question();
        Thread.Sleep(200);
        _client.Answer("Ada ");
        _client.Question();
        _client.Answer("Lovelace");
        Assert.Equal("Ada Lovelace", Value(_client.UntilIdle(cell)));
        _client.Reply();
    }

    [Fact]
    public void A_cell_asks_for_a_line_and_for_a_password()
    {
        _client.Send(
            "execute_request",
            Code(
                "Console.Write(\"before\"); string name = Console.ReadLine(); string secret = await GetPasswordAsync(\"Password: \"); "
                    + "name + secret"
            )
        );
        JupyterMessage question = _client.Question();
        Assert.Equal(
            ("input_request", "", false),
            (question.Type, (string)question.Content["prompt"]!, (bool)question.Content["password"]!)
        );
        _client.Answer("Ada ");
        question = _client.Question();
        Assert.Equal(("Password: ", true), ((string)question.Content["prompt"]!, (bool)question.Content["password"]!));
        _client.Answer("Lovelace");
        Assert.Equal("Ada Lovelace", Value(_client.UntilIdle(_client.Reply().ParentId)));
    }

    [Fact]
    public void A_cell_that_waits_for_an_answer_can_be_stopped_and_the_late_answer_is_nobodys()
    {
        _client.Send("execute_request", Code("Console.ReadLine()"));
        _client.Question();
        _client.Ask("interrupt_request", control: true);
        Assert.Equal("Interrupted", (string)_client.Reply().Content["ename"]!);
        _client.Answer("too late");
        _client.Send("execute_request", Code("Console.ReadLine()"));
        _client.Question();
        _client.Answer("in time");
        Assert.Equal("in time", Value(_client.UntilIdle(_client.Reply().ParentId)));
    }

    [Fact]
    public void Ten_thousand_bad_messages_do_not_keep_a_good_one_from_its_answer()
    {
        var random = new Random(42);
        var wire = new WireFormat("front end and kernel know this"u8.ToArray());
        var strangers = new WireFormat("another key"u8.ToArray());
        List<byte[]> recorded = wire.Write([], "execute_request", JsonFields.Empty, Code("Environment.Exit(3);"));
        recorded[^1][10] ^= 1;
        for (int i = 0; i < 10_000; i++)
        {
            List<byte[]> good = (i % 2 == 0 ? wire : strangers).Write([], "kernel_info_request", JsonFields.Empty, []);
            List<byte[]> bad = (i % 6) switch
            {
                0 => [.. good.Take(random.Next(1, good.Count))],
                1 => good,
                2 => [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Bytes(random, 200))],
                3 => [.. good.Take(good.Count - 1), Bytes(random, 100)],
                4 => i % 1000 == 4
                    ? [.. good.Take(2), new byte[8_000_000]]
                    : wire.Write([], i % 4 == 0 ? "no_such_request" : "", JsonFields.Empty, []),
                _ => recorded,
            };
            _client.SendRaw(bad, control: i % 3 == 0);
        }

        Assert.Equal("2", Value(_client.Run("1 + 1").Published));
        _client.Send("kernel_info_request", control: true);
        Assert.Equal("kernel_info_reply", _client.Reply(control: true).Type);
        string log = ReadLog();
        Assert.Contains("its signature is wrong. (1000 times)", log, StringComparison.Ordinal);
        Assert.Contains("its type is not known here", log, StringComparison.Ordinal);
        Assert.True(log.Split('\n').Length < 60, log);
    }

    [Fact]
    public void Any_content_of_a_signed_request_gets_an_answer()
    {
        string[] contents =
        [
            "{}",
            """{"code": null}""",
            """{"code": 7, "cursor_pos": "x"}""",
            """{"code": "\ud83d", "cursor_pos": -5}""",
            """{"code": "a", "cursor_pos": 99999999999}""",
            """{"code": "int", "cursor_pos": 1000, "user_expressions": [1]}""",
            """{"hist_access_type": "search", "pattern": "(", "n": -1}""",
            """{"target_name": {}}""",
        ];
        foreach (
            string type in (string[])
                ["complete_request", "inspect_request", "is_complete_request", "history_request", "comm_info_request", "execute_request"]
        )
        {
            foreach (string content in contents)
            {
                string id = _client.SendText(type, content);
                _client.UntilIdle(id);
                JupyterMessage reply = _client.Reply();
                Assert.Equal(id, reply.ParentId);
                Assert.Equal(type.Replace("_request", "_reply", StringComparison.Ordinal), reply.Type);
                Assert.NotNull(reply.Content["status"]);
            }
        }
    }

    [Fact]
    public void The_log_names_the_cell_that_runs_and_holds_no_code_and_no_key()
    {
        _client.Run("var password = \"open sesame\"; Console.Write(password)");
        _client.Run("throw new Exception(\"open sesame\");");
        string log = ReadLog();
        Assert.Contains("Cell 1 has run.", log, StringComparison.Ordinal);
        Assert.Contains("Cell 2 runs.", log, StringComparison.Ordinal);
        Assert.Contains("Cell 2 failed.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", log, StringComparison.Ordinal);
        Assert.DoesNotContain("front end and kernel", log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_and_its_folder_are_their_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_log));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(_log)!)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shutdown_is_answered_even_while_a_cell_runs(bool restart)
    {
        _client.Send("execute_request", Code("Console.Write(1); while (true) { }"));
        while (_client.Published().Type != "stream") { }

        (JupyterMessage reply, _) = _client.Ask("shutdown_request", new JsonObject { ["restart"] = restart }, control: true);
        Assert.Equal(("shutdown_reply", "ok", restart), (reply.Type, (string)reply.Content["status"]!, (bool)reply.Content["restart"]!));
        await _client.Ended.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_second_kernel_on_the_same_ports_says_so()
    {
        string file = Path.GetTempFileName();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        File.WriteAllText(
            file,
            $$"""{"ip": "127.0.0.1", "shell_port": {{port}}, "control_port": {{port}}, "stdin_port": {{port}}, "iopub_port": {{port}}, "hb_port": {{port}}}"""
        );
        KernelStartException e = Assert.Throws<KernelStartException>(() =>
            new JupyterKernel(
                ConnectionInfo.Load(file),
                new KernelOptions
                {
                    Implementation = "",
                    Version = "",
                    Banner = "",
                }
            )
        );
        Assert.StartsWith($"The kernel can't listen at tcp://127.0.0.1:{port}:", e.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.False(File.Exists(_log), "The log of a kernel that ended regularly stays.");
        Directory.Delete(Path.GetDirectoryName(_log)!);
    }

    private static JsonSerializerOptions Readable { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Code(string code) => new() { ["code"] = code };

    private static string Value(List<JupyterMessage> published) =>
        (string)Assert.Single(published, m => m.Type == "execute_result").Content["data"]!["text/plain"]!;

    private static byte[] Bytes(Random random, int most)
    {
        byte[] bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private string ReadLog()
    {
        using var file = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(file).ReadToEnd();
    }
}
