"""A line to stand in: first come, first served, among the threads of one process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Line:
    """One is in front, the others wait behind; whoever leaves the front calls the one who has waited longest."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._front_is_taken = False
        self._behind: deque[Lock] = deque()

    @contextmanager
    def front(self, patience_seconds: float) -> Iterator[None]:
        """In front, or past the line when patience has ended before the turn came."""
        called = self._come(patience_seconds)
        try:
            yield
        finally:
            if called:
                self._leave()

    def _come(self, patience_seconds: float) -> bool:
        with self._guard:
            if not self._front_is_taken:
                self._front_is_taken = True
                return True
            place = Lock()
            place.acquire()
            self._behind.append(place)
        try:
            called = place.acquire(timeout=patience_seconds)
        except BaseException:  # a signal that ends what this thread does
            if not self._step_out(place):
                self._leave()
            raise
        # Who cannot step out any more was called in the very moment in which patience ended.
        return called or not self._step_out(place)

    def _step_out(self, place: Lock) -> bool:
        with self._guard:
            if place not in self._behind:
                return False
            self._behind.remove(place)
            return True

    def _leave(self) -> None:
        with self._guard:
            if self._behind:
                self._behind.popleft().release()
            else:
                self._front_is_taken = False

    @property
    def waiting(self) -> int:
        """How many stand behind the one in front."""
        with self._guard:
            return len(self._behind)
