"""Money work in one durable database transaction, repeated when the database asks for it.

Only flows call this. The block must do nothing that the database cannot undo, because it may run again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction

Result = TypeVar("Result")

TRIES = 3
# deadlock, serialization failure, lock not available (PostgreSQL); "locked" and "busy" are SQLite's words.
_RETRYABLE_STATES = {"40P01", "40001", "55P03"}


def is_retryable(error: OperationalError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _RETRYABLE_STATES or "database is locked" in str(error) or "database table is locked" in str(error)


def in_one_transaction(work: Callable[[], Result]) -> Result:
    """Run `work` in one durable transaction; deadlock, serialization failure and lock are tried again."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic(durable=True):
                return work()
        except OperationalError as error:
            if attempt == TRIES or not is_retryable(error):
                raise
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - spreads retries, guards nothing
    raise AssertionError("unreachable")
