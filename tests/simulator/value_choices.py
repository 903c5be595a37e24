"""How often value is sold and spent at the desk, and with what; and what is done to the life of links."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.simulator.desk import due_of
from tests.simulator.link_choices import link_choices
from tests.simulator.pay_desks import pay_desk_choices
from tests.simulator.reminders import reminder_choices
from tests.simulator.seeding import CLIENTS
from tests.simulator.world import VisitRef
from tests.simulator.writing import writing_choices

Choice = tuple[float, str, Callable[[], tuple[str, dict[str, Any]]]]


def value_choices(dice: random.Random, visit: VisitRef, who: str, next_request: Callable[[], str]) -> list[Choice]:
    def form(**more: Any) -> tuple[str, dict[str, Any]]:
        given: dict[str, Any] = {"request": next_request(), "version": dice.choice(["now", "now", "seen", "none"])}
        return who, given | {"agree": dice.choice(["", "", "s", "st"])} | more

    def sell() -> tuple[str, dict[str, Any]]:
        return form(what=dice.choice(["card", "card", "membership"]), n=dice.randrange(2))

    def spend() -> tuple[str, dict[str, Any]]:
        paid_with = dice.choice(["card", "own"])
        given: dict[str, Any] = {"with": paid_with, "n": dice.randrange(8), "line": dice.randrange(3)}
        given["share"] = dice.choice([None, None, 0.5, 0.25, 1.2])
        return form(**given, elsewhere=paid_with == "card" and dice.random() < 0.05)

    def choose() -> tuple[str, dict[str, Any]]:
        return form(client=dice.choice(sorted(CLIENTS)))

    own: list[Choice] = [
        (0.4, "choose_client", choose),
        (2, "sell", sell),
        (5 if due_of(visit.bill_id) else 0.5, "spend", spend),
    ]
    own += reminder_choices(dice, visit, who, next_request)
    own += pay_desk_choices(dice, visit, who, next_request)
    own += writing_choices(dice, visit, who, next_request)
    return own + link_choices(dice, visit, who, next_request)
