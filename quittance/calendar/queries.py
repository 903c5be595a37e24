"""The day at a location, and what it takes to know whether it changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import FilteredRelation, Q, QuerySet

from quittance.businesses.models import Location, StaffMember
from quittance.calendar.actions import MAX_HOURS
from quittance.calendar.fingerprint import current, of_day
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import Period, day_period, instant_at
from quittance.core.money import Money
from quittance.payments import queries as payment_queries
from quittance.payments.status import PaymentState, VisitStatus

MAX_VISITS = 100
# Of four wide rows a card, what is drawn and what decides its state: a full day is three hundred cards.
_DRAWN = (
    *("visit_id", "staff_id", "service_name", "starts_at", "ends_at", "state"),
    *("visit__version", "visit__client_id", "visit__client__name", "visit__bill_id"),
    *("visit__bill__currency", "visit__bill__total_minor", "visit__bill__tax_minor", "visit__bill__settled_minor"),
    *("visit__bill__price_open", "visit__bill__ended_at", "visit__bill__disputed_minor"),
    *("visit__bill__refunding_minor", "visit__bill__refunded_minor"),
)


@dataclass(frozen=True, slots=True)
class StaffColumn:
    """One column; `hours` are the stretches worked that day, empty on a day off."""

    staff_id: int
    name: str
    title: str
    hours: list[Period]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAppointment:
    """One card. `status` and `due` are those of the whole visit, which has `of_visit` appointments that day."""

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
    """Four queries however full the day, five without the `location` in memory.

    Raises Location.DoesNotExist for another business.
    """
    if location is None or (location.business_id, location.pk) != (business_id, location_id):
        location = Location.objects.get(business_id=business_id, pk=location_id)
    period = day_period(day=day, time_zone=location.time_zone)
    rows = list(_rows(location, period).select_related("visit__client", "visit__bill").only(*_DRAWN))
    bills = {row.visit.bill_id: row.visit.bill for row in rows}
    states = payment_queries.states_of(business_id=business_id, bills=bills.values(), now=now)
    of_visit = Counter(row.visit_id for row in rows)
    return DayCalendar(
        location=location,
        day=day,
        period=period,
        opening=Period(
            instant_at(day=day, minute=location.opens_minute, time_zone=location.time_zone),
            instant_at(day=day, minute=location.closes_minute, time_zone=location.time_zone),
        ),
        columns=_columns(location, day, {row.staff_id for row in rows}),
        appointments=[_card(row, states[row.visit.bill_id], of_visit[row.visit_id]) for row in rows],
        fingerprint=of_day(rows, states, now=now),
    )


def changed_since(*, business_id: int, location_id: int, day: date, now: datetime, fingerprint: str) -> bool:
    """Whether the day looks different by now. Four queries of bare values, nothing rendered: made for polling."""
    location = Location.objects.get(business_id=business_id, pk=location_id)
    rows = _rows(location, day_period(day=day, time_zone=location.time_zone))
    return current(rows, business_id=business_id, now=now) != fingerprint


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


def _rows(location: Location, period: Period) -> QuerySet[Appointment]:
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


def _columns(location: Location, day: date, booked_ids: set[int]) -> list[StaffColumn]:
    """Who works here with what they work that day, in one query of joined rows.

    Somebody who left keeps a column on days on which they are booked.
    """
    joined = (
        StaffMember.objects.filter(business_id=location.business_id, location=location)
        .annotate(today=FilteredRelation("working_hours", condition=Q(working_hours__weekday=day.weekday())))
        .order_by("position", "id", "today__starts_minute")
        .values_list("id", "name", "title", "archived_at", "today__starts_minute", "today__ends_minute")
    )
    columns: dict[int, StaffColumn] = {}
    for staff_id, name, title, archived_at, starts, ends in joined:
        if archived_at is not None and staff_id not in booked_ids:
            continue
        column = columns.setdefault(staff_id, StaffColumn(staff_id, name, title, []))
        if starts is None:
            continue
        period = Period(
            instant_at(day=day, minute=starts, time_zone=location.time_zone),
            instant_at(day=day, minute=ends, time_zone=location.time_zone),
        )
        if period.starts_at < period.ends_at:
            column.hours.append(period)
    return list(columns.values())


def _card(row: Appointment, money: PaymentState, of_visit: int) -> DayAppointment:
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
        of_visit=of_visit,
    )
