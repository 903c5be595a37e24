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


class MissCounter:
    def __init__(self, *, limit: int = MISSES_A_MINUTE) -> None:
        self._limit = limit
        self._misses: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def is_blocked(self, *, ip: str, now: datetime) -> bool:
        minute, count = self._misses.get(_network(ip), (0, 0))
        return minute == _minute(now) and count >= self._limit

    def note_miss(self, *, ip: str, now: datetime) -> None:
        key, this_minute = _network(ip), _minute(now)
        with self._lock:
            minute, count = self._misses.pop(key, (this_minute, 0))
            self._misses[key] = (this_minute, count + 1 if minute == this_minute else 1)
            while len(self._misses) > _KEPT_ADDRESSES:
                self._misses.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._misses.clear()


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _network(ip: str) -> str:
    """One household has a whole IPv6 /64 to itself, so that is what is counted."""
    return ":".join(ip.split(":")[:_IPV6_NETWORK_GROUPS]) if ":" in ip else ip


misses = MissCounter()
