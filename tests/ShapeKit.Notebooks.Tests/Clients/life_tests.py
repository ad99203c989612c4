"""How the kernel's process ends, and when it must not: with real processes and signals."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from subprocess import DEVNULL

from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import get_kernel_spec
from support import GUARD, Kernel, contains, equal, lives, run, test

# Longer than the kernel waits for somebody to come back before it ends.
LONGER_THAN_ITS_PATIENCE = 8


def ends(pid):
    end = time.monotonic() + GUARD
    while lives(pid):
        assert time.monotonic() < end, f"the kernel, process {pid}, still runs"
        time.sleep(0.1)


def log(pid):
    return Path(os.environ["XDG_DATA_HOME"], "shapekit", "logs", f"kernel-{pid}.log")


def client_of(connection_file):
    client = BlockingKernelClient(connection_file=connection_file)
    client.load_connection_file()
    # Its heartbeat would take a kernel that is about to start for a dead one.
    client.start_channels(hb=False)
    client.wait_for_ready(timeout=GUARD)
    return client


def evaluate(client, code):
    outputs = []
    client.execute_interactive(code, timeout=GUARD, output_hook=outputs.append)
    return [m["content"]["data"]["text/plain"] for m in outputs if m["msg_type"] == "execute_result"]


def start(connection_file):
    argv = [part.format(connection_file=connection_file) for part in get_kernel_spec("shapekit").argv]
    return subprocess.Popen(argv, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True)


def in_another_process(statement, connection_file):
    code = f"from life_tests import *; {statement}"
    return subprocess.Popen(
        [sys.executable, "-B", "-c", code, connection_file], cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True)


def crash(kernel, code):
    """Runs a cell that ends the process; gives the kernel's log."""
    kernel.run("1 + 1")
    pid = kernel.pid
    kernel.start(code)
    kernel.manager.provisioner.process.wait(GUARD)
    assert not kernel.manager.is_alive()
    text = log(pid).read_text()
    contains(text.splitlines()[-1], "Cell 2 runs")
    kernel.restart()
    equal(kernel.run("40 + 2").value, "42")
    equal(kernel.count, 1)


@test
def sigterm_ends_an_idle_kernel_cleanly():
    kernel = Kernel()
    kernel.run("1 + 1")
    pid = kernel.pid
    assert log(pid).exists()
    os.kill(pid, signal.SIGTERM)
    equal(kernel.manager.provisioner.process.wait(GUARD), 0)
    assert not log(pid).exists(), "a clean end leaves no log"
    kernel.close()


@test
def sigterm_ends_a_kernel_whose_cell_never_ends():
    for code in ('Console.Write("busy"); while (true) { }', 'Console.Write("busy"); Thread.Sleep(-1);'):
        kernel = Kernel()
        kernel.published(kernel.start(code), "stream")
        os.kill(kernel.pid, signal.SIGTERM)
        kernel.manager.provisioner.process.wait(GUARD)
        kernel.close()


@test
def the_kernel_ends_when_its_front_end_is_killed():
    with tempfile.TemporaryDirectory() as folder:
        file, _ = write_connection_file(os.path.join(folder, "c.json"))
        front_end = in_another_process(
            "print(start(sys.argv[1]).pid, flush=True); client = client_of(sys.argv[1]); evaluate(client, '1 + 1'); print('used', flush=True); "
            "client.execute('while (true) { }'); time.sleep(GUARD)", file)
        pid = int(front_end.stdout.readline())
        equal(front_end.stdout.readline(), "used\n")
        assert lives(pid)
        front_end.kill()
        front_end.communicate()
        ends(pid)


@test
def the_kernel_outlives_its_launcher_as_long_as_somebody_uses_it():
    with tempfile.TemporaryDirectory() as folder:
        file, _ = write_connection_file(os.path.join(folder, "c.json"))
        launcher = in_another_process("print(start(sys.argv[1]).pid)", file)
        # The kernel waits for its first client longer than for one that comes back.
        pid = int(launcher.communicate()[0])
        client = client_of(file)
        equal(evaluate(client, f"await Task.Delay({1000 * LONGER_THAN_ITS_PATIENCE}); 1 + 1"), ["2"])
        assert lives(pid)
        client.stop_channels()
        client.context.destroy(0)
        ends(pid)


@test
def the_kernel_waits_for_a_client_as_long_as_its_launcher_lives():
    with tempfile.TemporaryDirectory() as folder:
        file, _ = write_connection_file(os.path.join(folder, "c.json"))
        process = start(file)
        for code in ("var x = 1; x", "x + 1"):
            time.sleep(LONGER_THAN_ITS_PATIENCE)
            client = client_of(file)
            equal(evaluate(client, code), ["1" if code.endswith("; x") else "2"])
            client.stop_channels()
            client.context.destroy(0)
        process.terminate()
        equal(process.wait(GUARD), 0)


@test
def a_stack_overflow_ends_the_process_and_the_log_names_the_cell():
    kernel = Kernel()
    crash(kernel, "void Fill() { Span<byte> much = stackalloc byte[64 * 1024 * 1024]; much.Fill(1); } Fill();")
    kernel.close()


@test
def a_fail_fast_ends_the_process_and_the_log_names_the_cell():
    kernel = Kernel()
    crash(kernel, 'Environment.FailFast("on purpose");')
    kernel.close()


@test
def a_library_that_ends_the_process_is_named_under_the_cell_and_listeners_learn_that_the_kernel_ends():
    kernel = Kernel()
    id = kernel.start('typeof(Environment).GetMethod("Exit").Invoke(null, new object[] { 3 });')
    equal(kernel.published(id, "error")["ename"], "ProcessEnded")
    while (message := kernel.client.get_iopub_msg(timeout=GUARD))["msg_type"] != "shutdown_reply":
        pass
    equal(message["content"]["restart"], False)
    equal(kernel.manager.provisioner.process.wait(GUARD), 3)
    kernel.restart()
    equal(kernel.run("40 + 2").value, "42")
    kernel.close()


@test
def a_native_crash_ends_the_process_and_the_log_names_the_cell():
    kernel = Kernel()
    crash(kernel, '[System.Runtime.InteropServices.DllImport("libc")] static extern void abort(); abort();')
    kernel.close()


if __name__ == "__main__":
    run()
