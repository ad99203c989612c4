"""Every request of the Jupyter messaging specification 5.4, as jupyter_client sends it and sees it answered."""

import zmq
from jupyter_client.session import Session
from support import GUARD, Kernel, contains, equal, run, test


def result(count, text):
    return ("execute_result", {"execution_count": count, "data": {"text/plain": text}, "metadata": {}})


@test
def kernel_info_names_the_language_as_front_ends_look_it_up(kernel):
    info = kernel.ask("kernel_info_request", {}).reply
    equal([info["status"], info["protocol_version"], info["implementation"]], ["ok", "5.4", "shapekit"])
    language = info["language_info"]
    equal([language["name"], language["file_extension"], language["mimetype"]], ["csharp", ".cs", "text/x-csharp"])
    assert info["banner"] and info["implementation_version"] and info["help_links"], info


@test
def outputs_come_in_the_order_in_which_the_cell_made_them(kernel):
    code = 'Console.WriteLine("a"); Console.Error.Write("b"); Console.Write("c"); display("d"); Console.Write("é 😀"); 6 * 7'
    answer = kernel.run(code)
    [shown] = answer.of("display_data")
    equal(answer.published, [
        ("execute_input", {"code": code, "execution_count": kernel.count}),
        ("stream", {"name": "stdout", "text": "a\n"}),
        ("stream", {"name": "stderr", "text": "b"}),
        ("stream", {"name": "stdout", "text": "c"}),
        ("display_data", {"data": {"text/plain": "d"}, "metadata": {}, "transient": shown["transient"]}),
        ("stream", {"name": "stdout", "text": "é 😀"}),
        result(kernel.count, "42"),
    ])
    equal(answer.reply, {"status": "ok", "execution_count": kernel.count, "payload": [], "user_expressions": {}})


@test
def a_silent_cell_publishes_nothing_and_is_not_counted(kernel):
    answer = kernel.run('Console.WriteLine("unheard"); var quiet = 3; quiet', silent=True)
    equal(answer.published, [])
    equal(kernel.run("quiet + 1").value, "4")


@test
def a_cell_outside_the_history_shows_its_value_and_is_not_counted(kernel):
    answer = kernel.run('"not stored"', store_history=False)
    equal(answer.published[1:], [result(kernel.count, "not stored")])
    tail = kernel.ask("history_request", {"hist_access_type": "tail", "n": 1, "output": False, "raw": True}).reply
    equal(tail["history"], [[0, kernel.count, "quiet + 1"]])


@test
def user_expressions_have_their_values_and_each_its_own_error(kernel):
    values = kernel.run("var x = 20;", user_expressions={"good": "x + 1", "bad": "nowhere"}).reply["user_expressions"]
    equal(values["good"], {"status": "ok", "data": {"text/plain": "21"}, "metadata": {}})
    equal([values["bad"]["status"], values["bad"]["ename"]], ["error", "CompilationError"])
    contains(values["bad"]["evalue"], "nowhere")


@test
def an_error_names_the_cells_own_lines_and_nothing_of_the_engine(kernel):
    answer = kernel.execute('int Half(int n) => n % 2 == 0 ? n / 2 : throw new ArgumentException("odd");\n\nHalf(3);')
    error = {
        "ename": "ArgumentException", "evalue": "odd",
        "traceback": ["ArgumentException: odd", f"   at Half in Cell {kernel.count}, line 1", f"   at Cell {kernel.count}, line 3"],
    }
    equal(answer.of("error"), [error])
    equal(answer.reply, {**error, "status": "error", "execution_count": kernel.count, "payload": [], "user_expressions": {}})


@test
def a_mistake_in_the_code_is_shown_with_line_and_column(kernel):
    [error] = kernel.execute('var one = 1;\nint wrong = "text";').of("error")
    equal(error["ename"], "CompilationError")
    contains(error["evalue"], ", line 2, column 13: CS0029")
    equal(error["traceback"][1:], ['    int wrong = "text";', "                ^^^^^^"])


@test
def a_failing_cell_takes_the_cells_behind_it_along(kernel):
    ids = [kernel.start(code) for code in ('await Task.Delay(1000); throw new Exception("first");', "var behind = 1;", '"also behind"')]
    first, *rest = [kernel.finish(id) for id in ids]
    equal(first.reply["status"], "error")
    for answer in rest:
        equal([answer.reply["status"], answer.published], ["aborted", []])
    equal(kernel.execute("behind").reply["ename"], "CompilationError")


@test
def a_failing_cell_leaves_the_cells_behind_it_alone_when_the_front_end_wants_that(kernel):
    ids = [kernel.start(code, stop_on_error=False) for code in ('await Task.Delay(1000); throw new Exception("first");', "1 + 2")]
    first, second = [kernel.finish(id) for id in ids]
    equal([first.reply["status"], second.reply["status"], second.value], ["error", "ok", "3"])


