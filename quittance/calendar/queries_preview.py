"""Visits of these days, to try a message's text on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from quittance.bills.queries import facts as bill_facts
from quittance.calendar.models import Appointment, Visit
from quittance.messages.texts import MessageFacts

_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class TryOn:
    """A visit that a preview can be drawn with."""

    visit_id: int
    client_name: str
    starts_at: datetime | None


def visits_to_try(*, business_id: int, location_id: int) -> list[TryOn]:
    """The newest visits of a location that have a client. One query."""
    rows = Visit.objects.filter(business_id=business_id, location_id=location_id, client__isnull=False)
    found = rows.filter(cancelled_at__isnull=True).select_related("client").order_by("-id")[:_MOST]
    return [TryOn(visit.pk, visit.client.name if visit.client else "", visit.starts_at) for visit in found]


def facts_to_try(*, business_id: int, location_id: int, visit_id: int, link_address: str) -> MessageFacts | None:
    """What a message about this visit would say, with an address that leads nowhere. Three queries."""
    rows = Visit.objects.filter(business_id=business_id, location_id=location_id, pk=visit_id)
    visit = rows.select_related("bill", "client", "location", "business").first()
    if visit is None:
        return None
    booked = Appointment.objects.filter(business_id=business_id, visit_id=visit.pk).select_related("staff")
    names = dict.fromkeys(one.staff.name for one in booked.order_by("starts_at", "id"))
    money = bill_facts(visit.bill)
    location = visit.location
    places = (location.name if location.name != visit.business.name else "", location.address)
    return MessageFacts(
        business_name=visit.business.name,
        link_address=link_address,
        amount=money.due if money.due.is_positive else money.total,
        client_name=visit.client.name if visit.client else "",
        staff_name=", ".join(names),
        place=", ".join(part for part in places if part),
        phone=location.phone,
        visit_at=visit.starts_at,
        time_zone=location.time_zone,
    )
