"""Several programs that live and die together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PATIENCE_SECONDS: Final = 12.0


@dataclass
class ProcessGroup:
    """Start programs, wait for the first one that ends or for a signal, then end them all.

    Each child also gets SIGTERM from the kernel when this process dies without a word (kill -9).
    """

    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _told_to_stop: bool = False

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)

    def _stop_soon(self, _number: int, _frame: object) -> None:
        self._told_to_stop = True

    @property
    def told_to_stop(self) -> bool:
        return self._told_to_stop

    def start(self, name: str, command: Sequence[str], *, quiet: bool = False) -> None:
        """`quiet` drops what it greets with; what it complains of is still seen."""
        self.running[name] = subprocess.Popen(  # noqa: S603  our own commands
            command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  one thread here
        )

    def ended(self) -> tuple[str, int] | None:
        """The first program that has ended, with its status."""
        for name, process in self.running.items():
            status = process.poll()
            if status is not None:
                return name, status
        return None

    def wait(self) -> tuple[str, int] | None:
        """Until somebody says stop (None) or a program ends by itself."""
        ended = self.ended()
        while ended is None and not self._told_to_stop:
            time.sleep(0.2)
            ended = self.ended()
        return None if self._told_to_stop else ended

    def end(self, name: str) -> None:
        """End one of them and wait for it; the others go on."""
        process = self.running.pop(name)
        process.terminate()
        process.wait(timeout=_PATIENCE_SECONDS)

    def stop(self) -> None:
        """Ask all of them to end, and end those that do not."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for process in self.running.values():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _die_with_parent() -> None:
    if platform.system() != "Linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died in between
        os.kill(os.getpid(), signal.SIGTERM)
