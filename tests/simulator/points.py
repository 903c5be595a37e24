"""The numbered places at which a piece of work can be interrupted.

Before and after each transaction, before and after each call outside: inside a transaction a kill is the same as
one just before it. At each place the process may die, the database may refuse, or somebody else may act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from tests.simulator.story import Fault, KilledError, Violation


class _SqlStateError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class Points:
    """Stands in `rows.locking` where Django's `transaction` was. `fired` tells whether the fault was met."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._left = 0
        self._times = 0
        self.fired = False
        self.passed = 0
        self.meanwhile: Callable[[Any], None] | None = None

    def arm(self, fault: Fault | None) -> None:
        self._fault, self.fired, self.passed = fault, False, 0
        self._left = fault.point if fault else 0
        self._times = fault.times if fault else 0

    def disarm(self) -> None:
        """No more trouble from this step; whether it was met stays known."""
        self._fault = None

    @property
    def armed(self) -> Fault | None:
        return self._fault

    def place(self, _what: str) -> None:
        """A place between durable things."""
        self.passed += 1
        fault = self._fault
        if fault is None or fault.kind not in {"kill", "meanwhile"}:
            return
        if self._left > 0:
            self._left -= 1
            return
        self._fault, self.fired = None, True
        if fault.kind == "kill":
            raise KilledError
        if self.meanwhile is not None and fault.step is not None:
            self.meanwhile(fault.step)

    @contextmanager
    def atomic(self, **options: Any) -> Iterator[None]:
        self.place("before a transaction")
        trouble = self._database_trouble()
        with transaction.atomic(**options):
            yield
            if trouble == "locked":
                raise locked()
        if trouble == "lost_commit":
            raise OperationalError("server closed the connection unexpectedly")
        self.place("after a transaction")

    def outside(self, call: str) -> None:
        """Called by the wires before and after the effect of each call."""
        if connection.in_atomic_block and any(
            not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
        ):
            raise Violation("S15", f"{call} was called while a database transaction is open")
        self.place(call)

    def _database_trouble(self) -> str:
        fault = self._fault
        if fault is None or fault.kind not in {"locked", "lost_commit"}:
            return ""
        if self._left > 0:
            self._left -= 1
            return ""
        self.fired = True
        self._times -= 1
        if self._times <= 0:
            self._fault = None
        return fault.kind


def locked() -> OperationalError:
    """What each database says when somebody else was first."""
    if connection.vendor == "postgresql":
        error = OperationalError("could not serialize access due to concurrent update")
        error.__cause__ = _SqlStateError("40001")
        return error
    return OperationalError("database is locked")
