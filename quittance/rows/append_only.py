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

_SQLITE_DOOR = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
WHEN NOT (OLD.{mark} IS NULL AND NEW.{mark} IS NOT NULL AND {same}
  AND json_remove(OLD.{document}, '$.{key}') IS json_remove(NEW.{document}, '$.{key}'))
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_DOOR = """
CREATE OR REPLACE FUNCTION quittance_append_only_but() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  document text := TG_ARGV[0];
  key text := TG_ARGV[1];
  mark text := TG_ARGV[2];
  old_row jsonb := to_jsonb(OLD);
  new_row jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    new_row := to_jsonb(NEW);
    IF old_row->>mark IS NULL AND new_row->>mark IS NOT NULL
      AND old_row - document - mark = new_row - document - mark
      AND (old_row->document) - key = (new_row->document) - key
    THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_POSTGRES_BUT = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION quittance_append_only_but('{document}', '{key}', '{mark}')
"""


def append_only(table: str) -> migrations.RunPython:
    """The migration operation that makes a table append-only."""
    return migrations.RunPython(partial(_guard, table), partial(_release, table))


def not_append_only(table: str) -> migrations.RunPython:
    """The operation to put first in a migration that changes such a table; `append_only` comes last in it."""
    return migrations.RunPython(partial(_release, table), partial(_guard, table))


def append_only_but(table: str, *, document: str, key: str, mark: str) -> migrations.RunPython:
    """As `append_only`, with one door: `key` of the JSON column `document` may be replaced once, as `mark` is set.

    It comes last in a migration, as `append_only` does; `not_append_only` takes it away again.
    """
    return migrations.RunPython(
        partial(_guard_but, table, document, key, mark),
        partial(_release, table),
    )


def _guard_but(
    table: str, document: str, key: str, mark: str, _apps: StateApps, editor: BaseDatabaseSchemaEditor
) -> None:
    if editor.connection.vendor != "sqlite":
        editor.execute(_POSTGRES_DOOR, params=())
        editor.execute(_POSTGRES_BUT.format(table=table, document=document, key=key, mark=mark))
        return
    with editor.connection.cursor() as cursor:
        columns = [column.name for column in editor.connection.introspection.get_table_description(cursor, table)]
    same = " AND ".join(f"OLD.{name} IS NEW.{name}" for name in columns if name not in {document, mark})
    editor.execute(_SQLITE_DOOR.format(table=table, document=document, key=key, mark=mark, same=same))
    editor.execute(_SQLITE.format(table=table, verb="delete", VERB="DELETE"))


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
