"""A fresh state for each run: SQLite gets the empty tables back, PostgreSQL two new businesses."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time

from django.db import connection

from tests.simulator.hours import due_models

_empty: list[sqlite3.Connection] = []
_numbers = itertools.count(1)


def keep_empty_tables() -> None:
    """Remember the database as it is now, migrated and empty; later runs begin with it."""
    if connection.vendor != "sqlite":
        return
    connection.ensure_connection()
    _empty.clear()
    _empty.append(sqlite3.connect(":memory:", check_same_thread=False))
    connection.connection.backup(_empty[0])


def fresh_run() -> str:
    """Make room, and name the next run: names must not meet those of earlier runs in one database."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        _empty[0].backup(connection.connection)
        return f"n{next(_numbers)}"
    return f"{int(time.time()):x}p{os.getpid()}n{next(_numbers)}"


def lay_to_rest(business_ids: list[int]) -> None:
    """On PostgreSQL the rows stay; nothing of a run that is over may fall due in the next one."""
    if connection.vendor == "sqlite":
        return
    for model in due_models():
        model._default_manager.filter(business_id__in=business_ids).update(next_attempt_at=None, lease_until=None)
