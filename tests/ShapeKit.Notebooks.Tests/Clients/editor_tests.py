"""The habits of VS Code, which talks to the sockets itself: see the comments."""

import os
import signal
import subprocess
import tempfile
from subprocess import DEVNULL

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_client.session import Session
from support import GUARD, equal, run, test


class Editor:
    def __init__(self, folder):
        file, self.connection = write_connection_file(os.path.join(folder, "c.json"))
        argv = [part.format(connection_file=file) for part in get_kernel_spec("shapekit").argv]
        environment = {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"}
        self.process = subprocess.Popen(argv, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=environment)
        self.session = Session(key=self.connection["key"].encode())
        self.context = zmq.Context()
        # One routing id for shell, control and stdin; no heartbeat.
        identity = os.urandom(8)
        self.sockets = {}
        for channel in ("shell", "control", "stdin", "iopub"):
            socket = self.sockets[channel] = self.context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
            socket.linger = 0
            if channel == "iopub":
                socket.subscribe(b"")
            else:
                socket.identity = identity
            socket.connect(f"tcp://{self.connection['ip']}:{self.connection[channel + '_port']}")

    def send(self, channel, type, content, parent=None):
        return self.session.send(self.sockets[channel], type, content, parent=parent)["header"]["msg_id"]

    def receive(self, channel, seconds=GUARD):
        """The next message; None when none comes."""
        if not self.sockets[channel].poll(seconds * 1000):
            return None
        return self.session.deserialize(self.session.feed_identities(self.sockets[channel].recv_multipart())[1])

    def reply(self, channel, id):
        while message := self.receive(channel):
            if message["parent_header"]["msg_id"] == id:
                return message["content"]
        raise AssertionError(f"no reply on {channel}")

    def until_idle(self, id):
        published = []
        while message := self.receive("iopub"):
            # While other requests are answered, the cell may say busy again.
            again = published and message["content"] == {"execution_state": "busy"}
            if message["parent_header"].get("msg_id") == id and not again:
                published.append((message["msg_type"], message["content"]))
                if published[-1] == ("status", {"execution_state": "idle"}):
                    return published
        raise AssertionError("never idle")

    def wait_until_ready(self):
        """Asks who is there, again and again, before the kernel can have bound its sockets; then waits for idle, whoever's."""
        for _ in range(4 * GUARD):
            self.send("shell", "kernel_info_request", {})
            self.send("control", "kernel_info_request", {})
            if self.receive("shell", 0.25) and self.receive("iopub", 0.25):
                while message := self.receive("iopub"):
                    if message["content"] == {"execution_state": "idle"}:
                        return
                raise AssertionError("never idle")
        raise AssertionError("the kernel never answered")

    def execute(self, code):
        # What VS Code sends with every cell.
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True, "stop_on_error": False,
        }
        return self.send("shell", "execute_request", content)

    def close(self):
        self.context.destroy(0)
        self.process.kill()
        self.process.wait()


@test
def a_session_as_vs_code_leads_it():
    with tempfile.TemporaryDirectory() as folder:
        editor = Editor(folder)
        try:
            editor.wait_until_ready()

            cell = editor.execute("var x = 20; x + 1")
            equal(editor.reply("shell", cell)["execution_count"], 1)
            published = editor.until_idle(cell)
            equal([kind for kind, _ in published], ["status", "execute_input", "execute_result", "status"])
            equal(published[2][1]["data"], {"text/plain": "21"})

            # The answer comes back on stdin, by the routing id of the shell.
            cell = editor.execute('await GetInputAsync("Name? ")')
            question = editor.receive("stdin")
            equal([question["msg_type"], question["content"]["prompt"]], ["input_request", "Name? "])
            editor.send("stdin", "input_reply", {"status": "ok", "value": "Ada"}, parent=question)
            equal(editor.until_idle(cell)[2][1]["data"], {"text/plain": "Ada"})

            # Run All with an error: the cells behind it wait for the front end's decision.
            ids = [editor.execute(code) for code in ('throw new Exception("x");', "x")]
            equal([editor.reply("shell", id)["status"] for id in ids], ["error", "ok"])

            cell = editor.execute('Console.Write("busy"); while (true) { }')
            while editor.receive("iopub")["msg_type"] != "stream":
                pass
            equal(editor.reply("control", editor.send("control", "interrupt_request", {}))["status"], "ok")
            equal(editor.reply("shell", cell)["ename"], "Interrupted")
            editor.until_idle(cell)

            # Stop and restart: no shutdown_request.
            editor.process.send_signal(signal.SIGTERM)
            equal(editor.process.wait(GUARD), 0)
        finally:
            editor.close()


@test
def the_kernelspec_is_one_that_vs_code_runs():
    spec = get_kernel_spec("shapekit")
    equal([spec.display_name, spec.language, spec.interrupt_mode], ["C# (ShapeKit)", "csharp", "message"])
    at = spec.argv.index("-f")
    equal(spec.argv[at + 1], "{connection_file}")
    assert os.path.isabs(spec.argv[0]), spec.argv


run()
