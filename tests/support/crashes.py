"""Kill the work at a numbered point: before and after each transaction, before and after each call outside.

Inside a transaction a kill is the same as just before it, since the database rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from quittance.payment_systems.fake import FakeBank
from quittance.rows import locking

MAX_POINTS = 60


class KilledError(BaseException):
    """kill -9, as far as the code under it can tell: no handler for ordinary errors catches it."""


class CrashPoints:
    """`run(n, work)` kills `work` at its n-th point; `reached` tells whether there was such a point."""

    def __init__(self, bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left: int | None = None
        self.reached = False
        monkeypatch.setattr(locking, "transaction", self)
        guard = bank.on_call

        def before(operation: str) -> None:
            if guard is not None:
                guard(operation)
            self._tick()

        bank.on_call = before
        bank.on_answer = lambda _operation: self._tick()

    @contextmanager
    def atomic(self, **options: Any) -> Iterator[None]:
        self._tick()
        with transaction.atomic(**options):
            yield
        self._tick()

    def run(self, point: int, work: Callable[[], object]) -> bool:
        """True when the work was killed, False when it ended before it had so many points."""
        self._left, self.reached = point, False
        try:
            work()
        except KilledError:
            return True
        finally:
            self._left = None
        return False

    def _tick(self) -> None:
        if self._left is None:
            return
        if self._left == 0:
            self._left, self.reached = None, True
            raise KilledError
        self._left -= 1


@pytest.fixture
def crashes(bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> CrashPoints:
    return CrashPoints(bank, monkeypatch)
