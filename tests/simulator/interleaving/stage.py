"""The stage: one baton, handed round among the actors by a schedule; the same schedule is the same run again.

Choices are counted. The actor that has the baton keeps it until the schedule takes it away (a preemption), or it
must wait for a lock, or it is done. On PostgreSQL who waits is read from `pg_stat_activity`; on SQLite an actor
stands before BEGIN while another holds the one write lock.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any
from unittest import mock

from django.db import connection

from quittance.rows import locking
from tests.simulator.interleaving import actors
from tests.simulator.interleaving.actors import Actor, Point

_PATIENCE_SECONDS = 30.0
_LOOK_AFTER_SECONDS = 0.005
# Ids are longer than any amount here; keys, tokens and what is encrypted are longer than any word.
_CHANCE = re.compile(r"\d{7,}|[\w+/=-]{20,}")
_BLOCKED = """
SELECT wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0 FROM pg_stat_activity WHERE pid = %s
"""


class StuckError(AssertionError):
    """An actor neither came to a point nor waits for a lock."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who begins, and at which choices the baton goes to whom. Its text can be read back."""

    first: int
    preemptions: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return " ".join([str(self.first), *(f"{at}>{to}" for at, to in self.preemptions)])

    @classmethod
    def read(cls, text: str) -> Schedule:
        first, *rest = text.split()
        pairs = [item.split(">") for item in rest]
        return cls(int(first), tuple((int(at), int(to)) for at, to in pairs))


