"""The stage itself: it finds what it must find, tells who waits for whom, and plays the same again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from quittance.bills import actions as bills
from quittance.bills.models import Bill
from quittance.payment_systems.fake import FakeBank
from quittance.rows.locking import in_one_transaction
from tests.simulator.interleaving.actors import Point
from tests.simulator.interleaving.pairs import PAIRS
from tests.simulator.interleaving.play import Explorer
from tests.simulator.interleaving.schedules import every
from tests.simulator.interleaving.stage import Played, Schedule, Theatre
from tests.simulator.interleaving.story import tell
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db(transaction=True)
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all rows")


@pytest.fixture
def salon(transactional_db: None, bank: FakeBank) -> Salon:
    return open_salon(bank)


def add_one(bill: Bill) -> None:
    """What a tired engineer writes: read, add, write."""
    version = Bill.objects.values_list("version", flat=True).get(pk=bill.pk)
    Bill.objects.filter(pk=bill.pk).update(version=version + 1)


def add_one_under_lock(bill: Bill) -> None:
    def work() -> None:
        locked = bills.lock_bill(business_id=bill.business_id, bill_id=bill.pk)
        Bill.objects.filter(pk=bill.pk).update(version=locked.version + 1)

    in_one_transaction(work)


def ends(theatre: Theatre, salon: Salon, work: Callable[[Bill], None]) -> tuple[set[int], list[Played]]:
    """What two of them added, in every schedule of two preemptions at most."""
    added: set[int] = set()
    bill = salon.bill(salon.visit())

    def play(schedule: Schedule) -> Played:
        before = Bill.objects.get(pk=bill.pk).version
        played = theatre.play(schedule, [("Ana", partial(work, bill)), ("Ben", partial(work, bill))])
        added.add(Bill.objects.get(pk=bill.pk).version - before)
        assert played.answers == [None, None]
        return played

    return added, list(every(play))


def test_it_finds_a_lost_update(theatre: Theatre, salon: Salon) -> None:
    added, played = ends(theatre, salon, add_one)
    assert added == {1, 2}
    assert len({str(one.schedule) for one in played}) == len(played)


def test_under_a_lock_nothing_is_lost(theatre: Theatre, salon: Salon) -> None:
    added, played = ends(theatre, salon, add_one_under_lock)
    assert added == {2}
    assert connection.vendor == "sqlite" or sum(one.waits for one in played) > 0


def test_the_same_schedule_is_the_same_run(theatre: Theatre, salon: Salon) -> None:
    bill = salon.bill(salon.visit())
    cast = [("Ana", partial(add_one, bill)), ("Ben", partial(add_one, bill))]
    schedule = Schedule.read("0 1>1")
    first, second = (theatre.play(schedule, cast) for _ in range(2))
    assert str(schedule) == "0 1>1"
    assert [step.point for step in first.steps] == [step.point for step in second.steps]
    assert first.choices == second.choices
    assert [step.role for step in first.steps] == ["Ana", "Ben", "Ben", "Ana"]


@on_postgres
def test_a_circle_of_locks_is_seen_and_both_go_on(theatre: Theatre, salon: Salon) -> None:
    here, there = salon.bill(salon.visit()), salon.bill(salon.visit())

    def lock(*rows: Bill) -> None:
        def work() -> None:
            for row in rows:
                bills.lock_bill(business_id=row.business_id, bill_id=row.pk)

        in_one_transaction(work)

    cast = [("Ana", partial(lock, here, there)), ("Ben", partial(lock, there, here))]
    # The database refuses one of them, and that one tries again.
    played = theatre.play(Schedule.read("0 1>1"), cast)
    assert played.circles == 1
    assert played.answers == [None, None]


def test_somebody_with_an_open_transaction_and_the_other_at_his_begin(salon: Salon, transactional_db: None) -> None:
    """On SQLite who wants to write stands before BEGIN while another holds the one lock."""
    theatre = Theatre(level="statement")
    bill = salon.bill(salon.visit())
    cast = [("Ana", partial(add_one_under_lock, bill)), ("Ben", partial(add_one_under_lock, bill))]
    try:
        for played in every(lambda schedule: theatre.play(schedule, cast)):
            assert played.answers == [None, None]
            assert played.waits == 0 or connection.vendor == "postgresql"
    finally:
        theatre.close()


def test_what_a_thread_raises_is_its_answer(theatre: Theatre) -> None:
    def break_down() -> None:
        with transaction.atomic():
            Bill.objects.get(pk=0)

    played = theatre.play(Schedule(0), [("Ana", break_down)])
    assert isinstance(played.answers[0], Bill.DoesNotExist)
    assert "ROLLBACK" in [step.point.text for step in played.steps]


def test_a_story_names_who_did_what(theatre: Theatre, salon: Salon) -> None:
    bill = salon.bill(salon.visit())
    cast = [("Ana", partial(add_one, bill)), ("Ben", partial(add_one, bill))]
    told = tell("two at once", theatre.play(Schedule.read("0 1>1"), cast), ["one was lost"])
    assert "two at once, schedule '0 1>1'" in told
    assert told.index("Ana") < told.index("Ben (the baton was taken away)") < told.rindex("Ana")
    assert "UPDATE bills_bill (version)" in told
    assert told.endswith("WRONG one was lost")


@on_postgres
def test_a_bill_that_is_not_locked_is_found_out(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge of the pairs: without the locks of visit and bill, two desks refund more than there was, or worse."""
    unlocked = {"business_id", "bill_id"}

    def read(**named: int) -> Bill:
        assert set(named) == unlocked
        return Bill.objects.get(business_id=named["business_id"], pk=named["bill_id"])

    monkeypatch.setattr("quittance.bills.actions.lock_bill", read)
    monkeypatch.setattr("quittance.calendar.bill_key.lock_visit_of_bill", lambda **_named: None)
    explorer = Explorer(theatre, next(pair for pair in PAIRS if pair.name == "settle x cash insisting"))
    for played in every(explorer.play, preemptions=1):
        if explorer.stories:
            assert str(played.schedule) in explorer.stories[0]
            assert "WRONG" in explorer.stories[0]
            return
    raise AssertionError("nobody noticed")


def test_points_that_only_read_what_nobody_writes_do_not_stop(theatre: Theatre) -> None:
    theatre.shared = frozenset({"bills_bill"})
    reads = Point("alone", "SELECT clients_client", frozenset({"clients_client"}))
    assert not theatre.stops_at(reads)
    assert theatre.stops_at(Point("alone", "SELECT bills_bill", frozenset({"bills_bill"})))
    assert theatre.stops_at(Point("call", "asks the bank"))
