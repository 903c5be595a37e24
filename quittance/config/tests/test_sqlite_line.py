"""Who wants to write waits in the order of asking, and no longer than before."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest
import pytest_django
from django.db.utils import OperationalError

from quittance.config.sqlite import base
from quittance.config.sqlite.base import DatabaseWrapper
from quittance.config.sqlite.line import Line

SETTINGS = {
    "ENGINE": "quittance.config.sqlite",
    "AUTOCOMMIT": True,
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": False,
    "TIME_ZONE": None,
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "TEST": {},
}


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setattr(base, "_line", line)
    return line


@pytest.fixture
def connect(
    tmp_path: Path, line: Line, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Callable[..., DatabaseWrapper]]:
    """More connections to a file of their own; the suite's database has no part in it."""
    opened: list[DatabaseWrapper] = []

    def connect(*, patience_seconds: float = 20.0) -> DatabaseWrapper:
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": patience_seconds,
            "init_command": "PRAGMA journal_mode=WAL",
        }
        # Threads of the test look on; each connection is used by one of them at a time.
        wrapper = DatabaseWrapper({**SETTINGS, "NAME": str(tmp_path / "busy.sqlite3"), "OPTIONS": options}, "busy")
        wrapper.inc_thread_sharing()
        wrapper.ensure_connection()
        opened.append(wrapper)
        return wrapper

    with django_db_blocker.unblock():
        yield connect
        for wrapper in opened:
            wrapper.close()


def begin(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def run(wrapper: DatabaseWrapper, statement: str) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute(statement)


def end(wrapper: DatabaseWrapper) -> None:
    wrapper.rollback()
    wrapper.set_autocommit(True)


def stand_behind(line: Line, count: int) -> bool:
    return line.waiting == count


def until(condition: Callable[[], bool]) -> None:
    for _ in range(5000):
        if condition():
            return
        sleep(0.002)
    raise AssertionError("it never came to that")


def test_whoever_asked_first_writes_first(connect: Callable[..., DatabaseWrapper], line: Line):
    holder = connect()
    begin(holder)
    order: list[int] = []

    def write(number: int, wrapper: DatabaseWrapper) -> None:
        begin(wrapper)
        order.append(number)
        end(wrapper)

    writers = []
    for number in range(12):
        writers.append(Thread(target=write, args=(number, connect()), daemon=True))
        writers[-1].start()
        # One is in front and looks again and again, the others stand behind.
        until(partial(stand_behind, line, number))
    assert order == []
    end(holder)
    for writer in writers:
        writer.join(20)

    assert order == list(range(12))
    assert line.waiting == 0


def test_it_is_refused_as_ever_when_patience_ends(connect: Callable[..., DatabaseWrapper], line: Line):
    holder = connect()
    begin(holder)
    hasty = connect(patience_seconds=0.05)

    with pytest.raises(OperationalError, match="database is locked"):
        begin(hasty)

    end(holder)
    begin(hasty)
    end(hasty)


def test_whoever_lost_patience_behind_others_stands_in_the_line_no_more(
    connect: Callable[..., DatabaseWrapper], line: Line
):
    holder = connect()
    begin(holder)
    done = Event()

    def write(wrapper: DatabaseWrapper) -> None:
        begin(wrapper)
        done.set()
        end(wrapper)

    in_front = Thread(target=write, args=(connect(),), daemon=True)
    in_front.start()
    until(lambda: line._front_is_taken)
    hasty = connect(patience_seconds=0.05)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(hasty)

    assert line.waiting == 0
    assert not done.is_set()
    end(holder)
    in_front.join(20)
    assert done.is_set()
    assert not line._front_is_taken


def test_whoever_is_interrupted_leaves_the_line(line: Line):
    """A signal reaches the main thread wherever it is: behind somebody, or called already."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with line.front(20):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt), line.front(20):
                raise AssertionError("nobody has left")
            assert line.waiting == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    with line.front(0.01):
        assert line._front_is_taken
    assert not line._front_is_taken


def test_what_is_written_outside_of_a_transaction_stands_in_the_same_line(
    connect: Callable[..., DatabaseWrapper], line: Line
):
    holder = connect()
    run(holder, "CREATE TABLE note (word TEXT)")
    begin(holder)
    writers = []
    for number, word in enumerate(("first", "second", "third")):
        writers.append(Thread(target=run, args=(connect(), f"INSERT INTO note VALUES ('{word}')"), daemon=True))
        writers[-1].start()
        until(partial(stand_behind, line, number))

    with connect().cursor() as reader:
        reader.execute("SELECT count(*) FROM note")
        assert reader.fetchone() == (0,)

    end(holder)
    for writer in writers:
        writer.join(20)
    with connect().cursor() as reader:
        reader.execute("SELECT word FROM note ORDER BY rowid")
        assert [word for (word,) in reader.fetchall()] == ["first", "second", "third"]


def test_what_is_written_in_one_stroke_is_tried_again_as_a_whole(connect: Callable[..., DatabaseWrapper], line: Line):
    holder = connect()
    run(holder, "CREATE TABLE note (word TEXT)")
    begin(holder)
    other = connect()

    def write() -> None:
        with other.cursor() as cursor:
            cursor.executemany("INSERT INTO note VALUES (%s)", [["one"], ["two"]])

    writer = Thread(target=write, daemon=True)
    writer.start()
    until(lambda: line._front_is_taken)
    end(holder)
    writer.join(20)

    with holder.cursor() as reader:
        reader.execute("SELECT word FROM note ORDER BY rowid")
        assert [word for (word,) in reader.fetchall()] == ["one", "two"]


def test_nobody_waits_for_a_table_that_is_not_there(connect: Callable[..., DatabaseWrapper], line: Line):
    with pytest.raises(OperationalError, match="no such table"):
        run(connect(), "INSERT INTO missing VALUES (1)")

    assert not line._front_is_taken
    assert line.waiting == 0
