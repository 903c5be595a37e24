"""Whose visit is due at a place, by the phone number that they typed there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from quittance.calendar.models import Visit
from quittance.calendar.times import local_date
from quittance.clients.models import ContactPoint
from quittance.payments.queries import states_of

# A visit of last year is asked for in another way than at the desk.
_NEAR: Final = timedelta(days=60)
_MOST: Final = 50


def due_visit_of_phone(*, business_id: int, location_id: int, phone: str, now: datetime) -> Visit | None:
    """The nearest one that can be paid: today's before all others, then by its distance from now. Never a list."""
    points = ContactPoint.objects.filter(business_id=business_id, kind="phone", value=phone)
    visits = Visit.objects.filter(
        business_id=business_id,
        location_id=location_id,
        client_id__in=points.values("client_id"),
        cancelled_at__isnull=True,
        bill__ended_at__isnull=True,
    ).select_related("bill", "bill__client", "bill__location", "location")
    rows = [visit for visit in visits.order_by("-id")[:_MOST] if abs(_at(visit) - now) <= _NEAR]
    states = states_of(business_id=business_id, bills=[visit.bill for visit in rows], now=now)
    due = [visit for visit in rows if states[visit.bill_id].payable.is_positive]
    return min(due, key=lambda visit: _distance(visit, now), default=None)


def _at(visit: Visit) -> datetime:
    return visit.starts_at or visit.created_at


def _distance(visit: Visit, now: datetime) -> tuple[bool, timedelta, int]:
    zone = visit.location.time_zone
    is_today = local_date(_at(visit), time_zone=zone) == local_date(now, time_zone=zone)
    return not is_today, abs(_at(visit) - now), visit.pk
