"""Short plots that dice alone would seldom find: each is a few steps about one visit, mixed into a run as it goes."""

from __future__ import annotations

import random
from typing import Any

from tests.simulator.story import Fault, Step

_WITH_PHONE = ("Chloe", "Emil", "Hana")
Plot = list[tuple[str, str, dict[str, Any]]]


def plot(dice: random.Random, *, visit: str, owner: str, client: str, next_request: str) -> list[Step]:
    """One of the plots for this visit, without the visit's booking."""
    who = client or "somebody"
    about = {"visit": visit}
    link = ("link", owner, about | {"agree": "sti"})
    press = ("press_pay", who, about)
    pay = ("pay", who, about)
    well: tuple[str, str, dict[str, Any]] = ("all_well", "", {})
    lost = {
        "kind": dice.choice(["drop_before", "drop_after", "error_after", "down"]),
        "match": "POST /v1/checkout/sessions",
    }
    silent_mail = {"service": "mail", "kind": dice.choice(["silence", "vanish", "later"]), "times": dice.choice([1, 2])}
    price = (
        "change_line",
        owner,
        about | {"unit_minor": dice.choice([7_777, 13_000]), "agree": "st", "request": next_request},
    )
    desk = about | {"desk": dice.choice([0, 1])}
    push = ("push", owner, desk | {"request": f"{next_request}p"})
    yes = ("scan", who, desk | {"yes": True})
    others: Plot = [
        price,
        ("take_off", owner, about | {"request": f"{next_request}b"}),
        ("wait", "", {"seconds": 599, "awake": True}),
    ]
    meanwhile = dice.choice(others)
    caller = who if who in _WITH_PHONE else dice.choice(_WITH_PHONE)
    plots: list[Plot] = [
        # The old page cannot be ended, another one is opened, the client pays on one or on both.
        [link, press, ("trouble", "", lost | {"times": 2}), price, well, press, ("pay", who, about | {"page": dice.choice([-2, -1])})],
        [link, press, ("trouble", "", lost | {"times": 2}), price, well, press, ("pay", who, about | {"page": -2}), ("work", "", {}), pay],
        # The answer to opening is lost; the client presses again, at once or after the half minute.
        [link, ("trouble", "", lost | {"times": 1}), press, ("jump", "", about | {"timer": "unknown", "ms": 1}), press, press, pay],
        # A debit under way when the visit is cancelled.
        [link, press, ("pay", who, about | {"card": "debit"}), ("work", "", {}), ("cancel", owner, about | {"agree": "sti"}), ("debit_decides", "the bank", about | {"ok": dice.random() < 0.6})],
        # The bank and the desk give back at the same time.
        [link, press, pay, ("work", "", {}), ("dashboard_refund", owner, about | {"share": 0.5}), ("lose", "", {"all": True}), ("refund", owner, about | {"share": 0.9, "request": next_request})],
        # A dispute after a refund, lost in the end.
        [link, press, pay, ("work", "", {}), ("refund", owner, about | {"share": 0.3, "request": next_request}), ("dispute", "the bank", about), ("work", "", {}), ("dispute_ends", "the bank", about | {"won": dice.random() < 0.4})],
        # The mail server took the receipt, or did not, and said nothing.
        [("trouble", "", silent_mail), link, ("send", owner, about | {"channels": ["email"], "request": next_request}), ("wait", "", {"seconds": 300, "awake": True}), press, pay, ("wait", "", {"seconds": 300, "awake": True})],
        # Shown at a desk's QR code: two phones say yes, or the page of before does after something happened.
        [push, yes, ("scan", "somebody", desk | {"yes": True, "late": True}), press, pay],
        [push, ("scan", who, desk), meanwhile, ("scan", who, desk | {"yes": True, "late": True}), press, pay],
        # A phone number, a code, and the visit's page; the desk may have given the visit to somebody else meanwhile.
        [("ask_code", caller, desk), ("work", "", {}), ("wait", "", {"seconds": 60, "awake": True}), *([("choose_client", owner, about | {"client": "Emil", "agree": "sti", "request": f"{next_request}c"})] if dice.random() < 0.3 else []), ("type_code", caller, about), press, pay],
        # Paid twice: on the page that was left open, and with cash.
        [link, press, ("take", owner, about | {"kind": "cash", "agree": "sti", "request": next_request}), pay],
    ]  # fmt: skip
    steps = [
        Step(name, actor, given, dice.choice([0, 300, 1_000]), dice.randrange(1 << 30))
        for name, actor, given in dice.choice(plots)
    ]
    if dice.random() < 0.4:
        # Somebody dies, or pays, in the middle of one of them.
        place = dice.randrange(len(steps))
        faults = [Fault("kill", dice.randrange(6)), Fault("meanwhile", dice.randrange(5), 1, Step(*pay, salt=1))]
        old = steps[place]
        if old.name not in {"trouble", "all_well", "pay"}:
            steps[place] = Step(old.name, old.who, old.given, old.after_ms, old.salt, dice.choice(faults))
    return steps
