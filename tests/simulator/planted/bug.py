"""A planted bug: what a tired engineer wrote, as a patch that stands only while its context is open.

Nothing here is ever part of the product. A bug is caught when a run breaks an invariant with it, and the same
steps break none without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import connection

from tests.simulator import fresh

Patch = Callable[[], Iterator[None]]
_EVERYWHERE = ("post", "storm", "crowd", "calm", "kills", "api")


@dataclass(frozen=True, slots=True)
class Bug:
    """`caught_by`: the invariants that must speak up. `profiles`: the kinds of trouble in which it shows first.

    `favours`: actions that happen more often while this bug is looked for, so that it is found in minutes.
    """

    name: str
    sentence: str
    caught_by: tuple[str, ...]
    profiles: tuple[str, ...]
    favours: tuple[str, ...]
    plant: Callable[[], AbstractContextManager[None]]


BUGS: dict[str, Bug] = {}


def planted(
    name: str,
    sentence: str,
    *,
    caught_by: tuple[str, ...],
    profiles: tuple[str, ...] = _EVERYWHERE,
    favours: tuple[str, ...] = (),
) -> Callable[[Patch], Patch]:
    """Put a generator that patches, yields once and lets go into the table of bugs."""

    def put(make: Patch) -> Patch:
        BUGS[name] = Bug(name, sentence, caught_by, profiles, favours, contextmanager(make))
        return make

    return put


@contextmanager
def other_tables(change: Callable[[Any], None]) -> Iterator[None]:
    """Runs begin with tables that the schema editor has changed; afterwards with the true ones again."""
    if connection.vendor != "sqlite":
        raise NotImplementedError("constraints are dropped on SQLite only, where every run has its own tables")
    true_tables = list(fresh._empty)
    fresh.fresh_run()
    with connection.schema_editor() as editor:
        change(editor)
    fresh.keep_empty_tables()
    try:
        yield
    finally:
        fresh._empty[:] = true_tables
        fresh.fresh_run()


def without_constraint(model: Any, name: str) -> AbstractContextManager[None]:
    constraint = next(one for one in model._meta.constraints if one.name == name)
    others = [one for one in model._meta.constraints if one is not constraint]

    def change(editor: Any) -> None:
        # SQLite makes the table anew, with what the model names then.
        with mock.patch.object(model._meta, "constraints", others):
            editor.remove_constraint(model, constraint)

    return other_tables(change)


def without_unique(model: Any, name: str) -> AbstractContextManager[None]:
    held = model._meta.get_field(name)
    loose = held.clone()
    loose._unique = False
    loose.set_attributes_from_name(name)
    loose.model = model
    return other_tables(lambda editor: editor.alter_field(model, held, loose))
