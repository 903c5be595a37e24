"""Rows brought into states which the database itself forbids, so that the audit can be asked about them.

Tables are shadowed by temporary copies without constraints and triggers; the transaction is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Model


@contextmanager
def below_every_guard(*models: type[Model]) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        for model in models:
            table = connection.ops.quote_name(model._meta.db_table)
            schema = "main" if connection.vendor == "sqlite" else "public"
            cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {schema}.{table}")
        try:
            yield
        finally:
            for model in models:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(model._meta.db_table)}")
            transaction.set_rollback(True)


def copy(row: Model, **changed: object) -> None:
    """The row once more, under another id."""
    row.pk = int(row.pk or 0) + 1_000
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def first(model: type[Model], **about: object) -> Any:
    return model._default_manager.filter(**about).order_by("pk")[0]


@dataclass(frozen=True)
class Nth:
    """The id of the n-th row of its kind."""

    model: type[Model]
    place: int

    @property
    def pk(self) -> int:
        return int(first(self.model).pk) + self.place - 1


def _resolved(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.pk if isinstance(value, Nth) else value for name, value in values.items()}


def change(model: type[Model], about: Mapping[str, object], **changes: object) -> Callable[[], None]:
    def spoil() -> None:
        row = first(model, **about)
        model._default_manager.filter(pk=row.pk).update(**_resolved(changes))

    return spoil


def remove(model: type[Model], **about: object) -> Callable[[], None]:
    def spoil() -> None:
        row = first(model, **_resolved(about))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)} WHERE id = %s", [row.pk])

    return spoil


def double(model: type[Model], about: Mapping[str, object], **changes: object) -> Callable[[], None]:
    return lambda: copy(first(model, **_resolved(about)), **changes)
