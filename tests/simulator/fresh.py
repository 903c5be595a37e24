"""A fresh state for each run: SQLite gets the empty tables back, PostgreSQL empties them."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time

from django.apps import apps
from django.db import connection

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
    """Make room, and name the next run: names must not meet those of earlier runs."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        _empty[0].backup(connection.connection)
        return f"n{next(_numbers)}"
    # Rows of runs that are over would be read along by each step of the next ones.
    ours = [one.label for one in apps.get_app_configs() if one.name.startswith("quittance.")]
    tables = [model._meta.db_table for label in ours for model in apps.get_app_config(label).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, sorted(tables)))} CASCADE")
    return f"{int(time.time()):x}p{os.getpid()}n{next(_numbers)}"
