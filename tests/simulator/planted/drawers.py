"""What could be wrong about the cash drawer and the closing of its days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest import mock

from quittance.businesses.models import Location
from quittance.core.money import Money
from quittance.drawers import actions, queries
from quittance.drawers.models import CashMove, Closing, Drawer
from quittance.drawers.queries import OpenDay
from tests.simulator.planted.bug import planted


@planted(
    "next day opens with what was counted",
    "The drawer of the next day begins with all that was counted, also what was taken to the bank.",
    caught_by=("D1",),
    profiles=("calm", "storm"),
    favours=("take", "close_day"),
)
def opens_with_what_was_counted() -> Iterator[None]:
    look = queries.open_day

    def all_of_it(*, location: Location, now: datetime) -> OpenDay:
        day = look(location=location, now=now)
        if day.previous is None:
            return day
        return replace(day, opening=Money(day.previous.counted_minor, day.previous.currency))

    with mock.patch.object(queries, "open_day", all_of_it):
        yield


@planted(
    "closing forgets what was handed back",
    "Only what came in is marked as counted; money that was given back is counted again by the next day.",
    caught_by=("D1",),
    profiles=("calm", "storm"),
    favours=("take", "void", "close_day"),
)
def forgets_what_was_handed_back() -> Iterator[None]:
    claim = actions._claim

    def what_came_in(closing: Closing, day: OpenDay) -> None:
        claim(closing, replace(day, entries=[one for one in day.entries if one.change_minor > 0]))

    with mock.patch.object(actions, "_claim", what_came_in):
        yield


@planted(
    "cash by hand lands in the day before",
    "Change that is fetched from the bank is written to the day that was closed last.",
    caught_by=("D1",),
    profiles=("calm", "storm"),
    favours=("cash_by_hand", "close_day"),
)
def lands_in_the_day_before() -> Iterator[None]:
    move = actions.move_cash

    def a_day_early(*, drawer: Drawer, **what: Any) -> CashMove:
        drawer.last_serial = max(0, drawer.last_serial - 1)
        return move(drawer=drawer, **what)

    with mock.patch.object(actions, "move_cash", a_day_early):
        yield
