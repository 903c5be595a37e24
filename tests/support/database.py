"""Which database the suite runs on, chosen before Django reads its settings.

SQLite: a file, so that threads and processes of a test see the same rows. PostgreSQL: an address from the
environment, else a server of our own. Child processes of xdist inherit what was chosen here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from quittance.cli.ports import is_free

_KINDS = ("sqlite", "postgres")


def chosen_kind(arguments: list[str]) -> str:
    for position, argument in enumerate(arguments):
        if argument.startswith("--db="):
            return argument.removeprefix("--db=")
        if argument == "--db" and position + 1 < len(arguments):
            return arguments[position + 1]
    return os.environ.get("QUITTANCE_TEST_DB", "sqlite")


def prepare_environment() -> None:
    """Set the environment of a test run; a worker of xdist finds all of it set already."""
    if os.environ.get("QUITTANCE_TEST_READY"):
        return
    kind = chosen_kind(sys.argv)
    if kind not in _KINDS:
        raise SystemExit(f"--db is {kind!r}; it is one of: {', '.join(_KINDS)}.")
    home = Path(tempfile.mkdtemp(prefix="quittance-test-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith("QUITTANCE_")]:
        if name not in {"QUITTANCE_TEST_DATABASE_URL", "QUITTANCE_CHROMIUM", "QUITTANCE_SPECS"}:
            del os.environ[name]
    os.environ["QUITTANCE_MODE"] = "test"
    os.environ["QUITTANCE_DATA_DIR"] = str(home)
    os.environ["QUITTANCE_TEST_DB"] = kind
    os.environ["QUITTANCE_DATABASE_URL"] = _address(kind, home=home)
    os.environ["QUITTANCE_TEST_READY"] = "1"
    # Playwright's synchronous interface runs an event loop in the test's own thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _address(kind: str, *, home: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{home / 'quittance.sqlite3'}"
    if given := os.environ.get("QUITTANCE_TEST_DATABASE_URL"):
        return given
    from tests.support.postgres import start_throw_away_server

    return start_throw_away_server()


def free_ports(count: int) -> list[int]:
    """Neighbouring ports that nobody listens on, the first one lowest."""
    for start in range(18_000, 60_000, 50):
        wanted = [*range(start, start + count), start + 25]
        if all(is_free(host="127.0.0.1", port=port) for port in wanted):
            return wanted[:count]
    raise SystemExit("no free ports on this machine")


def use_file_database() -> None:
    """Django would test SQLite in memory; threads and processes need a file."""
    from django.conf import settings
    from django.db import connection

    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        database.setdefault("TEST", {})["NAME"] = str(Path(database["NAME"]).with_name("test.sqlite3"))


def allow_flush_of_append_only_tables() -> None:
    """Between tests SQLite empties tables by DELETE, which the triggers of append-only tables forbid.

    PostgreSQL truncates, which they let through. Only the emptying sets them aside, and puts them back.
    """
    sqlite: Any = import_module("django.db.backends.sqlite3.base").DatabaseOperations
    original = sqlite.execute_sql_flush

    def without_triggers(self: Any, sql_list: Iterable[str]) -> None:
        connection = self.connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            original(self, sql_list)
        finally:
            with connection.cursor() as cursor:
                for _, sql in triggers:
                    cursor.execute(sql)

    sqlite.execute_sql_flush = without_triggers


def forget_permissions() -> None:
    """Each flush would write Django's permissions anew, 100 ms a test; rights here are roles of our own."""
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
