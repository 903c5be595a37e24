"""Who works when: the week's plan, and the days on which other hours hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import FilteredRelation, Q

from quittance.businesses.models import Location, StaffMember
from quittance.calendar.models import OtherHours, WorkingHours
from quittance.calendar.times import Period, instant_at

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StaffColumn:
    """One column; `hours` are the stretches worked that day, empty on a day off. `note` says why they are other."""

    staff_id: int
    name: str
    title: str
    hours: list[Period]
    note: str = ""
    user_id: int | None = None


@dataclass(slots=True)
class _Joined:
    row: tuple[str, str, int | None]
    weekly: set[Stretch] = field(default_factory=set)
    other: set[Stretch | None] = field(default_factory=set)
    note: str = ""


@dataclass(frozen=True, slots=True)
class OtherDay:
    """One day with other hours; without a stretch it is a day off."""

    day: date
    stretches: tuple[Stretch, ...]
    note: str


def columns_of(location: Location, day: date, booked_ids: Iterable[int]) -> list[StaffColumn]:
    """Who works here with what they work that day, in one query of joined rows.

    Somebody who left keeps a column on days on which they are booked.
    """
    booked = set(booked_ids)
    rows = (
        StaffMember.objects.filter(business_id=location.business_id, location=location)
        .annotate(
            today=FilteredRelation("working_hours", condition=Q(working_hours__weekday=day.weekday())),
            other=FilteredRelation("other_hours", condition=Q(other_hours__work_date=day)),
        )
        .order_by("position", "id")
        .values_list(
            *("id", "name", "title", "user_id", "archived_at", "today__starts_minute", "today__ends_minute"),
            *("other__id", "other__starts_minute", "other__ends_minute", "other__note"),
        )
    )
    joined: dict[int, _Joined] = {}
    for staff_id, name, title, user_id, archived_at, starts, ends, other_id, other_starts, other_ends, note in rows:
        if archived_at is not None and staff_id not in booked:
            continue
        one = joined.setdefault(staff_id, _Joined((name, title, user_id)))
        if starts is not None:
            one.weekly.add((starts, ends))
        if other_id is not None:
            one.other.add(None if other_starts is None else (other_starts, other_ends))
            one.note = note
    return [
        StaffColumn(staff_id, one.row[0], one.row[1], _periods(location, day, _held(one)), one.note, one.row[2])
        for staff_id, one in joined.items()
    ]


def hours_between(*, location: Location, staff_id: int, days: Iterable[date]) -> dict[date, tuple[list[Period], str]]:
    """What one staff member works on each of the days, and why it is other than in the plan; two queries."""
    wanted = list(days)
    weekly = week_of(business_id=location.business_id, staff_id=staff_id)
    other = {
        one.day: one
        for one in other_days(
            business_id=location.business_id, staff_id=staff_id, from_day=wanted[0], until_day=wanted[-1]
        )
    }
    return {day: _on(location, day, weekly, other.get(day)) for day in wanted}


def week_of(*, business_id: int, staff_id: int) -> dict[int, list[Stretch]]:
    """The plan: stretches by weekday, Monday is 0."""
    week: dict[int, list[Stretch]] = {}
    rows = WorkingHours.objects.filter(business_id=business_id, staff_id=staff_id)
    for weekday, starts, ends in rows.order_by("weekday", "starts_minute").values_list(
        "weekday", "starts_minute", "ends_minute"
    ):
        week.setdefault(weekday, []).append((starts, ends))
    return week


def other_days(*, business_id: int, staff_id: int, from_day: date, until_day: date | None = None) -> list[OtherDay]:
    """Days with other hours in their sequence, the last one included."""
    rows = OtherHours.objects.filter(business_id=business_id, staff_id=staff_id, work_date__gte=from_day)
    if until_day is not None:
        rows = rows.filter(work_date__lte=until_day)
    found: dict[date, tuple[list[Stretch], str]] = {}
    for day, starts, ends, note in rows.order_by("work_date", "starts_minute").values_list(
        "work_date", "starts_minute", "ends_minute", "note"
    ):
        stretches, _note = found.setdefault(day, ([], note))
        if starts is not None and ends is not None:
            stretches.append((starts, ends))
    return [OtherDay(day, tuple(stretches), note) for day, (stretches, note) in found.items()]


def week_days(day: date) -> list[date]:
    """Monday to Sunday around the day."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=step) for step in range(7)]


def _held(one: _Joined) -> list[Stretch]:
    return sorted(stretch for stretch in (one.other or one.weekly) if stretch is not None)


def _on(
    location: Location, day: date, weekly: Mapping[int, list[Stretch]], other: OtherDay | None
) -> tuple[list[Period], str]:
    if other is not None:
        return _periods(location, day, other.stretches), other.note
    return _periods(location, day, weekly.get(day.weekday(), [])), ""


def _periods(location: Location, day: date, stretches: Iterable[Stretch]) -> list[Period]:
    """Wall-clock minutes as instants; a stretch that lies in the hour that the clock skips is none."""
    periods = [
        Period(
            instant_at(day=day, minute=starts, time_zone=location.time_zone),
            instant_at(day=day, minute=ends, time_zone=location.time_zone),
        )
        for starts, ends in stretches
    ]
    return [period for period in periods if period.starts_at < period.ends_at]
