from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from quittance.core import clock
from quittance.due.actions import (
    SQLITE_MAX_BATCH,
    Fairness,
    backoff,
    claim,
    clock_skew_seconds,
    finish,
    is_skewed,
    release,
    renew,
    revive,
    wake,
)
from quittance.due.queries import dead_rows, oldest_wait_seconds
from quittance.outbox.models import Event

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def make_rows(count, *, business_id=1, due_at=NOON, **changes):
    rows = [
        Event(business_id=business_id, name="visit.booked", happened_at=due_at, next_attempt_at=due_at, **changes)
        for _ in range(count)
    ]
    return [row.pk for row in Event.objects.bulk_create(rows)]


def row(pk):
    return Event.objects.get(pk=pk)


@pytest.mark.django_db
class TestClaim:
    def test_takes_what_is_due_and_counts_the_attempt(self):
        [due] = make_rows(1)
        make_rows(1, due_at=NOON + SECOND)
        [claimed] = claim(Event, limit=10, lease_seconds=60, now=NOON)
        assert (claimed.id, claimed.attempts) == (due, 1)
        taken = row(due)
        assert (taken.attempts, taken.lease_token) == (1, claimed.lease_token)
        assert taken.lease_until == taken.next_attempt_at == NOON + timedelta(seconds=60)

    def test_leaves_a_row_alone_while_its_lease_runs_and_takes_it_at_the_lease_s_end(self):
        make_rows(1)
        [first] = claim(Event, limit=1, lease_seconds=60, now=NOON)
        assert claim(Event, limit=1, lease_seconds=60, now=NOON + timedelta(seconds=59)) == []
        [second] = claim(Event, limit=1, lease_seconds=60, now=NOON + timedelta(seconds=60))
        assert (second.id, second.attempts) == (first.id, 2)
        assert second.lease_token != first.lease_token

    def test_respects_its_limit_and_takes_the_longest_due_first(self):
        late = make_rows(3, due_at=NOON)
        early = make_rows(2, due_at=NOON - SECOND)
        assert {one.id for one in claim(Event, limit=2, lease_seconds=9, now=NOON)} == set(early)
        assert {one.id for one in claim(Event, limit=9, lease_seconds=9, now=NOON)} == set(late)

    def test_a_limit_of_nothing_takes_nothing(self):
        make_rows(1)
        assert claim(Event, limit=0, lease_seconds=9, now=NOON) == []

    def test_without_a_moment_the_database_s_clock_decides(self):
        [past] = make_rows(1, due_at=clock.now() - timedelta(minutes=1))
        make_rows(1, due_at=clock.now() + timedelta(minutes=1))
        assert [one.id for one in claim(Event, limit=9, lease_seconds=60)] == [past]
        assert abs(row(past).lease_until - clock.now() - timedelta(seconds=60)) < timedelta(seconds=5)

    def test_takes_few_rows_of_one_business_in_a_batch(self):
        make_rows(30, business_id=1, due_at=NOON - SECOND)
        small = make_rows(2, business_id=2)
        fair = Fairness("business_id", 5)
        taken = [one.id for one in claim(Event, limit=20, lease_seconds=60, now=NOON, fairness=fair)]
        assert len(taken) == 7 and set(small) < set(taken)
        assert len(claim(Event, limit=20, lease_seconds=60, now=NOON, fairness=fair)) == 5

    def test_fairness_keeps_the_limit(self):
        for business_id in range(10):
            make_rows(3, business_id=business_id)
        fair = Fairness("business_id", 2)
        assert len(claim(Event, limit=4, lease_seconds=60, now=NOON, fairness=fair)) == 4

    def test_takes_only_what_the_caller_narrows_it_to(self):
        from django.db.models import Q

        make_rows(1, business_id=1)
        [wanted] = make_rows(1, business_id=2)
        taken = claim(Event, limit=9, lease_seconds=60, now=NOON, only=Q(business_id=2))
        assert [one.id for one in taken] == [wanted]

    def test_a_row_that_failed_too_often_rests_until_a_person_revives_it(self):
        [worn] = make_rows(1, attempts=5)
        assert claim(Event, limit=9, lease_seconds=60, now=NOON, max_attempts=5) == []
        assert [one.pk for one in dead_rows(Event, max_attempts=5, now=NOON)] == [worn]
        assert oldest_wait_seconds(Event, now=NOON + SECOND, max_attempts=5) == 0
        assert revive(Event, worn, now=NOON)
        [again] = claim(Event, limit=9, lease_seconds=60, now=NOON, max_attempts=5)
        assert again.attempts == 1
        assert not dead_rows(Event, max_attempts=5, now=NOON).exists()

    def test_a_row_about_money_never_dies(self):
        make_rows(1, attempts=500)
        assert len(claim(Event, limit=9, lease_seconds=60, now=NOON)) == 1

    def test_writes_nothing_when_nothing_is_due(self):
        make_rows(3, due_at=NOON + SECOND)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert claim(Event, limit=9, lease_seconds=60, now=NOON) == []
        assert len(seen) == 1
        if connection.vendor == "sqlite":
            assert seen[0]["sql"].startswith("SELECT")

    def test_takes_one_statement_on_postgresql_and_a_small_batch_on_sqlite(self):
        make_rows(50)
        with CaptureQueriesContext(connection) as seen:
            taken = claim(Event, limit=40, lease_seconds=60, now=NOON)
        if connection.vendor == "postgresql":
            assert (len(taken), len(seen)) == (40, 1)
        else:
            assert (len(taken), len(seen)) == (SQLITE_MAX_BATCH, 2)


