"""The worker process: claims rows that are due and works on them in a few threads until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from types import FrameType

import structlog
from django.db import DatabaseError, close_old_connections, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from quittance.core import clock, their_clocks
from quittance.due import actions as due
from quittance.worker.lock import AnotherWorkerError, sole_worker
from quittance.worker.rounds import Piece, claim_pieces, do, give_back, run_once
from quittance.worker.table import JOBS, Job

DEFAULT_THREADS = 4
_BEAT_SECONDS = 10.0
_AFTER_TROUBLE_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 1.0
# What several threads finish at nearly the same time is looked after together.
_BREATH_SECONDS = 0.02
_log = structlog.get_logger("quittance.worker")


def main(*, once: bool = False, threads: int = DEFAULT_THREADS) -> int:
    """The command `quittance worker`; Django is set up. Returns the exit code."""
    try:
        with sole_worker():
            if once:
                _log.info("worked once", rows=run_once())
            else:
                run_until_told(Worker(threads=threads))
    except AnotherWorkerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def run_until_told(worker: Worker) -> None:
    """Work until SIGTERM or SIGINT; what is in hand is finished, what was not begun is given back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()


class Worker:
    """One process's loop. `jobs` are the table's unless a test brings its own."""

    def __init__(self, *, threads: int = DEFAULT_THREADS, jobs: Sequence[Job] | None = None) -> None:
        self.jobs = JOBS if jobs is None else jobs
        self.threads = threads
        self.name = f"{socket.gethostname()}:{os.getpid()}" if connection.vendor == "postgresql" else "worker"
        self.started_at = clock.now()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._connections: list[BaseDatabaseWrapper] = []
        self._in_hand: dict[Future[bool], Piece] = {}
        self._next_look: dict[str, float] = {}
        self._next_beat = 0.0
        self._is_skewed = False

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        _log.info("worker starts", name=self.name, threads=self.threads, jobs=[job.name for job in self.jobs])
        threads = ThreadPoolExecutor(
            max_workers=self.threads, thread_name_prefix="worker", initializer=self._remember_connection
        )
        with threads as pool:
            while not self._stopping.is_set():
                self._wake.clear()
                try:
                    self._beat()
                    pause = self._look(pool)
                except DatabaseError:
                    _log.exception("the database does not answer")
                    connections.close_all()
                    pause = _AFTER_TROUBLE_SECONDS
                if self._wake.wait(timeout=pause):
                    # What was done may have made something else due: a notice an event, an event a message.
                    self._stopping.wait(_BREATH_SECONDS)
                    self._next_look.clear()
            self._give_back()
        for connection_of_thread in self._connections:
            connection_of_thread.close()
        _log.info("worker stops", name=self.name)

    def _remember_connection(self) -> None:
        """Each thread has its own connection and no moment of its own to close it at the end."""
        own = connections["default"]
        own.inc_thread_sharing()
        self._connections.append(own)

    def _beat(self) -> None:
        if time.monotonic() < self._next_beat:
            return
        skew = due.clock_skew_seconds()
        seen_at = due.database_now()
        theirs = their_clocks.furthest()
        due.beat(
            name=self.name,
            started_at=self.started_at,
            seen_at=seen_at,
            skew_seconds=skew,
            their_skew_seconds=theirs.ahead_seconds if theirs else 0.0,
            their_host=theirs.host if theirs else "",
        )
        due.forget_gone_workers(before=seen_at - timedelta(days=1))
        if due.is_skewed(skew) and not self._is_skewed:
            _log.error("the clocks differ, nothing is claimed", skew_seconds=round(skew, 1))
        self._is_skewed = due.is_skewed(skew)
        self._next_beat = time.monotonic() + _BEAT_SECONDS

    def _look(self, pool: ThreadPoolExecutor) -> float:
        """Claim of each kind what there is room for; returns how long to wait for the next look."""
        self._in_hand = {future: piece for future, piece in self._in_hand.items() if not future.done()}
        if self._is_skewed:
            return _LONGEST_WAIT_SECONDS
        for job in self.jobs:
            if self._stopping.is_set() or time.monotonic() < self._next_look.get(job.name, 0.0):
                continue
            self._next_look[job.name] = time.monotonic() + job.interval_seconds
            room = min(job.batch, 2 * self.threads) - sum(piece.job is job for piece in self._in_hand.values())
            for piece in claim_pieces(job, limit=room, now=None):
                self._in_hand[pool.submit(self._do, piece)] = piece
        soonest = min(self._next_look.values(), default=0.0) - time.monotonic()
        return min(max(soonest, _BREATH_SECONDS), _LONGEST_WAIT_SECONDS)

    def _do(self, piece: Piece) -> bool:
        try:
            return do(piece, now=None)
        finally:
            close_old_connections()
            self._wake.set()

    def _give_back(self) -> None:
        unbegun = [piece for future, piece in self._in_hand.items() if future.cancel()]
        try:
            give_back(unbegun, now=clock.now())
        except DatabaseError:
            _log.exception("could not give rows back; their leases run out")
