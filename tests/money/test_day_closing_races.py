"""B17 with real threads: one day is closed once, and no cash is counted twice or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from quittance.bills.models import JournalEntry
from quittance.drawers.models import CashMove, ClosedEntry, Closing, Drawer
from quittance.drawers.queries import business_day, open_day
from quittance.flows.close_day import Count, close_day
from quittance.flows.errors import FlowError
from quittance.flows.move_cash import move_cash, take_back
from tests.money.test_races import at_once, open_house
from tests.support.salon import Salon

__all__ = ["open_house"]
pytestmark = pytest.mark.django_db(transaction=True)


def close_as_seen(salon: Salon) -> int:
    """Whoever comes looks, counts exactly that, and closes."""
    day = open_day(location=salon.location, now=salon.now)
    opening = day.opening if day.opening is not None else salon.eur(0)
    count = Count(
        serial=day.serial,
        seen=day.seen,
        business_date=business_day(location=salon.location, now=salon.now, previous=day.previous),
        opening=opening,
        loose=day.expected(opening),
        kept=salon.eur(0),
    )
    return close_day(actor=salon.actor, location_id=salon.location.pk, count=count, now=salon.now)


@pytest.mark.row("B17")
def test_five_who_close_the_first_day_at_once_make_one_closing(open_house: Salon) -> None:
    salon = open_house
    salon.cash(salon.visit(), 1_000)
    day = open_day(location=salon.location, now=salon.now)
    count = Count(
        serial=day.serial, seen=day.seen, business_date=salon.now.date(), opening=salon.eur(0),
        loose=salon.eur(1_000), kept=salon.eur(0),
    )  # fmt: skip
    people = [replace(salon.actor, user_id=number) for number in range(10, 15)]
    works: list[Callable[[], object]] = [
        partial(close_day, actor=one, location_id=salon.location.pk, count=count, now=salon.now) for one in people
    ]
    answers = at_once(works)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, FlowError) for answer in answers) == 4, answers
    assert (Closing.objects.count(), Drawer.objects.count(), ClosedEntry.objects.count()) == (1, 1, 1)


@pytest.mark.row("B17")
def test_cash_that_is_taken_while_days_are_closed_is_counted_once(open_house: Salon) -> None:
    salon = open_house
    for _ in range(6):
        visits = [salon.visit() for _ in range(3)]
        takings: list[Callable[[], object]] = [partial(salon.cash, visit, 1_000) for visit in visits]
        takings.append(
            partial(
                move_cash,
                actor=salon.actor,
                location_id=salon.location.pk,
                kind="change",
                amount=salon.eur(500),
                reason="",
                now=salon.now,
            )
        )
        takings.append(partial(close_as_seen, salon))
        at_once(takings)
        salon.now += timedelta(minutes=1)
    close_as_seen(salon)
    taken = sum(closing.taken_minor for closing in Closing.objects.all())
    put_in = sum(closing.put_in_minor for closing in Closing.objects.all())
    cash = JournalEntry.objects.filter(from_account="cash")
    assert taken == sum(entry.amount_minor for entry in cash) == 18_000
    assert put_in == sum(move.change_minor for move in CashMove.objects.all()) == 3_000
    assert ClosedEntry.objects.count() == cash.count()


def test_five_who_take_one_entry_back_take_it_back_once(open_house: Salon) -> None:
    salon = open_house
    move_id = move_cash(
        actor=salon.actor, location_id=salon.location.pk, kind="bank", amount=salon.eur(500), reason="", now=salon.now
    )
    answers = at_once([partial(take_back, actor=salon.actor, move_id=move_id, now=salon.now)] * 5)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert CashMove.objects.count() == 2
