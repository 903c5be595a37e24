"""How often a link gets another end, is ended at once, or is renewed by the client who holds it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.simulator.world import VisitRef

Choice = tuple[float, str, Callable[[], tuple[str, dict[str, Any]]]]


def link_choices(dice: random.Random, visit: VisitRef, who: str, next_request: Callable[[], str]) -> list[Choice]:
    def form(**more: Any) -> tuple[str, dict[str, Any]]:
        return who, {"request": next_request(), "agree": dice.choice(["", "s", "st"])} | more

    def extend() -> tuple[str, dict[str, Any]]:
        return form(minutes=dice.choice([None, 5, 60, 1_440]))

    def expire() -> tuple[str, dict[str, Any]]:
        return form()

    def of_client() -> tuple[str, dict[str, Any]]:
        return "client", {"n": dice.randrange(3)}

    if not visit.tokens:
        return []
    return [
        (1, "extend_link", extend),
        (0.7, "expire_link", expire),
        (0.7, "renew_link", of_client),
        (0.4, "call_back", of_client),
    ]
