"""The day at a location, and what it takes to know whether it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from quittance.businesses.models import Location
from quittance.calendar.actions import MAX_HOURS
from quittance.calendar.fingerprint import current, of_day
from quittance.calendar.hours import StaffColumn, columns_of
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import Period, day_period, instant_at
from quittance.core.money import Money
from quittance.payments import queries as payment_queries
from quittance.payments.status import PaymentState, VisitStatus

MAX_VISITS = 100
# Of four wide rows a card, what is drawn and what decides its state: a full day is three hundred cards.
DRAWN = (
    *("visit_id", "staff_id", "service_name", "starts_at", "ends_at", "state"),
    *("visit__version", "visit__client_id", "visit__client__name", "visit__bill_id"),
    *("visit__bill__currency", "visit__bill__total_minor", "visit__bill__tax_minor", "visit__bill__settled_minor"),
    *("visit__bill__price_open", "visit__bill__ended_at", "visit__bill__disputed_minor"),
    *("visit__bill__refunding_minor", "visit__bill__refunded_minor"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAppointment:
    """One card. `status` and `due` are those of the whole visit, of whose `of_visit` appointments this is the `nth`."""

    id: int
    visit_id: int
    bill_id: int
    visit_version: int
    staff_id: int
    client_id: int | None
    client_name: str
    service_name: str
    period: Period
    state: str
    status: VisitStatus
    due: Money
    price_open: bool
    nth: int
    of_visit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCalendar:
    """`period` is the day at the location's wall clock. Give `fingerprint` back to `changed_since`."""

    location: Location
    day: date
    period: Period
    opening: Period
    columns: list[StaffColumn]
    appointments: list[DayAppointment]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ClientVisit:
    """A line in a client's card."""

    visit: Visit
    money: PaymentState
    services: list[str]


def day(
    *, business_id: int, location_id: int, day: date, now: datetime, location: Location | None = None
) -> DayCalendar:
    """Five queries however full the day, six without the `location` in memory.

    Raises Location.DoesNotExist for another business.
    """
    if location is None or (location.business_id, location.pk) != (business_id, location_id):
        location = Location.objects.get(business_id=business_id, pk=location_id)
    period = day_period(day=day, time_zone=location.time_zone)
    rows = list(rows_between(location, period).select_related("visit__client", "visit__bill").only(*DRAWN))
    bills = {row.visit.bill_id: row.visit.bill for row in rows}
    states = payment_queries.states_of(business_id=business_id, bills=bills.values(), now=now)
    columns = columns_of(location, day, {row.staff_id for row in rows})
    places = places_in_visits((row.visit_id, row.pk) for row in rows)
    return DayCalendar(
        location=location,
        day=day,
        period=period,
        opening=Period(
            instant_at(day=day, minute=location.opens_minute, time_zone=location.time_zone),
            instant_at(day=day, minute=location.closes_minute, time_zone=location.time_zone),
        ),
        columns=columns,
        appointments=[card_of(row, states[row.visit.bill_id], places[row.pk]) for row in rows],
        fingerprint=of_day(rows, states, beside=columns, now=now),
    )


def changed_since(*, business_id: int, location_id: int, day: date, now: datetime, fingerprint: str) -> bool:
    """Whether the day looks different by now. Five queries of bare values, nothing rendered: made for polling."""
    location = Location.objects.get(business_id=business_id, pk=location_id)
    rows = rows_between(location, day_period(day=day, time_zone=location.time_zone))
    now_is = current(
        rows, business_id=business_id, beside=lambda staff_ids: columns_of(location, day, staff_ids), now=now
    )
    return now_is != fingerprint


def appointment_by_id(*, business_id: int, appointment_id: int) -> Appointment:
    """Raises Appointment.DoesNotExist, also for an appointment of another business."""
    return Appointment.objects.select_related("visit", "staff", "location").get(
        business_id=business_id, pk=appointment_id
    )


def appointments_of(visit: Visit) -> list[Appointment]:
    """All of a visit, cancelled ones too, in the order of their times."""
    rows = Appointment.objects.filter(business_id=visit.business_id, visit=visit)
    return list(rows.select_related("staff").order_by("starts_at", "id"))


def visits_of_client(*, business_id: int, client_id: int, now: datetime, limit: int = 20) -> list[ClientVisit]:
    """The client's visits, the latest first, each with its money; five queries."""
    visits = list(
        Visit.objects.filter(business_id=business_id, client_id=client_id)
        .select_related("location")
        .order_by("-starts_at", "-id")[: min(limit, MAX_VISITS)]
    )
    states = payment_queries.payment_states(
        business_id=business_id, bill_ids=[visit.bill_id for visit in visits], now=now
    )
    names: dict[int, list[str]] = {}
    rows = Appointment.objects.filter(business_id=business_id, visit__in=visits).order_by("starts_at", "id")
    for visit_id, name in rows.values_list("visit_id", "service_name"):
        names.setdefault(visit_id, []).append(name)
    return [ClientVisit(visit, states[visit.bill_id], names.get(visit.pk, [])) for visit in visits]


def places_in_visits(rows: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """For each appointment which one of its visit it is, and of how many; the rows come by their times."""
    by_visit: dict[int, list[int]] = {}
    for visit_id, appointment_id in rows:
        by_visit.setdefault(visit_id, []).append(appointment_id)
    return {
        appointment_id: (number, len(ids))
        for ids in by_visit.values()
        for number, appointment_id in enumerate(ids, start=1)
    }


def rows_between(location: Location, period: Period) -> QuerySet[Appointment]:
    """What touches the period; the lower bound on the start lets the index do the work."""
    return (
        Appointment.objects.filter(
            business_id=location.business_id,
            location=location,
            starts_at__lt=period.ends_at,
            starts_at__gt=period.starts_at - timedelta(hours=MAX_HOURS),
            ends_at__gt=period.starts_at,
        )
        .exclude(state__in=Appointment.GONE)
        .order_by("starts_at", "id")
    )


def card_of(row: Appointment, money: PaymentState, place: tuple[int, int]) -> DayAppointment:
    """`place`: which one of its visit it is, and of how many."""
    client = row.visit.client
    return DayAppointment(
        id=row.pk,
        visit_id=row.visit_id,
        bill_id=row.visit.bill_id,
        visit_version=row.visit.version,
        staff_id=row.staff_id,
        client_id=row.visit.client_id,
        client_name=client.name if client else "",
        service_name=row.service_name,
        period=Period(row.starts_at, row.ends_at),
        state=row.state,
        status=money.status,
        due=money.facts.due,
        price_open=money.facts.price_open,
        nth=place[0],
        of_visit=place[1],
    )
