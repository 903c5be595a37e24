"""End a payment link at once: it has expired from this moment on.

Its payment page is ended first at the payment system. A payment that wins that race is kept, and the desk is told;
a page that could not be ended is given up only when somebody agrees, and what lands on it later settles the visit,
or is too much and explained by a case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quittance.bills.models import Bill
from quittance.core.actor import Actor, Right, require
from quittance.flows._link_life import end_word, link_of_business
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import ChangedMeanwhileError
from quittance.payments import actions as payments


def expire(
    *, actor: Actor, link_id: int, seen: str | None = None, decision: Decision = Decision(), now: datetime
) -> bool:
    """False when it had ended before. `seen` is the end that the form was drawn with (`end_word`)."""
    link = link_of_business(business_id=actor.business_id, link_id=link_id)
    require(actor, Right.CASHLESS_PAYMENT, link.bill.location_id)

    def work(_locked: Bill) -> dict[str, Any]:
        link.refresh_from_db()
        if seen is not None and link.closed_at is None and seen != end_word(link.expires_at):
            raise ChangedMeanwhileError
        return {"link": link.pk, "closed": int(payments.expire_link(link=link, now=now))}

    change = Change(actor, link.bill_id, None, "link.expired", decision)
    return bool(change_due(change=change, now=now, work=work)["closed"])
