"""The cash drawer: somebody puts in or takes out, counts and closes; and another client for a visit."""

from __future__ import annotations

import random
from typing import Any

from quittance.businesses.models import Location
from quittance.core.money import Money
from quittance.drawers import queries
from quittance.flows import choose_client, close_day, move_cash
from tests.simulator.checks import rows
from tests.simulator.desk import decision_of
from tests.simulator.registry import action, needs_visit
from tests.simulator.story import Violation
from tests.simulator.world import VisitRef, World


@action("cash_by_hand")
def cash_by_hand(world: World, who: str, given: dict[str, Any]) -> str:
    place = world.town.places[given["place"]]
    move_cash.move_cash(
        actor=world.person(who, given.get("request", "")),
        location_id=place.location.pk,
        kind=given["kind"],
        amount=Money(given["minor"], place.location.currency),
        reason="for the week",
        now=world.now,
    )
    return f"{given['kind']} {given['minor']}"


@action("close_day")
def close(world: World, who: str, given: dict[str, Any]) -> str:
    """`short` of what is expected is missing; `seen_again`: the page was drawn before something else happened."""
    place = world.town.places[given["place"]]
    location = Location.objects.get(pk=place.location.pk)
    held = world.facts.setdefault("drawers", {})
    day = queries.open_day(location=location, now=world.now)
    if given.get("seen_before") and place.name in held:
        day = held[place.name]
    held[place.name] = day
    if given.get("only_look"):
        return f"closing {day.serial} is looked at"
    nothing = Money.zero(location.currency)
    counted = day.expected(day.opening or nothing) - Money(given.get("short", 0), location.currency)
    counted = max(counted, nothing)
    closing = close_day.close_day(
        actor=world.person(who, given.get("request", "")),
        location_id=location.pk,
        count=close_day.Count(
            serial=day.serial,
            seen=day.seen,
            business_date=queries.business_day(location=location, now=world.now, previous=day.previous),
            opening=None if day.opening is not None else nothing,
            loose=counted,
            kept=Money(counted.minor // 2, location.currency),
            note="counted twice",
        ),
        now=world.now,
    )
    return f"closing {closing}, {counted.minor} {location.currency}"


@needs_visit("choose_client")
def choose(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    house = world.house_of(visit)
    choose_client.choose(
        actor=world.person(who, given.get("request", "")),
        visit_id=visit.visit_id,
        client=house.clients[given["client"]],
        expected_version=None,
        decision=decision_of(given),
        now=world.now,
    )
    visit.client = given["client"]
    return f"it is {given['client']}'s"


def drawer_step(dice: random.Random, place: str, owner: str, request: str) -> tuple[str, str, dict[str, Any]]:
    """(action, who, parameters) of something at a drawer."""
    given: dict[str, Any] = {"place": place, "request": request}
    if dice.random() < 0.4:
        kind = dice.choice(["change", "in", "bank", "petty_cash", "out"])
        return "cash_by_hand", owner, given | {"kind": kind, "minor": dice.choice([100, 5_000])}
    how: dict[str, Any] = dice.choice([{}, {}, {"short": 500}, {"only_look": True}, {"seen_before": True}])
    return "close_day", owner, given | how


# ---- what must hold after every step

_CLOSINGS = """
SELECT c.id, c.serial, c.expected_minor, c.counted_minor, c.opening_minor,
  COALESCE((SELECT SUM(CASE WHEN j.from_account = 'cash' THEN j.amount_minor ELSE -j.amount_minor END)
    FROM drawers_closedentry e JOIN bills_journalentry j ON j.id = e.entry_id
    WHERE e.closing_id = c.id AND (j.from_account = 'cash' OR j.to_account = 'cash')), 0),
  COALESCE((SELECT SUM(m.change_minor) FROM drawers_cashmove m
    WHERE m.location_id = c.location_id AND m.serial = c.serial), 0),
  COALESCE((SELECT p.kept_minor FROM drawers_closing p
    WHERE p.location_id = c.location_id AND p.serial = c.serial - 1), c.opening_minor)
FROM drawers_closing c WHERE c.business_id IN (%s, %s)
"""
_TWICE = """
SELECT e.entry_id, COUNT(*) FROM drawers_closedentry e WHERE e.business_id IN (%s, %s)
GROUP BY e.entry_id HAVING COUNT(*) > 1
"""


def check_drawers(world: World) -> None:
    """D1: a closing expects what it opened with and every coin since; each movement of cash is counted once."""
    for closing, serial, expected, _counted, opening, taken, by_hand, kept in rows(_CLOSINGS, world.business_ids()):
        if opening != kept:
            raise Violation("D1", f"closing {closing} (number {serial}) opens with {opening}, {kept} had stayed")
        if expected != opening + taken + by_hand:
            text = f"closing {closing} expects {expected}: {opening} at first, {taken} of visits, {by_hand} by hand"
            raise Violation("D1", text)
    for entry, times in rows(_TWICE, world.business_ids()):
        raise Violation("D1", f"entry {entry} was counted {times} times")
