"""Guessing is slow: who asks for many addresses that do not exist gets no answer for the rest of the minute.

Counted in this process's memory, because reading a page must write nothing; each process allows its own share.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

MISSES_A_MINUTE: Final = 50
_KEPT_ADDRESSES: Final = 10_000
_IPV6_NETWORK_GROUPS: Final = 4


class MinuteCounter:
    """Counts by minute and by key: an address for misses, a link's token for questions."""

    def __init__(self, *, limit: int = MISSES_A_MINUTE) -> None:
        self._limit = limit
        self._misses: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def is_blocked(self, *, key: str, now: datetime) -> bool:
        minute, count = self._misses.get(_network(key), (0, 0))
        return minute == _minute(now) and count >= self._limit

    def note(self, *, key: str, now: datetime) -> None:
        kept, this_minute = _network(key), _minute(now)
        with self._lock:
            minute, count = self._misses.pop(kept, (this_minute, 0))
            self._misses[kept] = (this_minute, count + 1 if minute == this_minute else 1)
            while len(self._misses) > _KEPT_ADDRESSES:
                self._misses.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._misses.clear()


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _network(address: str) -> str:
    """One household has a whole IPv6 /64 to itself, so that is what is counted."""
    return ":".join(address.split(":")[:_IPV6_NETWORK_GROUPS]) if ":" in address else address


misses = MinuteCounter()
# Coming back asks the payment system each time; a page asks ten times a minute, so thirty is three tabs.
questions = MinuteCounter(limit=30)
