"""How far other machines' clocks are from ours, by the `Date` of their answers.

A clock of ours that is minutes off makes every signed webhook look forged. One that is off together with the
database's looks fine from inside; only others can tell.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

REMEMBERED_SECONDS = 3600.0
_MOST_HOSTS = 50


@dataclass(frozen=True, slots=True)
class TheirClock:
    """`ahead_seconds` is below zero when theirs is behind ours. `seen` is monotonic."""

    host: str
    ahead_seconds: float
    seen: float


_clocks: dict[str, TheirClock] = {}
_lock = threading.Lock()


def note(*, host: str, told: str, now: datetime) -> None:
    """`told` is the header as it came; what is no date says nothing."""
    try:
        theirs = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    with _lock:
        if host in _clocks or len(_clocks) < _MOST_HOSTS:
            _clocks[host] = TheirClock(host, (theirs - now).total_seconds(), time.monotonic())


def furthest() -> TheirClock | None:
    """Of the last hour, the one that differs most from ours."""
    since = time.monotonic() - REMEMBERED_SECONDS
    with _lock:
        fresh = [seen for seen in _clocks.values() if seen.seen >= since]
    return max(fresh, key=lambda seen: abs(seen.ahead_seconds), default=None)


def forget() -> None:
    """For tests."""
    with _lock:
        _clocks.clear()
