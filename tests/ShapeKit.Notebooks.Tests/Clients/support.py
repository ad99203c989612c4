"""What the scripts of this folder share: an installed kernel behind jupyter_client, and a list of tests.

A script marks its tests with @test and ends with run(). Each test prints one line of JSON, which ClientTests.cs reads.
"""

import inspect
import json
import os
import traceback
from pathlib import Path
from subprocess import DEVNULL

from jupyter_client.manager import start_new_kernel

# Seconds after which a test fails instead of waiting on; never a measure of speed.
GUARD = 120

_tests = []


def test(function):
    """Marks a test; one with a parameter gets a kernel, the same one as the tests before it as long as they pass."""
    _tests.append(function)
    return function


def run():
    kernel = None
    for function in _tests:
        failure = None
        try:
            if inspect.signature(function).parameters:
                kernel = kernel or Kernel()
                function(kernel)
            else:
                function()
        except Exception:
            failure = traceback.format_exc()
            if kernel:
                kernel.close()
                kernel = None
        print(json.dumps({"test": function.__name__, "failure": failure}), flush=True)
    if kernel:
        kernel.close()


def equal(actual, expected):
    assert actual == expected, f"\nexpected {expected!r}\nbut got  {actual!r}"


def contains(text, part):
    assert part in text, f"\nexpected to find {part!r}\nin {text!r}"


def lives(pid):
    """Whether a process runs; one that has ended and whose parent never asks how does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc").exists()


class Answer:
    """What came back for one request: the reply's content, and what was published between busy and idle."""

    def __init__(self, reply, published):
        self.reply = reply
        self.messages = published
        self.published = [(m["msg_type"], m["content"]) for m in published]

    def of(self, kind):
        return [content for type, content in self.published if type == kind]

    @property
    def text(self):
        return "".join(content["text"] for content in self.of("stream"))

    @property
    def value(self):
        [result] = self.of("execute_result")
        return result["data"]["text/plain"]


class Kernel:
    """A kernel that was started for the tests. Every request is checked for busy and idle, every cell for its number."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="shapekit", startup_timeout=GUARD, stderr=DEVNULL)
        self._begin()

    def _begin(self):
        self.count = 0
        self._counts = {}
        self._published = {}
        self._replies = {}

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def send(self, type, content, channel="shell"):
        message = self.client.session.msg(type, content)
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def start(self, code, **options):
        """Sends a cell and doesn't wait for it."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True,
            **options,
        }
        id = self.send("execute_request", content)
        self.count += content["store_history"] and not content["silent"]
        self._counts[id] = self.count
        return id

    def started(self, id):
        """Waits until a cell runs."""
        while not any(type == "execute_input" for type, _ in self._seen(id)):
            self._receive()

    def published(self, id, kind):
        """Waits until a request has published something of a kind, and gives its content."""
        while True:
            for type, content in self._seen(id):
                if type == kind:
                    return content
            self._receive()

    def finish(self, id, channel="shell", replies=True):
        while not any(type == "status" and content["execution_state"] == "idle" for type, content in self._seen(id)):
            self._receive()
        while replies and id not in self._replies:
            reply = getattr(self.client, f"get_{channel}_msg")(timeout=GUARD)
            self._replies[reply["parent_header"]["msg_id"]] = reply
        published = self._published.pop(id)
        states = [m["content"]["execution_state"] for m in published if m["msg_type"] == "status"]
        # A request that outlasts another one says busy again, because front ends take the newest state for the kernel's.
        equal((states[0], states[-1], set(states[:-1])), ("busy", "idle", {"busy"}))
        equal([published[0]["msg_type"], published[-1]["msg_type"]], ["status", "status"])
        reply = self._replies.pop(id)["content"] if replies else None
        if id in self._counts:
            if reply["status"] == "aborted":
                self.count -= 1
            else:
                equal(reply["execution_count"], self._counts[id])
        return Answer(reply, published[1:-1])

    def ask(self, type, content, channel="shell", replies=True):
        return self.finish(self.send(type, content, channel), channel, replies)

    def execute(self, code, **options):
        return self.finish(self.start(code, **options))

    def run(self, code, **options):
        """Runs a cell that is expected to succeed."""
        answer = self.execute(code, **options)
        assert answer.reply["status"] == "ok", answer.reply
        return answer

    def restart(self):
        """What a front end does with a kernel that has died."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=True, stderr=DEVNULL)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=GUARD)
        self._begin()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def _seen(self, id):
        return [(m["msg_type"], m["content"]) for m in self._published.get(id, [])]

    def _receive(self):
        message = self.client.get_iopub_msg(timeout=GUARD)
        self._published.setdefault(message["parent_header"].get("msg_id"), []).append(message)
