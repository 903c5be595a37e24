"""A line before SQLite's one write lock, so that nobody who wants to write is passed over for long.

SQLite has one writer. Who meets its lock looks again by and by, and ever more seldom: after 1 ms, 2 ms, 5 ms, in the
end 100 ms. With many writers, somebody new then gets in before those who have waited for seconds. Here one thread of
each process stands at the lock and looks again every other millisecond, however long it has waited; the others stand
behind it, in the order of asking. That goes for `BEGIN IMMEDIATE` and for whatever is written outside of a transaction.

The line promises nothing: who has waited for `timeout` asks SQLite anyway, and is refused as ever. The steps are those
of SQLite's own busy handler (https://sqlite.org/c3ref/busy_timeout.html).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Final

from django.db.backends.sqlite3 import base

from quittance.config.sqlite.line import Line

# How long SQLite looks again by itself before this module does: after 1 ms and after 2 ms.
LOOK_AGAIN_MS: Final = 3
_READS: Final = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN)\b", re.IGNORECASE)

# Somebody writes, or puts in order what a killed process left. A table locked in a database in memory is another
# matter, and not to be waited for.
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)

_line: Final = Line()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with cursors that stand in line."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        connection.execute(f"PRAGMA busy_timeout = {LOOK_AGAIN_MS}")
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:  # noqa: ARG002 - other databases name theirs
        patience: float = self.settings_dict["OPTIONS"].get("timeout", 5.0)
        connection: Any = self.connection
        cursor: Cursor = connection.cursor(factory=lambda raw: Cursor(raw, patience))
        return cursor


class Cursor(base.SQLiteCursorWrapper):
    """Waits up to `patience` seconds for the lock, which it asks for outside of transactions only."""

    def __init__(self, connection: sqlite3.Connection, patience: float) -> None:
        super().__init__(connection)
        self._patience = patience

    def execute(self, query: str, params: Any = None) -> Any:
        return self._in_turn(query, lambda: super(Cursor, self).execute(query, params))

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        kept = list(param_list)
        return self._in_turn(query, lambda: super(Cursor, self).executemany(query, kept))

    def _in_turn(self, query: str, run: Callable[[], Any]) -> Any:
        if self.connection.in_transaction:
            return run()
        until = monotonic() + self._patience
        if _READS.match(query):
            return _when_free(run, until=until)
        with _line.front(self._patience):
            return _when_free(run, until=until)


def _when_free(run: Callable[[], Any], *, until: float) -> Any:
    """Tries on one cursor, below Django: its errors would leave a cursor to the garbage with each.

    Whatever thread collects such a cursor waits for its connection while it holds the interpreter, so that the whole
    process would stop until the lock is free.
    """
    while True:
        try:
            return run()
        except sqlite3.OperationalError as refused:
            if refused.sqlite_errorcode not in _BUSY or monotonic() >= until:
                raise