@pytest.mark.django_db
class TestFinish:
    def claim_one(self, now=NOON):
        [claimed] = claim(Event, limit=1, lease_seconds=60, now=now)
        return claimed

    def test_lets_go_for_good(self):
        [pk] = make_rows(1)
        claimed = self.claim_one()
        assert finish(Event, pk, claimed.lease_token)
        done = row(pk)
        assert (done.next_attempt_at, done.lease_until, done.lease_token) == (None, None, "")

    def test_writes_the_outcome_and_the_next_time(self):
        [pk] = make_rows(1)
        claimed = self.claim_one()
        later = NOON + timedelta(hours=1)
        assert finish(Event, pk, claimed.lease_token, next_attempt_at=later, name="visit.moved", attempts=0)
        done = row(pk)
        assert (done.next_attempt_at, done.name, done.attempts) == (later, "visit.moved", 0)

    def test_changes_nothing_when_the_lease_went_to_somebody_else(self):
        [pk] = make_rows(1)
        slow = self.claim_one()
        quick = self.claim_one(now=NOON + timedelta(seconds=61))
        assert not finish(Event, pk, slow.lease_token, name="visit.moved")
        assert row(pk).name == "visit.booked"
        assert finish(Event, pk, quick.lease_token)

    def test_a_second_finish_changes_nothing(self):
        [pk] = make_rows(1)
        claimed = self.claim_one()
        assert finish(Event, pk, claimed.lease_token)
        assert not finish(Event, pk, claimed.lease_token, name="visit.moved")

    def test_keeps_a_wish_to_be_looked_at_sooner_that_came_during_the_work(self):
        [pk] = make_rows(1)
        claimed = self.claim_one()
        wished_at = NOON + timedelta(seconds=3)
        assert wake(Event, [pk], now=wished_at) == 1
        assert finish(Event, pk, claimed.lease_token, next_attempt_at=NOON + timedelta(hours=1))
        assert row(pk).next_attempt_at == wished_at

    def test_writes_nothing_when_a_column_changed_that_must_not(self):
        [pk] = make_rows(1)
        claimed = self.claim_one()
        assert not finish(Event, pk, claimed.lease_token, only_if={"name": "visit.moved"})
        assert row(pk).lease_token == claimed.lease_token
        assert finish(Event, pk, claimed.lease_token, only_if={"name": "visit.booked"})

    def test_an_empty_token_is_nobody_s_lease(self):
        [pk] = make_rows(1)
        with pytest.raises(ValueError, match="nobody"):
            finish(Event, pk, "")


