"""Has this try written anything? Asked some ten thousand times, so the database's own count is asked first."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.attacks.world import all_rows


class Watch:
    """Whether a try has changed anything, for many tries that each begin from the same rows (`tried`).

    Reading every table twice for each of them would take longer than the pages do, so the database is asked first how
    many rows this transaction has written; traces that are no facts count there, and the tables then say what it was.
    """

    def __init__(self) -> None:
        self._rows = all_rows()
        self._written = 0

    def begin(self) -> None:
        self._written = _rows_written()

    def has_changed(self) -> bool:
        return _rows_written() != self._written and all_rows() != self._rows


def _rows_written() -> int:
    """By this transaction so far, also what was undone; only good for comparing."""
    if connection.vendor == "sqlite":
        raw: Any = connection.connection
        return int(raw.total_changes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])
