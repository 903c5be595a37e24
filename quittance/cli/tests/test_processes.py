from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quittance.cli import demo
from quittance.cli.ports import is_free, refuse_taken_port
from quittance.cli.processes import ProcessGroup
from quittance.cli.sentences import SentenceError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def group():
    made = ProcessGroup(environment=os.environ)
    yield made
    made.stop()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")


def test_all_end_together(group):
    group.start("one", SLEEP)
    group.start("two", SLEEP)
    group.stop()
    assert [process.poll() is not None for process in group.running.values()] == [True, True]


def test_the_one_that_ends_by_itself_is_named_with_its_status(group):
    group.start("one", SLEEP)
    group.start("two", [sys.executable, "-c", "raise SystemExit(3)"])
    assert group.wait() == ("two", 3)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_children_do_not_outlive_their_parent_however_it_dies(number):
    program = (
        "import os, sys\n"
        "from quittance.cli.processes import ProcessGroup\n"
        "group = ProcessGroup(environment=os.environ)\n"
        "group.listen_for_signals()\n"
        "try:\n"
        "    group.start('one', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "    print(group.running['one'].pid, flush=True)\n"
        "    group.wait()\n"
        "finally:\n"
        "    group.stop()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(number)
        parent.wait(timeout=20)
    wait_until_gone(child)


@pytest.fixture
def taken():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_said_with_the_way_out(taken):
    assert not is_free(host="127.0.0.1", port=taken)
    with pytest.raises(SentenceError) as refused:
        refuse_taken_port(host="127.0.0.1", port=taken, way_out="Choose another one with --port.")
    assert str(refused.value) == f"Port {taken} is taken by another program. Choose another one with --port."


@pytest.mark.row("M1")
@pytest.mark.parametrize("distance", [0, 1, 25])
def test_the_demo_names_each_taken_port_and_free_ones(taken, distance, tmp_path, monkeypatch):
    monkeypatch.setenv("QUITTANCE_DATA_DIR", str(tmp_path))
    with pytest.raises(SentenceError) as refused:
        demo.run_demo(port=taken - distance, anew=False)
    assert f"Port {taken} is taken by another program. Choose other ones: PORT=" in str(refused.value)
    assert str(refused.value).endswith(" make demo")
    assert list(tmp_path.iterdir()) == []


def test_reset_forgets_a_demo_and_nothing_else(tmp_path):
    home = tmp_path / "demo"
    home.mkdir()
    (home / "keys.json").write_text("{}")
    demo.forget(home)
    assert not home.exists()
    other = tmp_path / "photographs"
    other.mkdir()
    (other / "cat.png").write_text("")
    with pytest.raises(SentenceError, match="holds no demo data"):
        demo.forget(other)
    assert (other / "cat.png").exists()


def test_the_wheel_alone_says_what_the_demo_needs(monkeypatch):
    monkeypatch.setattr(demo, "find_spec", lambda name: None)
    with pytest.raises(SentenceError, match=r"pip install 'quittance\[demo\]'"):
        demo.run_demo(port=8000, anew=False)
