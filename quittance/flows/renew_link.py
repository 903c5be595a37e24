"""A client whose link has expired asks for a new one.

It goes to the contact in the client card and is shown to nobody: whoever holds an old link learns nothing by it. A
payment page that is still open from the old link is ended first, as for every change of what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from quittance.audit import actions as audit
from quittance.calendar import bill_key
from quittance.calendar.queries_deposit import deposit_due
from quittance.calendar.queries_pay import PayPage, pay_page
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows._asking_for import client_language
from quittance.flows._client_way import masked, way_to
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError, PaidOnlineError, PaymentProcessingError, RefusedError
from quittance.flows.make_link import MadeLink, make, why_no_link
from quittance.messages import actions as messages
from quittance.messages import queries
from quittance.messages.actions import NewMessage
from quittance.messages.queries import ChannelChoice
from quittance.messages.types import PAYMENT_LINK
from quittance.payments import actions as payments
from quittance.payments.queries import live_link_of
from quittance.payments.status import is_live
from quittance.rows.locking import in_one_transaction

AGAIN_MINUTES: Final = 10
MOST_A_DAY: Final = 6

# `busy`: nothing was done, try again in a moment. `answered`: the page itself says how it stands.
RenewOutcome = Literal["sent", "wait", "answered", "nobody", "busy"]
OfferState = Literal["can", "sent", "enough", "nothing_due", "none"]


@dataclass(frozen=True, slots=True)
class RenewOffer:
    """What an expired page can offer; `to` is the masked address that the new link goes to, or went to."""

    state: OfferState
    to: str = ""


def offer(*, page: PayPage, now: datetime) -> RenewOffer:
    """For a page that says *expired*."""
    if not page.money.payable.is_positive:
        return RenewOffer("nothing_due")
    way = way_to(page)
    if way is None or why_no_link(bill=page.bill):
        return RenewOffer("none")
    return RenewOffer(_pace(page, now), masked(way.address))


def renew(*, token: str, ip: str, language: str = "", now: datetime) -> RenewOutcome:
    """Send a new link, or the live one that stands in its place by now. Repeating it within minutes sends nothing.

    `language` is what the client chose on the page, if anything: message and new link keep to it.
    """
    page = pay_page(token=token, now=now)
    if page is None or page.state != "expired":
        return "answered"
    offered = offer(page=page, now=now)
    if offered.state != "can":
        return "nobody" if offered.state == "none" else "wait" if offered.state in ("sent", "enough") else "answered"
    way = way_to(page)
    visit_id = bill_key.visit_id_of_bill(business_id=page.business.pk, bill_id=page.bill.pk)
    if way is None or visit_id is None:
        return "nobody"
    try:
        made = _make(page, visit_id, now)
    except RefusedError:
        return "nobody"
    except (PaidOnlineError, PaymentProcessingError):
        return "answered"
    except FlowError:
        return "busy"
    language = language or page.link.language
    is_new = in_one_transaction(lambda: _send(page, visit_id, made, way, language, ip, now))
    return "sent" if is_new else "wait"


def _pace(page: PayPage, now: datetime) -> OfferState:
    """Links of this visit that left a moment ago, or often today, whoever sent them."""
    visit_id = bill_key.visit_id_of_bill(business_id=page.business.pk, bill_id=page.bill.pk)
    if visit_id is None:
        return "none"

    def sent(**ago: int) -> int:
        since = now - timedelta(**ago)
        return queries.count_since(business_id=page.business.pk, visit_id=visit_id, type=PAYMENT_LINK, since=since)

    if sent(minutes=AGAIN_MINUTES):
        return "sent"
    return "enough" if sent(hours=24) >= MOST_A_DAY else "can"


def _make(page: PayPage, visit_id: int, now: datetime) -> MadeLink:
    """It asks what the old one asked, as far as that is still due."""
    ask: str | None = None
    amount: Money | None = None
    live = live_link_of(page.bill)
    if live is None or not is_live(live, now=now):
        if page.link.ask == "deposit" and deposit_due(bill=page.bill).is_positive:
            ask = "deposit"
        elif page.link.ask == "amount" and page.ask.is_positive:
            ask, amount = "amount", page.ask
    actor = Actor.system(page.business.pk)
    decision = Decision(stop_payment=True)
    return make(actor=actor, visit_id=visit_id, ask=ask, amount=amount, decision=decision, now=now)


def _send(
    page: PayPage, visit_id: int, made: MadeLink, way: ChannelChoice, language: str, ip: str, now: datetime
) -> bool:
    """One message for one stretch of minutes: the unique purpose holds against two pressings at once."""
    stretch = int(now.timestamp()) // (AGAIN_MINUTES * 60)
    new = NewMessage(
        type=PAYMENT_LINK,
        channel=way.channel,
        account_id=way.account_id or 0,
        address=way.address,
        language=language or client_language(page.bill),
        purpose_key=f"{PAYMENT_LINK}:renewed:{page.link.pk}:{stretch}",
        client_id=page.bill.client_id,
        visit_id=visit_id,
        bill_id=page.bill.pk,
        link_id=made.link_id,
    )
    _message, is_new = messages.queue(business_id=page.business.pk, new=new, due_at=now, created_by_id=None, now=now)
    if is_new:
        if language:
            payments.set_link_language(link_id=made.link_id, language=language)
        audit.record(
            actor=Actor.client(page.business.pk, ip=ip),
            location_id=page.bill.location_id,
            action="link.renewed",
            subject=("link", page.link.pk),
            now=now,
            detail={"new_link": made.link_id, "channel": way.channel},
        )
    return is_new
