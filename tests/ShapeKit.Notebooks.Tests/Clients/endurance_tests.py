"""Much of everything: nothing is lost, and the front end isn't flooded. benchmarks/ has the larger numbers."""

import time

from support import equal, run, test

MEGABYTE = 1024 * 1024


@test
def a_session_of_a_thousand_cells_counts_right_and_remembers_everything(kernel):
    kernel.run("var sum = 0;")
    for i in range(1, 1000):
        kernel.run(f"sum += {i};")
    equal([kernel.run("sum").value, kernel.count], [str(999 * 1000 // 2), 1001])


@test
def a_hundred_thousand_lines_arrive_whole_in_order_and_in_few_messages(kernel):
    answer = kernel.run("for (int i = 0; i < 100_000; i++) { Console.WriteLine(i); }")
    assert answer.text == "".join(f"{i}\n" for i in range(100_000)), "lines are missing or out of order"
    assert len(answer.of("stream")) < 1000, len(answer.of("stream"))


@test
def both_streams_keep_their_order_in_a_flood(kernel):
    answer = kernel.run("for (int i = 0; i < 2_000; i++) { (i % 100 == 0 ? Console.Error : Console.Out).WriteLine(i); }")
    equal(answer.text, "".join(f"{i}\n" for i in range(2_000)))
    errors = "".join(content["text"] for content in answer.of("stream") if content["name"] == "stderr")
    equal(errors, "".join(f"{i}\n" for i in range(0, 2_000, 100)))


@test
def fifty_megabytes_arrive_whole(kernel):
    code = "for (int i = 0; i < 50; i++) { Console.Write(new string((char)('a' + i % 26), 1024 * 1024)); }"
    text = kernel.run(code).text
    assert text == "".join(chr(ord("a") + i % 26) * MEGABYTE for i in range(50)), len(text)
    [shown] = kernel.run("HTML(new string('x', 50 * 1024 * 1024))").of("execute_result")
    assert shown["data"]["text/html"] == "x" * 50 * MEGABYTE, len(shown["data"]["text/html"])


@test
def of_many_updates_of_a_display_the_last_arrives_and_fewer_are_sent(kernel):
    answer = kernel.run("var shown = display(0); for (int i = 1; i <= 600; i++) { Thread.Sleep(i % 5 == 0 ? 25 : 0); shown.Update(i); }")
    [first] = answer.of("display_data")
    updates = answer.of("update_display_data")
    equal(updates[-1], {"data": {"text/plain": "600"}, "metadata": {}, "transient": first["transient"]})
    values = [int(update["data"]["text/plain"]) for update in updates]
    equal(values, sorted(values))
    assert len(updates) < 600, len(updates)


run()
