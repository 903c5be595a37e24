"""What people do to the life of a link, at the desk and on its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quittance.flows import call_back, expire_link, extend_link, renew_link
from quittance.flows._link_life import UNTIL_PAID
from quittance.payments.models import PaymentLink
from quittance.payments.queries import link_by_token
from tests.simulator.desk import decision_of
from tests.simulator.registry import needs_visit
from tests.simulator.world import VisitRef, World


def newest(visit: VisitRef) -> PaymentLink | None:
    return PaymentLink.objects.filter(bill_id=visit.bill_id).order_by("-pk").first()


@needs_visit("extend_link")
def extend(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    link = newest(visit)
    if link is None:
        return "no link"
    minutes = given.get("minutes")
    ends_at = UNTIL_PAID if minutes is None else world.now + timedelta(minutes=minutes)
    extend_link.extend(
        actor=world.person(who, given.get("request", "")), link_id=link.pk, expires_at=ends_at, now=world.now
    )
    return "extended"


@needs_visit("expire_link")
def expire(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    link = newest(visit)
    if link is None:
        return "no link"
    actor = world.person(who, given.get("request", ""))
    ended = expire_link.expire(actor=actor, link_id=link.pk, decision=decision_of(given), now=world.now)
    return "expired" if ended else "had ended"


@needs_visit("renew_link")
def renew(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """By any link of the visit that the client ever got; the new one is known to whoever reads the message."""
    token = _token(visit, given)
    if not token:
        return "no link"
    outcome = renew_link.renew(token=token, ip="", now=world.now)
    link = newest(visit)
    if outcome == "sent" and link is not None:
        known = link.token.reveal()
        if known not in visit.tokens:
            visit.tokens.append(known)
    return outcome


@needs_visit("call_back")
def ask_call_back(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    token = _token(visit, given)
    if not token or link_by_token(token) is None:
        return "no link"
    return "waits" if call_back.ask(token=token, ip="", now=world.now) else "not now"


def _token(visit: VisitRef, given: dict[str, Any]) -> str:
    return visit.tokens[given.get("n", 0) % len(visit.tokens)] if visit.tokens else ""
