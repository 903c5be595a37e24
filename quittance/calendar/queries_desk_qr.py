"""What a client sees who scans a desk's printed code: one visit to say yes to, or nothing. Reading changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from quittance.calendar.queries_pay import pay_page
from quittance.core.money import Money
from quittance.pay_desks.models import PayDesk
from quittance.pay_desks.queries import push_at
from quittance.payments.queries import live_link_of

DeskState = Literal[
    "asking",  # a visit is shown: is this you?
    "taken",  # somebody said yes and is about to pay
    "empty",  # nothing is shown
]


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """As little as lets its client know it: no name, no service, no link."""

    key: str
    at: datetime
    initials: str
    ask: Money


@dataclass(frozen=True, slots=True)
class DeskPage:
    """`visit` only where it is asked about. `mark` changes whenever the page would look different."""

    desk: PayDesk
    state: DeskState
    visit: ShownVisit | None = None
    mark: str = "empty"


def desk_page(*, desk: PayDesk, now: datetime) -> DeskPage:
    push = push_at(desk=desk, now=now)
    if push is None:
        return DeskPage(desk, "empty")
    # Paid, cancelled, a link that ended: what nobody can pay is not shown any more, whoever ended it.
    link = live_link_of(push.bill)
    page = pay_page(token=link.token.reveal(), now=now) if link is not None else None
    if page is None or page.state not in ("payable", "changing"):
        return DeskPage(desk, "empty")
    if push.taken_at is not None:
        return DeskPage(desk, "taken", mark=f"taken {push.key}")
    client = push.bill.client
    shown = ShownVisit(
        key=push.key,
        at=page.starts_at or push.pushed_at,
        initials=initials_of(client.name if client else ""),
        ask=page.ask,
    )
    return DeskPage(desk, "asking", shown, mark=f"asking {push.key} {page.ask.minor}")


def initials_of(name: str) -> str:
    """`Chloe Anne Martin` is `C. M.`; the first and the last word that begin with a letter or a digit."""
    letters = [word[0].upper() for word in name.split() if word[0].isalnum()]
    kept = letters[:1] + letters[1:][-1:]
    return " ".join(f"{letter}." for letter in kept)
