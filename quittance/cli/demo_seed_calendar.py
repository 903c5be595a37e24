"""Two weeks of appointments around today, the same on every machine: today full, the other days half full."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from quittance.calendar.models import Appointment
from quittance.calendar.times import Period, day_period, instant_at, local_date
from quittance.catalog.models import Service
from quittance.cli.demo_seed_bulk import Booking, DemoVisit, book_all
from quittance.cli.demo_seed_places import SKILLS, DemoPlace
from quittance.cli.demo_seed_tables import Staff
from quittance.rows.locking import in_one_transaction

DAYS_BACK = 6
DAYS_AHEAD = 7
_GAPS_FULL = (0, 0, 0, 0, 0, 15)
_GAPS_ELSE = (45, 60, 90, 120)
# A series may lie on a day that has not come into view yet: such a day is filled all the same.
_FULL_ENOUGH = 4


def days_around(now: datetime, *, time_zone: str) -> list[date]:
    today = local_date(now, time_zone=time_zone)
    return [today + timedelta(days=step) for step in range(-DAYS_BACK, DAYS_AHEAD + 1)]


def seed_day(place: DemoPlace, *, day: date, is_showcase: bool, now: datetime) -> list[DemoVisit]:
    """Book the day; one that is filled already is left as it is. Today is full at the showcase."""
    period = day_period(day=day, time_zone=place.location.time_zone)
    here = Appointment.objects.filter(business_id=place.location.business_id, location=place.location)
    taken: dict[int, list[Period]] = {}
    for staff_id, starts_at, ends_at in here.filter(
        starts_at__gte=period.starts_at, starts_at__lt=period.ends_at
    ).values_list("staff_id", "starts_at", "ends_at"):
        taken.setdefault(staff_id, []).append(Period(starts_at, ends_at))
    if sum(map(len, taken.values())) >= _FULL_ENOUGH:
        return []
    wanted = [
        one
        for one in _bookings(place, day, is_showcase=is_showcase, now=now)
        if not any(Period(one.starts_at, one.ends_at).overlaps(other) for other in taken.get(one.staff_id, ()))
    ]
    return in_one_transaction(lambda: book_all(place, wanted, now=now))


def _bookings(place: DemoPlace, day: date, *, is_showcase: bool, now: datetime) -> list[Booking]:
    zone = place.location.time_zone
    today = local_date(now, time_zone=zone)
    chance = random.Random(f"{place.table.name} {day.isoformat()}")  # noqa: S311 - the same day everywhere
    in_turn = cycle(chance.sample(place.clients, len(place.clients)))
    gaps = _GAPS_FULL if is_showcase and day == today else _GAPS_ELSE
    return [
        Booking(one.staff_id, one.service, next(in_turn), instant_at(day=day, minute=one.minute, time_zone=zone))
        for one in _wanted(place, day, chance, gaps, has_range=day >= today)
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    staff_id: int
    service: Service
    minute: int


def _wanted(
    place: DemoPlace, day: date, chance: random.Random, gaps: tuple[int, ...], *, has_range: bool
) -> Iterator[_Wanted]:
    # One price range a day: its price is set at the desk (B8). The rest have a fixed price.
    ranged = [one for one in place.services if one.price_max_minor is not None][: int(has_range)]
    for table, member in zip(place.table.staff, place.staff, strict=True):
        if day.weekday() not in table.days:
            continue
        skills = SKILLS.get(table.title)
        services = [one for one in place.services if skills is None or _heading(one) in skills]
        fixed = [one for one in services if one.price_max_minor is None]
        # What is short is asked for more often: that makes a full day.
        weights = [1 / one.duration_minutes for one in fixed]
        for opens, closes in _stretches(table):
            minute = opens + chance.choice(gaps)
            while True:
                is_range = bool(ranged) and ranged[0] in services
                service = ranged[0] if is_range else chance.choices(fixed, weights)[0]
                if minute + service.duration_minutes > closes:
                    break
                if is_range:
                    ranged.clear()
                yield _Wanted(member.pk, service, minute)
                minute += _rounded_up(service.duration_minutes) + chance.choice(gaps)


def _heading(service: Service) -> str:
    return service.category.name if service.category else ""


def _stretches(table: Staff) -> tuple[tuple[int, int], tuple[int, int]]:
    return (table.opens, table.pause[0]), (table.pause[1], table.closes)


def _rounded_up(minutes: int) -> int:
    """Appointments start on the quarter of an hour."""
    return -(-minutes // 15) * 15