@dataclass(frozen=True, slots=True)
class Choice:
    """`running` had the baton (-1: nobody yet); `able` could have gone on; `took` did."""

    running: int
    able: tuple[int, ...]
    took: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `choice` is the last choice before it."""

    role: str
    point: Point
    choice: int


@dataclass
class Played:
    """What came of one schedule."""

    schedule: Schedule
    choices: list[Choice] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    answers: list[object] = field(default_factory=list)
    written_down: list[str] = field(default_factory=list)
    waits: int = 0
    circles: int = 0

    def outcome(self) -> str:
        """Equal for two runs that committed and asked the same in the same sequence, but for ids and keys."""
        names: dict[str, str] = {}

        def name(found: re.Match[str]) -> str:
            return names.setdefault(found[0], f"#{len(names)}")

        plain = "\n".join([*self.written_down, *map(repr, self.answers)])
        return _CHANCE.sub(name, plain)

    @property
    def written(self) -> frozenset[str]:
        return frozenset(table for step in self.steps if step.point.writes for table in step.point.tables)


class Theatre:
    """Keeps the actors between runs; `play` runs one schedule. `level` is `statement` or `transaction`.

    `shared`: the tables that anybody of the cast writes. Reading another table commutes with everything the
    others do, so nobody stops before it; None stops before every statement.
    """

    def __init__(self, *, size: int = 2, level: str = "statement") -> None:
        self.reports: SimpleQueue[Actor] = SimpleQueue()
        self.level = level
        self.shared: frozenset[str] | None = None
        self._actors = [Actor(number) for number in range(size)]
        self._watcher: Any = connection.copy() if connection.vendor == "postgresql" else None
        self._played = Played(Schedule(0))
        self._playing: list[Actor] = []
        self._taken: dict[int, int] = {}
        self._is_open = False

    def close(self) -> None:
        for actor in self._actors:
            actor.leave()
        if self._watcher is not None:
            self._watcher.close()

    def play(self, schedule: Schedule, cast: Sequence[tuple[str, Callable[[], object]]]) -> Played:
        self._played = Played(schedule)
        self._playing = self._actors[: len(cast)]
        self._taken = dict(schedule.preemptions)
        self._is_open = False
        with _resting_at_points():
            for actor, (role, work) in zip(self._playing, cast, strict=True):
                # Up to the first point there is nothing that others could see.
                actor.play(self, role, work)
                self._await(actor)
            self._is_open = True
            self._go_round(schedule.first)
        self._played.answers = [actor.answer for actor in self._playing]
        return self._played

    # ---- what actors ask

    def stops_at(self, point: Point) -> bool:
        if point.kind in {"call", "answer", "wait", "begin"}:
            return True
        if point.kind == "alone":
            return self._is_shared(point)
        inside = point.kind == "commit" or (point.kind == "inside" and self._is_shared(point))
        return inside and self.level == "statement"

    def note(self, actor: Actor, point: Point) -> None:
        self._played.steps.append(Step(actor.role, point, len(self._played.choices) - 1))
        if point.kind in {"call", "answer", "wait"}:
            self._played.written_down.append(f"{actor.role}: {point.text}")

    def wrote(self, statements: Sequence[tuple[str, object, int]]) -> None:
        # The text of a statement has words too long for the pattern above; none of them differs by chance.
        self._played.written_down += [f"{hash(sql)} {params!r} {rows}" for sql, params, rows in statements]

    def _is_shared(self, point: Point) -> bool:
        return self.shared is None or point.writes or bool(point.tables & self.shared)

    def keeps_baton(self, actor: Actor, point: Point) -> bool:
        """Asked by the one who has it: most times it simply goes on, which costs no change of threads.

        Somebody who waits for a lock may have it by now; then the baton comes back first.
        """
        if not self._is_open or any(other.blocked for other in self._playing):
            return False
        able = self._able(actor, point)
        wish = self._taken.get(len(self._played.choices), actor.number)
        if actor.number not in able or (wish != actor.number and wish in able):
            return False
        self._played.choices.append(Choice(actor.number, able, actor.number))
        return True

    # ---- the baton

    def _go_round(self, first: int) -> None:
        running = -1
        while not all(actor.done for actor in self._playing):
            able = self._able()
            if not able:
                self._await_circle()
                continue
            wish = first if running < 0 else self._taken.get(len(self._played.choices), running)
            took = wish if wish in able else next((n for n in able if n > running), able[0])
            if wish not in able and running in able:
                took = running
            self._played.choices.append(Choice(running, able, took))
            running = took
            self._advance(self._actors[took])

    def _able(self, asking: Actor | None = None, point: Point | None = None) -> tuple[int, ...]:
        """Who could go on; `asking` stands at `point` without having given the baton back."""
        return tuple(
            actor.number
            for actor in self._playing
            if self._is_able(actor, point if actor is asking else actor.parked_at)
        )

    def _is_able(self, actor: Actor, point: Point | None) -> bool:
        if actor.done or actor.blocked or point is None:
            return False
        if self._watcher is not None:
            return True
        held = any(other.inside for other in self._playing if other is not actor)
        return not (held and point.writes and not actor.inside)

    def _advance(self, actor: Actor) -> None:
        ends = actor.ends
        actor.go()
        self._await(actor)
        if actor.ends == ends and not actor.done:
            return
        for other in self._playing:
            while other.blocked and not self._waits_for_lock(other):
                self._take_report(0.002)

    def _await(self, actor: Actor) -> None:
        """Until it gives the baton back, is done, or waits for a lock."""
        began = time.monotonic()
        while actor.parked_at is None and not actor.done:
            if self._take_report(_LOOK_AFTER_SECONDS):
                continue
            if self._may_wait(actor) and self._waits_for_lock(actor):
                actor.blocked = True
                self._played.waits += 1
                return
            if time.monotonic() - began > _PATIENCE_SECONDS:
                raise StuckError(f"{actor.role} is stuck:\n{_stack_of(actor)}")

    def _may_wait(self, actor: Actor) -> bool:
        """Only a write waits, and only for somebody with an open transaction; nobody else need be asked about."""
        doing = actor.doing
        held = any(other.inside for other in self._playing if other is not actor)
        return self._watcher is not None and held and doing is not None and doing.writes

    def _await_circle(self) -> None:
        """Everybody waits for another: the database ends it by refusing one of them."""
        self._played.circles += 1
        began = time.monotonic()
        while not self._take_report(0.05):
            if time.monotonic() - began > _PATIENCE_SECONDS:
                raise StuckError("Nobody can go on:\n" + "\n".join(_stack_of(actor) for actor in self._playing))

    def _take_report(self, seconds: float) -> bool:
        try:
            actor = self.reports.get(timeout=seconds)
        except Empty:
            return False
        actor.blocked = False
        return True

    def _waits_for_lock(self, actor: Actor) -> bool:
        with self._watcher.cursor() as cursor:
            cursor.execute(_BLOCKED, [actor.pid])
            row = cursor.fetchone()
        return bool(row and row[0])


@contextmanager
def _resting_at_points() -> Iterator[None]:
    """A flow that waits before it tries again gives the baton away instead of sleeping."""
    rest = mock.Mock(wraps=time)
    rest.sleep = lambda _seconds: actors.pause("wait", "tries again")
    with mock.patch.object(locking, "time", rest):
        yield


def _stack_of(actor: Actor) -> str:
    frame = sys._current_frames().get(actor._thread.ident or 0)
    where = "".join(traceback.format_stack(frame)[-8:]) if frame else "(no stack)"
    return f"{actor.role} at {actor.parked_at}\n{where}"
