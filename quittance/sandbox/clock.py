"""The sandbox's clock: the real one, or one that a test moves."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...

    def advance(self, step: timedelta) -> None: ...

    def offset(self) -> timedelta: ...


class RealClock:
    """The machine's clock; the panel may move it ahead, never back."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance(self, step: timedelta) -> None:
        self._offset += step

    def offset(self) -> timedelta:
        return self._offset

    def reset(self) -> None:
        self._offset = timedelta(0)


class MovableClock:
    """Stands still until the test moves it."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            message = "Give the clock an aware instant, for example datetime(2026, 11, 26, tzinfo=UTC)."
            raise ValueError(message)
        self._now = start.astimezone(UTC)
        self._start = self._now
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, step: timedelta) -> None:
        with self._lock:
            self._now += step

    def offset(self) -> timedelta:
        with self._lock:
            return self._now - self._start

    def move_to(self, at: datetime) -> None:
        with self._lock:
            self._now = at.astimezone(UTC)


def stamp(clock: Clock) -> int:
    """Whole seconds since 1970, as Stripe writes instants."""
    return int(clock.now().timestamp())
