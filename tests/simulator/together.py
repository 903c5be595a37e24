"""Things that happen one after another while somebody else's call is under way, and a notice with a known id."""

from __future__ import annotations

import random
from typing import Any

from tests.simulator.outside import books_of, in_flight
from tests.simulator.registry import ACTIONS, action
from tests.simulator.world import World


@action("together")
def together(world: World, _who: str, given: dict[str, Any]) -> str:
    """Several things one after another, as one aside."""
    done = []
    for held in given["steps"]:
        act = ACTIONS.get(held["name"])
        done.append("nothing" if act is None else act(world, held.get("who", ""), held.get("given", {})))
    return "; ".join(done)


@action("same_id_elsewhere")
def same_id_elsewhere(world: World, _who: str, given: dict[str, Any]) -> str:
    """The other account sends an authentic notice that happens to bear the id of one that waits."""
    waiting = in_flight(world)
    if not waiting:
        return "nothing waits"
    books, delivery = waiting[given.get("n", 0) % len(waiting)]
    others = [house for house in world.town.houses.values() if books_of(world, house) is not books]
    event = dict(books.get("events", delivery["event"]))
    theirs = books_of(world, others[0])
    event["data"] = {"object": {"id": theirs.new_id("cus"), "object": "customer", "metadata": {}}}
    point = next(iter(theirs.table("endpoints").values()))
    answer = world.sandbox.stripe.webhooks._send_forged(theirs, event, point, "")
    return f"{event['id']} to {others[0].owner}: answered {answer.status}"


def at_the_bank_and_told(dice: random.Random, visit: str) -> dict[str, Any]:
    """What `together` is given: the bank does something about this visit, tells of it, and the worker listens."""
    name, who, given = dice.choice(_BANK_EVENTS)
    return {
        "steps": [
            {"name": name, "who": who, "given": {"visit": visit, "page": -1} | given},
            {"name": "post", "given": {"pick": "all"}},
            {"name": "work"},
        ]
    }


_BANK_EVENTS: list[tuple[str, str, dict[str, Any]]] = [
    ("dispute", "the bank", {}),
    ("dispute_ends", "the bank", {"won": True}),
    ("dispute_ends", "the bank", {"won": False}),
    ("refund_ends", "the bank", {"ok": False}),
    ("refund_ends", "the bank", {"ok": True}),
    ("dashboard_refund", "Ana", {"share": 0.3}),
    ("pay", "Chloe", {"card": "good"}),
]
