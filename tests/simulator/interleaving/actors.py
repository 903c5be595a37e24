"""An actor: one thread with one connection, that goes on only while it holds the baton.

Its connection is tapped: statements by Django's `execute_wrapper`, the ends of transactions by standing before
`_commit` and `_rollback`, which no wrapper of statements sees. Calls outside come from the fake bank's hooks.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol

from django.db import connection

_TABLES = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+"(\w+)"')
_COLUMNS = re.compile(r'"(\w+)" = ')
_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "BEGIN")
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Point:
    """Where an actor stands: before a statement (`begin`, `inside`, `alone`), a `commit`, a `call`, after an `answer`.

    `resumed` is a statement that had to wait for another's lock and has it now.
    """

    kind: str
    text: str
    tables: frozenset[str] = frozenset()
    writes: bool = False


class Stage(Protocol):
    """Who hands the baton round."""

    reports: SimpleQueue[Actor]

    def stops_at(self, point: Point) -> bool: ...

    def keeps_baton(self, actor: Actor, point: Point) -> bool: ...

    def note(self, actor: Actor, point: Point) -> None: ...

    def wrote(self, statements: Sequence[tuple[str, object, int]]) -> None: ...


class Actor:
    """`play` starts a work; the stage lets it go on from point to point until it is `done`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.role = ""
        self.parked_at: Point | None = None
        self.done = True
        # Set by the stage while the database keeps this actor waiting.
        self.blocked = False
        self.answer: object = None
        self.pid = 0
        # How many transactions it has ended: only then can others' locks be free.
        self.ends = 0
        self.inside = False
        # The statement that the database is at work on.
        self.doing: Point | None = None
        self._stage: Stage | None = None
        self._written: list[tuple[str, object, int]] = []
        self._go = threading.Semaphore(0)
        self._works: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._live, name=f"actor-{number}", daemon=True)
        self._thread.start()

    def play(self, stage: Stage, role: str, work: Callable[[], object]) -> None:
        self._stage, self.role, self.done, self.answer, self.blocked = stage, role, False, None, False
        self._works.put(work)

    def go(self) -> None:
        self.parked_at = None
        self._go.release()

    def leave(self) -> None:
        """The end of the thread and of its connection."""
        self._works.put(None)
        self._thread.join(10)

    def pause(self, point: Point) -> None:
        """Give the baton back and wait for it, if the stage stops at such points and has somebody else in mind."""
        stage = self._stage
        if stage is None:
            return
        if stage.stops_at(point) and not stage.keeps_baton(self, point):
            self._park(point)
        stage.note(self, point)

    def _park(self, point: Point) -> None:
        assert self._stage is not None
        self.parked_at = point
        self._stage.reports.put(self)
        self._go.acquire()

    def _live(self) -> None:
        _local.actor = self
        try:
            self._tap()
            while (work := self._works.get()) is not None:
                self._work(work)
        finally:
            connection.close()

    def _work(self, work: Callable[[], object]) -> None:
        try:
            self.answer = work()
        except BaseException as error:  # noqa: BLE001 - the judge looks at what came back
            self.answer = error
        stage, self._stage = self._stage, None
        self.inside = False
        assert stage is not None
        self.done = True
        stage.reports.put(self)

    # ---- the connection's taps

    def _tap(self) -> None:
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            self.pid = connection.connection.info.backend_pid
            with connection.cursor() as cursor:
                # A circle of locks is a finding here; nobody needs to wait a second for it, but long enough to be seen.
                cursor.execute("SET deadlock_timeout = '400ms'")
        connection.execute_wrappers.append(self._statement)
        for kind in ("commit", "rollback"):
            setattr(connection, f"_{kind}", self._ending(kind, getattr(connection, f"_{kind}")))

    def _statement(
        self, execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, Any]
    ) -> object:
        if self._stage is None or "SAVEPOINT" in sql[:24]:
            return execute(sql, params, many, context)
        point = self._point_of(sql)
        self.pause(point)
        self.inside = self.inside or point.kind == "begin"
        self.doing = point
        try:
            result = execute(sql, params, many, context)
        finally:
            self.doing = None
            if self.blocked:
                resumed = Point("resumed", point.text, point.tables, point.writes)
                self._park(resumed)
                self._stage.note(self, resumed)
        if point.writes and not sql.startswith("SELECT"):
            self._written.append((sql, params, context["cursor"].rowcount))
            if not self.inside:
                self._end_writing()
        return result

    def _end_writing(self) -> None:
        written, self._written = self._written, []
        if self._stage is not None:
            self._stage.wrote(written)

    def _point_of(self, sql: str) -> Point:
        tables = frozenset(_TABLES.findall(sql))
        writes = sql.startswith(_WRITES) or "FOR NO KEY UPDATE" in sql or "FOR UPDATE" in sql
        opens = sql.startswith("BEGIN") or (connection.in_atomic_block and not self.inside)
        kind = "begin" if opens else "inside" if connection.in_atomic_block else "alone"
        return Point(kind, _summary(sql, writes), tables, writes)

    def _ending(self, kind: str, original: Callable[[], None]) -> Callable[[], None]:
        def end() -> None:
            if self._stage is not None and self.inside:
                self.pause(Point(kind, kind.upper()))
            try:
                original()
                if kind == "commit":
                    self._end_writing()
            finally:
                self._written.clear()
                self.inside = False
                self.ends += 1

        return end


def here() -> Actor | None:
    """The actor whose thread this is."""
    return getattr(_local, "actor", None)


def pause(kind: str, text: str) -> None:
    """A point that is no statement: a call outside, a wait. Nothing happens in a thread that is no actor."""
    actor = here()
    if actor is not None:
        actor.pause(Point(kind, text))


def _summary(sql: str, writes: bool) -> str:
    """A statement as a person would tell it: UPDATE payments_payment (state, final_at)."""
    tables = _TABLES.findall(sql)
    if sql.startswith("SELECT"):
        verb = "LOCK" if writes else "SELECT"
        return f"{verb} {', '.join(dict.fromkeys(tables)) or sql[:40]}"
    if sql.startswith("UPDATE"):
        columns = _COLUMNS.findall(sql.partition(" WHERE ")[0])
        return f"UPDATE {tables[0]} ({', '.join(columns[:6])})"
    return f"{sql.partition(' ')[0]} {tables[0] if tables else ''}".strip()
