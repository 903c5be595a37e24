"""Web, worker and sandbox as real processes on one database; web and worker can be killed without a word.

The web is killed as a whole, or only the process that answers, which its parent then starts anew.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx2

from quittance.cli.demo import Ports

ROOT = Path(__file__).parents[3]
_HOST = "127.0.0.1"
_READY_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class KillHouse:
    """`kills` counts what was killed, `revivals` what ended by itself afterwards."""

    def __init__(self, *, home: Path, ports: Ports, database_url: str) -> None:
        self.home = home
        self.web_url = f"http://{_HOST}:{ports.web}"
        self.sandbox_url = f"http://{_HOST}:{ports.sandbox}"
        self.kills: Counter[str] = Counter()
        self.revivals: Counter[str] = Counter()
        self._ports = ports
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
            "QUITTANCE_DATABASE_URL": database_url,
            "QUITTANCE_BASE_URL": self.web_url,
            "QUITTANCE_STRIPE_API_URL": self.sandbox_url,
            "QUITTANCE_TWILIO_API_URL": self.sandbox_url,
            "QUITTANCE_SANDBOX_URL": self.sandbox_url,
            "QUITTANCE_SMTP_URL": f"smtp://{_HOST}:{ports.mail}",
        }

    def __enter__(self) -> Self:
        self._start("sandbox")
        self._wait_for(f"{self.sandbox_url}/health")
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._running):
            self._end(name, signal.SIGKILL)

    def open(self) -> None:
        self._start("web")
        self._start("worker")
        self._wait_for(f"{self.web_url}/healthz")

    def kill_something(self, dice: random.Random) -> None:
        """The web, the process of the web that answers, or the worker; then it is started again, sooner or later."""
        (what,) = dice.choices(["web", "web's own child", "worker"], [3, 3, 4])
        children = _children_of(self._running["web"].pid) if what == "web's own child" else []
        if children:
            _kill(dice.choice(children))
        else:
            what = "worker" if what == "worker" else "web"
            self._end(what, signal.SIGKILL)
            time.sleep(dice.uniform(0, 0.7))
            self._start(what)
        self.kills[what] += 1

    def stop_worker(self) -> None:
        self._end("worker", signal.SIGTERM)

    def start_worker(self) -> None:
        self._start("worker")

    def wait_until_open(self) -> None:
        """What ended by itself is started again, as a supervisor would (the web gives up when its children die often)."""
        self._wait_for(f"{self.web_url}/healthz")

    def _revive(self) -> None:
        for name, process in list(self._running.items()):
            if process.poll() is not None and name != "sandbox":
                _kill_group(process.pid)
                self.revivals[name] += 1
                self._start(name)

    def said(self) -> str:
        """The last words of web and worker, of all their lives."""
        return "\n".join((self.home / f"{name}.log").read_text(errors="replace")[-4000:] for name in ("web", "worker"))

    def _start(self, name: str) -> None:
        port, sandbox = str(self._ports.web), [str(self._ports.sandbox), str(self._ports.mail)]
        command = {
            "sandbox": ["quittance.sandbox", "--port", sandbox[0], "--smtp-port", sandbox[1]],
            "web": ["quittance.cli.main", "serve", "--host", _HOST, "--port", port],
            "worker": ["quittance.cli.main", "worker"],
        }[name]
        with (self.home / f"{name}.log").open("ab") as log:
            # Each in a group of its own, so that the web's children die with it.
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT, env=self._whole_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_die_with_parent,  # noqa: PLW1509 - short, and only a prctl
            )  # fmt: skip

    def _whole_environment(self) -> Mapping[str, str]:
        return {**os.environ, **self.environment}

    def _end(self, name: str, number: signal.Signals) -> None:
        process = self._running.pop(name)
        group = process.pid
        if number == signal.SIGTERM:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                number = signal.SIGKILL
        if number == signal.SIGKILL:
            _kill_group(group)
        process.wait(20)
        _kill_group(group)

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx2.get(url, timeout=2).status_code == 200:
                    return
            except httpx2.HTTPError:
                self._revive()
            time.sleep(0.1)
        raise AssertionError(f"{url} does not answer:\n{self.said()}")


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _children_of(pid: int) -> list[int]:
    """The web's own children, without helpers that Python starts for itself."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    children = [int(child) for child in text.split()]
    return [child for child in children if "resource_tracker" not in _command_of(child)]


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
