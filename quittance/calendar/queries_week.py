"""The week of one staff member, and whether it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from quittance.businesses.models import Location, StaffMember
from quittance.calendar.fingerprint import current, of_day
from quittance.calendar.hours import hours_between, week_days
from quittance.calendar.models import Appointment
from quittance.calendar.queries import DRAWN, DayAppointment, card_of, places_in_visits, rows_between
from quittance.calendar.times import Period, day_period, instant_at
from quittance.payments import queries as payment_queries


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One column; `hours` are the stretches worked that day, `note` says why they are other than in the plan."""

    day: date
    period: Period
    opening: Period
    hours: list[Period]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCalendar:
    """Monday to Sunday of one person. Give `fingerprint` back to `changed_since`."""

    location: Location
    staff: StaffMember
    days: list[WeekDay]
    appointments: list[DayAppointment]
    fingerprint: str


def week(*, location: Location, staff: StaffMember, day: date, now: datetime) -> WeekCalendar:
    """The week around the day; six queries however full it is. The caller found both rows within its business."""
    days = _days(location, staff.pk, day)
    rows = list(_rows(location, staff.pk, days).select_related("visit__client", "visit__bill").only(*DRAWN))
    bills = {row.visit.bill_id: row.visit.bill for row in rows}
    states = payment_queries.states_of(business_id=location.business_id, bills=bills.values(), now=now)
    # Of a visit with several people the others stand in other weeks: they are counted, too.
    of_visits = Appointment.objects.filter(
        business_id=location.business_id, visit_id__in={row.visit_id for row in rows}
    ).exclude(state__in=Appointment.GONE)
    places = places_in_visits(of_visits.order_by("starts_at", "id").values_list("visit_id", "pk"))
    return WeekCalendar(
        location=location,
        staff=staff,
        days=days,
        appointments=[card_of(row, states[row.visit.bill_id], places[row.pk]) for row in rows],
        fingerprint=of_day(rows, states, beside=days, now=now),
    )


def changed_since(*, location: Location, staff_id: int, day: date, now: datetime, fingerprint: str) -> bool:
    """Whether the week looks different by now: five queries of bare values."""
    days = _days(location, staff_id, day)
    rows = _rows(location, staff_id, days)
    return current(rows, business_id=location.business_id, beside=lambda _ids: days, now=now) != fingerprint


def _rows(location: Location, staff_id: int, days: list[WeekDay]) -> QuerySet[Appointment]:
    whole = Period(days[0].period.starts_at, days[-1].period.ends_at)
    return rows_between(location, whole).filter(staff_id=staff_id)


def _days(location: Location, staff_id: int, day: date) -> list[WeekDay]:
    days = week_days(day)
    hours = hours_between(location=location, staff_id=staff_id, days=days)
    zone = location.time_zone
    return [
        WeekDay(
            one,
            day_period(day=one, time_zone=zone),
            Period(
                instant_at(day=one, minute=location.opens_minute, time_zone=zone),
                instant_at(day=one, minute=location.closes_minute, time_zone=zone),
            ),
            *hours[one],
        )
        for one in days
    ]