@test
def completion_finds_members_and_says_of_which_kind_they_are(kernel):
    kernel.run('var sentence = "a b";')
    code = 'var e = "😀"; sentence.Len'
    reply = kernel.ask("complete_request", {"code": code, "cursor_pos": len(code)}).reply
    equal([reply["status"], reply["matches"][0], reply["cursor_start"], reply["cursor_end"]], ["ok", "Length", len(code) - 3, len(code)])
    kinds = reply["metadata"]["_jupyter_types_experimental"]
    equal(kinds[0], {"text": "Length", "type": "property", "start": len(code) - 3, "end": len(code)})
    equal([kind["text"] for kind in kinds], reply["matches"])
    reply = kernel.ask("complete_request", {"code": "sent + 1", "cursor_pos": 4}).reply
    contains(reply["matches"], "sentence")
    equal([reply["cursor_start"], reply["cursor_end"]], [0, 4])


@test
def inspection_gives_signature_and_documentation(kernel):
    reply = kernel.ask("inspect_request", {"code": "var y = Math.Sqrt(x);", "cursor_pos": 14, "detail_level": 0}).reply
    equal([reply["status"], reply["found"]], ["ok", True])
    contains(reply["data"]["text/plain"], "double Math.Sqrt(double d)")
    reply = kernel.ask("inspect_request", {"code": "nowhere", "cursor_pos": 3, "detail_level": 0}).reply
    equal([reply["status"], reply["found"], reply["data"]], ["ok", False, {}])


@test
def is_complete_tells_an_open_brace_from_an_error(kernel):
    def judge(code):
        return kernel.ask("is_complete_request", {"code": code}).reply

    equal(judge("1 + 1"), {"status": "complete"})
    equal(judge("if (true)\n{"), {"status": "incomplete", "indent": "    "})
    equal(judge("var = = 3;"), {"status": "invalid"})


@test
def history_is_given_by_range_by_tail_and_by_search(kernel):
    first = kernel.count + 1
    for code in ("1 + 10", "2 + 10;", "1 + 10"):
        kernel.execute(code)

    def history(kind, **options):
        return kernel.ask("history_request", {"hist_access_type": kind, "raw": True, "output": False, **options}).reply["history"]

    equal(history("range", session=0, start=first, stop=first + 2), [[0, first, "1 + 10"], [0, first + 1, "2 + 10;"]])
    equal(history("tail", n=1, output=True), [[0, first + 2, ["1 + 10", "11"]]])
    equal(history("search", pattern="1 + 1*", n=5, unique=True), [[0, first + 2, "1 + 10"]])