@pytest.mark.django_db
class TestLease:
    def test_renewing_keeps_others_away_longer(self):
        [pk] = make_rows(1)
        [claimed] = claim(Event, limit=1, lease_seconds=60, now=NOON)
        at_50 = NOON + timedelta(seconds=50)
        assert renew(Event, pk, claimed.lease_token, lease_seconds=60, now=at_50)
        assert claim(Event, limit=1, lease_seconds=60, now=NOON + timedelta(seconds=109)) == []
        assert len(claim(Event, limit=1, lease_seconds=60, now=NOON + timedelta(seconds=110))) == 1
        assert not renew(Event, pk, claimed.lease_token, lease_seconds=60, now=NOON + timedelta(seconds=111))

    def test_renewing_keeps_a_wish_to_be_looked_at_sooner(self):
        [pk] = make_rows(1)
        [claimed] = claim(Event, limit=1, lease_seconds=60, now=NOON)
        wake(Event, [pk], now=NOON + SECOND)
        renew(Event, pk, claimed.lease_token, lease_seconds=60, now=NOON + SECOND)
        finish(Event, pk, claimed.lease_token, next_attempt_at=NOON + timedelta(hours=1))
        assert row(pk).next_attempt_at == NOON + SECOND

    def test_a_released_row_is_due_again_and_the_claim_did_not_count(self):
        [pk] = make_rows(1)
        [claimed] = claim(Event, limit=1, lease_seconds=60, now=NOON)
        assert release(Event, pk, claimed.lease_token, now=NOON)
        [again] = claim(Event, limit=1, lease_seconds=60, now=NOON)
        assert again.attempts == 1

    def test_waking_leaves_alone_what_is_due_already_and_wakes_what_has_no_time(self):
        [due] = make_rows(1, due_at=NOON - SECOND)
        [never] = make_rows(1, due_at=NOON)
        Event.objects.filter(pk=never).update(next_attempt_at=None)
        assert wake(Event, [due, never], now=NOON) == 1
        assert (row(due).next_attempt_at, row(never).next_attempt_at) == (NOON - SECOND, NOON)


def test_backoff_doubles_up_to_its_cap():
    waits = [backoff(n, base_seconds=10, cap_seconds=100, spread=0).total_seconds() for n in range(1, 8)]
    assert waits == [10, 20, 40, 80, 100, 100, 100]
    assert backoff(1, base_seconds=10, cap_seconds=100, spread=1).total_seconds() == 12.5
    assert backoff(10_000, base_seconds=10, cap_seconds=900).total_seconds() == 900
    assert 10 <= backoff(0, base_seconds=10, cap_seconds=900).total_seconds() <= 12.5


@pytest.mark.django_db
def test_one_machine_s_clocks_agree_and_six_seconds_apart_is_too_far():
    assert abs(clock_skew_seconds()) < 1
    assert is_skewed(5.1) and is_skewed(-6) and not is_skewed(4.9)


@pytest.mark.django_db(transaction=True)
def test_many_claimers_at_once_never_take_a_row_twice():
    rows = make_rows(120)
    taken: list[int] = []
    errors: list[Exception] = []
    lock = threading.Lock()
    start = threading.Barrier(6)

    def work():
        try:
            start.wait(timeout=10)
            while claimed := claim(Event, limit=7, lease_seconds=600, now=NOON):
                assert len(claimed) <= 7
                with lock:
                    taken.extend(one.id for one in claimed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            with lock:
                errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert sorted(taken) == rows
    assert set(Event.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_fair_claimers_at_once_never_take_a_row_twice():
    rows = [pk for business_id in range(5) for pk in make_rows(20, business_id=business_id)]
    taken: list[int] = []
    lock = threading.Lock()

    def work():
        try:
            fair = Fairness("business_id", 3)
            while claimed := claim(Event, limit=8, lease_seconds=600, now=NOON, fairness=fair):
                with lock:
                    taken.extend(one.id for one in claimed)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # Who finds all fair places held by others goes home early; nobody takes what another holds.
    taken += [one.id for one in claim(Event, limit=200, lease_seconds=600, now=NOON)]
    assert len(taken) == len(set(taken)) and set(taken) <= set(rows)
