"""Why a message about a visit's time, or about value that was sold, may still be sent, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext, gettext_noop, override

from quittance.bills.models import Bill
from quittance.bills.queries import bill_by_id
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.queries import appointments_of
from quittance.calendar.queries_gift_card import last_date_of
from quittance.flows._asking_for import client_language
from quittance.flows._reason import Reason
from quittance.messages.models import Message
from quittance.messages.queries_telling import untold
from quittance.messages.texts import MessageFacts
from quittance.messages.types import MEMBERSHIP, VISIT_BOOKED, VISIT_CANCELLED, VISIT_MOVED
from quittance.wallets.models import Wallet
from quittance.wallets.queries import free_units, wallet_by_id


def _visit_booked(message: Message, now: datetime) -> Reason:
    visit = _visit(message)
    if visit is None or visit.cancelled_at is not None:
        return Reason(drop=gettext_noop("The visit was cancelled."))
    return _told(visit, now)


def _visit_moved(message: Message, now: datetime) -> Reason:
    visit = _visit(message)
    if visit is None or visit.cancelled_at is not None:
        return Reason(drop=gettext_noop("The visit was cancelled."))
    if visit.starts_at == message.moved_from_at:
        return Reason(drop=gettext_noop("The visit was moved back."))
    other = untold(business_id=message.business_id, visit_id=visit.pk)
    if other is not None and other.pk < message.pk:
        return Reason(drop=gettext_noop("Another message tells the new time."))
    return _told(visit, now)


def _visit_cancelled(message: Message, now: datetime) -> Reason:
    visit = _visit(message)
    if visit is None or visit.cancelled_at is None:
        return Reason(drop=gettext_noop("The visit takes place."))
    return _told(visit, now)


def _name_of(held: Wallet, bill: Bill) -> str:
    if not bill.location.names_no_services:
        return held.name
    with override(client_language(bill)):
        return gettext("Membership")


def _membership(message: Message, now: datetime) -> Reason:
    held = wallet_by_id(business_id=message.business_id, wallet_id=message.wallet_id or 0)
    if held is None or not held.standing_units or not free_units(held) or held.blocked_at is not None:
        return Reason(drop=gettext_noop("The membership was taken back or used."))
    if held.expires_at is not None and held.expires_at <= now:
        return Reason(drop=gettext_noop("The membership has ended."))
    bill = bill_by_id(business_id=message.business_id, bill_id=message.bill_id or 0)
    last_date = last_date_of(held, bill.location)
    facts = MessageFacts(
        business_name=bill.business.name,
        link_address="",
        client_name=bill.client.name if bill.client else "",
        phone=bill.location.phone,
        time_zone=bill.location.time_zone,
        membership=_name_of(held, bill),
        visits=held.standing_units if held.unit == "visits" else 0,
        last_date=last_date,
        variant="" if last_date else "endless",
        accent=bill.business.accent,
    )
    return Reason(facts=facts)


READERS: Final[dict[str, Callable[[Message, datetime], Reason]]] = {
    MEMBERSHIP: _membership,
    VISIT_BOOKED: _visit_booked,
    VISIT_MOVED: _visit_moved,
    VISIT_CANCELLED: _visit_cancelled,
}


def _visit(message: Message) -> Visit | None:
    """None also where another client comes now: the card that it was queued for has no visit to hear of."""
    rows = Visit.objects.filter(
        business_id=message.business_id, pk=message.visit_id or 0, client_id=message.client_id or 0
    )
    return rows.select_related("business", "location", "client").first()


def _told(visit: Visit, now: datetime) -> Reason:
    """The time of now, whatever was moved since it was queued."""
    if visit.starts_at is None or visit.starts_at <= now:
        return Reason(drop=gettext_noop("The visit's time is past."))
    location, business = visit.location, visit.business
    booked = appointments_of(visit)
    stand = [one for one in booked if one.state not in Appointment.GONE] or booked
    names = dict.fromkeys(one.staff.name for one in stand)
    places = (location.name if location.name != business.name else "", location.address)
    facts = MessageFacts(
        business_name=business.name,
        link_address="",
        client_name=visit.client.name if visit.client else "",
        staff_name=", ".join(names),
        place=", ".join(part for part in places if part),
        phone=location.phone,
        visit_at=visit.starts_at,
        time_zone=location.time_zone,
        accent=business.accent,
    )
    return Reason(facts=facts)
