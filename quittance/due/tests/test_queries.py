from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quittance.due.actions import beat, claim, forget_gone_workers
from quittance.due.models import WorkerHeartbeat
from quittance.due.queries import dead_rows, heartbeat_age_seconds, newest_heartbeat, oldest_wait_seconds
from quittance.outbox.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def alive(name, seen_at):
    beat(name=name, started_at=NOON, seen_at=seen_at, skew_seconds=0.25)


def test_the_newest_worker_counts():
    assert newest_heartbeat() is None and heartbeat_age_seconds(NOON) is None
    alive("one", NOON)
    alive("two", NOON + timedelta(seconds=30))
    assert heartbeat_age_seconds(NOON + timedelta(seconds=45)) == 15


def test_a_worker_has_one_row_however_often_it_beats():
    for seconds in range(3):
        alive("one", NOON + timedelta(seconds=seconds))
    row = WorkerHeartbeat.objects.get()
    assert (row.seen_at, row.skew_seconds) == (NOON + timedelta(seconds=2), 0.25)


def test_workers_long_gone_are_forgotten():
    alive("one", NOON)
    alive("two", NOON + timedelta(days=2))
    forget_gone_workers(before=NOON + timedelta(days=1))
    assert [row.name for row in WorkerHeartbeat.objects.all()] == ["two"]


def test_the_longest_wait_is_of_the_row_due_longest():
    assert oldest_wait_seconds(Event, now=NOON) == 0
    for minutes in (3, 7, -5):
        at = NOON - timedelta(minutes=minutes)
        Event.objects.create(business_id=1, name="visit.booked", happened_at=at, next_attempt_at=at)
    assert oldest_wait_seconds(Event, now=NOON) == 7 * 60


def test_a_row_in_its_last_try_is_not_dead_yet():
    Event.objects.create(business_id=1, name="visit.booked", happened_at=NOON, next_attempt_at=NOON, attempts=4)
    claim(Event, limit=1, lease_seconds=60, now=NOON, max_attempts=5)
    assert not dead_rows(Event, max_attempts=5, now=NOON + timedelta(seconds=59)).exists()
    assert dead_rows(Event, max_attempts=5, now=NOON + timedelta(seconds=60)).exists()
