"""The rows of all tables as they stand, put back by one call: cheaper than making a salon for each schedule.

On SQLite the whole file is copied. On PostgreSQL it needs a server of the tests' own, where triggers that forbid
deleting can be set aside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Protocol

from django.apps import apps
from django.db import connection

_VACUUM_EVERY = 400


class Saved(Protocol):
    def put_back(self) -> None: ...


def save() -> Saved | None:
    """What stands in the tables now; None where it cannot be put back."""
    if connection.vendor == "sqlite":
        return SavedFile()
    return SavedRows() if _may_set_triggers_aside() else None


def _may_set_triggers_aside() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        row = cursor.fetchone()
    return row is not None and row[0] == "on"


def forget_all_rows() -> None:
    """Empty tables: what a pair before left is nobody's business, and would be copied each time."""
    if connection.vendor == "sqlite" or not _may_set_triggers_aside():
        return
    with connection.cursor() as cursor:
        cursor.execute(_without_triggers(f'DELETE FROM "{table}"' for table in _tables()))


class SavedFile:
    """SQLite: a copy of the file in memory."""

    def __init__(self) -> None:
        self._copy = sqlite3.connect(":memory:")
        connection.ensure_connection()
        connection.connection.backup(self._copy)

    def put_back(self) -> None:
        self._copy.backup(connection.connection)


class SavedRows:
    """What stood in the tables when this was made."""

    def __init__(self) -> None:
        self._put_back = 0
        filled = []
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS saved CASCADE; CREATE SCHEMA saved")
            for table in _tables():
                cursor.execute(f'CREATE TABLE saved."{table}" AS SELECT * FROM public."{table}"')
                cursor.execute(f'SELECT EXISTS (SELECT 1 FROM saved."{table}")')
                if cursor.fetchone() == (True,):
                    filled.append(table)
        emptying = [f'DELETE FROM public."{table}"' for table in _tables()]
        filling = [f'INSERT INTO public."{table}" SELECT * FROM saved."{table}"' for table in filled]
        self._restoring = _without_triggers([*emptying, *filling])

    def put_back(self) -> None:
        self._put_back += 1
        with connection.cursor() as cursor:
            cursor.execute(self._restoring)
            if self._put_back % _VACUUM_EVERY == 0:
                cursor.execute("VACUUM")


def _without_triggers(statements: Iterable[str]) -> str:
    return "; ".join(["SET session_replication_role = replica", *statements, "SET session_replication_role = origin"])


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.app_label not in {"contenttypes", "auth"}})
