"""Sales without an appointment: they have no card in the calendar, so its list names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from quittance.businesses.models import Location
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import Period, day_period, local_date
from quittance.payments import queries as payment_queries
from quittance.payments.status import PaymentState

MAX_SALES = 200


@dataclass(frozen=True, slots=True)
class Sale:
    """A line of the list; `items` are what was sold."""

    visit: Visit
    money: PaymentState
    items: list[str]


def sales_between(*, location: Location, period: Period, now: datetime) -> list[Sale]:
    """By their time; those without anything on the bill are left out. Five queries."""
    rows = _sales(location, period).filter(bill__lines__isnull=False).distinct()
    visits = list(rows.select_related("client", "bill").order_by("starts_at", "id")[:MAX_SALES])
    bills = {visit.bill_id: visit.bill for visit in visits}
    if not bills:
        return []
    states = payment_queries.states_of(business_id=location.business_id, bills=bills.values(), now=now)
    names: dict[int, list[str]] = {}
    lines = Visit.objects.filter(pk__in=[visit.pk for visit in visits]).order_by("bill__lines__position")
    for bill_id, name, kind in lines.values_list("bill_id", "bill__lines__name", "bill__lines__kind"):
        if kind != "credit":
            names.setdefault(bill_id, []).append(name)
    return [Sale(visit, states[visit.bill_id], names.get(visit.bill_id, [])) for visit in visits]


def unused_sale(*, location: Location, client_id: int | None, by_id: int | None, now: datetime) -> Visit | None:
    """One that this person opened today, with nothing on it and nothing taken."""
    today = day_period(day=local_date(now, time_zone=location.time_zone), time_zone=location.time_zone)
    nobody = Q(client__isnull=True)
    rows = _sales(location, today).filter(
        nobody if client_id is None else Q(client_id=client_id),
        created_by_id=by_id,
        cancelled_at__isnull=True,
        note="",
        bill__ended_at__isnull=True,
        bill__lines__isnull=True,
        bill__tenders__isnull=True,
        bill__version=1,
    )
    return rows.order_by("-id").first()


def _sales(location: Location, period: Period) -> QuerySet[Visit]:
    slots = Appointment.objects.filter(business_id=location.business_id, visit_id=OuterRef("pk"))
    return Visit.objects.filter(
        ~Exists(slots),
        business_id=location.business_id,
        location=location,
        starts_at__gte=period.starts_at,
        starts_at__lt=period.ends_at,
    )
