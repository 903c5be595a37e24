from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from quittance.core import clock, their_clocks
from quittance.due import actions as due
from quittance.due.models import WorkerHeartbeat
from quittance.outbox.models import Event
from quittance.worker import run
from quittance.worker.run import Worker
from quittance.worker.table import Job

pytestmark = pytest.mark.django_db


class InlinePool:
    """Works at once, in the test's own thread and transaction."""

    def submit(self, work: Any, piece: Any) -> Future[bool]:
        future: Future[bool] = Future()
        future.set_result(work(piece))
        return future


class IdlePool:
    """Accepts everything and begins nothing."""

    def submit(self, work: Any, piece: Any) -> Future[bool]:
        return Future()


@pytest.fixture(autouse=True)
def keep_the_connection(monkeypatch):
    monkeypatch.setattr(run, "close_old_connections", lambda: None)


def finishing(*, row_id, lease_token, now):
    due.finish(Event, row_id, lease_token, name="worked")


def worker_of(**changes):
    job = Job(name="test", model=Event, work=finishing, interval_seconds=0.3, batch=20)
    return Worker(jobs=[job], **changes)


def make_rows(count):
    at = clock.now() - timedelta(seconds=1)
    rows = [Event(business_id=1, name="visit.booked", happened_at=at, next_attempt_at=at) for _ in range(count)]
    Event.objects.bulk_create(rows)


def worked():
    return Event.objects.filter(name="worked").count()


def test_it_looks_again_after_the_interval():
    make_rows(3)
    worker = worker_of(threads=2)
    pause = worker._look(InlinePool())
    assert worked() == 3
    assert 0.1 < pause <= 0.3


def test_it_takes_no_more_than_its_threads_can_begin_soon():
    make_rows(30)
    worker = worker_of(threads=3)
    worker._look(IdlePool())
    worker._next_look.clear()
    worker._look(IdlePool())
    assert Event.objects.exclude(lease_token="").count() == 6


def test_what_was_not_begun_is_given_back_at_the_end():
    make_rows(4)
    worker = worker_of(threads=2)
    worker._look(IdlePool())
    worker._give_back()
    assert set(Event.objects.values_list("lease_token", "attempts")) == {("", 0)}


@pytest.mark.parametrize("skew_seconds", [6.0, -600.0])
def test_t52_clocks_that_differ_claim_nothing_and_tell_health(monkeypatch, skew_seconds):
    make_rows(1)
    monkeypatch.setattr(due, "clock_skew_seconds", lambda: skew_seconds)
    worker = worker_of()
    worker._beat()
    worker._look(InlinePool())
    assert worked() == 0
    assert WorkerHeartbeat.objects.get().skew_seconds == skew_seconds
    assert due.is_skewed(WorkerHeartbeat.objects.get().skew_seconds)
    monkeypatch.setattr(due, "clock_skew_seconds", lambda: 0.0)
    worker._next_beat = 0.0
    worker._beat()
    worker._look(InlinePool())
    assert worked() == 1


def test_t52_it_tells_health_how_far_the_clocks_of_others_are(monkeypatch):
    seen = their_clocks.TheirClock("api.stripe.com", 600.0, 0.0)
    monkeypatch.setattr(their_clocks, "furthest", lambda: seen)
    worker_of()._beat()
    beat = WorkerHeartbeat.objects.get()
    assert (beat.their_host, beat.their_skew_seconds) == ("api.stripe.com", 600.0)


def test_it_beats_every_ten_seconds_and_not_at_every_look(monkeypatch):
    beats: list[object] = []
    monkeypatch.setattr(due, "beat", lambda **beat: beats.append(beat))
    worker = worker_of()
    for _ in range(5):
        worker._beat()
    assert len(beats) == 1


def test_a_database_that_does_not_answer_is_asked_again(monkeypatch):
    worker = worker_of(threads=1)
    looks: list[int] = []

    def look(_pool):
        looks.append(1)
        if len(looks) == 1:
            raise DatabaseError("gone for a moment")
        worker.stop()
        return 0.0

    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(run, "_AFTER_TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_look", look)
    worker.run()
    assert len(looks) == 2
