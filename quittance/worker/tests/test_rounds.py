from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quittance.core import clock
from quittance.due import actions as due
from quittance.due.models import Chore
from quittance.outbox.models import Event
from quittance.worker.rounds import claim_pieces, do, give_back, run_once
from quittance.worker.table import JOBS, Job

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def make_rows(count, *, due_at=NOON):
    rows = [Event(business_id=1, name="visit.booked", happened_at=due_at, next_attempt_at=due_at) for _ in range(count)]
    return [row.pk for row in Event.objects.bulk_create(rows)]


def job_of(work, **changes):
    return Job(name="test", model=Event, work=work, interval_seconds=1, **changes)


def finishing(*, row_id, lease_token, now):
    due.finish(Event, row_id, lease_token, name="worked")


def test_works_until_nothing_is_due():
    make_rows(45)
    assert run_once(NOON, jobs=[job_of(finishing)]) == 45
    assert set(Event.objects.values_list("name", "next_attempt_at")) == {("worked", None)}
    assert run_once(NOON, jobs=[job_of(finishing)]) == 0


def test_one_bad_row_never_stops_the_rest():
    bad, *good = make_rows(5)

    def work(*, row_id, lease_token, now):
        if row_id == bad:
            raise RuntimeError("this row is broken")
        finishing(row_id=row_id, lease_token=lease_token, now=now)

    run_once(NOON, jobs=[job_of(work)])
    assert set(Event.objects.filter(name="worked").values_list("pk", flat=True)) == set(good)
    row = Event.objects.get(pk=bad)
    assert (row.lease_token, row.attempts) == ("", 1)
    assert row.next_attempt_at is not None
    assert NOON + timedelta(seconds=10) <= row.next_attempt_at <= NOON + timedelta(seconds=12.5)


def test_a_bad_row_backs_off_and_comes_to_rest():
    [pk] = make_rows(1)

    def work(*, row_id, lease_token, now):
        raise RuntimeError("this row is broken")

    job = job_of(work, max_attempts=5)
    now = NOON
    for _ in range(50):
        run_once(now, jobs=[job])
        now += timedelta(minutes=10)
    row = Event.objects.get(pk=pk)
    assert row.attempts == 5 and row.next_attempt_at is not None


def test_work_that_follows_from_work_is_done_in_the_same_run():
    make_rows(1)

    def work(*, row_id, lease_token, now):
        if Event.objects.count() < 4:
            make_rows(1, due_at=now)
        finishing(row_id=row_id, lease_token=lease_token, now=now)

    assert run_once(NOON, jobs=[job_of(work)]) == 4


def test_a_row_that_makes_itself_due_for_ever_does_not_keep_it_for_ever():
    make_rows(1)

    def work(*, row_id, lease_token, now):
        due.finish(Event, row_id, lease_token, next_attempt_at=now)

    assert run_once(NOON, jobs=[job_of(work)], max_rounds=7) == 7


def test_a_row_that_killed_workers_before_gets_a_longer_lease_first():
    [_pk] = make_rows(1)
    Event.objects.update(attempts=6)
    seen: list[Any] = []

    def work(*, row_id, lease_token, now):
        seen.append(Event.objects.get(pk=row_id).lease_until)
        raise SystemExit  # stands for a killed process

    with pytest.raises(SystemExit):
        run_once(NOON, jobs=[job_of(work, lease_seconds=60)])
    assert seen[0] >= NOON + timedelta(minutes=15)


def test_a_row_that_waited_too_long_for_a_thread_is_left_to_its_new_owner(monkeypatch):
    [_pk] = make_rows(1)
    seen = []

    def work(*, row_id, lease_token, now):
        seen.append(row_id)

    job = job_of(work, lease_seconds=60)
    [piece] = claim_pieces(job, limit=1, now=NOON)
    later = NOON + timedelta(seconds=61)
    [taken_over] = claim_pieces(job, limit=1, now=later)
    monkeypatch.setattr(time, "monotonic", lambda: piece.claimed_at + 61)
    assert not do(piece, now=later)
    assert seen == []
    assert do(taken_over, now=later)


def test_what_was_not_begun_is_given_back():
    make_rows(3)
    pieces = claim_pieces(job_of(finishing), limit=3, now=NOON)
    give_back(pieces, now=NOON)
    assert set(Event.objects.values_list("attempts", "lease_token", "next_attempt_at")) == {(0, "", NOON)}


def test_by_default_the_clock_is_the_database_s():
    make_rows(1, due_at=clock.now() - timedelta(seconds=1))
    make_rows(1, due_at=clock.now() + timedelta(hours=1))
    assert run_once(jobs=[job_of(finishing)]) == 1


def test_every_job_of_the_table_can_be_claimed_on_this_database():
    assert [job.name for job in JOBS] == [
        "event lists", "inbound webhooks", "payments", "refunds", "money cases", "events", "reminders", "messages",
        "old notices", "names on old papers", "expired links",
    ]  # fmt: skip
    # Written by a migration.
    Chore.objects.all().delete()
    for job in JOBS:
        assert claim_pieces(job, limit=job.batch, now=NOON) == []
        assert claim_pieces(job, limit=job.batch, now=None) == []


def test_leases_outlast_the_hardest_call_three_times():
    assert all(job.lease_seconds >= 3 * 20 for job in JOBS)


def test_only_rows_about_money_and_privacy_never_die():
    assert [job.name for job in JOBS if job.max_attempts is None] == [
        "event lists", "payments", "refunds", "money cases", "old notices", "names on old papers",
        "expired links",
    ]  # fmt: skip