@test
def a_comm_that_the_front_end_opens_carries_messages_both_ways(kernel):
    kernel.run('Comms.Register("echo", (comm, hello) => { comm.OnMessage = said => comm.Send(new { heard = said }); comm.Send(hello); });')
    answer = kernel.ask("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {"hello": 1}}, replies=False)
    equal(answer.published, [("comm_msg", {"comm_id": "c1", "data": {"hello": 1}})])
    answer = kernel.ask("comm_msg", {"comm_id": "c1", "data": {"n": 2}}, replies=False)
    equal(answer.published, [("comm_msg", {"comm_id": "c1", "data": {"heard": {"n": 2}}})])
    equal(kernel.ask("comm_info_request", {"target_name": "echo"}).reply, {"status": "ok", "comms": {"c1": {"target_name": "echo"}}})
    equal(kernel.ask("comm_info_request", {"target_name": "other"}).reply["comms"], {})
    kernel.ask("comm_close", {"comm_id": "c1", "data": {}}, replies=False)
    equal(kernel.ask("comm_info_request", {}).reply["comms"], {})


@test
def a_comm_that_nobody_registered_is_closed_at_once(kernel):
    answer = kernel.ask("comm_open", {"comm_id": "c2", "target_name": "nobody", "data": {}}, replies=False)
    equal(answer.published, [("comm_close", {"comm_id": "c2", "data": {}})])


@test
def a_comm_that_a_cell_opens_reaches_the_front_end(kernel):
    answer = kernel.run('var line = Comms.Start("plot", new { a = 1 }); line.Send("more"); line.Close();')
    [opened] = answer.of("comm_open")
    equal([opened["target_name"], opened["data"]], ["plot", {"a": 1}])
    equal(answer.of("comm_msg"), [{"comm_id": opened["comm_id"], "data": "more"}])
    equal(answer.of("comm_close"), [{"comm_id": opened["comm_id"], "data": {}}])


@test
def an_endless_loop_is_interrupted_and_variables_keep_their_values(kernel):
    id = kernel.start('var kept = 5; while (true) { if (kept++ == 5) { Console.Write("turning"); } }')
    kernel.published(id, "stream")
    kernel.manager.interrupt_kernel()
    answer = kernel.finish(id)
    equal([answer.reply["status"], answer.reply["ename"]], ["error", "Interrupted"])
    equal(kernel.run("kept > 5").value, "true")


@test
def control_is_answered_while_a_cell_runs(kernel):
    id = kernel.start('Console.WriteLine("on my way"); while (true) { }')
    kernel.published(id, "stream")
    equal(kernel.ask("kernel_info_request", {}, channel="control").reply["status"], "ok")
    equal(kernel.ask("interrupt_request", {}, channel="control").reply, {"status": "ok"})
    answer = kernel.finish(id)
    equal([answer.reply["ename"], answer.text], ["Interrupted", "on my way\n"])


@test
def a_cell_asks_the_reader(kernel):
    for code, question, password in (
        ('await GetInputAsync("Name? ")', "Name? ", False),
        ('await GetPasswordAsync("Secret: ")', "Secret: ", True),
        ('Console.Write("Age: "); Console.ReadLine()', "", False),
    ):
        id = kernel.start(code, allow_stdin=True)
        asked = kernel.client.get_stdin_msg(timeout=GUARD)
        equal([asked["msg_type"], asked["parent_header"]["msg_id"]], ["input_request", id])
        equal(asked["content"], {"prompt": question, "password": password})
        kernel.client.input("äb 1")
        equal(kernel.finish(id).value, "äb 1")


@test
def a_cell_that_waits_for_the_reader_can_be_interrupted(kernel):
    id = kernel.start('await GetInputAsync("Never answered: ")', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=GUARD)
    kernel.manager.interrupt_kernel()
    equal(kernel.finish(id).reply["ename"], "Interrupted")


@test
def a_cell_that_asks_a_front_end_without_a_reader_fails_and_says_so(kernel):
    reply = kernel.execute('await GetInputAsync("Name? ")').reply
    equal(reply["status"], "error")
    contains(reply["evalue"], "front end")


@test
def a_display_is_updated_in_its_place(kernel):
    answer = kernel.run('var shown = display("first");')
    [first] = answer.of("display_data")
    equal(first["data"], {"text/plain": "first"})
    answer = kernel.run('shown.Update("second");')
    equal(answer.published[1:], [("update_display_data", {"data": {"text/plain": "second"}, "metadata": {}, "transient": first["transient"]})])
    assert first["transient"]["display_id"], first


@test
def html_is_shown_as_html(kernel):
    [shown] = kernel.run('HTML("<b>bold</b>")').of("execute_result")
    equal(shown["data"]["text/html"], "<b>bold</b>")


@test
def output_is_cleared_now_or_with_the_next_output(kernel):
    answer = kernel.run('Console.Write("a"); clear_output(wait: true); Console.Write("b"); clear_output();')
    equal(answer.published[1:], [
        ("stream", {"name": "stdout", "text": "a"}),
        ("clear_output", {"wait": True}),
        ("stream", {"name": "stdout", "text": "b"}),
        ("clear_output", {"wait": False}),
    ])


@test
def an_unknown_request_is_not_answered_and_the_kernel_goes_on(kernel):
    unknown = kernel.send("no_such_request", {"x": 1})
    equal(kernel.run("1 + 1").value, "2")
    equal(kernel._seen(unknown), [])
    assert unknown not in kernel._replies


@test
def a_new_listener_is_welcomed_and_told_the_state(kernel):
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.linger = 0
        socket.connect(f"tcp://{kernel.manager.ip}:{kernel.manager.iopub_port}")
        socket.subscribe(b"")
        session = Session(key=kernel.client.session.key)
        for kind, content in (("iopub_welcome", {"subscription": ""}), ("status", {"execution_state": "idle"})):
            assert socket.poll(GUARD * 1000), f"no {kind} came"
            topic, frames = session.feed_identities(socket.recv_multipart())
            message = session.deserialize(frames)
            equal([topic, message["msg_type"], message["content"], message["parent_header"]], [[kind.encode()], kind, content, {}])


@test
def shutdown_is_answered_and_ends_the_process():
    for restart in (True, False):
        kernel = Kernel()
        # Not queued behind the cell that runs.
        kernel.started(kernel.start("while (true) { }"))
        id = kernel.send("shutdown_request", {"restart": restart}, channel="control")
        equal(kernel.published(id, "shutdown_reply"), {"status": "ok", "restart": restart})
        equal(kernel.client.get_control_msg(timeout=GUARD)["content"], {"status": "ok", "restart": restart})
        kernel.manager.provisioner.process.wait(GUARD)
        kernel.close()


@test
def two_kernels_do_not_disturb_each_other(first):
    second = Kernel()
    try:
        for kernel, number in ((first, 1), (second, 2)):
            kernel.run(f"var own = {number};")
        id = second.start('while (true) { if (own++ == 2) { Console.Write("turning"); } }')
        second.published(id, "stream")
        answer = first.run('Console.Write("mine"); own')
        equal([answer.text, answer.value], ["mine", "1"])
        first.ask("interrupt_request", {}, channel="control")
        equal(first.run("own + 10").value, "11")
        second.ask("kernel_info_request", {}, channel="control")
        equal([kind for kind, _ in second._seen(id)], ["status", "execute_input", "stream"])
        second.manager.interrupt_kernel()
        equal(second.finish(id).reply["ename"], "Interrupted")
        equal(second.run("own > 2").value, "true")
    finally:
        second.close()


run()
