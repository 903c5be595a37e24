"""Triggers that forbid UPDATE and DELETE, on both databases, for tables that only grow."""

from __future__ import annotations

from functools import partial

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION quittance_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRES = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION quittance_append_only()
"""


def append_only(table: str) -> migrations.RunPython:
    """The migration operation that makes a table append-only."""
    return migrations.RunPython(partial(_guard, table), partial(_release, table))


def not_append_only(table: str) -> migrations.RunPython:
    """The operation to put first in a migration that changes such a table; `append_only` comes last in it."""
    return migrations.RunPython(partial(_release, table), partial(_guard, table))


def _guard(table: str, _apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(_SQLITE.format(table=table, verb=verb, VERB=verb.upper()))
    else:
        editor.execute(_POSTGRES_FUNCTION, params=())
        editor.execute(_POSTGRES.format(table=table))


def _release(table: str, _apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
    else:
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
