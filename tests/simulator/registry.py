"""The table of actions: name -> what it does in a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulator.world import VisitRef, World

Act = Callable[[World, str, dict[str, Any]], str]
VisitAct = Callable[[World, str, VisitRef, dict[str, Any]], str]

ACTIONS: dict[str, Act] = {}


def action(name: str) -> Callable[[Act], Act]:
    def put(act: Act) -> Act:
        ACTIONS[name] = act
        return act

    return put


def needs_visit(name: str) -> Callable[[VisitAct], VisitAct]:
    """An action about the visit that `given["visit"]` names; without that visit nothing happens."""

    def put(act: VisitAct) -> VisitAct:
        def run(world: World, who: str, given: dict[str, Any]) -> str:
            visit = world.visits.get(given.get("visit", ""))
            return "no such visit" if visit is None else act(world, who, visit, given)

        ACTIONS[name] = run
        return act

    return put
