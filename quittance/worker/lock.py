"""On SQLite one worker process works; a second one says so and goes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


class AnotherWorkerError(Exception):
    """The text is a sentence for the terminal."""


@contextmanager
def sole_worker() -> Iterator[None]:
    """Hold the lock beside the SQLite file; on PostgreSQL any number of workers may run."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or name.startswith("file:"):
        yield
        return
    path = Path(f"{name}.worker-lock")
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherWorkerError(
                "A worker is at work on this SQLite database already. One is enough; use PostgreSQL for more."
            ) from error
        yield
