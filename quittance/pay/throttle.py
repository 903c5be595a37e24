"""Guessing is slow: who asks for many addresses that do not exist gets no answer for the rest of the minute.

A miss is counted in the database, so that all processes share one limit. A page that exists costs nothing: who is
known to guess is remembered in this process's memory. Where the database is busy, memory alone counts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network
from threading import Lock
from typing import Final

from django.db import OperationalError

from quittance.limits.actions import count_try

MISSES_A_MINUTE: Final = 50
_KEPT_ADDRESSES: Final = 10_000


class MinuteCounter:
    """Counts by minute and by key: an address for misses, a link's token for questions.

    `shared` counts for all processes and says how often it was in this minute.
    """

    def __init__(self, *, limit: int = MISSES_A_MINUTE, shared: Callable[[str, datetime], int] | None = None) -> None:
        self._limit = limit
        self._shared = shared
        self._misses: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def is_blocked(self, *, key: str, now: datetime) -> bool:
        minute, count = self._misses.get(network_of(key), (0, 0))
        return minute == _minute(now) and count >= self._limit

    def note(self, *, key: str, now: datetime) -> bool:
        """False when the limit had been reached before, by whichever process."""
        kept, this_minute = network_of(key), _minute(now)
        elsewhere = self._shared(kept, now) if self._shared else 0
        with self._lock:
            minute, count = self._misses.pop(kept, (this_minute, 0))
            count = max(count + 1 if minute == this_minute else 1, elsewhere)
            self._misses[kept] = (this_minute, count)
            while len(self._misses) > _KEPT_ADDRESSES:
                self._misses.popitem(last=False)
        return count <= self._limit

    def forget(self) -> None:
        with self._lock:
            self._misses.clear()


def _count_for_all(network: str, now: datetime) -> int:
    try:
        return count_try(key=f"pay page miss {network}", window=timedelta(minutes=1), now=now)
    except OperationalError:
        return 0


def _count_questions(token: str, now: datetime) -> int:
    try:
        return count_try(key=f"question {token}", window=timedelta(minutes=1), now=now)
    except OperationalError:
        return 0


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def network_of(key: str) -> str:
    """One household has a whole IPv6 /64 to itself, so that is what is counted; other keys stay as they are."""
    if ":" not in key:
        return key
    try:
        address = IPv6Address(key.split("%", maxsplit=1)[0])
    except ValueError:
        return key
    return str(address.ipv4_mapped or IPv6Network((int(address) >> 64 << 64, 64)))


misses = MinuteCounter(shared=_count_for_all)
# Coming back asks the payment system each time; a page asks ten times a minute, so thirty is three tabs.
questions = MinuteCounter(limit=30, shared=_count_questions)
