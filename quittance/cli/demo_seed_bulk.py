"""Hundreds of visits and what was paid for them by hand, in a few statements each: the rows that the flows write.

Nobody is told of what happened before the demo began, so no events are written. `audit_books` reads all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from quittance.audit.models import AuditEntry
from quittance.bills.amounts import line_amounts
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill, BillLine
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import local_date
from quittance.catalog.models import Service
from quittance.cli.demo_seed_places import DemoPlace
from quittance.clients.models import Client
from quittance.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Booking:
    """One appointment wanted, of which it is known that nobody is in the way."""

    staff_id: int
    service: Service
    client: Client
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.service.duration_minutes)


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """One visit that was booked, in the words of the money that follows."""

    place: DemoPlace
    visit_id: int
    starts_at: datetime
    ends_at: datetime
    client: Client
    service: Service


def book_all(place: DemoPlace, bookings: Sequence[Booking], *, now: datetime) -> list[DemoVisit]:
    """Each two days ahead, as far as the day is not further back than that."""
    made_at = [min(one.starts_at, now) - timedelta(days=2, minutes=one.starts_at.minute) for one in bookings]
    lines = [NewLine.of_service(one.service, staff_id=one.staff_id) for one in bookings]
    bills = [_bill(place, one, line, at) for one, line, at in zip(bookings, lines, made_at, strict=True)]
    Bill.objects.bulk_create(bills)
    BillLine.objects.bulk_create(_line(bill, line) for bill, line in zip(bills, lines, strict=True))
    here = {"business_id": place.location.business_id, "location": place.location}
    visits = [
        Visit(
            **here,
            client=one.client,
            bill=bill,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            created_at=at,
            created_by_id=place.desk.user_id,
        )
        for one, bill, at in zip(bookings, bills, made_at, strict=True)
    ]
    Visit.objects.bulk_create(visits)
    Appointment.objects.bulk_create(
        Appointment(
            **here,
            visit=visit,
            staff_id=one.staff_id,
            service=one.service,
            service_name=one.service.name,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )
        for one, visit in zip(bookings, visits, strict=True)
    )
    AuditEntry.objects.bulk_create(
        entry(place.desk, place, "visit.booked", ("visit", visit.pk), visit.created_at, {"bill": visit.bill_id})
        for visit in visits
    )
    return [
        DemoVisit(place, visit.pk, one.starts_at, one.ends_at, one.client, one.service)
        for one, visit in zip(bookings, visits, strict=True)
    ]


def entry(
    actor: Actor, place: DemoPlace, action: str, subject: tuple[str, int], at: datetime, detail: dict[str, int]
) -> AuditEntry:
    """A line of the trail."""
    return AuditEntry(
        business_id=place.location.business_id,
        location_id=place.location.pk,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        detail={subject[0]: subject[1], **detail},
        at=at,
    )


def _bill(place: DemoPlace, one: Booking, line: NewLine, at: datetime) -> Bill:
    location = place.location
    amounts = _amounts(line, prices_include_tax=location.prices_include_tax)
    return Bill(
        business_id=location.business_id,
        location=location,
        client=one.client,
        currency=location.currency,
        service_date=local_date(one.starts_at, time_zone=location.time_zone),
        prices_include_tax=location.prices_include_tax,
        version=2,
        total_minor=amounts["gross_minor"],
        tax_minor=amounts["tax_minor"],
        price_open=line.unit_max_minor is not None,
        created_at=at,
    )


def _line(bill: Bill, line: NewLine) -> BillLine:
    return BillLine(
        business_id=bill.business_id,
        bill=bill,
        price_open=line.unit_max_minor is not None,
        **asdict(line),
        **_amounts(line, prices_include_tax=bill.prices_include_tax),
    )


def _amounts(line: NewLine, *, prices_include_tax: bool) -> dict[str, int]:
    amounts = line_amounts(
        unit_minor=line.unit_minor,
        quantity=line.quantity,
        discount_ppm=line.discount_ppm,
        discount_minor=line.discount_minor,
        tax_ppm=line.tax_ppm,
        prices_include_tax=prices_include_tax,
    )
    return {"gross_minor": amounts.gross_minor, "net_minor": amounts.net_minor, "tax_minor": amounts.tax_minor}
